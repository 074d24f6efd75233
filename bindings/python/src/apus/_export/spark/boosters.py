"""Models of XGBoost's and LightGBM's own estimators for Spark, which hold the libraries' native ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.registry import predict
from .classes import largest
from .frame import Frame
from .registry import parameter, stage

_XGBOOST = ("SparkXGBClassifierModel", "SparkXGBRegressorModel", "SparkXGBRankerModel")


def native_content(model: Any) -> bytes | None:
    """The bytes of the native model that a Spark model is nothing but; None of another."""
    kind = type(model)
    library = kind.__module__.split(".")[0]
    if library == "xgboost" and kind.__name__ in _XGBOOST:
        return bytes(model.get_booster().save_raw("ubj"))
    if library == "synapse" and hasattr(model, "getNativeModel"):
        return str(model.getNativeModel()).encode()
    return None


@stage(*_XGBOOST)
def _xgboost(frame: Frame, model: Any) -> None:
    graph = frame.graph
    frame.predicts = True
    names = parameter(model, "features_cols")
    if names:
        table = sum((frame.number(name).table for name in names), ())
    else:
        table = frame.vector(str(parameter(model, "featuresCol")), int(model.get_booster().num_features())).table
    estimator = model._xgb_sklearn_model
    made = predict(graph, estimator, table)
    if made.proba is None:
        assert made.value is not None
        frame.put(str(parameter(model, "predictionCol")), graph.of(made.value(), 1))
        return
    margin = dict(made.others)["margins"]()
    width = len(np.ravel(estimator.classes_))
    raw = graph.joined([graph.add("Neg", margin), margin]) if width == 2 else margin
    frame.put_vector(str(parameter(model, "probabilityCol")), graph.of(made.proba(), width))
    frame.put_vector(str(parameter(model, "rawPredictionCol")), graph.of(raw, width))
    frame.put(str(parameter(model, "predictionCol")), graph.of(largest(graph, made.proba()), 1))
