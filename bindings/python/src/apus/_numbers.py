"""Arrays of numbers as float32 or float64, without loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._layouts import FLOAT32, FLOAT64
from ._types import Array


def to_floats(values: Array, integers: Any, what: str = "rows") -> Array:
    """`values` as native float32 or float64; the same memory if it holds that already.

    Small types become the float32 that holds them exactly, long doubles become float64, and integers of
    32 and 64 bits become `integers` (see Schema). Masked entries become NaN. Raises TypeError for anything
    that is no number, with `what` as its subject.
    """
    dtype = values.dtype
    if (dtype is FLOAT32 or dtype is FLOAT64) and type(values) is np.ndarray:
        return values
    if isinstance(values, np.ma.MaskedArray):
        floats = to_floats(values.data, integers, what)
        return np.where(np.ma.getmaskarray(values), floats.dtype.type(np.nan), floats)
    kind = dtype.kind
    if kind == "f" and dtype.isnative and dtype.itemsize in (4, 8):
        # An equal type that is another object, as unpickled arrays have.
        return values.view(FLOAT32 if dtype.itemsize == 4 else FLOAT64)
    if kind == "f":
        return values.astype(FLOAT32 if dtype.itemsize <= 4 else FLOAT64)
    if kind == "b" or (kind in "iu" and dtype.itemsize <= 2):
        return values.astype(FLOAT32)
    if kind in "iu":
        return values.astype(integers)
    raise TypeError(f"{what} must hold numbers, not values of type {dtype}")
