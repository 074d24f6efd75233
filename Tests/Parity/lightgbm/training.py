"""Training data and training, in the process of one release."""

import judge  # before LightGBM, which it prepares NumPy for
import lightgbm as lgb
import numpy as np
from frames import ROWS, categories, frame, plain

def tiny(random):
    """Values around 1e-35, below which LightGBM takes them for zero."""
    x = plain(random)
    x[:, 2:5] = random.choice([0, 1e-36, -1e-36, 1e-35, -1e-35, 2e-35, -3e-35, 1e-20, -1e-20, 1.0, np.nan], (ROWS, 3))
    return x


def sparse(random):
    x = plain(random, 20)
    x[random.random(x.shape) < 0.8] = 0
    return x


DATA = {
    "plain": plain,
    "gapless": lambda random: np.nan_to_num(plain(random)),
    "categories": categories,
    "frame": categories,
    "tiny": tiny,
    "sparse": sparse,
    "huge": lambda random: plain(random) * 1e295,
    "constant": lambda random: np.ones((ROWS, 3)),
    "single": lambda random: plain(random).astype(np.float32),
    "wide": lambda random: plain(random, 120),
}
CATEGORICAL = {"categories": 3, "frame": 3}


def label(kind, x, random, classes):
    """The label of that kind: it depends on several features, on gaps, and on codes in no order."""
    z = np.nan_to_num(x / np.where(np.nanstd(x, axis=0) > 0, np.nanstd(x, axis=0), 1))
    code = np.nan_to_num(x[:, -1] % 1e6)
    s = z[:, 0] + np.sin(2 * z[:, 1]) + z[:, 2] + np.cos(3 * code) + 0.4 * np.isnan(x[:, -2])
    s = s + 0.3 * random.normal(size=len(x))
    return {
        "signal": lambda: s,
        "binary": lambda: (s > 0.3) * 1.0,
        "classes": lambda: np.searchsorted(np.quantile(s, np.arange(1, classes) / classes), s) * 1.0,
        "grades": lambda: np.clip(np.round(s), 0, 3),
        "counts": lambda: random.poisson(np.exp(s / 2)) * 1.0,
        "positive": lambda: np.exp(s / 2),
        "fraction": lambda: 1 / (1 + np.exp(-s)),
    }[kind]()


def train(configuration):
    """A Booster, the same from run to run."""
    random = np.random.default_rng(20240607)
    x = DATA[configuration.data](random)
    parameters = {
        "num_leaves": 15,
        "min_data_in_leaf": 5,
        "learning_rate": 0.2,
        "verbose": -1,
        "num_threads": 1,
        "seed": 3,
        **configuration.parameters,
    }
    y = label(configuration.label, x, random, parameters.get("num_class"))
    count = CATEGORICAL.get(configuration.data, 0)
    options = {"group": np.full(len(x) // 10, 10)} if configuration.label == "grades" else {}
    if configuration.data == "frame":
        x = frame(x)
    else:
        options["categorical_feature"] = list(range(x.shape[1] - count, x.shape[1]))
    matrix = lgb.Dataset(x, y, **options)
    if parameters["objective"] != "own":
        return lgb.train(parameters, matrix, configuration.rounds)
    if judge.VERSION >= (4, 0):
        return lgb.train({**parameters, "objective": squared}, matrix, configuration.rounds)
    return lgb.train({**parameters, "objective": "none"}, matrix, configuration.rounds, fobj=squared)


def squared(margins, matrix):
    """An objective of the user's own: the file names none."""
    y = matrix.get_label()
    return margins - y, np.ones_like(y)
