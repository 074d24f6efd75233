"""pandas.DataFrame."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import pandas

from .column import Codes, Column, refuse


class PandasFrame:
    """Labels as XGBoost spells them: str() of each, joined by spaces for a MultiIndex."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.row_count = len(frame)
        self.labels = [
            " ".join(map(str, label)) if isinstance(label, tuple) else str(label) for label in frame.columns
        ]

    def column(self, position: int, integers: Any) -> Column:
        series = self._frame.iloc[:, position]
        label, dtype = self.labels[position], series.dtype
        if isinstance(dtype, pandas.CategoricalDtype):
            return Column(label, dtype, None, lambda: _category_codes(series), codes_stand=True)
        if dtype.kind in "OU":
            return Column(label, dtype, None, lambda: _text_codes(series))
        if dtype.kind not in "fiub":
            refuse(label, dtype)
        if isinstance(dtype, np.dtype):
            return Column(label, dtype, series.to_numpy())
        # Nullable, Arrow and sparse columns: a missing value becomes NaN.
        floats = np.float64 if dtype.kind == "f" else integers
        return Column(label, dtype, series.to_numpy(dtype=floats, na_value=np.nan))


def _category_codes(series: Any) -> tuple[Codes, Sequence[Any]]:
    return series.cat.codes.to_numpy(), series.cat.categories.tolist()


def _text_codes(series: Any) -> tuple[Codes, Sequence[Any]]:
    codes, values = pandas.factorize(series)
    return codes, values.tolist()
