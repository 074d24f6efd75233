"""Encoders of categories, text and numbers. What they make of each category they are asked themselves."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from .builder import Graph, NotRepresentable, Piece, Table
from .filling import is_missing_mark
from .registry import transforms

# What a OneHotEncoder makes of a category: the index of its column, or one of these.
_NOTHING, _REFUSED = -1.0, -2.0


def _is_text(categories: Any) -> bool:
    texts = [value for value in categories if not is_missing_mark(value)]
    are_text = [isinstance(value, (str, bytes)) for value in texts]
    if any(are_text) and not all(are_text):
        raise NotRepresentable("an encoder whose categories are text and numbers in one column cannot be exported")
    return any(are_text)


def _keys(categories: Any) -> list[Any]:
    if not _is_text(categories):
        return [float("nan") if is_missing_mark(value) else float(value) for value in categories]
    keys = ["" if is_missing_mark(value) else str(value) for value in categories]
    if len(set(keys)) < len(keys):
        raise NotRepresentable("an encoder of several kinds of missing text cannot be exported")
    return keys


def _note(graph: Graph, piece: Piece, categories: Any, keys: list[Any], refuses: bool) -> None:
    if isinstance(keys[0], str):
        if piece.source is not None and any(isinstance(value, str) and value == "" for value in categories):
            graph.samples[piece.source].knows_empty_text = True
        graph.note(piece, texts=keys if refuses else [*keys, "never seen"], complete=refuses)
        return
    known = [key for key in keys if not np.isnan(key)]
    graph.note(piece, numbers=known if refuses else [*known, max(known, default=0.0) + 0.5], complete=refuses)


def _mapped(graph: Graph, piece: Piece, keys: list[Any], values: npt.ArrayLike, other: float) -> str:
    """The value of each category, and another for what is none. [rows, 1]."""
    attributes: dict[str, Any] = {"values_tensor": graph.tensor(values), "default_tensor": graph.tensor([other])}
    if isinstance(keys[0], str):
        return graph.trained("LabelEncoder", graph.text(piece), keys_strings=keys, **attributes)
    return graph.trained("LabelEncoder", graph.numbers((piece,)), keys_tensor=graph.tensor(keys), **attributes)


def _single_columns(graph: Graph, table: Table) -> list[Piece]:
    count = graph.width(table)
    return [graph.select(table, [column])[0] for column in range(count)]


def _asked(encoder: Any) -> npt.NDArray[np.float64]:
    """What the encoder makes of known categories: row i holds category i of each column, or its last one."""
    count = max(len(categories) for categories in encoder.categories_)
    rows = np.empty((count, len(encoder.categories_)), object)
    for column, categories in enumerate(encoder.categories_):
        for row in range(count):
            rows[row, column] = categories[min(row, len(categories) - 1)]
    numbers = all(categories.dtype.kind in "fiub" for categories in encoder.categories_)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = encoder.transform(rows.astype(np.float64) if numbers else rows)
    return np.asarray(made.toarray() if hasattr(made, "toarray") else made, np.float64)


def _refuse(graph: Graph, codes: str, mark: float) -> None:
    """Rows with an unseen category are those that scikit-learn raises an error for."""
    unseen = graph.cast(graph.binary("Equal", codes, mark), "DOUBLE")
    unseen = graph.add("ReduceMax", unseen, graph.constant([1], np.int64), keepdims=1)
    graph.refusals.append(graph.binary("Greater", unseen, 0.0))


@transforms("OneHotEncoder")
def _one_hot(graph: Graph, encoder: Any, table: Table) -> Table:
    made = _asked(encoder)
    mappings = getattr(encoder, "_default_to_infrequent_mappings", None) if _groups(encoder) else None
    refuses = encoder.handle_unknown == "error"
    codes: list[str] = []
    wanted: list[int] = []
    column_of: list[int] = []
    start = 0
    for index, piece in enumerate(_single_columns(graph, table)):
        keys = _keys(encoder.categories_[index])
        mapping = None if mappings is None else mappings[index]
        groups = np.arange(len(keys)) if mapping is None else np.asarray(mapping)
        dropped = None if encoder.drop_idx_ is None else encoder.drop_idx_[index]
        width = int(groups.max()) + 1 - (dropped is not None)
        own = made[: len(keys), start : start + width]
        places = np.where(own.any(axis=1), own.argmax(axis=1) if width else _NOTHING, _NOTHING).astype(np.float64)
        other = _REFUSED if refuses else _NOTHING
        if mapping is not None and encoder.handle_unknown in ("infrequent_if_exist", "warn"):
            # The last group is that of the infrequent ones.
            other = float(places[np.flatnonzero(groups == groups.max())[0]])
        _note(graph, piece, encoder.categories_[index], keys, refuses)
        codes.append(_mapped(graph, piece, keys, places, other))
        wanted += range(width)
        column_of += [index] * width
        start += width
    if start != made.shape[1]:
        raise NotRepresentable("this OneHotEncoder cannot be exported: its columns are not its categories")
    joined = graph.joined(codes)
    if refuses:
        _refuse(graph, joined, _REFUSED)
    if start == 0:
        return ()
    spread = joined if len(codes) == 1 else graph.columns(joined, column_of, len(codes))
    ones = graph.cast(graph.binary("Equal", spread, np.array(wanted, np.float64)), "DOUBLE")
    return graph.of(ones, start)


def _groups(encoder: Any) -> bool:
    return bool(getattr(encoder, "_infrequent_enabled", False))


@transforms("OrdinalEncoder")
def _ordinal(graph: Graph, encoder: Any, table: Table) -> Table:
    made = _asked(encoder)
    refuses = encoder.handle_unknown == "error"
    codes = []
    for index, piece in enumerate(_single_columns(graph, table)):
        keys = _keys(encoder.categories_[index])
        _note(graph, piece, encoder.categories_[index], keys, refuses)
        # Codes are from 0 on, so that -2 is none, unless somebody chose it for missing values.
        if refuses and np.any(made[:, index] == _REFUSED):
            raise NotRepresentable("OrdinalEncoder with encoded_missing_value=-2 cannot be exported")
        other = _REFUSED if refuses else float(encoder.unknown_value)
        codes.append(_mapped(graph, piece, keys, made[: len(keys), index], other))
    joined = graph.joined(codes)
    if refuses:
        _refuse(graph, joined, _REFUSED)
    return graph.of(joined, len(codes))
