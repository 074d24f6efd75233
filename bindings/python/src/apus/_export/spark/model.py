"""A fitted model of Spark ML as the bytes of an ONNX file."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import numpy as np

from ..graph.builder import Graph, NotRepresentable
from ..graph.model import Output, content, refused, require_onnx
from .frame import Frame
from .jvm import session
from .registry import write


def build(model: Any) -> tuple[bytes, Frame]:
    """The file, and the columns that go in and out."""
    require_onnx(model)
    session()
    draft = Frame(Graph(0, []))
    write(draft, model)
    if not draft.outputs:
        raise NotRepresentable(f"{type(model).__name__} makes no column")
    wanted = _wanted(draft)
    inputs = {name: column for name, column in draft.inputs.items() if name in wanted}
    texts = {_first(inputs, name) for name, column in inputs.items() if column.first in draft.graph.texts}
    graph = Graph(0, [], texts)
    frame = Frame(graph, draft, frozenset(wanted))
    for name, column in inputs.items():
        frame.enter(name, column.width)
    write(frame, model)
    return _content(frame, model), frame


def _wanted(draft: Frame) -> set[str]:
    """The columns that go out, and all that they are made of."""
    wanted: set[str] = set()
    waiting = list(draft.outputs)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += draft.sources.get(name, ())
    return wanted


def _first(inputs: dict[str, Any], wanted: str) -> int:
    """The place of a column among the graph's, if only these come in."""
    place = 0
    for name, column in inputs.items():
        if name == wanted:
            break
        place += 1 if column.width is None else column.width
    return place


def _content(frame: Frame, model: Any) -> bytes:
    from onnx import TensorProto

    graph = frame.graph
    outputs: list[Output] = []
    for name in frame.outputs:
        column = frame.column(name)
        if any(piece.is_text for piece in column.table):
            text = refused(graph, graph.text(column.table[0]), graph.constant([""], object))
            outputs.append((name, _flat(graph, text), int(TensorProto.STRING), False))
            continue
        value = refused(graph, graph.numbers(column.table))
        # The first are the scores of rows, a table in any case.
        is_table = column.is_vector or not outputs
        outputs.append((name, value if is_table else _flat(graph, value), int(TensorProto.DOUBLE), is_table))
    return content(graph, outputs, type(model).__name__, ("pyspark", metadata.version("pyspark")), {})


def _flat(graph: Graph, value: str) -> str:
    return graph.add("Squeeze", value, graph.constant([1], np.int64))
