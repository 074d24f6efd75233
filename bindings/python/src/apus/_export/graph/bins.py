"""Numbers that are looked up among bounds: bins, quantiles, isotonic curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .builder import Graph, NotRepresentable, Table
from .registry import Prediction, predicts, transforms
from .tree_table import places


@transforms("KBinsDiscretizer")
def _bins(graph: Graph, binner: Any, table: Table) -> Table:
    inner = [np.asarray(edges, np.float64)[1:-1] for edges in binner.bin_edges_]
    for column, edges in enumerate(binner.bin_edges_):
        piece = graph.select(table, [column])[0]
        graph.note(piece, numbers=[edge for edge in edges if np.isfinite(edge)])
    value = graph.numbers(table)
    if binner.dtype is not None and np.dtype(binner.dtype) == np.float32:
        value = graph.single(value)
    found = places(graph, value, inner, counts_equal=True)
    if binner.encode == "ordinal":
        return graph.of(found, len(inner))
    counts = [int(count) for count in binner.n_bins_]
    wanted = np.concatenate([np.arange(count) for count in counts])
    column_of = np.repeat(np.arange(len(counts)), counts)
    spread = found if len(counts) == 1 else graph.columns(found, column_of.tolist(), len(counts))
    ones = graph.cast(graph.binary("Equal", spread, wanted.astype(np.float64)), "DOUBLE")
    return graph.of(ones, len(wanted))


def interpolate(graph: Graph, x: str, xs: npt.NDArray[Any], ys: npt.NDArray[Any]) -> str:
    """numpy.interp of [rows, 1], operation by operation."""
    xs, ys = np.asarray(xs, np.float64), np.asarray(ys, np.float64)
    found = graph.cast(places(graph, x, [xs], counts_equal=True), "INT64")
    last = len(xs) - 1
    # Entry k is for what has reached k points. At the last point, and beyond both, a constant: a slope of zero.
    at = np.concatenate([[0], np.arange(last), [last]]).astype(int)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.concatenate([[0.0], (ys[1:] - ys[:-1]) / (xs[1:] - xs[:-1]), [0.0]])
    slope = graph.add("Gather", graph.constant(slopes), found, axis=0)
    start = graph.add("Gather", graph.constant(xs[at]), found, axis=0)
    base = graph.add("Gather", graph.constant(ys[at]), found, axis=0)
    moved = graph.add("Add", graph.add("Mul", slope, graph.add("Sub", x, start)), base)
    # Outside of the points, and on one: infinities times zero, and slopes that are infinite, do not come in.
    flat = graph.add("Or", graph.add("Equal", x, start), graph.add("Equal", slope, graph.constant(0.0)))
    inside = graph.where(flat, base, moved)
    return graph.where(graph.add("IsNaN", x), x, inside)


def isotonic_curve(graph: Graph, isotonic: Any, x: str) -> str:
    """What a fitted IsotonicRegression makes of [rows, 1]."""
    xs, ys = isotonic.X_thresholds_, isotonic.y_thresholds_
    if xs.dtype != np.float64:
        raise NotRepresentable("IsotonicRegression that was fitted on 32-bit numbers cannot be exported")
    if len(ys) == 1:
        return graph.same_in_all_rows(x, ys[:1])
    if isotonic.out_of_bounds == "clip":
        x = graph.add("Clip", x, graph.constant(float(isotonic.X_min_)), graph.constant(float(isotonic.X_max_)))
        return interpolate(graph, x, xs, ys)
    curve = interpolate(graph, x, xs, ys)
    below = graph.binary("Less", x, float(xs[0]))
    above = graph.binary("Greater", x, float(xs[-1]))
    return graph.where(graph.add("Or", below, above), graph.constant(np.nan), curve)


@predicts("IsotonicRegression")
def _isotonic(graph: Graph, isotonic: Any, table: Table) -> Prediction:
    graph.note_columns(table, isotonic.X_thresholds_[:, np.newaxis])
    return Prediction(value=lambda: isotonic_curve(graph, isotonic, graph.numbers(table)))


@transforms("QuantileTransformer")
def _quantiles(graph: Graph, transformer: Any, table: Table) -> Table:
    if transformer.output_distribution != "uniform":
        raise NotRepresentable("QuantileTransformer with output_distribution='normal' cannot be exported")
    value = graph.numbers(table)
    width = graph.width(table)
    references = transformer.references_
    made = []
    for column in range(width):
        quantiles = transformer.quantiles_[:, column]
        graph.note(graph.select(table, [column])[0], numbers=quantiles[:: max(1, len(quantiles) // 50)])
        x = graph.columns(value, [column], width)
        up = interpolate(graph, x, quantiles, references)
        down = interpolate(graph, graph.add("Neg", x), -quantiles[::-1], -references[::-1])
        mean = graph.binary("Mul", graph.add("Sub", up, down), 0.5)
        # The lower bound is written last.
        mean = graph.where(graph.binary("Equal", x, quantiles[-1]), graph.constant(1.0), mean)
        made.append(graph.where(graph.binary("Equal", x, quantiles[0]), graph.constant(0.0), mean))
    return graph.of(graph.joined(made), width)
