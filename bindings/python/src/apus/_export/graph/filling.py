"""Missing values: filled, or told. In a column of text what is missing is the empty text."""

from __future__ import annotations

from typing import Any

import numpy as np

from .builder import Graph, NotRepresentable, Piece, Table
from .registry import transforms


def is_missing_mark(value: object) -> bool:
    """Whether a value stands for one that is not there."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and np.isnan(value))


def _mask(graph: Graph, value: str, mark: Any) -> str:
    """Where numbers are missing."""
    if is_missing_mark(mark):
        return graph.add("IsNaN", value)
    return graph.binary("Equal", value, float(mark))


def _text_mask(graph: Graph, value: str, mark: Any) -> str:
    return graph.add("Equal", value, graph.constant(["" if is_missing_mark(mark) else str(mark)], object))


def _masks(graph: Graph, table: Table, columns: Any, marks: Any) -> str:
    """For some columns, 1 where they are missing and 0 elsewhere."""
    picked = graph.select(table, columns)
    if not any(piece.is_text or piece.source in graph.texts for piece in picked):
        return graph.cast(_mask(graph, graph.numbers(picked), marks), "DOUBLE")
    parts = []
    for piece in picked:
        if piece.is_text or piece.source in graph.texts:
            parts.append(_text_mask(graph, graph.text(piece), marks))
        else:
            parts.append(_mask(graph, graph.numbers((piece,)), marks))
    return graph.cast(graph.joined(parts), "DOUBLE")


@transforms("SimpleImputer")
def _simple(graph: Graph, imputer: Any, table: Table) -> Table:
    statistics = imputer.statistics_
    keeps = getattr(imputer, "keep_empty_features", False) or imputer.strategy == "constant"
    kept = [index for index, value in enumerate(statistics) if keeps or not is_missing_mark(value)]
    if any(isinstance(value, str) for value in statistics):
        result = _fill_texts(graph, imputer, table, kept)
    else:
        result = _fill_numbers(graph, imputer, graph.select(table, kept), np.asarray(statistics, np.float64)[kept])
    if imputer.add_indicator:
        columns = imputer.indicator_.features_
        if len(columns):
            result += graph.of(_masks(graph, table, columns, imputer.missing_values), len(columns))
    return result


def _fill_numbers(graph: Graph, imputer: Any, table: Table, statistics: Any) -> Table:
    graph.note_columns(table, [statistics])
    if not is_missing_mark(imputer.missing_values):
        graph.note_columns(table, np.full((1, len(statistics)), float(imputer.missing_values)))
    else:
        for piece in table:
            if piece.source is not None:
                graph.samples[piece.source].numbers.append(np.nan)
    value = graph.numbers(table)
    filled = graph.where(_mask(graph, value, imputer.missing_values), graph.constant(statistics), value)
    return graph.of(filled, len(statistics))


def _fill_texts(graph: Graph, imputer: Any, table: Table, kept: list[int]) -> Table:
    pieces: list[Piece] = []
    for column, piece in zip(kept, graph.select(table, kept)):
        statistic = imputer.statistics_[column]
        if not isinstance(statistic, str):
            pieces += _fill_numbers(graph, imputer, (piece,), np.array([statistic], np.float64))
            continue
        text = graph.text(piece)
        mark = imputer.missing_values
        graph.note(piece, texts=[statistic, "" if is_missing_mark(mark) else str(mark)])
        filled = graph.where(_text_mask(graph, text, mark), graph.constant([statistic], object), text)
        pieces.append(Piece(filled, 1, is_text=True, source=piece.source))
    return tuple(pieces)


@transforms("MissingIndicator")
def _indicator(graph: Graph, indicator: Any, table: Table) -> Table:
    columns = indicator.features_
    if len(columns) == 0:
        raise NotRepresentable("a MissingIndicator without columns cannot be exported")
    return graph.of(_masks(graph, table, columns, indicator.missing_values), len(columns))
