"""The three ways in which the header takes many rows, each with its own C call.

A layout describes memory and keeps it alive; `part` describes some of its rows, without a copy.
"""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

import numpy as np

from . import _ffi
from ._types import Array

FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)


def address_of(array: Any) -> int:
    """Where an array's first element is."""
    try:
        # Four times as fast as array.ctypes.data, but only for memory that is writable and contiguous.
        return ctypes.addressof(ctypes.c_char.from_buffer(array))
    except (TypeError, ValueError):
        return int(array.ctypes.data)


def twins(function: Any) -> tuple[Any, Any]:
    """The same C function twice: it releases the GIL, or it keeps it."""
    keeping = _ffi.library_holding_gil[function.__name__]
    keeping.restype = function.restype
    keeping.argtypes = function.argtypes
    return function, keeping


class Layout(Protocol):
    """Rows in memory."""

    row_count: int
    feature_count: int

    def part(self, begin: int, end: int) -> Layout:
        """The rows begin <= row < end."""

    def call(self, keep_gil: bool, scorer: int, *batch: Any) -> int:
        """Score into `batch`: options, output address, output capacity, error. Returns the status."""


class DenseRows:
    """Row r begins at address + r * row_stride elements; its values lie side by side."""

    __slots__ = ("address", "row_count", "feature_count", "row_stride", "dtype", "owner")

    functions = {FLOAT32: twins(_ffi.scorer_score_f32), FLOAT64: twins(_ffi.scorer_score_f64)}

    def __init__(
        self, address: int, row_count: int, feature_count: int, row_stride: int, dtype: Any, owner: object
    ) -> None:
        self.address = address
        self.row_count = row_count
        self.feature_count = feature_count
        self.row_stride = row_stride
        self.dtype = dtype
        self.owner = owner

    def part(self, begin: int, end: int) -> Layout:
        address = self.address + begin * self.row_stride * self.dtype.itemsize
        return DenseRows(address, end - begin, self.feature_count, self.row_stride, self.dtype, self.owner)

    def call(self, keep_gil: bool, scorer: int, *batch: Any) -> int:
        function = self.functions[self.dtype][keep_gil]
        status: int = function(scorer, self.address, self.row_count, self.feature_count, self.row_stride, *batch)
        return status


class DenseColumns:
    """Value f of row r is element r of the column that begins at addresses[f]."""

    __slots__ = ("addresses", "row_count", "feature_count", "dtype", "owner")

    functions = {
        FLOAT32: twins(_ffi.scorer_score_columns_f32),
        FLOAT64: twins(_ffi.scorer_score_columns_f64),
    }

    def __init__(self, addresses: Array, row_count: int, dtype: Any, owner: object) -> None:
        self.addresses = addresses
        self.row_count = row_count
        self.feature_count = len(addresses)
        self.dtype = dtype
        self.owner = owner

    def part(self, begin: int, end: int) -> Layout:
        addresses = self.addresses + np.uintp(begin * self.dtype.itemsize)
        return DenseColumns(addresses, end - begin, self.dtype, self.owner)

    def call(self, keep_gil: bool, scorer: int, *batch: Any) -> int:
        function = self.functions[self.dtype][keep_gil]
        columns = address_of(self.addresses)
        status: int = function(scorer, columns, self.feature_count, self.row_count, *batch)
        return status


class SparseRows:
    """Compressed sparse rows: row r has the entries row_offsets[r] to row_offsets[r + 1] - 1."""

    __slots__ = ("row_offsets", "row_count", "feature_indices", "values", "feature_count")

    functions = {
        FLOAT32: twins(_ffi.scorer_score_csr_f32),
        FLOAT64: twins(_ffi.scorer_score_csr_f64),
    }

    def __init__(self, row_offsets: Array, feature_indices: Array, values: Array, feature_count: int) -> None:
        self.row_offsets = row_offsets
        self.feature_indices = feature_indices
        self.values = values
        self.row_count = len(row_offsets) - 1
        self.feature_count = feature_count

    def part(self, begin: int, end: int) -> Layout:
        offsets = self.row_offsets[begin : end + 1]
        return SparseRows(offsets, self.feature_indices, self.values, self.feature_count)

    def call(self, keep_gil: bool, scorer: int, *batch: Any) -> int:
        function = self.functions[self.values.dtype][keep_gil]
        status: int = function(
            scorer,
            address_of(self.row_offsets),
            self.row_count,
            address_of(self.feature_indices),
            address_of(self.values),
            len(self.values),
            self.feature_count,
            *batch,
        )
        return status
