"""The keyword arguments of a scorer, checked and turned into the header's struct."""

from __future__ import annotations

import ctypes
import operator
from dataclasses import dataclass
from typing import Any, SupportsFloat

from . import _ffi
from ._types import Absent, Iterations, Output, Unseen, Weights
from .errors import ApusError
from .info import OUTPUTS

_ABSENT = {
    None: _ffi.ABSENT_DEFAULT,
    "missing": _ffi.ABSENT_MISSING,
    "zero": _ffi.ABSENT_ZERO,
}
UNSEEN = {
    None: _ffi.UNSEEN_DEFAULT,
    "error": _ffi.UNSEEN_ERROR,
    "missing": _ffi.UNSEEN_MISSING,
    "no_set": _ffi.UNSEEN_NO_SET,
}
_WEIGHTS = {
    None: _ffi.WEIGHTS_DEFAULT,
    "bfloat16": _ffi.WEIGHTS_BFLOAT16,
}
_INT32_MAX = 2**31 - 1


@dataclass(frozen=True)
class Options:
    """Hashable: equal options mean equal scorers."""

    output: int
    iteration_begin: int
    iteration_end: int
    missing: float | None
    absent: int
    engine: str | None
    instruction_set: str | None
    unseen: Unseen | None
    weights: int

    def struct(self) -> _ffi.ScorerOptions:
        return _ffi.ScorerOptions(
            struct_size=ctypes.sizeof(_ffi.ScorerOptions),
            output=self.output,
            iteration_begin=self.iteration_begin,
            iteration_end=self.iteration_end,
            missing_value=0.0 if self.missing is None else self.missing,
            has_missing_value=self.missing is not None,
            absent=self.absent,
            engine=None if self.engine is None else self.engine.encode(),
            instruction_set=None if self.instruction_set is None else self.instruction_set.encode(),
            unseen=UNSEEN[self.unseen],
            weights=self.weights,
        )


def read(
    output: Output,
    iterations: Iterations,
    missing: SupportsFloat | None,
    absent: Absent | None,
    engine: str | None = None,
    instruction_set: str | None = None,
    unseen: Unseen | None = None,
    weights: Weights | None = None,
) -> Options:
    """Raises ApusError with APUS_INVALID_OPTION for a value out of its range."""
    if output not in OUTPUTS:
        raise _invalid(f'output must be "score", "margin" or "leaf", not {output!r}')
    if absent not in _ABSENT:
        raise _invalid(f'absent must be None, "missing" or "zero", not {absent!r}')
    check_unseen(unseen)
    begin, end = _iteration_range(iterations)
    value = None if missing is None else float(missing)
    if value is not None and value != value:
        value = None  # NaN is missing anyway, and would make equal options unequal
    return Options(
        OUTPUTS[output],
        begin,
        end,
        value,
        _ABSENT[absent],
        engine,
        instruction_set,
        unseen,
        read_weights(weights),
    )


def read_weights(weights: Weights | None) -> int:
    """The header's number, for scorers and networks. Raises as read() does."""
    if weights not in _WEIGHTS:
        raise _invalid(f'weights must be None or "bfloat16", not {weights!r}')
    return _WEIGHTS[weights]


def check_unseen(unseen: Unseen | None) -> None:
    if unseen not in UNSEEN:
        raise _invalid(f'unseen must be None, "error", "missing" or "no_set", not {unseen!r}')


def _iteration_range(iterations: Any) -> tuple[int, int]:
    if iterations is None:
        return 0, 0
    if isinstance(iterations, str):
        if iterations != "best":
            raise _invalid(f'iterations must be None, (begin, end) or "best", not {iterations!r}')
        return 0, _ffi.BEST_ITERATION
    begin, end = map(operator.index, iterations)
    if not (0 <= begin <= _INT32_MAX and 0 <= end <= _INT32_MAX):
        raise _invalid(f"iterations must not be negative or beyond 2**31 - 1, not {(begin, end)}")
    return begin, end


def _invalid(message: str) -> ApusError:
    return ApusError(_ffi.INVALID_OPTION, message)
