"""Stages that shift, scale and cut numbers, in the order of Spark's own operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..graph.builder import Graph, NotRepresentable, Table
from ..graph.tree_table import places
from .frame import Frame, refuse
from .registry import columns, parameter, stage


def _vector(frame: Frame, model: Any, width: int | None) -> Table:
    return frame.vector(str(parameter(model, "inputCol")), width).table


def _put(frame: Frame, model: Any, value: str, width: int) -> None:
    frame.put_vector(str(parameter(model, "outputCol")), frame.graph.of(value, width))


def _inverse(values: Any, of_zero: float) -> npt.NDArray[np.float64]:
    """Spark multiplies by the inverse of what it scales by."""
    array = np.asarray(values, np.float64)
    with np.errstate(divide="ignore"):
        return np.where(array == 0, of_zero, 1.0 / array)


def _scaled(frame: Frame, model: Any, center: Any, factor: Any, width: int) -> None:
    """(x - center) * factor, without what is None."""
    graph = frame.graph
    table = _vector(frame, model, width)
    middle = np.zeros(width) if center is None else np.asarray(center, np.float64)
    step = np.ones(width) if factor is None else np.abs(_inverse(factor, 1.0))
    graph.note_columns(table, [middle, middle + step, middle - 1.7 * step, middle + 0.3 * step])
    value = graph.numbers(table)
    if center is not None:
        value = graph.binary("Sub", value, middle)
    if factor is not None:
        value = graph.binary("Mul", value, factor)
    _put(frame, model, value, width)


@stage("StandardScalerModel")
def _standard(frame: Frame, model: Any) -> None:
    mean = model.mean.toArray() if model.getWithMean() else None
    factor = _inverse(model.std.toArray(), 0.0) if model.getWithStd() else None
    _scaled(frame, model, mean, factor, len(model.mean))


@stage("RobustScalerModel")
def _robust(frame: Frame, model: Any) -> None:
    median = model.median.toArray() if model.getWithCentering() else None
    factor = _inverse(model.range.toArray(), 0.0) if model.getWithScaling() else None
    _scaled(frame, model, median, factor, len(model.median))


@stage("MaxAbsScalerModel")
def _max_abs(frame: Frame, model: Any) -> None:
    _scaled(frame, model, None, _inverse(model.maxAbs.toArray(), 1.0), len(model.maxAbs))


@stage("MinMaxScalerModel")
def _min_max(frame: Frame, model: Any) -> None:
    graph = frame.graph
    low, high = model.originalMin.toArray(), model.originalMax.toArray()
    table = _vector(frame, model, len(low))
    graph.note_columns(table, [low, high, (low + high) / 2])
    first, last = float(model.getMin()), float(model.getMax())
    is_same = high == low
    factor = np.where(is_same, 0.0, (last - first) / np.where(is_same, 1.0, high - low))
    value = graph.binary("Mul", graph.binary("Sub", graph.numbers(table), low), factor)
    value = graph.binary("Add", value, first)
    if is_same.any():
        constant = graph.constant(np.full(len(low), (first + last) / 2))
        keeps = graph.add("Or", graph.constant(~is_same, np.bool_), graph.add("IsNaN", value))
        value = graph.where(keeps, value, constant)
    _put(frame, model, value, len(low))


@stage("ElementwiseProduct")
def _elementwise(frame: Frame, model: Any) -> None:
    factor = model.getScalingVec().toArray()
    value = frame.graph.numbers(_vector(frame, model, len(factor)))
    _put(frame, model, frame.graph.binary("Mul", value, factor), len(factor))


@stage("Normalizer")
def _normalizer(frame: Frame, model: Any) -> None:
    graph = frame.graph
    table = _vector(frame, model, None)
    value, power = graph.numbers(table), float(model.getP())
    axes = graph.constant([1], np.int64)
    if power == 1.0:
        norm = graph.sum_columns(graph.add("Abs", value))
    elif power == 2.0:
        norm = graph.add("Sqrt", graph.sum_columns(graph.add("Mul", value, value)))
    elif np.isinf(power):
        norm = graph.add("ReduceMax", graph.add("Abs", value), axes, keepdims=1)
    else:
        powers = graph.binary("Pow", graph.add("Abs", value), power)
        norm = graph.binary("Pow", graph.sum_columns(powers), 1.0 / power)
    norm = graph.where(graph.binary("Equal", norm, 0.0), graph.constant(1.0), norm)
    _put(frame, model, graph.add("Div", value, norm), graph.width(table))


@stage("Binarizer")
def _binarizer(frame: Frame, model: Any) -> None:
    graph = frame.graph
    names, made = columns(model, "input"), columns(model, "output")
    thresholds = parameter(model, "thresholds")
    if thresholds is None or not parameter(model, "inputCols"):
        thresholds = [parameter(model, "threshold")] * len(names)
    for name, output, threshold in zip(names, made, thresholds):
        if not frame.wants(output):
            continue
        column = frame.any(name)
        width = graph.width(column.table)
        graph.note_columns(column.table, np.full((1, width), threshold))
        above = graph.cast(graph.binary("Greater", graph.numbers(column.table), float(threshold)), "DOUBLE")
        frame.put(output, graph.of(above, width), is_vector=column.is_vector)


@stage("Bucketizer")
def _bucketizer(frame: Frame, model: Any) -> None:
    names, made = columns(model, "input"), columns(model, "output")
    several = parameter(model, "splitsArray")
    splits = several if several is not None and parameter(model, "inputCols") else [parameter(model, "splits")]
    for name, output, own in zip(names, made, splits):
        if not frame.wants(output):
            continue
        _put_buckets(frame, model, name, output, np.asarray(own, np.float64))


def _put_buckets(frame: Frame, model: Any, name: str, output: str, splits: npt.NDArray[np.float64]) -> None:
    graph = frame.graph
    table = frame.number(name).table
    keeps = str(model.getHandleInvalid()) == "keep"
    count = len(splits) - 1
    finite = splits[np.isfinite(splits)]
    # Numbers outside of the splits, and a missing one, stop Spark.
    graph.note(table[0], numbers=[*finite, *(finite[1:] + finite[:-1]) / 2], complete=True)
    x = graph.numbers(table)
    found = places(graph, x, [splits[1:-1]], counts_equal=True)
    if (splits[1:-1] == 0).any():
        # Spark searches with Java's order of numbers, in which -0 is below 0.
        is_zero = graph.binary("Equal", x, 0.0)
        is_negative = graph.binary("Less", graph.add("Div", graph.constant(1.0), x), 0.0)
        minus = graph.cast(graph.add("And", is_zero, is_negative), "DOUBLE")
        found = graph.add("Sub", found, minus)
    outside = graph.add("Or", graph.binary("Less", x, splits[0]), graph.binary("Greater", x, splits[-1]))
    missing = graph.add("IsNaN", x)
    if keeps:
        found = graph.where(missing, graph.constant(float(count)), found)
        refuse(graph, outside)
    else:
        refuse(graph, graph.add("Or", outside, missing))
    frame.put(output, graph.of(found, 1), sizes=(count + keeps,))


@stage("ImputerModel")
def _imputer(frame: Frame, model: Any) -> None:
    graph = frame.graph
    names, made = columns(model, "input"), columns(model, "output")
    statistics = model.surrogateDF.head()
    mark = float(model.getMissingValue())
    for name, output in zip(names, made):
        if not frame.wants(output):
            continue
        table = frame.number(name).table
        statistic = float(statistics[name])
        graph.note(table[0], numbers=[np.nan, statistic] + ([] if np.isnan(mark) else [mark]))
        x = graph.numbers(table)
        missing = graph.add("IsNaN", x)
        if table[0].source is not None:
            frame.nulls.add(table[0].source)
        if not np.isnan(mark):
            missing = graph.add("Or", missing, graph.binary("Equal", x, mark))
        filled = graph.where(missing, graph.constant(statistic), x)
        frame.put(output, graph.of(filled, 1), sizes=(0,))


def _polynomial_columns(graph: Graph, table: Table, degree: int) -> Table:
    """Products of up to `degree` columns, each multiplied from the last column to the first, in Spark's order."""
    value, width = graph.numbers(table), graph.width(table)
    products: list[tuple[int, ...]] = []

    def expand(last: int, left: int, product: tuple[int, ...]) -> None:
        if left == 0 or last < 0:
            if product:
                products.append(product)
            return
        for count in range(left + 1):
            expand(last - 1, left - count, product + (last,) * count)

    expand(width - 1, degree, ())
    known: dict[tuple[int, ...], int] = {(column,): column for column in range(width)}
    parts, place = [value], {product: column for product, column in known.items()}
    total, before = width, value
    for size in range(2, degree + 1):
        wanted = [product for product in products if len(product) == size]
        first = graph.columns(before, [known[product[:-1]] for product in wanted], len(known))
        before = graph.add("Mul", first, graph.columns(value, [product[-1] for product in wanted], width))
        known = {product: column for column, product in enumerate(wanted)}
        place.update({product: total + column for product, column in known.items()})
        parts.append(before)
        total += len(wanted)
    return graph.of(graph.columns(graph.joined(parts), [place[product] for product in products], total), total)


@stage("PolynomialExpansion")
def _polynomial(frame: Frame, model: Any) -> None:
    degree = int(model.getDegree())
    if degree < 1:
        raise NotRepresentable("PolynomialExpansion of degree 0 cannot be exported")
    made = _polynomial_columns(frame.graph, _vector(frame, model, None), degree)
    frame.put_vector(str(parameter(model, "outputCol")), made)
