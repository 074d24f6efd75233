"""Trees, forests and boosted trees, with the votes and sums of Spark in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..graph.builder import Graph, Table
from ..graph.registry import Made, kept
from ..graph.tree_table import Trees
from . import jvm
from .classes import classified, pair, sigmoid
from .registry import Predicted, predicts
from .sums import dot, products

_Nodes = list[dict[str, Any]]


def _add(graph: Graph, table: Table, trees: Trees, nodes: _Nodes, values: Any, targets: Any) -> None:
    """Add a tree of which node i says values[i]."""
    left = np.array([node["leftChild"] for node in nodes])
    right = np.array([node["rightChild"] for node in nodes])
    features = np.array([max(node["split"]["featureIndex"], 0) for node in nodes])
    thresholds = np.zeros(len(nodes))
    members: dict[int, npt.NDArray[np.float64]] = {}
    for index, node in enumerate(nodes):
        if node["leftChild"] < 0:
            continue
        split = node["split"]
        known = np.array([float(value) for value in split["leftCategoriesOrThreshold"]])
        piece = graph.select(table, [split["featureIndex"]])[0]
        count = int(split["numCategories"])
        if count < 0:
            thresholds[index] = known[0]
            if index < 40:
                graph.note(piece, numbers=known)
            continue
        if len(known) <= count // 2:
            members[index] = known
        else:
            # Spark keeps the smaller set: then what is in none of them goes left.
            members[index] = np.setdiff1d(np.arange(count, dtype=np.float64), known)
            left[index], right[index] = right[index], left[index]
        graph.note(piece, numbers=range(count))
    trees.add(left, right, features, thresholds, None, values, targets, members=members or None)


def _predictions(nodes: _Nodes) -> npt.NDArray[np.float64]:
    return np.array([[float(node["prediction"])] for node in nodes])


def _counts(nodes: _Nodes) -> npt.NDArray[np.float64]:
    return np.array([[float(value) for value in node["impurityStats"]] for node in nodes])


def _shares_of_counts(nodes: _Nodes) -> npt.NDArray[np.float64]:
    """The share of each class; the sums in order, as Spark's are."""
    counts = _counts(nodes)
    totals = np.cumsum(counts, axis=1)[:, -1:]
    return np.divide(counts, totals, out=np.zeros_like(counts), where=totals != 0)


def _shares(graph: Graph, raw: Made) -> Made:
    """Numbers divided by their sum, unless that is 0."""

    @kept
    def make() -> str:
        total = graph.sum_columns(raw())
        total = graph.where(graph.binary("Equal", total, 0.0), graph.constant(1.0), total)
        return graph.add("Div", raw(), total)

    return make


@predicts("DecisionTreeRegressionModel", "RandomForestRegressionModel")
def _regression(graph: Graph, model: Any, table: Table) -> Predicted:
    members = _members(model)

    def make() -> str:
        trees = Trees(1)
        for tree in members:
            nodes = jvm.nodes(tree)
            _add(graph, table, trees, nodes, _predictions(nodes), [0])
        return graph.binary("Div", trees.sums(graph, graph.numbers(table)), float(len(members)))

    return Predicted(make)


@predicts("DecisionTreeClassificationModel", "RandomForestClassificationModel")
def _classification(graph: Graph, model: Any, table: Table) -> Predicted:
    # The raw prediction of a tree are the counts of its leaf, that of a forest the sum of shares.
    values_of = _counts if type(model).__name__.startswith("DecisionTree") else _shares_of_counts
    width = int(model.numClasses)

    @kept
    def raw() -> str:
        trees = Trees(width)
        for tree in _members(model):
            nodes = jvm.nodes(tree)
            _add(graph, table, trees, nodes, values_of(nodes), range(width))
        return trees.sums(graph, graph.numbers(table))

    return classified(graph, model, raw, _shares(graph, raw))


def _members(model: Any) -> list[Any]:
    return list(model.trees) if hasattr(model, "trees") else [model]


def _boosted(graph: Graph, model: Any, table: Table) -> Made:
    """Trees times their weights: a target for each tree's product, and one for what rounding took from it."""

    @kept
    def make() -> str:
        weights = [float(weight) for weight in model.treeWeights]
        count = len(weights)
        trees = Trees(2 * count)
        rests = np.zeros(count, bool)
        for index, (tree, weight) in enumerate(zip(model.trees, weights)):
            nodes = jvm.nodes(tree)
            values = products(_predictions(nodes)[:, 0], weight)
            _add(graph, table, trees, nodes, values, [index, count + index])
            rests[index] = bool(values[:, 1].any())
        both = trees.sums(graph, graph.numbers(table))
        high = graph.columns(both, range(count), 2 * count)
        low = graph.columns(both, range(count, 2 * count), 2 * count)
        return dot(graph, high, low, rests, jvm.dot_order())

    return make


@predicts("GBTRegressionModel")
def _boosted_regression(graph: Graph, model: Any, table: Table) -> Predicted:
    return Predicted(_boosted(graph, model, table))


@predicts("GBTClassificationModel")
def _boosted_classification(graph: Graph, model: Any, table: Table) -> Predicted:
    margin = _boosted(graph, model, table)

    def probability() -> str:
        first = sigmoid(graph, graph.binary("Mul", graph.add("Neg", margin()), 2.0))
        return pair(graph, first)

    def raw() -> str:
        return graph.joined([graph.add("Neg", margin()), margin()])

    return classified(graph, model, kept(raw), kept(probability))
