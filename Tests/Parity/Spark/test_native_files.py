"""Files of XGBoost and LightGBM that Spark jobs leave behind: the native ones, in Spark's folders, loaded as they are."""

import apus
import lightgbm
import numpy as np
import pytest
import xgboost
from data import labelled, numbers, same
from xgboost.spark import SparkXGBClassifier, SparkXGBRegressor

SETTINGS = {"num_workers": 1, "n_estimators": 8, "max_depth": 4, "seed": 7}


def part(folder):
    """The file that a Spark job with one part leaves in a folder."""
    (found,) = folder.glob("part-00000*")
    return found


@pytest.fixture(scope="module", params=["binary", "classes", "number"])
def trained(request, spark):
    x, y = numbers()
    if request.param == "number":
        return x, SparkXGBRegressor(**SETTINGS).fit(labelled(spark, x, x[:, 0] * 2))
    return x, SparkXGBClassifier(**SETTINGS).fit(labelled(spark, x, np.minimum(y, 1) if request.param == "binary" else y))


def rows_around(x):
    rows = np.concatenate([x, x[:7]]).astype(np.float32)
    np.fill_diagonal(rows[-7:], np.nan)
    return rows


def test_xgboost_on_spark(trained, tmp_path):
    """`xgboost.spark` saves the booster as a text file of one line, in JSON."""
    x, model = trained
    model.save(str(tmp_path / "saved"))
    loaded = apus.load(part(tmp_path / "saved" / "model"))
    rows = rows_around(x)
    margins = model.get_booster().predict(xgboost.DMatrix(rows), output_margin=True)
    assert same(loaded.margins(rows), margins)
    # And without the detour.
    apus.export(model, tmp_path / "model.apus")
    assert same(apus.load(tmp_path / "model.apus").margins(rows), margins)


def test_xgboost_as_a_stage(trained, spark, tmp_path):
    x, model = trained
    apus.export(model, tmp_path / "model.onnx")
    loaded = apus.load(tmp_path / "model.onnx")
    data = labelled(spark, x, x[:, 0])
    name = "rawPrediction" if "rawPrediction" in {tensor.name for tensor in loaded.outputs} else "prediction"
    theirs = [row[name] for row in model.transform(data).select(name).collect()]
    theirs = np.array([value.toArray() if name == "rawPrediction" else [value] for value in theirs])
    assert same(loaded.run({"X": x})[name], theirs)


@pytest.mark.parametrize("layout", ["ubj", "json"])
def test_xgboost4j_on_spark(layout, tmp_path):
    """XGBoost4J-Spark writes the booster alone: to data/model, until version 2 to data/XGBoostClassificationModel."""
    x, y = numbers()
    booster = xgboost.train({"max_depth": 4, "objective": "multi:softprob", "num_class": 3}, xgboost.DMatrix(x, y), 6)
    for name in ("model", "XGBoostClassificationModel"):
        path = tmp_path / "saved" / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(booster.save_raw(layout))
        rows = rows_around(x)
        assert same(apus.load(path).margins(rows), booster.predict(xgboost.DMatrix(rows), output_margin=True))


@pytest.mark.parametrize("objective", ["binary", "multiclass", "regression"])
def test_lightgbm_of_synapse(objective, spark, tmp_path):
    """SynapseML's saveNativeModel writes LightGBM's text as a table of one row: the same call is made here."""
    x, y = numbers()
    label = {"binary": np.minimum(y, 1), "multiclass": y, "regression": x[:, 0]}[objective]
    settings = {"objective": objective, "verbose": -1, "num_leaves": 7, "min_data_in_leaf": 5, "num_threads": 1}
    if objective == "multiclass":
        settings["num_class"] = 3
    data = lightgbm.Dataset(x, label, categorical_feature=[3, 4])
    booster = lightgbm.train(settings, data, 6)
    folder = tmp_path / "native"
    spark.createDataFrame([(booster.model_to_string(),)], ["value"]).coalesce(1).write.text(str(folder))
    rows = np.concatenate([x, x[:7]])
    np.fill_diagonal(rows[-7:], np.nan)
    assert same(apus.load(part(folder)).margins(rows), booster.predict(rows, raw_score=True))
