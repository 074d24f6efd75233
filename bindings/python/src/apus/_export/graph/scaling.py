"""Transformers that shift, scale and cut numbers, in the order of scikit-learn's own operations."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from .builder import Graph, NotRepresentable, Table
from .registry import transforms


def _note(graph: Graph, table: Table, center: Any, spread: Any) -> None:
    width = graph.width(table)
    middle = np.zeros(width) if center is None else np.broadcast_to(center, width)
    step = np.ones(width) if spread is None else np.broadcast_to(np.abs(spread), width)
    graph.note_columns(table, [middle, middle + step, middle - 1.7 * step, middle + 0.3 * step])


def _scaled(graph: Graph, table: Table, center: Any, scale: Any) -> Table:
    """(x - center) / scale, without what is None."""
    _note(graph, table, center, scale)
    value = graph.numbers(table)
    if center is not None:
        value = graph.binary("Sub", value, center)
    if scale is not None:
        value = graph.binary("Div", value, scale)
    return graph.of(value, graph.width(table))


@transforms("StandardScaler")
def _standard(graph: Graph, scaler: Any, table: Table) -> Table:
    mean = scaler.mean_ if scaler.with_mean else None
    scale = scaler.scale_ if scaler.with_std else None
    return _scaled(graph, table, mean, scale)


@transforms("MinMaxScaler")
def _min_max(graph: Graph, scaler: Any, table: Table) -> Table:
    _note(graph, table, (scaler.data_min_ + scaler.data_max_) / 2, scaler.data_max_ - scaler.data_min_)
    value = graph.binary("Mul", graph.numbers(table), scaler.scale_)
    value = graph.binary("Add", value, scaler.min_)
    if scaler.clip:
        value = _clip(graph, value, *scaler.feature_range)
    return graph.of(value, graph.width(table))


@transforms("MaxAbsScaler")
def _max_abs(graph: Graph, scaler: Any, table: Table) -> Table:
    _note(graph, table, None, scaler.scale_)
    value = graph.binary("Div", graph.numbers(table), scaler.scale_)
    if getattr(scaler, "clip", False):
        value = _clip(graph, value, -1.0, 1.0)
    return graph.of(value, graph.width(table))


@transforms("RobustScaler")
def _robust(graph: Graph, scaler: Any, table: Table) -> Table:
    center = scaler.center_ if scaler.with_centering else None
    scale = scaler.scale_ if scaler.with_scaling else None
    return _scaled(graph, table, center, scale)


def _clip(graph: Graph, value: str, low: float, high: float) -> str:
    return graph.add("Clip", value, graph.constant(float(low)), graph.constant(float(high)))


@transforms("Binarizer")
def _binarizer(graph: Graph, binarizer: Any, table: Table) -> Table:
    graph.note_columns(table, np.full((1, graph.width(table)), binarizer.threshold))
    above = graph.binary("Greater", graph.numbers(table), binarizer.threshold)
    return graph.of(graph.cast(above, "DOUBLE"), graph.width(table))


@transforms("Normalizer")
def _normalizer(graph: Graph, normalizer: Any, table: Table) -> Table:
    value = graph.numbers(table)
    operator = {"l1": "ReduceL1", "l2": "ReduceL2", "max": "ReduceMax"}[normalizer.norm]
    size = graph.add("Abs", value) if normalizer.norm == "max" else value
    norm = graph.add(operator, size, graph.constant([1], np.int64), keepdims=1)
    norm = graph.where(graph.binary("Equal", norm, 0.0), graph.constant(1.0), norm)
    return graph.of(graph.add("Div", value, norm), graph.width(table))


def log1p(graph: Graph, x: str) -> str:
    """log(1 + x) without the loss of 1 + x (Kahan): log(u) * x / (u - 1) for the number u that 1 + x becomes."""
    u = graph.binary("Add", x, 1.0)
    lost = graph.binary("Sub", u, 1.0)
    exact = graph.add("Equal", lost, x)
    log = graph.add("Log", u)
    scaled = graph.add("Mul", log, graph.add("Div", x, lost))
    small = graph.where(graph.binary("Equal", u, 1.0), x, scaled)
    return graph.where(exact, graph.where(graph.binary("Equal", x, 0.0), x, log), small)


def expm1(graph: Graph, x: str) -> str:
    """exp(x) - 1 without its loss: Elu's of negative numbers is the library's own, and e(x) = -e(-x) * exp(x)."""
    below = graph.add("Elu", x, alpha=1.0)
    other = graph.add("Neg", graph.add("Elu", graph.add("Neg", x), alpha=1.0))
    above = graph.add("Mul", other, graph.add("Exp", x))
    return graph.where(graph.binary("Greater", x, 0.0), above, below)


def _plain(operator: str) -> Any:
    return lambda graph, value: graph.add(operator, value)


# By the names of NumPy's functions.
FUNCTIONS: dict[str, Any] = {
    "abs": _plain("Abs"),
    "absolute": _plain("Abs"),
    "exp": _plain("Exp"),
    "expm1": expm1,
    "log": _plain("Log"),
    "log1p": log1p,
    "negative": _plain("Neg"),
    "reciprocal": _plain("Reciprocal"),
    "sqrt": _plain("Sqrt"),
    "square": lambda graph, value: graph.add("Mul", value, value),
}


def apply_function(graph: Graph, function: Any, arguments: Any, value: str) -> str:
    """A function of NumPy's of a value; None is the identity."""
    if function is None:
        return value
    name = getattr(function, "__name__", repr(function))
    known = function is abs or function is getattr(np, name, None)
    if not known or name not in FUNCTIONS or arguments:
        raise NotRepresentable(
            f"FunctionTransformer with func={name} cannot be exported: it takes "
            + ", ".join(sorted(FUNCTIONS))
            + " of NumPy, without arguments"
        )
    made: str = FUNCTIONS[name](graph, value)
    return made


def _checks_only(function: Any) -> bool:
    """Whether it is what HistGradientBoosting sends numbers through beside categories."""
    from sklearn.utils.validation import check_array

    return isinstance(function, functools.partial) and function.func is check_array


@transforms("FunctionTransformer")
def _function(graph: Graph, transformer: Any, table: Table) -> Table:
    if transformer.func is None or _checks_only(transformer.func):
        return table
    name = getattr(transformer.func, "__name__", "")
    if name in ("log", "sqrt", "log1p"):
        graph.note_columns(table, np.tile([[0.25], [1.0], [3.5], [700.0]], graph.width(table)))
    value = apply_function(graph, transformer.func, transformer.kw_args, graph.numbers(table))
    return graph.of(value, graph.width(table))


@transforms("PowerTransformer")
def _power(graph: Graph, transformer: Any, table: Table) -> Table:
    value = graph.numbers(table)
    width = graph.width(table)
    columns = [graph.columns(value, [column], width) for column in range(width)]
    make = _box_cox if transformer.method == "box-cox" else _yeo_johnson
    made = [make(graph, column, float(power)) for column, power in zip(columns, transformer.lambdas_)]
    if transformer.method == "box-cox":
        graph.note_columns(table, np.tile([[0.25], [1.0], [3.5]], width))
    result = graph.of(graph.joined(made), width)
    return _standard(graph, transformer._scaler, result) if transformer.standardize else result


def _box_cox(graph: Graph, x: str, power: float) -> str:
    if np.isnan(power):
        return x
    log = graph.add("Log", x)
    if power == 0:
        return log
    return graph.binary("Div", expm1(graph, graph.binary("Mul", log, power)), power)


def _yeo_johnson(graph: Graph, x: str, power: float) -> str:
    def part(y: str, power: float, near: bool) -> str:
        # ((1 + y) ** power - 1) / power, or its limit for 0.
        log = log1p(graph, y)
        if near:
            return log
        return graph.binary("Div", expm1(graph, graph.binary("Mul", log, power)), power)

    if np.isnan(power):
        return x
    spacing = float(np.spacing(1.0))
    above = part(graph.add("Relu", x), power, abs(power) < spacing)
    below = part(graph.add("Relu", graph.add("Neg", x)), 2 - power, abs(power - 2) <= spacing)
    return graph.where(graph.binary("GreaterOrEqual", x, 0.0), above, graph.add("Neg", below))
