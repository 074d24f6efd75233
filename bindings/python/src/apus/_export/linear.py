"""Linear models: a tree of one leaf for each output, which adds coefficient * value in 64 bits, in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import file


def _linear(estimator: Any, objective: str, link: tuple[int, float] = file.IDENTITY) -> file.ModelFile:
    coefficients = np.atleast_2d(np.asarray(estimator.coef_, np.float64))
    width = len(coefficients)
    model = file.ModelFile.of(
        estimator,
        objective=objective,
        base_margins=np.broadcast_to(np.asarray(estimator.intercept_, np.float64).ravel(), width).copy(),
        double_rows=True,
        link=link,
        aggregation=file.SUM_THEN_BASE,
        iterations=[0, width],
    )
    for output, row in enumerate(coefficients):
        leaf = np.zeros(1, file.NODE)
        leaf["kind"] = file.LINEAR_LEAF
        leaf["feature"] = leaf["left"] = -1
        leaf["payload"] = model.add_linear_leaf(np.arange(len(row), dtype=np.int32), row)
        model.add_tree(leaf, output)
    return model


def _plain(estimator: Any) -> file.ModelFile:
    return _linear(estimator, str(getattr(estimator, "loss", "squared_error")))


def _logistic(estimator: Any) -> file.ModelFile:
    width = len(estimator.classes_)
    scheme = getattr(estimator, "multi_class", "auto")
    if width > 2 and (scheme == "ovr" or estimator.solver == "liblinear"):
        raise file.NotInThisFile("one logistic model for each class")
    if width == 2 and scheme == "multinomial":
        raise file.NotInThisFile("a softmax of one number and its negative")
    return _linear(estimator, "log_loss", file.SIGMOID if width == 2 else file.SOFTMAX)


def _stochastic(estimator: Any) -> file.ModelFile:
    loss = str(estimator.loss)
    if loss == "modified_huber" or (loss in ("log", "log_loss") and len(estimator.classes_) > 2):
        raise file.NotInThisFile("probabilities that have no link")
    return _linear(estimator, loss, file.SIGMOID if loss in ("log", "log_loss") else file.IDENTITY)


EXPORTERS = {
    **dict.fromkeys(
        [
            "LinearRegression",
            "Ridge",
            "RidgeCV",
            "Lasso",
            "LassoCV",
            "ElasticNet",
            "ElasticNetCV",
            "BayesianRidge",
            "HuberRegressor",
            "RidgeClassifier",
            "SGDRegressor",
            "LinearSVC",
            "LinearSVR",
        ],
        _plain,
    ),
    "LogisticRegression": _logistic,
    "SGDClassifier": _stochastic,
}
