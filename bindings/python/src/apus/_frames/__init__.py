"""Data frames of several libraries, seen through one small interface.

No library is imported here: a frame can only exist if its library is imported already.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

from .column import Column

__all__ = ["Column", "Frame", "adapt"]


class Frame(Protocol):
    """Columns with names, all of one length."""

    labels: list[str]
    row_count: int

    def column(self, position: int, integers: Any) -> Column:
        """The column at a position; TypeError, naming it, if it holds neither numbers nor categories.

        `integers` is the type for wide integers: see Schema.
        """


def adapt(rows: Any) -> Frame | None:
    """`rows` as a Frame, or None if it is no data frame."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(rows, pandas.DataFrame):
        from .pandas import PandasFrame

        return PandasFrame(rows)
    polars = sys.modules.get("polars")
    if polars is not None and isinstance(rows, polars.DataFrame):
        from .polars import PolarsFrame

        return PolarsFrame(rows)
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None and isinstance(rows, (pyarrow.Table, pyarrow.RecordBatch)):
        from .arrow import ArrowFrame

        return ArrowFrame(rows)
    return None
