"""Rows that hold text for models that take it: CatBoost's categories have no codes, every text is one."""

from __future__ import annotations

import ctypes
import numbers
from typing import Any, Sequence

import numpy as np

from . import _ffi, _frames
from ._layouts import Layout, address_of, twins
from ._schema import Schema
from .errors import ApusError

_SIZE = ctypes.sizeof(_ffi.Value)
_DTYPE = np.dtype(
    [
        ("kind", np.uint32),
        ("reserved", np.uint32),
        ("number", np.float64),
        ("integer", np.int64),
        ("text", np.uintp),
        ("text_length", np.uintp),
    ]
)
assert _DTYPE.itemsize == _SIZE


class ValueRows:
    """Row r begins at values[r]; `owner` keeps the text alive."""

    __slots__ = ("values", "row_count", "feature_count", "owner")

    function = twins(_ffi.scorer_score_values)

    def __init__(self, values: Any, owner: object) -> None:
        self.values = values
        self.row_count, self.feature_count = values.shape
        self.owner = owner

    def part(self, begin: int, end: int) -> Layout:
        return ValueRows(self.values[begin:end], self.owner)

    def call(self, keep_gil: bool, scorer: int, *batch: Any) -> int:
        address = address_of(self.values)
        status: int = self.function[keep_gil](scorer, address, self.row_count, self.feature_count, 0, *batch)
        return status


def read(rows: Any, schema: Schema) -> Layout | None:
    """The rows as values if the model hashes categories and the rows hold text; else None."""
    if not schema.hashes_categories:
        return None
    frame = _frames.adapt(rows)
    if frame is not None:
        return _of_columns(schema.mixed_columns_of(frame))
    if isinstance(rows, np.ndarray):
        if rows.dtype.kind not in "OUS" or rows.ndim not in (1, 2):
            return None
        table = rows.reshape(1, -1) if rows.ndim == 1 else rows
        return _of_columns([table[:, column].tolist() for column in range(table.shape[1])])
    if not isinstance(rows, (list, tuple)) or not rows:
        return None
    lines = rows if all(isinstance(row, (list, tuple)) for row in rows) else [rows]
    if len({len(line) for line in lines}) != 1:
        return None
    return _of_columns([list(column) for column in zip(*lines)])


def _of_columns(columns: Sequence[Any]) -> Layout | None:
    """Columns that are arrays of numbers or lists of anything. None if there is no text in them."""
    if not any(isinstance(column, list) and any(isinstance(item, str) for item in column) for column in columns):
        return None
    values = np.zeros((len(columns[0]), len(columns)), _DTYPE)
    text = bytearray(1)
    for feature, column in enumerate(columns):
        field = values[:, feature]
        if isinstance(column, list):
            for row, item in enumerate(column):
                _set(field, row, item, text, feature)
        elif column.dtype.kind in "iu" and column.dtype != np.uint64:
            field["kind"], field["integer"] = _ffi.VALUE_INTEGER, column
        else:
            field["kind"], field["number"] = _ffi.VALUE_NUMBER, column
    block = np.frombuffer(text, np.uint8)
    values["text"] += np.uintp(block.ctypes.data)
    return ValueRows(values, block)


def _set(field: Any, row: int, item: Any, text: bytearray, feature: int) -> None:
    if isinstance(item, str):
        encoded = item.encode("utf-8", "surrogateescape")
        field["kind"][row] = _ffi.VALUE_TEXT
        field["text"][row], field["text_length"][row] = len(text), len(encoded)
        text += encoded
    elif isinstance(item, numbers.Integral):
        field["kind"][row], field["integer"][row] = _ffi.VALUE_INTEGER, int(item)
    elif isinstance(item, numbers.Real):
        field["kind"][row], field["number"][row] = _ffi.VALUE_NUMBER, float(item)
    elif item is not None:
        raise ApusError(
            _ffi.INVALID_ARGUMENT,
            f"a value of type {type(item).__name__} is neither a number nor text",
            feature=feature,
            row=row,
        )
