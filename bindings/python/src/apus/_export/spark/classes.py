"""What classifiers make of their raw predictions: probabilities, and the index of a class."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.builder import Graph
from ..graph.registry import Made, kept
from .registry import Predicted, parameter


def sigmoid(graph: Graph, value: str) -> str:
    """1 / (1 + exp(-x)), operation by operation."""
    power = graph.add("Exp", graph.add("Neg", value))
    return graph.add("Div", graph.constant(1.0), graph.binary("Add", power, 1.0))


def pair(graph: Graph, first: str) -> str:
    """The probabilities of two classes, of that of the first."""
    return graph.joined([first, graph.add("Sub", graph.constant(1.0), first)])


def softmax(graph: Graph, value: str) -> str:
    """As Spark computes it: exponentials times the inverse of their sum."""
    largest = graph.add("ReduceMax", value, graph.constant([1], np.int64), keepdims=1)
    powers = graph.add("Exp", graph.add("Sub", value, largest))
    return graph.add("Mul", powers, graph.add("Div", graph.constant(1.0), graph.sum_columns(powers)))


def column(graph: Graph, place: str) -> str:
    """Indices [rows] as numbers [rows, 1]."""
    return graph.cast(graph.add("Unsqueeze", place, graph.constant([1], np.int64)), "DOUBLE")


def above(graph: Graph, score: str, threshold: float) -> str:
    """1 where a score [rows, 1] is above a threshold, else 0."""
    return graph.cast(graph.binary("Greater", score, threshold), "DOUBLE")


def largest(graph: Graph, value: str) -> str:
    """The index of the first of the largest columns, [rows, 1], as a number."""
    return column(graph, graph.largest_place(value))


def classified(graph: Graph, model: Any, raw: Made, probability: Made | None) -> Predicted:
    """A classifier that predicts what is most likely, or has a threshold for each class."""
    thresholds = parameter(model, "thresholds")

    @kept
    def prediction() -> str:
        if thresholds is None or probability is None:
            return largest(graph, raw())
        scaled = graph.binary("Div", probability(), np.array(thresholds, np.float64))
        # 0 / 0 is never the largest.
        return largest(graph, graph.where(graph.add("IsNaN", scaled), graph.constant(-np.inf), scaled))

    return Predicted(prediction, raw, probability)
