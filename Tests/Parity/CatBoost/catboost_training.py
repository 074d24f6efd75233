"""Training data and training, in the process of one release."""

import catboost
import numpy as np
from catboost_frames import CATEGORICAL_COLUMNS, as_pool_rows

ROWS = 500
COLUMNS = 6


def full(random, rows=ROWS, columns=COLUMNS):
    """Features of several scales; some coarse, so that borders hit values."""
    x = random.normal(size=(rows, columns)) * np.resize([1.0, 30.0, 0.01, 5.0, 1e4, 1.0], columns)
    x[:, 0] = np.round(x[:, 0], 1)
    x[:, 1] = np.round(x[:, 1])
    return x.astype(np.float32)


def gaps(random, rows=ROWS, columns=COLUMNS):
    x = full(random, rows, columns)
    x[random.random(x.shape) < 0.07] = np.nan
    return x


def categories(random):
    """Columns of whole numbers: few, many, negative ones, and ones that 32 bits do not hold."""
    x = gaps(random, 700, 7).astype(np.float64)
    x[:, 1] = random.integers(1, 4, len(x))
    x[:, 4] = random.integers(-3, 40, len(x))
    x[:, 5] = random.integers(0, 5, len(x)) * 10.0**9
    x[:, 6] = random.integers(0, 12, len(x))
    return x


DATA = {
    "categories": categories,
    "texts": categories,
    "full": full,
    "gaps": gaps,
    "many-rows": lambda random: gaps(random, 6000, 4),
    "wide": lambda random: gaps(random, ROWS, 400),
    "tiny": lambda random: gaps(random) * np.float32(2e-43),
    "huge": lambda random: gaps(random) * np.float32(1e33),
}


def signal(x, random):
    """Something to learn: it depends on several features and on gaps."""
    scale = np.nanstd(x.astype(np.float64), axis=0)
    z = np.nan_to_num(x / np.where(scale > 0, scale, 1))
    codes = np.cos(x[:, -1]) if x.shape[1] == 7 else 0
    return codes + z[:, 0] + np.sin(2 * z[:, 1]) + z[:, 2] * z[:, 3] + 0.4 * np.isnan(x[:, 2]) + 0.3 * random.normal(size=len(x))


def label(kind, s, random):
    return {
        "signal": lambda: s,
        "binary": lambda: (s > 0.3).astype(int),
        "classes": lambda: np.searchsorted(np.quantile(s, [0.3, 0.6]), s),
        "grades": lambda: np.clip(np.round(s), 0, 3),
        "counts": lambda: random.poisson(np.exp(s / 2)),
        "positive": lambda: np.exp(s / 2),
        "fraction": lambda: 1 / (1 + np.exp(-s)),
        "survival": lambda: np.exp(s / 2) * np.where(random.random(len(s)) < 0.2, -1, 1),
        "targets": lambda: np.stack([s, np.abs(s)], axis=1),
        "labels": lambda: np.stack([s > 0, s > 1], axis=1).astype(int),
        "fractions": lambda: np.stack([1 / (1 + np.exp(-s)), 1 / (1 + np.exp(-2 * s))], axis=1),
        "interval": lambda: np.stack([np.exp(s / 2), np.exp(s / 2) * 1.3], axis=1),
    }[kind]()


def train(configuration):
    """A CatBoost model, the same from run to run."""
    random = np.random.default_rng(20240607)
    x = DATA[configuration.data](random)
    y = label(configuration.label, signal(x, random), random)
    model = catboost.CatBoost(
        {
            "loss_function": configuration.loss,
            "iterations": configuration.trees,
            "depth": 4,
            "random_seed": 3,
            "thread_count": 1,
            "verbose": 0,
            "allow_writing_files": False,
            **dict(configuration.parameters),
        }
    )
    groups = np.arange(len(x)) // 10 if configuration.label == "grades" else None
    columns = CATEGORICAL_COLUMNS.get(configuration.data)
    model.fit(catboost.Pool(as_pool_rows(configuration.data, x), y, group_id=groups, cat_features=columns))
    if configuration.scale_and_bias:
        model.set_scale_and_bias(*configuration.scale_and_bias)
    return model
