"""Linear models."""

from __future__ import annotations

from typing import Any

import numpy as np

from .builder import Graph, NotRepresentable, Table
from .registry import Made, Prediction, above, kept, label_place, pair, predicts


def decision(graph: Graph, estimator: Any, table: Table) -> Made:
    """Products and the intercepts, [rows, outputs]."""

    @kept
    def make() -> str:
        coefficients = np.atleast_2d(np.asarray(estimator.coef_, np.float64))
        value = graph.add("MatMul", graph.numbers(table), graph.constant(coefficients.T))
        return graph.binary("Add", value, np.broadcast_to(np.ravel(estimator.intercept_), len(coefficients)))

    return make


def classifier(graph: Graph, estimator: Any, scores: Made, proba: Made | None) -> Prediction:
    """A classifier with a decision_function."""
    is_pair = len(estimator.classes_) == 2
    place = above(graph, scores) if is_pair else label_place(graph, scores)
    return Prediction(proba=proba, decision=scores, place=place, classes=estimator.classes_)


def shares(graph: Graph, value: str, width: int) -> str:
    """Numbers divided by their sum; all the same if that is 0."""
    total = graph.sum_columns(value)
    none = graph.binary("Equal", total, 0.0)
    value = graph.where(none, graph.constant(1.0), value)
    return graph.add("Div", value, graph.where(none, graph.constant(float(width)), total))


@predicts("LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV")
@predicts(
    "BayesianRidge",
    "HuberRegressor",
    "SGDRegressor",
    "LinearSVR",
    "ARDRegression",
    "Lars",
    "LassoLars",
    "TheilSenRegressor",
)
@predicts("OrthogonalMatchingPursuit", "MultiTaskLasso", "MultiTaskElasticNet")
def _regressor(graph: Graph, estimator: Any, table: Table) -> Prediction:
    return Prediction(value=decision(graph, estimator, table))


@predicts("PoissonRegressor", "GammaRegressor")
def _exponential(graph: Graph, estimator: Any, table: Table) -> Prediction:
    linear = decision(graph, estimator, table)
    return Prediction(value=lambda: graph.add("Exp", linear()))


@predicts("RidgeClassifier", "RidgeClassifierCV", "LinearSVC", "Perceptron", "PassiveAggressiveClassifier")
def _classifier(graph: Graph, estimator: Any, table: Table) -> Prediction:
    return classifier(graph, estimator, decision(graph, estimator, table), None)


def each_logistic(graph: Graph, scores: Made, width: int) -> Made:
    """Logistic values: of two classes that of the second and 1 minus it, of more divided by their sum."""

    def make() -> str:
        logistic = graph.add("Sigmoid", scores())
        return pair(graph, logistic) if width == 2 else shares(graph, logistic, width)

    return make


def is_one_for_each(estimator: Any) -> bool:
    """Whether a LogisticRegression of more than two classes has a model for each of them."""
    scheme = getattr(estimator, "multi_class", "auto")
    return bool(scheme in ("ovr", "warn") or (estimator.solver == "liblinear" and scheme != "multinomial"))


@predicts("LogisticRegression", "LogisticRegressionCV")
def _logistic(graph: Graph, estimator: Any, table: Table) -> Prediction:
    width = len(estimator.classes_)
    scores = decision(graph, estimator, table)
    proba: Made
    if getattr(estimator, "multi_class", "auto") == "multinomial" and width == 2:

        def proba() -> str:
            value = scores()
            return graph.add("Softmax", graph.joined([graph.add("Neg", value), value]), axis=1)

    elif width == 2 or is_one_for_each(estimator):
        proba = each_logistic(graph, scores, width)
    else:

        @kept
        def proba() -> str:
            return graph.add("Softmax", scores(), axis=1)

    return classifier(graph, estimator, scores, proba)


@predicts("SGDClassifier")
def _stochastic(graph: Graph, estimator: Any, table: Table) -> Prediction:
    width = len(estimator.classes_)
    scores = decision(graph, estimator, table)
    proba: Made | None = None
    if estimator.loss in ("log", "log_loss"):
        proba = each_logistic(graph, scores, width)
    elif estimator.loss == "modified_huber":

        def proba() -> str:
            cut = graph.add("Clip", scores(), graph.constant(-1.0), graph.constant(1.0))
            value = graph.binary("Div", graph.binary("Add", cut, 1.0), 2.0)
            return pair(graph, value) if width == 2 else shares(graph, value, width)

    return classifier(graph, estimator, scores, proba)


@predicts("MLPClassifier", "MLPRegressor")
def _perceptrons(graph: Graph, estimator: Any, table: Table) -> Prediction:
    operators = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid"}

    @kept
    def last() -> str:
        value = graph.numbers(table)
        for index, (weights, bias) in enumerate(zip(estimator.coefs_, estimator.intercepts_)):
            value = graph.binary("Add", graph.add("MatMul", value, graph.constant(weights)), bias)
            if index < len(estimator.coefs_) - 1 and estimator.activation != "identity":
                value = graph.add(operators[estimator.activation], value)
        return value

    if not hasattr(estimator, "classes_"):
        if estimator.out_activation_ != "identity":
            raise NotRepresentable(f"MLPRegressor with loss={estimator.loss!r} cannot be exported")
        return Prediction(value=last)
    if estimator._label_binarizer.y_type_.startswith("multilabel"):
        raise NotRepresentable("MLPClassifier of several labels cannot be exported")
    if len(estimator.classes_) == 2:

        def proba() -> str:
            return pair(graph, graph.add("Sigmoid", last()))

        # scikit-learn takes the second label if its probability is above one half.
        halved = above(graph, lambda: graph.binary("Sub", graph.add("Sigmoid", last()), 0.5))
        return Prediction(proba=proba, place=halved, classes=estimator.classes_)

    @kept
    def softmax() -> str:
        return graph.add("Softmax", last(), axis=1)

    return Prediction(proba=softmax, place=label_place(graph, softmax), classes=estimator.classes_)
