"""Perceptrons, naive Bayes, factorisation machines, isotonic curves, one model for each class."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.builder import Graph, NotRepresentable, Table
from ..graph.registry import kept
from ..graph.tree_table import places
from .classes import classified, largest, pair, sigmoid, softmax
from .frame import Frame
from .linear import both, sums
from .registry import Predicted, parameter, predict, predicts, stage


@predicts("MultilayerPerceptronClassificationModel")
def _perceptron(graph: Graph, model: Any, table: Table) -> Predicted:
    @kept
    def raw() -> str:
        weights = model.weights.toArray()
        widths = [int(width) for width in model.getLayers()]
        value, start = graph.numbers(table), 0
        for index, (before, after) in enumerate(zip(widths, widths[1:])):
            matrix = weights[start : start + before * after].reshape(before, after)
            start += before * after
            value = graph.add("MatMul", value, graph.constant(matrix))
            value = graph.binary("Add", value, weights[start : start + after])
            start += after
            if index < len(widths) - 2:
                value = sigmoid(graph, value)
        return value

    return classified(graph, model, raw, kept(lambda: softmax(graph, raw())))


def _refuse(graph: Graph, is_fine: str) -> None:
    """Rows with any number that is not fine stop Spark."""
    bad = graph.cast(graph.add("Not", is_fine), "DOUBLE")
    count = graph.sum_columns(bad)
    graph.refusals.append(graph.binary("Greater", count, 0.0))


@predicts("NaiveBayesModel")
def _naive_bayes(graph: Graph, model: Any, table: Table) -> Predicted:
    kind = str(model.getModelType())
    prior, theta = model.pi.toArray(), model.theta.toArray()
    value = graph.numbers(table)
    width = graph.width(table)
    if kind in ("multinomial", "complement"):
        graph.note_columns(table, np.tile([[0.0], [1.0], [3.0]], width))
        _complete(graph, table)
        _refuse(graph, graph.binary("GreaterOrEqual", value, 0.0))
    elif kind == "bernoulli":
        graph.note_columns(table, np.tile([[0.0], [1.0]], width))
        _complete(graph, table)
        _refuse(graph, graph.add("Or", graph.binary("Equal", value, 0.0), graph.binary("Equal", value, 1.0)))

    @kept
    def raw() -> str:
        if kind == "multinomial":
            return sums(graph, table, theta, prior)()
        if kind == "bernoulli":
            other = np.log1p(-np.exp(theta))
            return sums(graph, table, theta - other, prior + other.sum(axis=1))()
        if kind == "gaussian":
            return _gaussian(graph, model, value)
        plain = graph.add("MatMul", value, graph.constant(theta.T))
        top = graph.add("ReduceMax", plain, graph.constant([1], np.int64), keepdims=1)
        powers = graph.sum_columns(graph.add("Exp", graph.add("Sub", plain, top)))
        return graph.add("Sub", plain, graph.add("Add", graph.add("Log", powers), top))

    return classified(graph, model, raw, kept(lambda: softmax(graph, raw())))


def _complete(graph: Graph, table: Table) -> None:
    for piece in table:
        graph.note(piece, complete=True)


def _gaussian(graph: Graph, model: Any, value: str) -> str:
    prior, theta, sigma = model.pi.toArray(), model.theta.toArray(), model.sigma.toArray()
    parts = []
    for mean, variance, start in zip(theta, sigma, prior):
        distance = graph.binary("Sub", value, mean)
        total = graph.sum_columns(graph.binary("Div", graph.add("Mul", distance, distance), variance))
        half = graph.binary("Div", graph.binary("Add", total, float(np.log(variance).sum())), 2.0)
        parts.append(graph.add("Sub", graph.constant([[start]]), half))
    return graph.joined(parts)


def _factors(graph: Graph, model: Any, table: Table) -> str:
    value = graph.numbers(table)
    factors = np.asarray(model.factors.toArray(), np.float64)
    linear = sums(graph, table, model.linear.toArray(), model.intercept)()
    once = graph.add("MatMul", value, graph.constant(factors))
    squares = graph.add("MatMul", graph.add("Mul", value, value), graph.constant(factors * factors))
    pairs = graph.binary("Mul", graph.add("Sub", graph.add("Mul", once, once), squares), 0.5)
    return graph.add("Add", linear, graph.sum_columns(pairs))


@predicts("FMRegressionModel")
def _factor_regression(graph: Graph, model: Any, table: Table) -> Predicted:
    return Predicted(lambda: _factors(graph, model, table))


@predicts("FMClassificationModel")
def _factor_classification(graph: Graph, model: Any, table: Table) -> Predicted:
    margin = kept(lambda: _factors(graph, model, table))
    probability = kept(lambda: pair(graph, sigmoid(graph, graph.add("Neg", margin()))))
    return classified(graph, model, both(graph, margin), probability)


@stage("IsotonicRegressionModel")
def _isotonic(frame: Frame, model: Any) -> None:
    graph = frame.graph
    frame.predicts = True
    column = frame.any(str(parameter(model, "featuresCol")))
    index = int(model.getFeatureIndex()) if column.is_vector else 0
    table = graph.select(column.table, [index])
    bounds, values = model.boundaries.toArray(), model.predictions.toArray()
    graph.note(table[0], numbers=[*bounds, *(bounds[1:] + bounds[:-1]) / 2])
    x = graph.numbers(table)
    last = len(bounds) - 1
    if len(set(bounds.tolist())) < len(bounds):
        raise NotRepresentable("IsotonicRegressionModel with a boundary that stands twice cannot be exported")
    reached = graph.cast(places(graph, x, [bounds], counts_equal=True), "INT64")
    # Entry k is for what has reached k boundaries; beyond both ends, a line of slope 0.
    low = np.concatenate([[0], np.arange(last + 1)])
    high = np.concatenate([[0], np.minimum(np.arange(1, last + 2), last)])

    def at(entries: Any) -> str:
        return graph.add("Gather", graph.constant(entries), reached, axis=0)

    run = np.where(high == low, 1.0, bounds[high] - bounds[low])
    moved = graph.add("Mul", at(values[high] - values[low]), graph.add("Sub", x, at(bounds[low])))
    curve = graph.add("Add", at(values[low]), graph.add("Div", moved, at(run)))
    flat = graph.add("Or", graph.add("Equal", x, at(bounds[low])), graph.add("Equal", at(high), at(low)))
    frame.put(str(parameter(model, "predictionCol")), graph.of(graph.where(flat, at(values[low]), curve), 1))


@stage("OneVsRestModel")
def _one_for_each(frame: Frame, model: Any) -> None:
    graph = frame.graph
    frame.predicts = True
    width = int(model.models[0].numFeatures)
    table = frame.vector(str(parameter(model, "featuresCol")), width).table
    parts = []
    for member in model.models:
        raw = predict(graph, member, table).raw
        if raw is None:
            raise NotRepresentable(
                f"OneVsRestModel of {type(member).__name__} cannot be exported: it has no raw predictions"
            )
        parts.append(graph.columns(raw(), [1], 2))
    joined = graph.joined(parts)
    name = parameter(model, "rawPredictionCol")
    if name:
        frame.put_vector(str(name), graph.of(joined, len(parts)))
    frame.put(str(parameter(model, "predictionCol")), graph.of(largest(graph, joined), 1))
