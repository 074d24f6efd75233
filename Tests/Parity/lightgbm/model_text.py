"""What a text model says of its splits: enough to place rows on them. Not the reader under test."""

import numpy as np


class Text:
    """The header's keys, and for each tree its keys, of the bytes of a model file."""

    def __init__(self, data):
        text = data.decode("utf-8").replace("\r\n", "\n")
        head, *trees = text.split("\nTree=")
        self.header = dict(line.partition("=")[::2] for line in head.splitlines())
        self.trees = [
            dict(line.partition("=")[::2] for line in tree.split("\n\n")[0].splitlines()[1:]) for tree in trees
        ]

    @property
    def feature_count(self):
        return int(self.header["max_feature_idx"]) + 1

    def splits(self):
        """Yield (feature, is_categorical, threshold or members)."""
        for tree in self.trees:
            if int(tree["num_leaves"]) < 2:
                continue
            thresholds = _numbers(tree, "threshold", float)
            features = _numbers(tree, "split_feature", int)
            types = _numbers(tree, "decision_type", int) or [0] * len(features)
            starts, words = _numbers(tree, "cat_boundaries", int), _numbers(tree, "cat_threshold", int)
            for feature, threshold, kind in zip(features, thresholds, types):
                if kind & 1:
                    own = words[starts[int(threshold)] : starts[int(threshold) + 1]]
                    members = [32 * at + bit for at, word in enumerate(own) for bit in range(32) if word >> bit & 1]
                    yield feature, True, members
                else:
                    yield feature, False, threshold

    def linear_features(self):
        return {feature for tree in self.trees for feature in _numbers(tree, "leaf_features", int)}


def _numbers(tree, key, kind):
    return [kind(word) for word in tree.get(key, "").split()]


ALMOST_ZERO = float(np.float32(1e-35))
TINY = [1e-36, -1e-36, ALMOST_ZERO, -ALMOST_ZERO, np.nextafter(ALMOST_ZERO, 1), -np.nextafter(ALMOST_ZERO, 1)]
TINY += [np.nextafter(ALMOST_ZERO, 0), -np.nextafter(ALMOST_ZERO, 0), 1.1e-35, -1.1e-35, 5e-324, -5e-324, 2e-308]
SPECIALS = [np.nan, 0.0, -0.0, np.inf, -np.inf, 1e300, -1e300, 1e-20, -1e-20, *TINY]
ODD_CATEGORIES = [1.75, -1.0, -0.5, -0.999, -2.5, 2.0**24, 2.0**31 - 1, 2.0**31, -(2.0**31), 2.0**32 + 1, 1e18]


def special_values(text, single=False):
    """For each feature the values where a scorer can be wrong: every threshold and one ulp to each side, of a double
    and of a float; the neighbourhood of every category; NaN, zeros, infinities, denormals, almost zero."""
    thresholds = [set() for _ in range(text.feature_count)]
    members = [set() for _ in thresholds]
    for feature, is_categorical, what in text.splits():
        (members if is_categorical else thresholds)[feature].update(what if is_categorical else [what])
    result = []
    for numeric, known in zip(thresholds, members):
        values = list(SPECIALS)
        for threshold in sorted(numeric):
            near = np.float32(threshold)
            if not single:
                values += [np.nextafter(threshold, -np.inf), threshold, np.nextafter(threshold, np.inf)]
            values += [float(np.nextafter(near, np.float32(-np.inf))), float(near)]
            values.append(float(np.nextafter(near, np.float32(np.inf))))
        if known:
            values += [float(code) for code in sorted({*range(max(known) + 3), *(code + 1 for code in known)})]
            values += [max(known) + 0.5, max(known) + 33.0, *ODD_CATEGORIES]
        result.append(np.array(values))
    return result


def ordinary_rows(text, count, random):
    """Random rows in and around the range of each feature's thresholds, some values missing and some zero."""
    columns = []
    for values in special_values(text):
        usual = values[np.abs(values) < 1e6]
        low, high = usual.min(), usual.max()
        margin = 0.25 * (high - low) + 0.5
        column = random.uniform(low - margin, high + margin, count)
        column[random.random(count) < 0.1] = np.nan
        column[random.random(count) < 0.1] = 0
        columns.append(column)
    return np.stack(columns, axis=1)


def every_special_row(text, random, most=4000):
    """Rows such that special values of each feature that the model uses occur, the other features being ordinary, plus
    rows in which all features are special at once."""
    values = special_values(text)
    used = sorted({split[0] for split in text.splits()} | text.linear_features() or range(len(values)))
    chosen = {feature: values[feature] for feature in used}
    total = sum(map(len, chosen.values()))
    if total > most:
        chosen = {f: random.choice(v, max(1, len(v) * most // total), replace=False) for f, v in chosen.items()}
    rows = ordinary_rows(text, sum(map(len, chosen.values())), random)
    position = 0
    for feature, column in chosen.items():
        rows[position : position + len(column), feature] = column
        position += len(column)
    crowded = np.stack([random.choice(v, 300) for v in values], axis=1)
    return np.ascontiguousarray(np.concatenate([rows, crowded]))


def few_rows(text, random, most=40):
    """At most `most` float rows: special values of each feature in turn, and samples of all at once."""
    values = special_values(text, single=True)
    rows = ordinary_rows(text, most, random)
    for feature, column in enumerate(values):
        at = random.random(most) < 0.4
        rows[at, feature] = random.choice(column, at.sum())
    for row, special in enumerate(SPECIALS[:most]):
        rows[row, row % len(values)] = special
    with np.errstate(all="ignore"):
        return rows.astype(np.float32)
