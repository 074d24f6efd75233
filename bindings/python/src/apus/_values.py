"""Rows that hold text for models without codes: CatBoost's categories are texts of any kind."""

from __future__ import annotations

import ctypes
import numbers
from typing import Any, Sequence

import numpy as np

from . import _ffi
from ._layouts import Layout, address_of, twins
from ._schema import Schema
from .errors import shown

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


def of_columns(columns: Sequence[Any], schema: Schema) -> Layout | None:
    """Columns that are arrays of numbers or lists of anything. None if numbers can tell all that is in them."""
    if not any(isinstance(column, list) and any(map(_is_mixed, column)) for column in columns):
        return None
    values = np.zeros((len(columns[0]), len(columns)), _DTYPE)
    text = bytearray(1)
    for feature, column in enumerate(columns):
        field = values[:, feature]
        if isinstance(column, list):
            for row, item in enumerate(column):
                try:
                    _set(field, row, item, text, schema.features[feature].takes_text)
                except TypeError as error:
                    raise TypeError(f"row {row}, {schema.describe(feature)}: {error}") from None
        elif column.dtype.kind in "iu" and column.dtype != np.uint64:
            field["kind"], field["integer"] = _ffi.VALUE_INTEGER, column
        else:
            field["kind"], field["number"] = _ffi.VALUE_NUMBER, column
    block = np.frombuffer(text, np.uint8)
    values["text"] += np.uintp(block.ctypes.data)
    return ValueRows(values, block)


def _is_mixed(item: object) -> bool:
    """Text, or a whole number that no double holds, which is text too."""
    return isinstance(item, str) or (isinstance(item, int) and item.bit_length() > 53)


def _set(field: Any, row: int, item: Any, text: bytearray, takes_text: bool) -> None:
    if isinstance(item, str):
        if not takes_text:
            raise TypeError(f"{shown(item)} is text, but the feature takes numbers")
        encoded = item.encode("utf-8", "surrogateescape")
        field["kind"][row] = _ffi.VALUE_TEXT
        field["text"][row], field["text_length"][row] = len(text), len(encoded)
        text += encoded
    elif isinstance(item, numbers.Integral) and int(item).bit_length() < 64:
        field["kind"][row], field["integer"][row] = _ffi.VALUE_INTEGER, int(item)
    elif hasattr(item, "__float__"):
        field["kind"][row], field["number"][row] = _ffi.VALUE_NUMBER, float(item)
    elif item is not None:
        raise TypeError(f"a value of type {type(item).__name__} is neither a number nor text")
