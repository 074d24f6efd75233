"""Linear models. Spark leaves the order of their sums to a BLAS, and to whether a vector came as a sparse one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.builder import Graph, NotRepresentable, Table
from ..graph.registry import Made, kept
from .classes import above, classified, pair, sigmoid, softmax
from .registry import Predicted, parameter, predicts

# What Spark takes for the least mean of a distribution.
_LEAST = 1e-16


def sums(graph: Graph, table: Table, coefficients: Any, intercepts: Any) -> Made:
    """Products and the intercepts, [rows, outputs]."""

    @kept
    def make() -> str:
        matrix = np.atleast_2d(np.asarray(coefficients, np.float64))
        value = graph.add("MatMul", graph.numbers(table), graph.constant(matrix.T))
        return graph.binary("Add", value, np.broadcast_to(np.ravel(intercepts), len(matrix)))

    return make


def both(graph: Graph, margin: Made) -> Made:
    """The raw predictions of two classes."""
    return kept(lambda: graph.joined([graph.add("Neg", margin()), margin()]))


@predicts("LinearRegressionModel")
def _regression(graph: Graph, model: Any, table: Table) -> Predicted:
    return Predicted(sums(graph, table, model.coefficients.toArray(), model.intercept))


@predicts("LinearSVCModel")
def _support_vectors(graph: Graph, model: Any, table: Table) -> Predicted:
    margin = sums(graph, table, model.coefficients.toArray(), model.intercept)
    threshold = float(model.getThreshold())
    return Predicted(lambda: above(graph, margin(), threshold), both(graph, margin))


@predicts("LogisticRegressionModel")
def _logistic(graph: Graph, model: Any, table: Table) -> Predicted:
    coefficients = model.coefficientMatrix.toArray()
    margin = sums(graph, table, coefficients, model.interceptVector.toArray())
    if len(coefficients) > 1:
        return classified(graph, model, margin, kept(lambda: softmax(graph, margin())))
    threshold = float(model.getThreshold())
    with np.errstate(divide="ignore"):
        least = float(np.log(np.float64(threshold) / (1.0 - threshold))) if threshold < 1 else np.inf
    return Predicted(
        lambda: above(graph, margin(), least),
        both(graph, margin),
        kept(lambda: pair(graph, sigmoid(graph, graph.add("Neg", margin())))),
    )


def _unlinked(graph: Graph, link: str, power: float, value: str) -> str:
    if link == "power":
        link = {0.0: "log", 1.0: "identity", -1.0: "inverse", 0.5: "sqrt"}.get(power, "power")
    if link == "identity":
        return value
    if link == "log":
        return graph.add("Exp", value)
    if link == "logit":
        return sigmoid(graph, value)
    if link == "inverse":
        return graph.add("Div", graph.constant(1.0), value)
    if link == "sqrt":
        return graph.add("Mul", value, value)
    if link == "cloglog":
        return graph.add("Sub", graph.constant(1.0), graph.add("Exp", graph.add("Neg", graph.add("Exp", value))))
    if link == "probit":
        scaled = graph.binary("Mul", value, float(np.sqrt(0.5)))
        return graph.binary("Mul", graph.binary("Add", graph.add("Erf", scaled), 1.0), 0.5)
    if link == "power":
        return graph.binary("Pow", value, 1.0 / power)
    raise NotRepresentable(f"GeneralizedLinearRegressionModel with link={link!r} cannot be exported")


def _projected(graph: Graph, family: str, value: str) -> str:
    """A mean that the distribution can have."""
    greatest = float(np.finfo(np.float64).max)
    if family == "binomial":
        return graph.add("Clip", value, graph.constant(_LEAST), graph.constant(1.0 - _LEAST))
    least = -greatest if family == "gaussian" else _LEAST
    return graph.add("Clip", value, graph.constant(least), graph.constant(greatest))


_LINKS = {"gaussian": "identity", "binomial": "logit", "poisson": "log", "gamma": "inverse", "tweedie": "power"}
_TWEEDIE = {0.0: "gaussian", 1.0: "poisson", 2.0: "gamma"}


@predicts("GeneralizedLinearRegressionModel")
def _generalized(graph: Graph, model: Any, table: Table) -> Predicted:
    if parameter(model, "offsetCol"):
        raise NotRepresentable("GeneralizedLinearRegressionModel with an offsetCol cannot be exported")
    family = str(model.getFamily()).lower()
    link = str(parameter(model, "link") or _LINKS[family]).lower()
    power = parameter(model, "linkPower")
    if family == "tweedie":
        variance = float(model.getVariancePower())
        power = 1.0 - variance if power is None else power
        link, family = "power", _TWEEDIE.get(variance, family)
    eta = sums(graph, table, model.coefficients.toArray(), model.intercept)

    def mean() -> str:
        return _projected(graph, family, _unlinked(graph, link, float(power or 0.0), eta()))

    return Predicted(mean, linear=eta)
