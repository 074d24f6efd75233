"""Rows made from a model's own thresholds and categories: the values where a scorer can be wrong."""

import numpy as np

INFINITY = np.float32(np.inf)
SMALLEST = np.float32(1e-45)
LARGEST = np.finfo(np.float32).max
PLAIN_SPECIALS = [np.nan, 0.0, -0.0, INFINITY, -INFINITY, SMALLEST, -SMALLEST, LARGEST, -LARGEST]


def trees_of(document):
    """The trees of a parsed JSON model in any of its layouts; none for gblinear."""
    booster = document["learner"]["gradient_booster"]
    booster = booster.get("gbtree", booster)
    return booster["model"].get("trees", [])


def feature_count(document):
    return int(document["learner"]["learner_model_param"]["num_feature"])


def splits_of(tree):
    """Yield (feature, is_categorical, threshold, categories) of each split that the root reaches."""
    kinds = tree.get("split_type") or [0] * len(tree["left_children"])
    ends = {
        node: tree["categories"][begin : begin + size]
        for node, begin, size in zip(
            tree.get("categories_nodes", []), tree.get("categories_segments", []), tree.get("categories_sizes", [])
        )
    }
    pending = [0]
    while pending:
        node = pending.pop()
        if tree["left_children"][node] == -1:
            continue
        pending += [tree["left_children"][node], tree["right_children"][node]]
        yield tree["split_indices"][node], kinds[node] == 1, tree["split_conditions"][node], ends.get(node, [])


def special_values(document):
    """For each feature, a list of f32 values: every threshold and one ulp to each side, or the neighbourhood of
    every category, and NaN, zeros, infinities, denormals and the largest numbers."""
    thresholds = [set() for _ in range(feature_count(document))]
    categories = [set() for _ in thresholds]
    for tree in trees_of(document):
        for feature, is_categorical, threshold, members in splits_of(tree):
            if is_categorical:
                categories[feature].update(members)
            else:
                thresholds[feature].add(np.float32(threshold))
    result = []
    for numeric, known in zip(thresholds, categories):
        values = []
        for threshold in sorted(numeric):
            values += [np.nextafter(threshold, -INFINITY), threshold, np.nextafter(threshold, INFINITY)]
        if known:
            last = max(known)
            codes = {*range(min(last, 200) + 3), *known, *(code + 1 for code in known)}
            values += [float(code) for code in sorted(codes)]
            values += [1.75, last + 0.5, -1.0, -0.5, -SMALLEST, last + 33.0, 2.0**24 - 1, 2.0**24, 2.0**31, 2.0**32 + 1]
        result.append(np.array(values + PLAIN_SPECIALS, np.float32))
    return result


def ordinary_rows(document, count, random):
    """Random rows in and around the range of each feature's thresholds, with some values missing."""
    columns = []
    for values in special_values(document):
        usual = values[np.abs(values) < 1e6]
        low, high = usual.min(), usual.max()
        margin = 0.25 * (high - low) + 0.5
        column = random.uniform(low - margin, high + margin, count)
        columns.append(np.where(random.random(count) < 0.1, np.nan, column))
    return np.stack(columns, axis=1).astype(np.float32).reshape(count, len(columns))


def _one_infinity_a_row(rows):
    """A DMatrix cannot hold both infinities in one row: keep the first."""
    for row in rows:
        infinite = np.flatnonzero(np.isinf(row))
        if len(infinite):
            row[infinite] = np.where(
                row[infinite] == row[infinite[0]], row[infinite], np.copysign(LARGEST, row[infinite])
            )
    return rows


def few_rows(document, random, most=40):
    """At most `most` rows that hold every special value of one feature and samples of the others'."""
    values = special_values(document)
    fitting = [f for f, v in enumerate(values) if len(v) <= most]
    assert fitting, "no feature has so few thresholds"
    anchor = max(fitting, key=lambda f: len(values[f]))
    count = max(24, len(values[anchor]))
    rows = ordinary_rows(document, count, random)
    for feature, column in enumerate(values):
        chosen = random.random(count) < 0.35
        rows[chosen, feature] = random.choice(column, chosen.sum())
    # The anchor's infinities come first in their rows, so that they are the ones that stay.
    order = [anchor] + [f for f in range(len(values)) if f != anchor]
    rows[: len(values[anchor]), anchor] = values[anchor]
    rows[:, order] = _one_infinity_a_row(rows[:, order])
    return rows


def every_special_row(document, random):
    """Rows such that each special value of each feature that the model uses occurs, the other features being
    ordinary, plus rows in which all features are special at once."""
    values = special_values(document)
    trees = trees_of(document)
    used = {split[0] for tree in trees for split in splits_of(tree)} if trees else range(len(values))
    rows = ordinary_rows(document, sum(len(values[feature]) for feature in used), random)
    position = 0
    for feature in sorted(used):
        rows[position : position + len(values[feature]), feature] = values[feature]
        position += len(values[feature])
    crowded = np.stack([random.choice(v, 200) for v in values], axis=1)
    return np.ascontiguousarray(_one_infinity_a_row(np.concatenate([rows, crowded])))
