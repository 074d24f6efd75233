"""Apus against Spark: trees, forests and boosted trees, all bits of what their leaves add up to."""

import apus
import numpy as np
import onnx
import pytest
from data import EPSILON, answers, around_thresholds, labelled, numbers, same, vectors
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
    for each in names:
        if each == "probability" and name.startswith("boosting"):
            # Of an exponential, which Java and C round differently.
            assert np.all(np.abs(ours[each] - theirs[each]) <= 4 * EPSILON)
        else:
            assert same(ours[each], theirs[each]), each
    # Rows score as with any model, with the same bits alone.
    assert same(loaded.score(rows), ours[names[0]])
    scorer = loaded.scorer()
    for index in range(0, len(rows), 41):
        assert same(scorer.score_row(rows[index]), ours[names[0]][index])


def test_a_file_for_others(spark, training, tmp_path):
    """The same as an ONNX file, which the package onnx finds right."""
    x, tables = training
    model = GBTClassifier(maxIter=20, maxDepth=3, **SEED).fit(tables["binary", False])
    apus.export(model, tmp_path / "model.onnx")
    apus.export(model, tmp_path / "model.apus")
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"), full_check=True)
    assert same(apus.load(tmp_path / "model.onnx").score(x), apus.load(tmp_path / "model.apus").score(x))
    assert apus.load(tmp_path / "model.apus").attributes["estimator"] == "GBTClassificationModel"
