"""Vectors put together, taken apart, multiplied."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.builder import Graph, NotRepresentable, Table
from .frame import Column, Frame, refuse
from .registry import columns, parameter, stage


@stage("VectorAssembler")
def _assembler(frame: Frame, model: Any) -> None:
    graph = frame.graph
    parts = [frame.any(name) for name in columns(model, "input")]
    table: Table = sum((part.table for part in parts), ())
    if str(model.getHandleInvalid()) != "keep":
        # Only numbers are looked at; in vectors a missing one stays.
        alone: Table = sum((part.table for part in parts if not part.is_vector), ())
        if alone:
            refuse(graph, graph.add("IsNaN", graph.numbers(alone)))
    sizes: list[int] | None = []
    for part in parts:
        sizes = None if sizes is None or part.sizes is None else [*sizes, *part.sizes]
    frame.put_vector(str(parameter(model, "outputCol")), table, sizes)


@stage("VectorSizeHint")
def _size_hint(frame: Frame, model: Any) -> None:
    # It says how wide vectors are that come in, and refuses others, which have no form here.
    name = str(parameter(model, "inputCol"))
    if frame.wants(name):
        frame.vector(name, int(model.getSize()))


def _selected(frame: Frame, name: str, output: str, indices: Any, width: int | None = None) -> None:
    column = frame.vector(name, width)
    chosen = [int(index) for index in indices]
    sizes = None if column.sizes is None else [column.sizes[index] for index in chosen]
    frame.put_vector(output, frame.graph.select(column.table, chosen), sizes)


@stage("VectorSlicer")
def _slicer(frame: Frame, model: Any) -> None:
    if parameter(model, "names"):
        raise NotRepresentable("VectorSlicer with names cannot be exported: with indices it can")
    _selected(frame, str(parameter(model, "inputCol")), str(parameter(model, "outputCol")), model.getIndices())


@stage("ChiSqSelectorModel", "UnivariateFeatureSelectorModel", "VarianceThresholdSelectorModel")
def _selector(frame: Frame, model: Any) -> None:
    name = str(parameter(model, "featuresCol"))
    _selected(frame, name, str(parameter(model, "outputCol")), sorted(model.selectedFeatures))


@stage("PCAModel")
def _components(frame: Frame, model: Any) -> None:
    graph = frame.graph
    components = np.asarray(model.pc.toArray(), np.float64)
    column = frame.vector(str(parameter(model, "inputCol")), len(components))
    value = graph.add("MatMul", graph.numbers(column.table), graph.constant(components))
    frame.put_vector(str(parameter(model, "outputCol")), graph.of(value, components.shape[1]))


@stage("Interaction")
def _interaction(frame: Frame, model: Any) -> None:
    graph = frame.graph
    product, width = "", 1
    # From the last column to the first, whose elements change most slowly.
    for name in reversed(columns(model, "input")):
        column = frame.any(name)
        if column.sizes is None:
            raise NotRepresentable(f"Interaction of the column {name!r}, whose elements Spark does not describe")
        value, count = _spread(graph, column)
        if product:
            left = graph.columns(value, np.repeat(np.arange(count), width).tolist(), count)
            right = graph.columns(product, np.tile(np.arange(width), count).tolist(), width)
            value = graph.add("Mul", right, left)
        product, width = value, width * count
    frame.put_vector(str(parameter(model, "outputCol")), graph.of(product, width), [0] * width)


def _spread(graph: Graph, column: Column) -> tuple[str, int]:
    """The elements of a column, with a column of ones and zeros for each category of those that are categories."""
    assert column.sizes is not None
    parts, width = [], 0
    for index, size in enumerate(column.sizes):
        value = graph.numbers(graph.select(column.table, [index]))
        if size:
            is_it = graph.binary("Equal", value, np.arange(size, dtype=np.float64))
            parts.append(graph.cast(is_it, "DOUBLE"))
        else:
            parts.append(value)
        width += size or 1
    return graph.joined(parts), width
