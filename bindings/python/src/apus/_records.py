"""Rows of Python's own values: dicts by feature name, and lists that may hold categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _ffi
from ._schema import Schema
from .errors import ApusError


def is_row(item: object) -> bool:
    return isinstance(item, (list, tuple, Mapping, np.ndarray))


def columns_of(rows: Any, schema: Schema) -> list[list[Any]] | None:
    """One column for each feature. None for rows that are better read as an array."""
    if isinstance(rows, Mapping):
        return _of_dicts([rows], schema)
    if isinstance(rows, (list, tuple)) and rows:
        if any(isinstance(row, Mapping) for row in rows):
            return _of_dicts(rows, schema)
        if schema.has_categories:
            lines = rows if all(isinstance(row, (list, tuple)) for row in rows) else [rows]
            return _of_lines(lines, schema)
    if isinstance(rows, np.ndarray) and rows.dtype.kind in "OU" and rows.ndim in (1, 2) and schema.has_categories:
        return _of_lines((rows.reshape(1, -1) if rows.ndim == 1 else rows).tolist(), schema)
    return None


def _of_lines(lines: Sequence[Any], schema: Schema) -> list[list[Any]] | None:
    for row, line in enumerate(lines):
        if any(map(is_row, line)):
            return None
        schema.check_length(len(line), row)
    return [list(column) for column in zip(*lines)]


def _of_dicts(rows: Sequence[Any], schema: Schema) -> list[list[Any]]:
    for row, values in enumerate(rows):
        if not isinstance(values, Mapping):
            raise TypeError(f"row {row} is of type {type(values).__name__}, beside rows that are dicts")
        _check_keys(row, values, schema)
    return [[values[name] for values in rows] for name in schema.names]


def values_of(row: Mapping[Any, Any], schema: Schema) -> list[Any]:
    """The values of one row, in the order of the features."""
    _check_keys(0, row, schema)
    return [row[name] for name in schema.names]


def _check_keys(row: int, values: Mapping[Any, Any], schema: Schema) -> None:
    names = schema.names
    if values.keys() == names.keys():
        return
    for name, feature in names.items():
        if name not in values:
            raise ApusError(
                _ffi.FEATURE_COUNT_MISMATCH,
                f"row {row} has no key for {schema.describe(feature)}: give None where it is missing",
                feature=feature,
                row=row,
            )
    unknown = next(key for key in values if key not in names)
    raise ApusError(_ffi.NOT_FOUND, f"row {row} has a key {unknown!r}, which is no feature of the model", row=row)
