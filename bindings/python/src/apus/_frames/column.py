"""One column of a data frame: numbers, or categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, NoReturn, Sequence

import numpy.typing as npt

Codes = npt.NDArray[Any]  # signed integers; -1 is missing


def _no_codes() -> NoReturn:
    raise AssertionError("a column of numbers has no codes")


@dataclass(frozen=True)
class Column:
    """`values` for numbers; for categories None, and encode() gives codes and the values they stand for."""

    label: str
    dtype: object
    values: npt.NDArray[Any] | None = None
    encode: Callable[[], tuple[Codes, Sequence[Any]]] = _no_codes
    # Whether the codes mean something by themselves, or are only positions in this one frame.
    codes_stand: bool = False


def refuse(label: str, dtype: object) -> NoReturn:
    raise TypeError(f"column {label!r} has type {dtype}, which holds neither numbers nor categories")
