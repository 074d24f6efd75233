"""Indices of texts and of categories, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.builder import NotRepresentable, Piece
from .frame import Frame, refuse
from .registry import columns, parameter, stage

# The index of what is no category, where Spark refuses it.
_REFUSED = -1.0


@stage("StringIndexerModel")
def _string_indexer(frame: Frame, model: Any) -> None:
    graph = frame.graph
    keeps = str(model.getHandleInvalid()) == "keep"
    for name, output, known in zip(columns(model, "input"), columns(model, "output"), model.labelsArray):
        if not frame.wants(output):
            continue
        labels = [str(label) for label in known]
        piece = frame.number(name).table[0]
        graph.note(piece, texts=[*labels, "never seen"] if keeps else labels, complete=not keeps)
        if piece.source is not None and "" in labels:
            graph.samples[piece.source].knows_empty_text = True
        found = graph.trained(
            "LabelEncoder",
            graph.text(piece),
            keys_strings=labels,
            values_tensor=graph.tensor(np.arange(len(labels), dtype=np.float64)),
            default_tensor=graph.tensor([float(len(labels)) if keeps else _REFUSED]),
        )
        if not keeps:
            refuse(graph, graph.binary("Equal", found, _REFUSED))
        labels += ["__unknown"] * keeps
        frame.put(output, graph.of(found, 1), labels=tuple(labels), sizes=(len(labels),))


@stage("IndexToString")
def _index_to_string(frame: Frame, model: Any) -> None:
    graph = frame.graph
    column = frame.number(str(parameter(model, "inputCol")))
    labels = parameter(model, "labels") or column.labels
    if not labels:
        raise NotRepresentable(
            "IndexToString without labels, of a column that no StringIndexer has made, cannot be exported"
        )
    graph.note(column.table[0], numbers=range(len(labels)), complete=True)
    x = graph.numbers(column.table)
    # Of an index that is none the text is empty, as that of a row which has been refused.
    known = graph.add("And", graph.binary("Greater", x, -1.0), graph.binary("Less", x, float(len(labels))))
    place = graph.cast(graph.where(known, x, graph.constant(float(len(labels)))), "INT64")
    found = graph.add("Gather", graph.constant([*labels, ""], object), place, axis=0)
    frame.put(str(parameter(model, "outputCol")), (Piece(found, 1, is_text=True),))


@stage("OneHotEncoderModel")
def _one_hot(frame: Frame, model: Any) -> None:
    graph = frame.graph
    keeps = str(model.getHandleInvalid()) == "keep"
    drops = bool(model.getDropLast())
    for name, output, size in zip(columns(model, "input"), columns(model, "output"), model.categorySizes):
        if not frame.wants(output):
            continue
        column = frame.number(name)
        invalid = [float(size), float(size) + 3] if keeps else []
        graph.note(column.table[0], numbers=[*range(int(size)), *invalid], complete=True)
        x = graph.numbers(column.table)
        is_known = graph.add("And", graph.binary("GreaterOrEqual", x, 0.0), graph.binary("Less", x, float(size)))
        place = graph.add("Floor", graph.where(is_known, x, graph.constant(float(size))))
        if not keeps:
            refuse(graph, graph.add("Not", is_known))
        width = int(size) + keeps - drops
        if width == 0:
            frame.put_vector(output, ())
            continue
        ones = graph.cast(graph.binary("Equal", place, np.arange(width, dtype=np.float64)), "DOUBLE")
        frame.put_vector(output, graph.of(ones, width), [0] * width)


@stage("VectorIndexerModel")
def _vector_indexer(frame: Frame, model: Any) -> None:
    graph = frame.graph
    table = frame.vector(str(parameter(model, "inputCol")), int(model.numFeatures)).table
    keeps = str(model.getHandleInvalid()) == "keep"
    parts, sizes = [], []
    for column in range(int(model.numFeatures)):
        piece = graph.select(table, [column])
        categories = model.categoryMaps.get(column)
        if categories is None:
            parts.append(piece)
            sizes.append(0)
            continue
        known = {float(key): float(index) for key, index in categories.items()}
        keys = list(known)
        other = max(keys) + 0.5
        graph.note(piece[0], numbers=[*keys, other] if keeps else keys, complete=True)
        found = graph.trained(
            "LabelEncoder",
            graph.numbers(piece),
            keys_tensor=graph.tensor(keys),
            values_tensor=graph.tensor(list(known.values())),
            default_tensor=graph.tensor([float(len(keys)) if keeps else _REFUSED]),
        )
        if not keeps:
            refuse(graph, graph.binary("Equal", found, _REFUSED))
        parts.append(graph.of(found, 1))
        sizes.append(len(keys) + keeps)
    frame.put_vector(str(parameter(model, "outputCol")), sum(parts, ()), sizes)
