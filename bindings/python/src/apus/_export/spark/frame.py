"""The columns of a DataFrame while stages are written: those that come in, and those that stages make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..graph.builder import Graph, NotRepresentable, Piece, Samples, Table


@dataclass(frozen=True)
class Column:
    """A column of numbers, of text, or of vectors, which are as many columns of the graph."""

    table: Table
    is_vector: bool = False
    # The texts that the indices in it stand for.
    labels: tuple[str, ...] | None = None
    # For each element how many categories it has, 0 if it is a number; None if Spark does not know it either.
    sizes: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Input:
    """A column that comes in, and the first of the graph's columns that it is."""

    first: int
    width: int | None


class Frame:
    """Columns by their names, over a graph. What no stage makes comes in, in the order in which it is asked for.

    A draft finds out what comes in, and which columns depend on which: the frame that is written then is told what
    is wanted, so that what only training needs, such as the label's index, is left out.
    """

    def __init__(self, graph: Graph, draft: Frame | None = None, wanted: frozenset[str] = frozenset()) -> None:
        self.graph = graph
        self.is_draft = draft is None
        self._wanted = wanted
        # What each stage makes; nobody knows it before a draft.
        self._plan = [] if draft is None else draft.stages
        self.stages: list[list[str]] = []
        self.inputs: dict[str, Input] = {}
        # The columns that go out, in the order of the stages.
        self.outputs: list[str] = []
        # What the stage that is being written has made, and whether it is one that predicts.
        self.made: list[str] = []
        self.predicts = False
        # Whether any has predicted.
        self.has_prediction = False
        # The columns of the graph in which a missing number is null, and not NaN.
        self.nulls: set[int] = set()
        # The columns that each was made of.
        self.sources: dict[str, tuple[str, ...]] = {}
        self._columns: dict[str, Column] = {}
        self._taken: list[str] = []
        self._last_sources: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        """Whether anybody asks for a column that a stage could make."""
        return self.is_draft or name in self._wanted

    def begin(self) -> bool:
        """A stage begins: whether anybody asks for what it makes."""
        self.made, self.predicts = [], False
        self._taken, self._last_sources = [], ()
        self.stages.append(self.made)
        if self.is_draft:
            return True
        planned = self._plan[len(self.stages) - 1]
        return not planned or any(self.wants(name) for name in planned)

    def column(self, name: str) -> Column:
        """A column that is there."""
        return self._columns[name]

    def number(self, name: str) -> Column:
        """A column of numbers or text, which is one of the graph's."""
        column = self._take(name, None)
        if column.is_vector:
            raise NotRepresentable(f"the column {name!r} of vectors reaches a stage that takes numbers or text")
        return column

    def vector(self, name: str, width: int | None) -> Column:
        """A column of vectors that are as wide as a stage knows, or not."""
        if name not in self._columns and width is None:
            raise NotRepresentable(
                f"nothing says how wide the vectors of the column {name!r} are: a VectorSizeHint would"
            )
        column = self._take(name, width)
        if not column.is_vector:
            raise NotRepresentable(f"the column {name!r} of numbers reaches a stage that takes vectors")
        if width is not None and self.graph.width(column.table) != width:
            raise NotRepresentable(
                f"vectors of {width} numbers are wanted in the column {name!r}, "
                f"but {self.graph.width(column.table)} reach it"
            )
        return column

    def any(self, name: str) -> Column:
        """A column of whatever; one that comes in is of numbers or text."""
        return self._take(name, None)

    def put(self, name: str, table: Table, **facts: Any) -> None:
        """What a stage makes of what it has taken since the last column that it made."""
        self._last_sources = tuple(self._taken) or self._last_sources
        self._taken = []
        self.sources[name] = self._last_sources
        self._columns[name] = Column(table, **facts)
        self.made.append(name)

    def put_vector(self, name: str, table: Table, sizes: Sequence[int] | None = None) -> None:
        """Vectors that a stage makes. Without sizes, Spark does not know what their elements are."""
        self.put(name, table, is_vector=True, sizes=None if sizes is None else tuple(sizes))

    def _take(self, name: str, width: int | None) -> Column:
        self._taken.append(name)
        if name not in self._columns:
            self.enter(name, width)
        return self._columns[name]

    def enter(self, name: str, width: int | None) -> None:
        """A column that comes in: vectors of this width, or numbers or text."""
        start = len(self.graph.rows)
        count = 1 if width is None else width
        self.graph.rows += tuple(Piece(None, 1, source=start + index) for index in range(count))
        self.graph.names += [name] if width is None else [f"{name}_{index}" for index in range(count)]
        self.graph.samples += [Samples() for _ in range(count)]
        self.inputs[name] = Input(start, width)
        is_vector = width is not None
        self._columns[name] = Column(self.graph.rows[start:], is_vector, sizes=None if is_vector else (0,))


def refuse(graph: Graph, condition: str) -> None:
    """Spark stops at rows in which a column of the condition [rows, columns] is true, or leaves them out."""
    number = graph.cast(condition, "DOUBLE")
    largest = graph.add("ReduceMax", number, graph.constant([1], "int64"), keepdims=1)
    graph.refusals.append(graph.binary("Greater", largest, 0.0))
