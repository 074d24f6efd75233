"""Weighted sums of trees in the order, and with the roundings, of the dot product of the JVM that trained them.

Spark adds what the trees of a boosted model say by `BLAS.javaBLAS.ddot`. Since 3.2 that is Java code of netlib's,
which keeps several sums side by side, as many as a vector of the processor has places, and multiplies and adds in
one rounding. A product of a leaf and its tree's weight is known here: its rounded part and its rest, exactly. The
sum of three numbers with one rounding is made of sums of two, whose errors are numbers again (Boldo and Melquiond,
"Emulation of a FMA and correctly rounded sums", 2008; here a tie that the first rounding decides is looked for).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from ..graph.builder import Graph
from .jvm import DotOrder


def products(values: npt.NDArray[np.float64], weight: float) -> npt.NDArray[np.float64]:
    """[values, 2]: each rounded product with the weight, and what rounding took from it."""
    high = values * weight
    if weight == 1.0:
        return np.column_stack([high, np.zeros_like(high)])
    low = [
        float(Fraction(float(value)) * Fraction(float(weight)) - Fraction(float(product)))
        for value, product in zip(values, high)
    ]
    return np.column_stack([high, low])


def dot(graph: Graph, high: str, low: str, rests: npt.NDArray[np.bool_], order: DotOrder) -> str:
    """The sum of products [rows, trees] in the order of the JVM, [rows, 1]. `rests`: which trees have any rest."""
    count, lanes = len(rests), order.lanes
    body = count - count % lanes
    total = ""
    if body:
        sums = _part(graph, high, 0, lanes, count)
        for start in range(lanes, body, lanes):
            above = _part(graph, high, start, lanes, count)
            if order.is_fused and rests[start : start + lanes].any():
                sums = _sum_of_three(graph, sums, above, _part(graph, low, start, lanes, count))
            else:
                sums = graph.add("Add", sums, above)
        total = graph.columns(sums, [0], lanes)
        for lane in range(1, lanes):
            total = graph.add("Add", total, graph.columns(sums, [lane], lanes))
    for tree in range(body, count):
        above = graph.columns(high, [tree], count)
        if not total:
            total = above
        elif order.tail_is_fused and rests[tree]:
            total = _sum_of_three(graph, total, above, graph.columns(low, [tree], count))
        else:
            total = graph.add("Add", total, above)
    return total


def _part(graph: Graph, value: str, start: int, count: int, width: int) -> str:
    return graph.columns(value, range(start, start + count), width)


def _sum_of_two(graph: Graph, a: str, b: str) -> tuple[str, str]:
    """a + b, rounded, and its error (Knuth)."""
    total = graph.add("Add", a, b)
    second = graph.add("Sub", total, a)
    first = graph.add("Sub", total, second)
    return total, graph.add("Add", graph.add("Sub", a, first), graph.add("Sub", b, second))


def _sum_of_three(graph: Graph, a: str, high: str, low: str) -> str:
    """a + high + low with one rounding, where high is their sum's rounded value."""
    middle, rest = _sum_of_two(graph, a, low)
    top, below = _sum_of_two(graph, high, middle)
    small, lost = _sum_of_two(graph, rest, below)
    result, left = _sum_of_two(graph, top, small)
    # If the exact sum of `top` and `small` is half way to the neighbour, what `small` has lost decides.
    step = graph.binary("Mul", left, 2.0)
    neighbour = graph.add("Add", result, step)
    is_half = graph.add("Equal", graph.add("Sub", neighbour, result), step)
    decides = graph.add("Equal", graph.add("Sign", lost), graph.add("Sign", left))
    return graph.where(graph.add("And", is_half, decides), neighbour, result)
