"""Apus against Spark: columns of text, what is not known in them, and what is refused."""

import apus
import numpy as np
import pytest
from data import numbers, same
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import DecisionTreeClassifier, RandomForestClassifier
from pyspark.ml.feature import (
    Imputer,
    IndexToString,
    OneHotEncoder,
    RFormula,
    SQLTransformer,
    StringIndexer,
    Tokenizer,
    VectorAssembler,
    VectorSizeHint,
)
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

FIELDS = {"amount": DoubleType(), "country": StringType(), "channel": StringType(), "outcome": StringType()}


def texts():
    """Rows as dicts: a number that may be missing, two columns of text, and a label of text."""
    x, y = numbers()
    countries = np.array(["DE", "FR", "it", "straße 😀", "US", "JP", "BR", "CN", "IN"], object)
    rows = []
    for row, label in zip(x, y):
        amount = None if row[2] > 1.6 else float(row[0])
        rows.append((amount, countries[int(row[3])], "web" if row[4] else "app", ["fine", "fraud", "check"][int(label)]))
    return rows


def frame(spark, rows):
    return spark.createDataFrame(rows, StructType([StructField(name, kind) for name, kind in FIELDS.items()]))


def inputs(rows):
    """Rows by the names of the columns; a missing text is empty, a missing number NaN."""
    columns = {name: [row[index] for row in rows] for index, name in enumerate(FIELDS)}
    amounts = np.array([np.nan if value is None else value for value in columns["amount"]])[:, np.newaxis]
    made = {name: np.array([["" if value is None else value] for value in columns[name]], object) for name in ("country", "channel")}
    return {"amount": amounts, **made}


def stages(invalid):
    return [
        StringIndexer(inputCol="outcome", outputCol="label"),
        StringIndexer(inputCols=["country", "channel"], outputCols=["land", "way"], handleInvalid=invalid),
        OneHotEncoder(inputCols=["land"], outputCols=["lands"]),
        Imputer(inputCols=["amount"], outputCols=["sum"]),
        VectorAssembler(inputCols=["sum", "lands", "way"], outputCol="features"),
        RandomForestClassifier(numTrees=7, maxDepth=6, seed=2),
    ]


@pytest.mark.parametrize("invalid", ["error", "skip", "keep"])
def test_texts(invalid, spark, tmp_path):
    rows = texts()
    data = frame(spark, rows)
    labels = ["fine", "fraud", "check"]
    made = [*stages(invalid), IndexToString(inputCol="prediction", outputCol="said", labels=labels)]
    if invalid == "keep":
        # Of one more category than training has seen.
        made[2] = OneHotEncoder(inputCols=["land"], outputCols=["lands"], dropLast=False)
    model = Pipeline(stages=made).fit(data)
    apus.export(model, tmp_path / "model.apus", rows=data)
    loaded = apus.load(tmp_path / "model.apus")
    assert sorted(tensor.name for tensor in loaded.inputs) == ["amount", "channel", "country"]
    ours = loaded.run(inputs(rows))
    theirs = model.transform(data).select("probability", "rawPrediction", "prediction", "said").collect()
    for name in ("probability", "rawPrediction"):
        assert same(ours[name], [row[name].toArray() for row in theirs])
    assert ours["said"].tolist() == [row["said"] for row in theirs]
    strange = [(1.0, "XX", "web", "fine"), (0.5, None, "app", "fine"), (None, "DE", "fax", "fine")]
    ours = loaded.run(inputs(strange))
    if invalid == "keep":
        theirs = model.transform(frame(spark, strange)).select("probability").collect()
        assert same(ours["probability"], [row["probability"].toArray() for row in theirs])
    else:
        # Where Spark stops, or leaves the row out.
        assert np.isnan(ours["probability"]).all() and np.isnan(ours["prediction"]).all()
        assert ours["said"].tolist() == [""] * len(strange)
        left = model.transform(frame(spark, strange)).count() if invalid == "skip" else 0
        assert left == 0


def test_a_formula(spark, tmp_path):
    rows = texts()
    data = frame(spark, [(row[0] or 0.0, *row[1:]) for row in rows])
    formula = RFormula(formula="outcome ~ amount + country + amount:channel")
    model = Pipeline(stages=[formula, DecisionTreeClassifier(maxDepth=4)]).fit(data)
    apus.export(model, tmp_path / "model.apus", rows=data)
    ours = apus.load(tmp_path / "model.apus").run(inputs([(row[0] or 0.0, *row[1:]) for row in rows]))
    theirs = model.transform(data).select("rawPrediction").collect()
    assert same(ours["rawPrediction"], [row["rawPrediction"].toArray() for row in theirs])


def test_vectors_that_come_in(spark, tmp_path):
    """Beside a column of numbers: one input for all elements, in the order in which the assembler takes them."""
    from pyspark.ml.linalg import Vectors

    x, y = numbers()
    data = spark.createDataFrame([(Vectors.dense(row[1:].tolist()), float(row[0]), float(label)) for row, label in zip(x, y)], ["seen", "amount", "label"])
    made = [VectorAssembler(inputCols=["seen", "amount"], outputCol="features"), DecisionTreeClassifier()]
    with pytest.raises(ValueError, match="5 numbers are wanted in the column 'features', but 2 reach it"):
        apus.export(Pipeline(stages=made).fit(data), tmp_path / "model.apus")
    model = Pipeline(stages=[VectorSizeHint(inputCol="seen", size=4), *made]).fit(data)
    apus.export(model, tmp_path / "model.apus", rows=data)
    loaded = apus.load(tmp_path / "model.apus")
    assert loaded.attributes["features"] == '["seen_0", "seen_1", "seen_2", "seen_3", "amount"]'
    theirs = [row["probability"].toArray() for row in model.transform(data).collect()]
    assert same(loaded.score(np.roll(x, -1, axis=1)), theirs)


def test_what_cannot_be_exported_is_named(spark, tmp_path):
    data = frame(spark, texts())
    refused = [
        (PipelineModel([SQLTransformer(statement="SELECT *, amount + 1 AS more FROM __THIS__")]), TypeError, "SQLTransformer as a stage of Spark"),
        (PipelineModel([Tokenizer(inputCol="country", outputCol="words")]), TypeError, "Tokenizer as a stage of Spark"),
        (RandomForestClassifier(), ValueError, "this RandomForestClassifier is not fitted"),
        (Pipeline(stages=stages("keep")), ValueError, "this Pipeline is not fitted"),
        (PipelineModel([VectorAssembler(inputCols=["amount"], outputCol="v"), IndexToString(inputCol="v", outputCol="t", labels=["a"])]), ValueError, "the column 'v' of vectors"),
        (PipelineModel([IndexToString(inputCol="amount", outputCol="t")]), ValueError, "IndexToString without labels"),
        (PipelineModel([StringIndexer(inputCol="country", outputCol="i").fit(data), OneHotEncoder(inputCol="i", outputCol="country_i")]), ValueError, "OneHotEncoder is not fitted"),
    ]
    for model, kind, words in refused:
        with pytest.raises(kind, match=words):
            apus.export(model, tmp_path / "model.apus")
    assert list(tmp_path.iterdir()) == []
