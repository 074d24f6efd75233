"""A data frame's categories as the codes of the model."""

from __future__ import annotations

import numbers
from typing import Any, NoReturn, Sequence

import numpy as np

from . import _ffi
from ._frames import Column
from ._layouts import FLOAT32
from ._types import Array, Unseen
from .errors import ApusError, shown
from .info import Feature

# What an unseen category scores as.
_UNSEEN_NUMBERS: dict[Unseen, float] = {"missing": np.nan, "no_set": -1.0}
_WAY_OUT = 'unseen="missing" scores it as a missing value'


class CategoryTable:
    """The stored category table of one feature; empty without one."""

    __slots__ = ("feature", "categories", "_is_doubtful", "_takes_text", "_has_numbers", "_code_of")

    def __init__(self, feature: int, facts: Feature) -> None:
        self.feature = feature
        self.categories = facts.categories
        self._is_doubtful = facts.has_doubtful_categories
        self._takes_text = facts.takes_text
        self._has_numbers = bool(facts.categories) and not isinstance(facts.categories[0], str)
        # Of equal categories the first counts.
        self._code_of = {category: code for code, category in reversed(list(enumerate(facts.categories)))}

    def recode(self, column: Column, unseen: Unseen) -> Array:
        """The column's categories as float32 codes, NaN where it has none.

        Raises ApusError for a category that some row has and training did not see, if `unseen` is "error".
        """
        codes, values = column.encode()
        new_codes = np.full(len(values) + 1, np.nan, FLOAT32)  # the last entry is what -1 reaches
        unknown = np.zeros(len(values) + 1, bool)
        if column.codes_stand and self._is_cut_from(values):
            new_codes[:-1] = np.arange(len(values))
        elif self._is_doubtful:
            raise ApusError(
                _ffi.INVALID_MODEL,
                f"column {column.label!r} has text, but XGBoost may have cut the model's own category names at "
                "wrong places: give codes, or exactly the pandas categories of the training",
                feature=self.feature,
            )
        else:
            for position, value in enumerate(values):
                code = self._code_of.get(value)
                if code is not None:
                    new_codes[position] = code
                else:
                    unknown[position] = value is not None
        if unseen == "error" and unknown.any():
            rows = np.flatnonzero(unknown[codes])
            if len(rows):
                self._refuse(column, int(rows[0]), f"the category {shown(values[codes[rows[0]]])}")
        new_codes[unknown] = _UNSEEN_NUMBERS.get(unseen, np.nan)
        recoded: Array = new_codes[codes]
        return recoded

    def check(self, column: Column, codes: Array, unseen: Unseen) -> Array:
        """Codes that came as numbers: one that the table does not hold is a category that training did not see.

        This finds columns that hold the categories' own numbers where codes were meant.
        """
        outside = (codes < 0) | (codes >= len(self.categories))  # False for NaN
        if not outside.any():
            return codes
        if unseen == "error":
            row = int(np.flatnonzero(outside)[0])
            self._refuse(column, row, f"the category code {codes[row]:g}")
        return np.where(outside, codes.dtype.type(_UNSEEN_NUMBERS[unseen]), codes)

    def number_of(self, item: Any, unseen: Unseen) -> float:
        """The number that stands for a value of Python's: apus_value tells which are categories."""
        if type(item) is float:
            return item
        if item is None:
            return np.nan
        if isinstance(item, str):
            if self._is_doubtful and isinstance(self.categories[0], str):
                raise ApusError(
                    _ffi.INVALID_MODEL,
                    "XGBoost may have cut the model's own category names at wrong places: give codes",
                )
            if not self._takes_text:
                raise TypeError(f"{shown(item)} is text, but the feature takes numbers")
        elif not hasattr(item, "__float__"):
            raise TypeError(f"a value of type {type(item).__name__} is neither a number nor text")
        elif not self._has_numbers or not isinstance(item, numbers.Integral):
            return float(item)
        code = self._code_of.get(item)
        if code is not None:
            return code
        if unseen == "error":
            raise ApusError(_ffi.NOT_FOUND, f"{shown(item)} is a category that training did not see; {_WAY_OUT}")
        return _UNSEEN_NUMBERS[unseen]

    def _is_cut_from(self, values: Sequence[Any]) -> bool:
        """Whether this table is what XGBoost 3.1 to 3.3 store of exactly these categories of a pandas column.

        They write the categories as UTF-8 and cut them by their lengths in characters, so that from the first
        letter beyond ASCII on a table holds wrong texts. Their own re-coder cuts its input in the same way,
        and so finds the codes of the same list again.
        """
        if len(values) != len(self.categories) or not all(isinstance(value, str) for value in values):
            return False
        if all(value.isascii() for value in values):
            return False
        text = "".join(values)
        content, begin = text.encode("utf-8", "surrogateescape")[: len(text)], 0
        for value, category in zip(values, self.categories):
            piece = content[begin : begin + len(value)]
            if piece.decode("utf-8", "surrogateescape") != category:
                return False
            begin += len(value)
        return True

    def _refuse(self, column: Column, row: int, what: str) -> NoReturn:
        raise ApusError(
            _ffi.NOT_FOUND,
            f"column {column.label!r} has {what}, which training did not see; {_WAY_OUT}",
            feature=self.feature,
            row=row,
        )
