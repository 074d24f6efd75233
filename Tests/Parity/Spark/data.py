"""Rows that models are trained and asked with, and what both say of them."""

import collections
import re

import numpy as np
from pyspark.ml.linalg import Vectors, VectorUDT
from pyspark.sql.types import DoubleType, StructField, StructType

# What trees were asked, and how often they said something else.
TALLY = collections.Counter()
EPSILON = np.finfo(float).eps
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -1e-310, 1e300, -1e300, 1.5, -1.0, 7.0, 1e-35]
NAMES = ["amount", "age", "hour", "country", "channel"]
# The last two are categories.
CATEGORIES = {3: 9, 4: 3}


def numbers(count=240, seed=7):
    """Rows of three numbers and two categories, and a label of three classes."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, len(NAMES)))
    for column, size in CATEGORIES.items():
        x[:, column] = random.integers(0, size, count)
        x[:size, column] = np.arange(size)
    y = (x[:, 0] + np.sin(3 * x[:, 1]) + 0.8 * np.isin(x[:, 3], [1, 4, 5, 8]) > 0.4).astype(float)
    y += (x[:, 2] * (x[:, 4] - 1) > 0.7) * (y > 0)
    return x, y


def labelled(spark, x, y):
    """A table of vectors and labels."""
    schema = StructType([StructField("label", DoubleType()), StructField("features", VectorUDT())])
    rows = [(float(label), Vectors.dense(row.tolist())) for row, label in zip(x, y)]
    return spark.createDataFrame(rows, schema)


def vectors(spark, x):
    return spark.createDataFrame(
        [(Vectors.dense(row.tolist()),) for row in x], StructType([StructField("features", VectorUDT())])
    )


def table(spark, x, names=NAMES):
    """A table of numbers."""
    rows = [tuple(row) for row in x.tolist()]
    return spark.createDataFrame(rows, StructType([StructField(name, DoubleType()) for name in names]))


def around_thresholds(model, x):
    """Rows at each threshold of a model's trees, as Spark prints them, and one unit to both sides; and special values."""
    found = {(int(feature), float(value)) for feature, value in re.findall(r"feature (\d+) <=? ?(-?[\d.E-]+)\)", model.toDebugString)}
    made = [x]
    for feature, value in sorted(found):
        rows = x[:3].copy()
        rows[:, feature] = [np.nextafter(value, -np.inf), value, np.nextafter(value, np.inf)]
        made.append(rows)
    for value in SPECIAL:
        rows = x[: x.shape[1]].copy()
        np.fill_diagonal(rows, value)
        made.append(rows)
    return np.concatenate(made)


def answers(model, data, names):
    """What Spark says, a matrix for each column."""
    rows = model.transform(data).select(*names).collect()
    return {name: np.array([matrix(row[name]) for row in rows]) for name in names}


def matrix(value):
    return value.toArray() if hasattr(value, "toArray") else [value]


def differing(left, right):
    """How many numbers are not the same."""
    left, right = np.ravel(left), np.ravel(right)
    assert left.shape == right.shape
    return int(np.sum((left != right) & ~(np.isnan(left) & np.isnan(right))))


def same(left, right):
    left, right = np.asarray(left, float), np.asarray(right, float)
    return left.size == right.size and np.array_equal(left.ravel(), right.ravel(), equal_nan=True)
