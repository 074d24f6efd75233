"""Apus against Spark: trees, forests and boosted trees, all bits of what their leaves add up to."""

from fractions import Fraction

import apus
import numpy as np
import onnx
import pytest
from apus._export.graph.builder import Graph
from apus._export.graph.model import content
from apus._export.spark.jvm import DotOrder, dot_order
from apus._export.spark.sums import dot, products
from data import EPSILON, TALLY, answers, around_thresholds, differing, labelled, numbers, same, vectors
from pyspark.ml.classification import DecisionTreeClassifier, GBTClassifier, RandomForestClassifier
from pyspark.ml.feature import VectorIndexer
from pyspark.ml.regression import DecisionTreeRegressor, GBTRegressor, RandomForestRegressor

SEED = {"seed": 7}
# (name, estimator, label, whether two columns are categories)
TREES = [
    ("tree-classes", DecisionTreeClassifier(maxDepth=5), "classes", False),
    ("tree-entropy-categories", DecisionTreeClassifier(maxDepth=6, impurity="entropy"), "classes", True),
    ("tree-thresholds", DecisionTreeClassifier(maxDepth=4).setThresholds([0.2, 0.5, 0.1]), "classes", True),
    ("tree-one-leaf", DecisionTreeClassifier(maxDepth=0), "binary", False),
    ("tree-number", DecisionTreeRegressor(maxDepth=6), "number", False),
    ("tree-number-categories", DecisionTreeRegressor(maxDepth=6, varianceCol="spread"), "number", True),
    ("forest-binary", RandomForestClassifier(numTrees=13, maxDepth=5, **SEED), "binary", False),
    ("forest-classes-categories", RandomForestClassifier(numTrees=9, maxDepth=6, featureSubsetStrategy="all", **SEED), "classes", True),
    ("forest-thresholds", RandomForestClassifier(numTrees=7, maxDepth=4, **SEED).setThresholds([0.9, 0.0, 0.4]), "classes", False),
    ("forest-number", RandomForestRegressor(numTrees=11, maxDepth=5, **SEED), "number", False),
    ("forest-number-categories", RandomForestRegressor(numTrees=6, maxDepth=7, subsamplingRate=0.6, **SEED), "number", True),
    ("boosting-binary", GBTClassifier(maxIter=20, maxDepth=3, **SEED), "binary", False),
    ("boosting-binary-categories", GBTClassifier(maxIter=11, maxDepth=4, stepSize=0.3, **SEED), "binary", True),
    ("boosting-number", GBTRegressor(maxIter=27, maxDepth=2, stepSize=0.05, **SEED), "number", False),
    ("boosting-number-categories", GBTRegressor(maxIter=5, maxDepth=4, subsamplingRate=0.7, lossType="absolute", **SEED), "number", True),
]


@pytest.fixture(scope="session")
def training(spark):
    """Tables of each label, without and with categories, and the rows of the latter."""
    x, classes = numbers()
    labels = {"classes": classes, "binary": np.minimum(classes, 1), "number": np.round(x[:, 0] * 3 + x[:, 3], 3)}
    made = {}
    for label, y in labels.items():
        plain = labelled(spark, x, y).cache()
        made[label, False] = plain
        indexer = VectorIndexer(inputCol="features", outputCol="indexed", maxCategories=10).fit(plain)
        made[label, True] = indexer.transform(plain).select("label", "indexed").withColumnRenamed("indexed", "features").cache()
    return x, made


@pytest.mark.parametrize("name,estimator,label,categories", TREES, ids=[name for name, *_ in TREES])
def test_trees(name, estimator, label, categories, spark, training, tmp_path):
    x, tables = training
    model = estimator.fit(tables[label, categories])
    apus.export(model, tmp_path / "model.apus")
    loaded = apus.load(tmp_path / "model.apus")
    rows = around_thresholds(model, x)
    names = [name for name in ("probability", "rawPrediction", "prediction") if model.hasParam(f"{name}Col")]
    theirs = answers(model, vectors(spark, rows), names)
    ours = loaded.run({"X": rows})
    assert list(ours) == names
    TALLY["models"] += 1
    TALLY["rows"] += len(rows)
    for each in names:
        if each == "probability" and name.startswith("boosting"):
            # Of an exponential, which Java and C round differently.
            assert np.all(np.abs(ours[each] - theirs[each]) <= 4 * EPSILON)
            continue
        different = differing(ours[each], theirs[each])
        TALLY["numbers"] += ours[each].size
        TALLY["different"] += different
        assert different == 0, each
    # Rows score as with any model, with the same bits alone.
    assert same(loaded.score(rows), ours[names[0]])
    scorer = loaded.scorer()
    for index in range(0, len(rows), 41):
        assert same(scorer.score_row(rows[index]), ours[names[0]][index])


def test_sums_of_this_machine(spark):
    """The order that is found out is the one that the JVM's dot product has."""
    from apus._export.spark.jvm import _java_dot

    order = dot_order()
    random = np.random.default_rng(3)
    for count in (1, 7, 16, 37):
        x, y = random.normal(size=count), random.normal(size=count)
        assert _java_dot(x, y) == java_dot(x.tolist(), y.tolist(), order)


def fused(a, b, c):
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def java_dot(x, y, order):
    """netlib's dot product, as its Java code has it for a number of sums side by side."""
    add = fused if order.is_fused else lambda a, b, c: a * b + c
    add_last = fused if order.tail_is_fused else lambda a, b, c: a * b + c
    sums = [0.0] * order.lanes
    body = len(x) - len(x) % order.lanes
    for index in range(body):
        sums[index % order.lanes] = add(x[index], y[index], sums[index % order.lanes])
    total = 0.0
    for each in sums:
        total += each
    for index in range(body, len(x)):
        total = add_last(x[index], y[index], total)
    return total


@pytest.mark.parametrize("order", [DotOrder(8, True, False), DotOrder(4, True, True), DotOrder(4, False, False), DotOrder(2, True, False), DotOrder(1, False, False)])
@pytest.mark.parametrize("count", [3, 8, 21])
def test_sums_of_other_machines(count, order):
    """Their orders, in exact arithmetic, on leaves of which sums are often half way between two numbers."""
    random = np.random.default_rng(count)
    weights = np.array([1.0] + [random.choice([0.1, 0.3, 1 - 2.0**-30]) for _ in range(count - 1)])
    leaves = random.normal(size=(400, count)) * 2.0 ** random.integers(-40, 40, (400, count))
    leaves[::3] = random.choice([2.0**53, -(2.0**53), 1.0, 1 + 2.0**-30, -1.0, 3.0], leaves[::3].shape)
    both = np.stack([products(leaves[:, tree], weights[tree]) for tree in range(count)], axis=1)
    graph = Graph(2 * count, [f"x{index}" for index in range(2 * count)])
    high, low = (graph.numbers(graph.rows[start : start + count]) for start in (0, count))
    total = dot(graph, high, low, both[:, :, 1].any(axis=0), order)
    loaded = apus.load(content(graph, [("sum", total, onnx.TensorProto.DOUBLE, True)], "sums", ("test", "1"), {}))
    expected = [java_dot(row, weights.tolist(), order) for row in leaves.tolist()]
    assert same(loaded.score(np.concatenate([both[:, :, 0], both[:, :, 1]], axis=1)), expected)


def test_a_file_for_others(spark, training, tmp_path):
    """The same as an ONNX file, which the package onnx finds right."""
    x, tables = training
    model = GBTClassifier(maxIter=20, maxDepth=3, **SEED).fit(tables["binary", False])
    apus.export(model, tmp_path / "model.onnx")
    apus.export(model, tmp_path / "model.apus")
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"), full_check=True)
    assert same(apus.load(tmp_path / "model.onnx").score(x), apus.load(tmp_path / "model.apus").score(x))
    assert apus.load(tmp_path / "model.apus").attributes["estimator"] == "GBTClassificationModel"
