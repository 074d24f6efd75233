"""Training data: small, seeded, and rounded so that thresholds are few and numbers short."""

import numpy as np
import xgboost as xgb

ROWS = 300


def features(columns=5, seed=1, rows=ROWS, missing=0.08):
    """f32 features of different scales: some with negative values, some coarse, some with gaps."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, columns)) * np.resize([1.0, 10.0, 0.01, 3.0, 1000.0], columns)
    x[:, 0] = np.round(x[:, 0], 1)
    x[random.random(x.shape) < missing] = np.nan
    return x.astype(np.float32)


def signal(x, seed=2):
    """A smooth function of the features plus noise, around zero."""
    random = np.random.default_rng(seed)
    z = np.nan_to_num(x / np.nanstd(x, axis=0))
    return z[:, 0] + np.sin(2 * z[:, 1]) + z[:, 2] * z[:, -1] + 0.3 * random.normal(size=len(x))


def positive(x):
    """Labels above zero, of a few orders of magnitude."""
    return np.exp(signal(x)).astype(np.float32)


def binary(x):
    return (signal(x) > 0.2).astype(np.float32)


def classes(x, count):
    s = signal(x)
    return np.searchsorted(np.quantile(s, np.arange(1, count) / count), s).astype(np.float32)


def train(parameters, x, y, rounds=6, **matrix):
    """xgb.train with the settings that every case shares unless it says otherwise. `matrix`: fields of the
    DMatrix, or training_matrix=, a whole one."""
    settings = {
        "max_depth": 3,
        "max_bin": 16,
        "tree_method": "hist",
        "eta": 0.5,
        "seed": 7,
        "nthread": 1,
        "verbosity": 0,
        **parameters,
    }
    data = matrix.pop("training_matrix", None) or xgb.DMatrix(x, label=y, **matrix)
    return xgb.train(settings, data, rounds)
