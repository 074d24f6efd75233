"""From whatever holds rows to the C call that can read it, copying only what the header cannot express."""

from __future__ import annotations

import numbers
import sys
from typing import Any

import numpy as np

from . import _ffi, _frames, _records, _values
from ._layouts import (
    FLOAT32,
    FLOAT64,
    DenseColumns,
    DenseRows,
    Layout,
    SparseRows,
    address_of,
)
from ._numbers import to_floats
from ._options import check_unseen
from ._schema import Schema
from ._types import Array, Unseen
from .errors import ApusError

_INT32_MAX = 2**31 - 1


def read(rows: Any, schema: Schema, unseen: Unseen | None) -> Layout:
    """The layout of `rows`: an array, nested sequence, dicts, sparse matrix or data frame."""
    check_unseen(unseen)
    if type(rows) is np.ndarray and rows.dtype.kind not in "OU":
        return _of_array(rows, schema)
    frame = _frames.adapt(rows)
    if frame is not None:
        mixed = _values.of_columns(schema.mixed_columns_of(frame), schema) if schema.hashes_categories else None
        return mixed or _of_columns(schema.columns_of(frame, unseen), frame.row_count)
    columns = _records.columns_of(rows, schema)
    if columns is not None:
        mixed = _values.of_columns(columns, schema) if schema.hashes_categories else None
        return mixed or _of_columns(schema.floats_of(columns, unseen), len(columns[0]) if columns else 0)
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(rows):
        return _of_sparse(rows, schema)
    return _of_array(to_array(rows), schema)


def _of_array(array: Array, schema: Schema) -> Layout:
    array = to_floats(array, schema.integers)
    if array.ndim == 1:
        array = array.reshape(1, -1)
    elif array.ndim != 2:
        raise ApusError(
            _ffi.INVALID_ARGUMENT,
            f"rows must have two dimensions, or one for a single row, not {array.ndim}",
        )
    if array.size and array.flags.aligned:
        row_count, feature_count = array.shape
        row_step, feature_step = array.strides
        item = array.itemsize
        if feature_step == item or feature_count == 1:
            row_stride = row_step // item if row_count > 1 else feature_count
            if row_stride >= feature_count:
                return DenseRows(address_of(array), row_count, feature_count, row_stride, array.dtype, array)
        elif row_step == item and abs(feature_step) >= row_count * item:
            addresses = np.arange(feature_count, dtype=np.intp) * feature_step + array.ctypes.data
            return DenseColumns(addresses.astype(np.uintp), row_count, array.dtype, array)
    array = np.array(array, order="C", copy=True)
    row_count, feature_count = array.shape
    address = address_of(array)
    return DenseRows(address, row_count, feature_count, feature_count, array.dtype, array)


def _of_columns(columns: list[Array], row_count: int) -> Layout:
    """Columns of float32 or float64: in place if all are of one type and each lies without gaps."""
    dtype = FLOAT64 if any(column.dtype is FLOAT64 for column in columns) else FLOAT32
    columns = [column.astype(dtype, copy=False) for column in columns]
    addresses = np.array([column.ctypes.data for column in columns], np.uintp)
    steps = {column.strides[0] for column in columns}
    if len(steps) == 1 and row_count > 1:
        # A frame made from a row-major matrix: every column is a view into the same rows.
        step = steps.pop()
        side_by_side = bool((np.diff(addresses.astype(np.intp)) == dtype.itemsize).all())
        if side_by_side and step % dtype.itemsize == 0 and step >= len(columns) * dtype.itemsize:
            stride = step // dtype.itemsize
            return DenseRows(int(addresses[0]), row_count, len(columns), stride, dtype, columns)
    columns = [np.require(column, dtype, ["C", "A"]) for column in columns]
    addresses = np.array([column.ctypes.data for column in columns], np.uintp)
    return DenseColumns(addresses, row_count, dtype, columns)


def _of_sparse(matrix: Any, schema: Schema) -> Layout:
    if matrix.ndim != 2:
        raise ApusError(_ffi.INVALID_ARGUMENT, "sparse rows must have two dimensions")
    matrix = matrix.tocsr()
    offsets, indices, values = matrix.indptr, matrix.indices, matrix.data
    if len(offsets) != matrix.shape[0] + 1 or len(indices) != len(values):
        raise ApusError(
            _ffi.INVALID_ARGUMENT, "the arrays of the sparse matrix have lengths that contradict each other"
        )
    if indices.dtype.itemsize > 4:
        indices = indices.clip(-1, _INT32_MAX)  # what is out of range stays so, and the library names its row
    return SparseRows(
        np.ascontiguousarray(offsets, np.int64),
        np.ascontiguousarray(indices, np.int32),
        np.ascontiguousarray(to_floats(values, schema.integers)),
        matrix.shape[1],
    )


def to_array(rows: Any) -> Array:
    """An array of whatever numpy takes for one; TypeError or ApusError if it takes it for no rows."""
    if type(rows).__name__ in ("Series", "LazyFrame", "str"):
        raise TypeError(
            f"rows cannot be a {type(rows).__name__}: pass a data frame, whose columns have names, or an array"
        )
    if isinstance(rows, np.ndarray):
        return rows
    try:
        array = np.asarray(rows)
    except ValueError as error:  # lists of different lengths
        raise ApusError(_ffi.INVALID_ARGUMENT, f"rows are no array: {error}") from error
    if array.dtype.kind == "O" and array.ndim and all(map(_is_number_or_none, array.flat)):
        # Python lists may hold None for a missing value, and integers of any size.
        return array.astype(FLOAT64)
    return array


def to_row(row: Any, schema: Schema) -> Any:
    """What is one row: its values as they are, or an array of what numpy takes for one."""
    if isinstance(row, (list, tuple)) and schema.has_categories and not any(map(_records.is_row, row)):
        return list(row)
    array = to_array(row)
    if array.ndim == 0:
        raise TypeError(f"a row must be an array or a sequence of numbers, not {type(row).__name__}")
    if array.ndim != 1:
        raise ApusError(_ffi.INVALID_ARGUMENT, f"a row must have one dimension, not {array.ndim}")
    return array


def _is_number_or_none(value: object) -> bool:
    return value is None or isinstance(value, numbers.Real)
