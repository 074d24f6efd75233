"""polars.DataFrame."""

from __future__ import annotations

from typing import Any, Sequence

import polars

from .._layouts import FLOAT32
from .column import Codes, Column, refuse


class PolarsFrame:
    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.row_count = frame.height
        self.labels = list(frame.columns)

    def column(self, position: int, integers: Any) -> Column:
        series = self._frame.to_series(position)
        label, dtype = self.labels[position], series.dtype
        if dtype.is_float():
            return Column(label, dtype, series.to_numpy())
        if dtype.is_numeric() or dtype == polars.Boolean:
            floats = polars.Float32 if integers is FLOAT32 and not dtype.is_decimal() else polars.Float64
            return Column(label, dtype, series.cast(floats).to_numpy())
        if dtype == polars.Enum:
            return Column(label, dtype, None, lambda: _enum_codes(series), codes_stand=True)
        if dtype in (polars.Categorical, polars.String):
            # The codes of a Categorical depend on what else the process has read, so only its text counts.
            return Column(label, dtype, None, lambda: _text_codes(series))
        refuse(label, dtype)


def _enum_codes(series: Any) -> tuple[Codes, Sequence[Any]]:
    codes = series.to_physical().cast(polars.Int32).fill_null(-1).to_numpy()
    return codes, series.dtype.categories.to_list()


def _text_codes(series: Any) -> tuple[Codes, Sequence[Any]]:
    text = series.cast(polars.String)
    return _enum_codes(text.cast(polars.Enum(text.drop_nulls().unique(maintain_order=True))))
