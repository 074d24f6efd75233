"""Rows made from a model's own borders: the values where a scorer can be wrong."""

import numpy as np

INFINITY = np.float32(np.inf)
SMALLEST = np.float32(1e-45)
LARGEST = np.finfo(np.float32).max
SPECIALS = [np.nan, 0.0, -0.0, INFINITY, -INFINITY, SMALLEST, -SMALLEST, LARGEST, -LARGEST]


def special_values(document):
    """For each column, f32 values: every border and one ulp to each side, and what is special anyway."""
    features = document["features_info"]["float_features"]
    everything = features + document["features_info"].get("categorical_features", [])
    columns = [list(SPECIALS) for _ in range(1 + max(feature["flat_feature_index"] for feature in everything))]
    for feature in features:
        for border in map(np.float32, feature["borders"] or []):
            # Next to the largest number lies infinity.
            with np.errstate(over="ignore"):
                columns[feature["flat_feature_index"]] += [
                    np.nextafter(border, -INFINITY),
                    border,
                    np.nextafter(border, INFINITY),
                ]
    return [np.array(values, np.float32) for values in columns]


def categories(rows, columns, random):
    """Whole numbers as training saw them, and others."""
    seen = random.integers(-3, 45, (rows, columns)) * np.where(random.random((rows, columns)) < 0.2, 10.0**9, 1.0)
    unseen = random.choice([99.0, -1000.0, 2.0**31, -(2.0**40), 123456789012.0, 0.0], (rows, columns))
    return np.where(random.random((rows, columns)) < 0.15, unseen, seen)


def ordinary_rows(values, count, random):
    """Random rows in and around the range of each feature's borders, with some values missing."""
    columns = []
    for column in values:
        usual = column[np.abs(column) < 1e37]
        low, high = float(usual.min()), float(usual.max())
        margin = 0.25 * (high - low)
        drawn = random.uniform(low - margin, high + margin, count)
        columns.append(np.where(random.random(count) < 0.1, np.nan, drawn))
    return np.stack(columns, axis=1).astype(np.float32)


def every_special_row(document, random, most=6000):
    """Rows such that special values of each feature occur, the others being ordinary, and rows of specials alone."""
    values = special_values(document)
    total = sum(map(len, values))
    rows = ordinary_rows(values, min(total, most), random)
    places = [(column, value) for column, column_values in enumerate(values) for value in column_values]
    if total > most:
        places = [places[index] for index in random.choice(total, most, replace=False)]
    for row, (column, value) in zip(rows, places):
        row[column] = value
    crowded = np.stack([random.choice(column, 200) for column in values], axis=1)
    return np.ascontiguousarray(np.concatenate([rows, crowded, ordinary_rows(values, 200, random)]))


def few_rows(document, random, count=36):
    """Rows for a fixture: a third of the values are special."""
    values = special_values(document)
    rows = ordinary_rows(values, count, random)
    for column, column_values in enumerate(values):
        chosen = random.random(count) < 0.35
        rows[chosen, column] = random.choice(column_values, chosen.sum())
    return rows
