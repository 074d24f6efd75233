"""What estimators are trained on, and the rows that they are asked about."""

import numpy as np

ROWS, FEATURES = 700, 7
SPECIAL = [np.nan, 0.0, -0.0, 5e-324, -5e-324, 1e-45, -1e-45, 1e-35, -1e-35, 1.18e-38, 3.4e38, -3.4e38]


def make(name):
    """Rows and labels."""
    random = np.random.default_rng(len(name))
    x = random.normal(size=(ROWS, FEATURES))
    # Values that are shared by many rows and that a 32-bit float does not hold.
    x[:, 3] = np.round(x[:, 3], 1)
    y = 2 * x[:, 0] + np.sin(3 * x[:, 1]) + x[:, 3] + 0.1 * random.normal(size=ROWS)
    labels = {
        "binary": (y > 0.3).astype(int),
        "classes": np.digitize(y, [-1, 1]),
        "regression": y,
        "targets": np.column_stack([y, x[:, 2] - y]),
        "class-outputs": np.column_stack([(y > 0).astype(int), np.digitize(y, [-1, 1])]),
        "counts": random.poisson(np.exp(y / 3)),
        "categories": y,
    }
    label = labels[name.replace("-missing", "")]
    if name == "categories":
        x[:, 2] = random.integers(0, 12, ROWS)
        x[:, 5] = random.integers(3, 60, ROWS)
        label = label + x[:, 2] % 3 + np.where(x[:, 5] % 2 == 0, 1, -1)
    if name.endswith("-missing") or name == "categories":
        x[random.random(x.shape) < 0.1] = np.nan
    return x, label


def thresholds(estimator):
    """(feature, threshold) of the splits of an estimator, numeric ones only."""
    if hasattr(estimator, "_predictors"):
        for stage in estimator._predictors:
            for predictor in stage:
                nodes = predictor.nodes
                nodes = nodes[(nodes["is_leaf"] == 0) & (nodes["is_categorical"] == 0)]
                yield from zip(nodes["feature_idx"], nodes["num_threshold"])
        return
    for member in np.ravel(getattr(estimator, "estimators_", [estimator])):
        tree = member.tree_
        splits = tree.children_left >= 0
        yield from zip(tree.feature[splits], tree.threshold[splits])


def around(threshold):
    """A threshold and its neighbours, as 64-bit and as 32-bit numbers."""
    with np.errstate(over="ignore"):
        single = np.float32(threshold)
    yield from (np.nextafter(threshold, -np.inf), threshold, np.nextafter(threshold, np.inf))
    for end in (-np.inf, np.inf):
        yield float(np.nextafter(single, np.float32(end)))
    yield float(single)


def rows(estimator, x, categorical=False):
    """The training rows, and rows with one value on or beside a threshold, or a special one."""
    random = np.random.default_rng(1)
    changed = [(feature, value) for feature, value in product(SPECIAL, [np.inf, -np.inf])]
    splits = sorted({(int(feature), float(value)) for feature, value in thresholds(estimator)})
    for index in random.permutation(len(splits))[:1500]:
        changed += [(splits[index][0], value) for value in around(splits[index][1])]
    if categorical:
        # Categories come first in the estimator's own numbering: each column gets each value. Unseen, negative and
        # missing ones too; those that are not whole or above 255 are outside of what both promise.
        changed = [(feature, value) for _, value in changed for feature in (0, 1, 3, 4, 6)]
        changed += [(feature, value) for feature in (2, 5) for value in [*range(-3, 100), np.nan, -0.0, 255.0]]
    made = x[random.integers(0, len(x), len(changed))].copy()
    for row, (feature, value) in zip(made, changed):
        row[feature] = value
    return np.concatenate([x, made])


def product(values, more):
    for feature in range(FEATURES):
        for value in [*values, *more]:
            yield feature, value
