"""A graph of ONNX's operators under construction, for rows of 64-bit numbers and of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

# What the graph needs at least: trees with 64-bit leaves (ai.onnx.ml 5), axes of reductions as inputs (18).
OPERATORS, TRAINED_OPERATORS, FORMAT = 19, 5, 9


class NotRepresentable(ValueError):
    """A setting of an estimator that has no form in the file."""


@dataclass(frozen=True)
class Piece:
    """Columns side by side: a tensor [rows, width] or, without a name, a column of the rows as they come."""

    name: str | None
    width: int
    is_text: bool = False
    # The column of the rows that it is, or was before its missing values were filled.
    source: int | None = None


Table = tuple[Piece, ...]


@dataclass
class Samples:
    """Values that are worth a try for a column of the rows."""

    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    # Whether others are an error.
    is_complete: bool = False
    # Whether the empty text is one like others, and not a missing one.
    knows_empty_text: bool = False


class Graph:
    """Nodes, constants, and the columns that rows have.

    A first pass finds out which columns are text, a second one knows them from the first.
    """

    def __init__(self, width: int, names: Sequence[str], texts: set[int] | None = None) -> None:
        self.names = list(names)
        self.texts: set[int] = set() if texts is None else texts
        self.numeric: set[int] = set()
        self.is_mixed = bool(texts)
        self.rows: Table = tuple(Piece(None, 1, source=index) for index in range(width))
        self.samples = [Samples() for _ in range(width)]
        # How far scores may be from the estimator's: sums of products may be made in another order, and
        # exponentials by another library.
        self.tolerance = 1e-8
        # Conditions [rows, 1] under which scikit-learn refuses a row.
        self.refusals: list[str] = []
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[Any, str] = {}
        self._memory: dict[Any, str] = {}

    # Operators

    def node(
        self, operator: str, inputs: Sequence[str], outputs: int = 1, domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add a node and give the names of its outputs."""
        from onnx import helper

        number = len(self.nodes)
        names = [f"_v{number}_{index}" for index in range(outputs)]
        made = helper.make_node(operator, list(inputs), names, name=f"n{number}", domain=domain, **attributes)
        self.nodes.append(made)
        return names

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The output of an operator of ONNX's own."""
        return self.node(operator, inputs, **attributes)[0]

    def trained(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The output of an operator of ai.onnx.ml."""
        return self.node(operator, inputs, domain="ai.onnx.ml", **attributes)[0]

    def constant(self, values: npt.ArrayLike, dtype: Any = np.float64) -> str:
        """A constant tensor; the same name for the same one."""
        from onnx import numpy_helper

        array = np.ascontiguousarray(np.asarray(values, dtype)).reshape(np.shape(values))
        content = repr(array.tolist()) if array.dtype == object else array.tobytes()
        key = (array.dtype.str, array.shape, content)
        if key not in self._known:
            self._known[key] = f"_c{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def tensor(self, values: npt.ArrayLike, dtype: Any = np.float64) -> Any:
        """A tensor for an attribute."""
        from onnx import numpy_helper

        return numpy_helper.from_array(np.ascontiguousarray(np.asarray(values, dtype)), "")

    def binary(self, operator: str, value: str, other: npt.ArrayLike) -> str:
        """An operator of a value and of numbers, one for each column or one for all."""
        return self.add(operator, value, self.constant(other))

    def cast(self, value: str, kind: str) -> str:
        """The value as DOUBLE, FLOAT, INT64 or BOOL."""
        from onnx import TensorProto

        return self.add("Cast", value, to=int(getattr(TensorProto, kind)))

    def single(self, value: str) -> str:
        """64-bit numbers, rounded to 32-bit ones."""
        return self.once(("single", value), lambda: self.cast(self.cast(value, "FLOAT"), "DOUBLE"))

    def once(self, key: Any, make: Callable[[], str]) -> str:
        """What `make` gave for this key before, or gives now."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]

    def columns(self, value: str, indices: Sequence[int], width: int) -> str:
        """Some columns of a value of `width` columns."""
        if list(indices) == list(range(width)):
            return value
        indices = [int(index) for index in indices]
        return self.once(
            ("columns", value, tuple(indices)),
            lambda: self.add("Gather", value, self.constant(indices, np.int64), axis=1),
        )

    def joined(self, values: Sequence[str]) -> str:
        """Columns side by side."""
        return values[0] if len(values) == 1 else self.add("Concat", *values, axis=1)

    def where(self, condition: str, yes: str, no: str) -> str:
        return self.add("Where", condition, yes, no)

    def same_in_all_rows(self, column: str, values: npt.ArrayLike) -> str:
        """Constants, [rows, values], for as many rows as the column has."""
        zeros = self.binary("Mul", self.cast(self.add("IsNaN", column), "DOUBLE"), 0.0)
        return self.binary("Add", zeros, values)

    def sum_columns(self, value: str) -> str:
        return self.add("ReduceSum", value, self.constant([1], np.int64), keepdims=1)

    def largest_place(self, value: str) -> str:
        """The index of the first of the largest columns, [rows]."""
        return self.add("ArgMax", value, axis=1, keepdims=0)

    # Tables

    def of(self, name: str, width: int) -> Table:
        """A table that is one tensor of numbers."""
        return (Piece(name, width),)

    @staticmethod
    def width(table: Table) -> int:
        return sum(piece.width for piece in table)

    def select(self, table: Table, indices: Iterable[int]) -> Table:
        """Some columns of a table."""
        places = [(piece, column) for piece in table for column in range(piece.width)]
        wanted = [places[int(index)] for index in indices]
        result: list[Piece] = []
        start = 0
        while start < len(wanted):
            piece = wanted[start][0]
            end = start
            while end < len(wanted) and wanted[end][0] is piece and piece.width > 1:
                end += 1
            end = max(end, start + 1)
            columns = [column for _, column in wanted[start:end]]
            if piece.width == 1:
                result.append(piece)
            else:
                assert piece.name is not None
                result.append(Piece(self.columns(piece.name, columns, piece.width), len(columns), piece.is_text))
            start = end
        return tuple(result)

    def numbers(self, table: Table) -> str:
        """The table as one tensor of 64-bit numbers, [rows, width]."""
        if not table:
            raise NotRepresentable("an estimator without any column cannot be exported")
        sources = tuple(piece.source if piece.name is None else piece.name for piece in table)
        return self.once(("numbers", sources), lambda: self._numbers(table))

    def _numbers(self, table: Table) -> str:
        parts: list[str] = []
        run: list[int] = []
        for piece in (*table, None):
            if piece is not None and piece.is_text:
                raise NotRepresentable("text reaches a step that takes numbers")
            if piece is not None and piece.name is None:
                assert piece.source is not None
                self._mark(piece.source, is_text=False)
                run.append(piece.source)
                continue
            if run:
                parts.append(self._source_numbers(run))
                run = []
            if piece is not None:
                assert piece.name is not None
                parts.append(piece.name)
        return self.joined(parts)

    def _source_numbers(self, sources: list[int]) -> str:
        if self.is_mixed:
            return self.joined([self.input_name(source) for source in sources])
        return self.columns("X", sources, len(self.rows))

    def text(self, piece: Piece) -> str:
        """One column of text, [rows, 1]."""
        if piece.name is not None:
            if not piece.is_text:
                raise NotRepresentable("numbers reach a step that takes text")
            return piece.name
        assert piece.source is not None
        self._mark(piece.source, is_text=True)
        return self.input_name(piece.source)

    def _mark(self, source: int, is_text: bool) -> None:
        (self.texts if is_text else self.numeric).add(source)
        if source in self.texts and source in self.numeric:
            raise NotRepresentable(
                f"the column {self.input_name(source)!r} is taken for text by one step and for numbers by another"
            )

    def input_name(self, source: int) -> str:
        return self.names[source]

    # What rows may hold

    def note(
        self, piece: Piece, numbers: Iterable[float] = (), texts: Iterable[str] = (), complete: bool = False
    ) -> None:
        """Values that make a difference to a step."""
        if piece.source is not None:
            samples = self.samples[piece.source]
            samples.numbers += [float(number) for number in numbers]
            samples.texts += list(texts)
            samples.is_complete |= complete

    def note_columns(self, table: Table, numbers: npt.ArrayLike) -> None:
        """A list of numbers for each column, as the columns of an array."""
        array = np.atleast_2d(np.asarray(numbers, np.float64))
        place = 0
        for piece in table:
            self.note(piece, [number for number in array[:, place] if np.isfinite(number)])
            place += piece.width
