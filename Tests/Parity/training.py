"""Training data and training, in the process of one release."""

import numpy as np
import xgboost as xgb

ROWS = 500
COLUMNS = 8


def plain(random, rows=ROWS, columns=COLUMNS):
    """Features of several scales; some coarse, so that thresholds hit values; some gaps."""
    x = random.normal(size=(rows, columns)) * np.resize([1.0, 30.0, 0.01, 5.0, 1e4], columns)
    x[:, 0] = np.round(x[:, 0], 1)
    x[:, 1] = np.round(x[:, 1])
    x[random.random(x.shape) < 0.07] = np.nan
    return x.astype(np.float32)


def categories(random, sizes=(5, 12, 33)):
    x = plain(random)
    for column, size in enumerate(sizes, COLUMNS - len(sizes)):
        codes = random.integers(0, size, ROWS).astype(np.float32)
        x[:, column] = np.where(np.isnan(x[:, column]), np.nan, codes)
    return x


def sparse(random):
    x = plain(random, columns=20)
    x[random.random(x.shape) < 0.85] = np.nan
    return x


def marked(random, value):
    return np.nan_to_num(plain(random), nan=np.float32(value))


DATA = {
    "plain": plain,
    "tiny": lambda random: plain(random) * np.float32(2e-43),
    "huge": lambda random: plain(random) * np.float32(1e33),
    "wide": lambda random: plain(random, columns=150),
    "very-wide": lambda random: plain(random, columns=2500),
    "many-rows": lambda random: plain(random, 3000, 5),
    "sparse": sparse,
    "categories": categories,
    "many-categories": lambda random: categories(random, (40, 90)),
    "frame": categories,
    "marked": lambda random: marked(random, -999.0),
    "marked-rounded": lambda random: marked(random, 0.1),
}
CATEGORICAL_COLUMNS = {"categories": 3, "many-categories": 2, "frame": 3}


def signal(x, random):
    """Something to learn: it depends on several features, on gaps, and on codes in no order."""
    scale = np.nanstd(x.astype(np.float64), axis=0)
    z = np.nan_to_num(x / np.where(scale > 0, scale, 1))
    s = (
        z[:, 0]
        + np.sin(2 * z[:, 1])
        + z[:, 2] * z[:, 3]
        + np.cos(3 * x[:, -1].astype(np.float64), where=np.isfinite(x[:, -1]), out=np.zeros(len(x)))
    )
    return s + 0.4 * np.isnan(x[:, 4]) + 0.3 * random.normal(size=len(x))


def label(kind, x, random, classes):
    """The label of that kind, or None where the DMatrix needs fields of another name."""
    s = signal(x, random)
    return {
        "signal": lambda: s,
        "binary": lambda: s > 0.3,
        "classes": lambda: np.searchsorted(np.quantile(s, np.arange(1, classes) / classes), s),
        "grades": lambda: np.clip(np.round(s), 0, 3),
        "counts": lambda: random.poisson(np.exp(s / 2)),
        "positive": lambda: np.exp(s / 2),
        "fraction": lambda: 1 / (1 + np.exp(-s)),
        "survival": lambda: np.exp(s / 2) * np.where(random.random(len(s)) < 0.2, -1, 1),
        "targets": lambda: np.stack([s, np.abs(s), random.normal(size=len(s))], axis=1),
        "labels": lambda: np.stack([s > 0, s > 1], axis=1).astype(np.float32),
        "interval": lambda: None,
    }[kind]()


def _frame(x):
    """The same features as a pandas table, whose categories have names."""
    import pandas

    table = pandas.DataFrame({f"n{index}": x[:, index] for index in range(x.shape[1])})
    for column in range(x.shape[1] - CATEGORICAL_COLUMNS["frame"], x.shape[1]):
        codes = np.nan_to_num(x[:, column], nan=-1).astype(int)
        names = [f"kind {code} é" for code in range(codes.max() + 1)]
        table[f"n{column}"] = pandas.Categorical.from_codes(codes, names)
    return table


def _csr(x):
    import scipy.sparse

    stored = ~np.isnan(x)
    return scipy.sparse.csr_matrix((x[stored], np.nonzero(stored)), shape=x.shape)


def _matrix(configuration, x, y, random):
    fields = {}
    if configuration.missing is not None:
        fields["missing"] = configuration.missing
    if configuration.data in CATEGORICAL_COLUMNS:
        fields["enable_categorical"] = True
        if configuration.data != "frame":
            count = CATEGORICAL_COLUMNS[configuration.data]
            fields["feature_types"] = ["q"] * (x.shape[1] - count) + ["c"] * count
    rows = {"frame": _frame, "sparse": _csr}.get(configuration.data, lambda x: x)(x)
    matrix = xgb.DMatrix(rows, label=y, **fields)
    if configuration.label == "grades":
        matrix.set_group(np.full(len(x) // 10, 10))
    if configuration.label == "interval":
        low = np.exp(signal(x, random) / 2)
        matrix.set_float_info("label_lower_bound", low)
        matrix.set_float_info("label_upper_bound", np.where(random.random(len(x)) < 0.3, np.inf, low * 1.3))
    return matrix


def train(configuration):
    """A Booster, the same from run to run."""
    random = np.random.default_rng(20240607)
    x = DATA[configuration.data](random)
    y = label(configuration.label, x, random, configuration.parameters.get("num_class"))
    parameters = {"seed": 3, "nthread": 1, "verbosity": 0, **configuration.parameters}
    if configuration.label == "survival":
        order = np.argsort(np.abs(y))
        x, y = x[order], y[order]
    if configuration.early_stopping is None:
        return xgb.train(parameters, _matrix(configuration, x, y, random), configuration.rounds)
    half = len(x) // 2
    training, validation = (
        _matrix(configuration, x[part], y[part], random) for part in (slice(half), slice(half, None))
    )
    return xgb.train(
        parameters,
        training,
        configuration.rounds,
        evals=[(validation, "validation")],
        early_stopping_rounds=configuration.early_stopping,
        verbose_eval=False,
    )
