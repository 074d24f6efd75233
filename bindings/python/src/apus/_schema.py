"""What a model expects of a row's columns, and how a data frame's columns become that."""

from __future__ import annotations

from typing import Any

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

UNSEEN_POLICIES = ("error", "missing")


class Schema:
    """The features of a model.

    `integers` is the type that wide integers become. XGBoost rounds an integer to float in one step, and going
    through a double first would round twice; other libraries take doubles.
    """

    __slots__ = ("model", "info", "integers", "_features", "_tables")

    def __init__(self, model: Handle, info: ModelInfo) -> None:
        self.model = model
        self.info = info
        self.integers = FLOAT32 if info.source_library == "xgboost" else FLOAT64
        self._features: tuple[Feature, ...] | None = None
        self._tables: dict[int, CategoryTable] = {}

    @property
    def features(self) -> tuple[Feature, ...]:
        # Read when first asked for: a service that scores arrays never needs them.
        if self._features is None:
            self._features = read_features(self.model, self.info.feature_count)
        return self._features

    @property
    def hashes_categories(self) -> bool:
        """Whether categories are texts of any kind, which have no codes."""
        if self.info.source_library != "catboost":
            return False
        return any(feature.kind == "categorical" for feature in self.features)

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

    def columns_of(self, frame: Frame, unseen: Unseen) -> list[Array]:
        """One float array for each feature, from the columns of those names, or in order without names."""
        if unseen not in UNSEEN_POLICIES:
            raise ApusError(_ffi.INVALID_OPTION, f'unseen must be "error" or "missing", not {unseen!r}')
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

    def _floats(self, feature: int, column: Column, unseen: Unseen) -> Array:
        table = self._table(feature)
        if column.values is not None:
            floats = to_floats(column.values, self.integers, f"column {column.label!r}")
            return table.check(column, floats, unseen) if table.categories else floats
        if table.categories:
            return table.recode(column, unseen)
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
