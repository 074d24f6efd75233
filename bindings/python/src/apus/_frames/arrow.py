"""pyarrow.Table and pyarrow.RecordBatch."""

from __future__ import annotations

from typing import Any, Sequence

import pyarrow

from .._layouts import FLOAT32
from .column import Codes, Column, refuse


class ArrowFrame:
    def __init__(self, table: Any) -> None:
        self._table = table
        self.row_count = table.num_rows
        self.labels = list(table.schema.names)

    def column(self, position: int, integers: Any) -> Column:
        array = self._table.column(position)
        if isinstance(array, pyarrow.ChunkedArray):
            array = array.combine_chunks()
        label, dtype = self.labels[position], array.type
        types = pyarrow.types
        if types.is_floating(dtype):
            return Column(label, dtype, array.to_numpy(zero_copy_only=False))
        if types.is_decimal(dtype):
            return Column(label, dtype, _floats(array, pyarrow.float64()))
        if types.is_integer(dtype) or types.is_boolean(dtype) or types.is_null(dtype):
            floats = pyarrow.float32() if integers is FLOAT32 else pyarrow.float64()
            return Column(label, dtype, _floats(array, floats))
        if _is_text(dtype):
            return Column(label, dtype, None, lambda: _dictionary_codes(array.dictionary_encode()))
        if types.is_dictionary(dtype):
            # The codes of a dictionary depend on the batch or file part it was made for.
            return Column(label, dtype, None, lambda: _dictionary_codes(array))
        refuse(label, dtype)


def _is_text(dtype: Any) -> bool:
    types = pyarrow.types
    return bool(types.is_string(dtype) or types.is_large_string(dtype))


def _floats(array: Any, dtype: Any) -> Any:
    # safe=False: an integer that no float holds exactly is rounded, as everywhere.
    return array.cast(dtype, safe=False).to_numpy(zero_copy_only=False)


def _dictionary_codes(array: Any) -> tuple[Codes, Sequence[Any]]:
    codes = array.indices.cast(pyarrow.int32()).fill_null(-1).to_numpy()
    return codes, array.dictionary.to_pylist()
