"""What a model expects of a row's columns, and how a data frame's columns become that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from . import _ffi
from ._categories import CategoryTable
from ._frames import Column, Frame
from ._handle import Handle
from ._layouts import FLOAT32, FLOAT64
from ._numbers import to_floats
from ._types import Array, Unseen
from .errors import ApusError
from .info import Feature, ModelInfo, read_features


class Schema:
    """The features of a model.

    `integers` is the type that wide integers become. XGBoost rounds an integer to float in one step, and going
    through a double first would round twice; other libraries take doubles.
    """

    __slots__ = ("model", "info", "integers", "_features", "_tables", "_names")

    def __init__(self, model: Handle, info: ModelInfo) -> None:
        self.model = model
        self.info = info
        self.integers = FLOAT32 if info.source_library == "xgboost" else FLOAT64
        self._features: tuple[Feature, ...] | None = None
        self._tables: dict[int, CategoryTable] = {}
        self._names: dict[str, int] | None = None

    @property
    def features(self) -> tuple[Feature, ...]:
        # Read when first asked for: a service that scores arrays never needs them.
        if self._features is None:
            self._features = read_features(self.model, self.info)
        return self._features

    @property
    def hashes_categories(self) -> bool:
        """Whether categories are texts of any kind, which have no codes."""
        if self.info.source_library != "catboost":
            return False
        return any(feature.takes_text for feature in self.features)

    @property
    def has_categories(self) -> bool:
        """Whether a value may be a category, and not its code."""
        return self.info.categorical_feature_count > 0 or self.hashes_categories

    @property
    def has_numbers_as_categories(self) -> bool:
        """Whether some table holds numbers, among which a whole number of Python's is looked up."""
        if not self.info.categorical_feature_count:
            return False
        return any(feature.categories and not isinstance(feature.categories[0], str) for feature in self.features)

    @property
    def names(self) -> dict[str, int]:
        """The features by name, in order. Raises ApusError for a model without names, or with one name twice."""
        if self._names is None:
            names = [feature.name or "" for feature in self.features]
            if not self.info.has_feature_names:
                raise ApusError(
                    _ffi.INVALID_ARGUMENT, "the model file holds no feature names: give rows as lists or arrays"
                )
            if len(set(names)) != len(names):
                doubled = next(name for name in names if names.count(name) > 1)
                raise ApusError(
                    _ffi.INVALID_ARGUMENT,
                    f"the model has several features called {doubled!r}: give rows as lists or arrays",
                )
            self._names = {name: feature for feature, name in enumerate(names)}
        return self._names

    def describe(self, feature: int) -> str:
        """How a message calls a feature."""
        name = self.features[feature].name
        return f"feature {feature}" if name is None else f"feature {feature} ({name!r})"

    def mixed_columns_of(self, frame: Frame) -> list[Any]:
        """One column for each feature: numbers as an array, categories of text as a list."""
        columns: list[Any] = []
        for position in self._positions(frame.labels):
            column = frame.column(position, self.integers)
            if column.values is not None:
                columns.append(column.values)
            else:
                codes, values = column.encode()
                items = [*values, None]  # the last entry is what -1 reaches
                columns.append([items[code] for code in codes.tolist()])
        return columns

    def columns_of(self, frame: Frame, unseen: Unseen | None) -> list[Array]:
        """One float array for each feature, from the columns of those names, or in order without names."""
        return [
            self._floats(feature, frame.column(position, self.integers), unseen)
            for feature, position in enumerate(self._positions(frame.labels))
        ]

    def _positions(self, labels: list[str]) -> list[int]:
        """Where in the frame each feature is."""
        if not self.info.has_feature_names:
            if len(labels) != self.info.feature_count:
                raise ApusError(
                    _ffi.FEATURE_COUNT_MISMATCH,
                    f"the data has {len(labels)} columns, the model {self.info.feature_count} features",
                )
            return list(range(len(labels)))
        position_of = {label: position for position, label in enumerate(labels)}
        names = [feature.name or "" for feature in self.features]
        missing = [name for name in names if name not in position_of]
        if missing:
            raise ApusError(
                _ffi.NOT_FOUND,
                f"the data lacks {_list_of(missing)}",
                feature=names.index(missing[0]),
            )
        if len(position_of) != len(labels):
            for feature, name in enumerate(names):
                if labels.count(name) > 1:
                    raise ApusError(
                        _ffi.INVALID_ARGUMENT,
                        f"the data has more than one column {name!r}",
                        feature=feature,
                    )
        return [position_of[name] for name in names]

    def floats_of(self, columns: list[list[Any]], unseen: Unseen | None) -> list[Array]:
        """The same from columns of Python's values, one for each feature in order."""
        policy = self._policy(unseen)
        return [self._floats_of_items(feature, items, policy) for feature, items in enumerate(columns)]

    def _policy(self, unseen: Unseen | None) -> Unseen:
        return unseen or ("error" if self.info.source_library == "xgboost" else "missing")

    def numbers_of(self, values: Sequence[Any], unseen: Unseen | None) -> Array:
        """The same of one row."""
        self.check_length(len(values), 0)
        policy = self._policy(unseen)
        feature = 0
        numbers = []
        try:
            for feature, value in enumerate(values):
                numbers.append(self._table(feature).number_of(value, policy))
        except (ApusError, TypeError, OverflowError) as error:
            self._refuse(error, feature, 0)
        return np.array(numbers)

    def check_length(self, count: int, row: int) -> None:
        if count != self.info.feature_count:
            raise ApusError(
                _ffi.FEATURE_COUNT_MISMATCH,
                f"row {row} has {count} values, the model {self.info.feature_count} features",
                row=row,
            )

    def _floats_of_items(self, feature: int, items: list[Any], unseen: Unseen) -> Array:
        table = self._table(feature)
        floats = np.empty(len(items))
        row = 0
        try:
            for row, item in enumerate(items):
                floats[row] = table.number_of(item, unseen)
        except (ApusError, TypeError, OverflowError) as error:
            self._refuse(error, feature, row)
        return floats

    def _refuse(self, error: Exception, feature: int, row: int) -> NoReturn:
        """The same error, which tells where it was."""
        place = f"row {row}, {self.describe(feature)}"
        if isinstance(error, ApusError):
            raise ApusError(error.status, f"{place}: {error.message}", feature=feature, row=row) from None
        raise TypeError(f"{place}: {error}") from None

    def _floats(self, feature: int, column: Column, unseen: Unseen | None) -> Array:
        table = self._table(feature)
        if column.values is not None:
            floats = to_floats(column.values, self.integers, f"column {column.label!r}")
            # That a code is none is more likely a mistake than a category: nobody takes it for missing unasked.
            return table.check(column, floats, unseen or "error") if table.categories else floats
        if table.categories:
            return table.recode(column, self._policy(unseen))
        if column.codes_stand:
            codes = column.encode()[0].astype(FLOAT32)
            codes[codes < 0] = np.nan
            return codes
        raise TypeError(
            f"column {column.label!r} has type {column.dtype}, and the model has no category table for it: "
            "pass numbers, or category codes if the feature is categorical"
        )

    def _table(self, feature: int) -> CategoryTable:
        table = self._tables.get(feature)
        if table is None:
            table = CategoryTable(feature, self.features[feature])
            self._tables[feature] = table
        return table


def _list_of(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"the column{'s' if len(names) > 1 else ''} {shown}{more}"
