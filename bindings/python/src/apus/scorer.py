"""A model compiled for this CPU and for one choice of options."""

from __future__ import annotations

import ctypes
import operator
import struct
from collections.abc import Mapping
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from . import _ffi, _records, _rows
from ._handle import Handle, Owner
from ._layouts import FLOAT32, FLOAT64, Layout, address_of
from ._options import Options
from ._schema import Schema
from ._types import Array, Unseen
from .errors import ApusError, raise_error
from .info import ScorerInfo, read_scorer_info

# Releasing the GIL for a microsecond of work costs far more than it gives: a busy thread takes it and keeps it
# for the switch interval, 5 ms. Calls of at most so many node visits (some tens of microseconds) keep it.
_NODE_VISITS_UNDER_GIL = 10_000

# Rows of leaf indices are made in blocks of so many doubles, so that the scratch memory stays small.
_LEAF_BLOCK = 1 << 20

_MAX_THREADS = 1024


class _OpenScorer:
    """What an open scorer needs, with everything that the one-row call can have ready."""

    __slots__ = (
        "handle",
        "schema",
        "info",
        "single",
        "result_dtype",
        "visits_per_row",
        "row_f32",
        "row_f64",
        "pack",
        "scorer",
        "feature_count",
        "feature_count_argument",
        "value_count_argument",
        "lanes",
        "unseen",
        "packs_lists",
    )

    def __init__(self, handle: Handle, schema: Schema, unseen: Unseen | None) -> None:
        info = read_scorer_info(handle)
        self.handle = handle
        self.schema = schema
        self.info = info
        self.single = info.value_count == 1 and info.output != "leaf"
        self.result_dtype = np.dtype(np.int32) if info.output == "leaf" else FLOAT64
        self.visits_per_row = info.tree_count * schema.info.max_depth + info.feature_count
        # Looked up anew: functions without argtypes take ready-made arguments as they are.
        keep_gil = self.visits_per_row <= _NODE_VISITS_UNDER_GIL
        library = _ffi.library_holding_gil if keep_gil else _ffi.library
        self.row_f32 = library[_ffi.scorer_score_row_f32.__name__]
        self.row_f64 = library[_ffi.scorer_score_row_f64.__name__]
        self.pack = struct.Struct(f"{info.feature_count}d").pack
        self.scorer = handle.argument
        self.feature_count = info.feature_count
        self.feature_count_argument = ctypes.c_size_t.from_param(info.feature_count)
        self.value_count_argument = ctypes.c_size_t.from_param(info.value_count)
        self.unseen = unseen
        # Else a whole number in a list may be a category.
        self.packs_lists = not schema.has_numbers_as_categories
        # Output buffers that no call is using. pop() and append() are atomic, so no two calls share one.
        self.lanes: list[tuple[Any, Any]] = []

    def new_lane(self) -> tuple[Any, Any]:
        """An output buffer, and the argument that points to it."""
        if self.single:
            value = ctypes.c_double()
            return value, ctypes.byref(value)
        values = np.empty(self.info.value_count)
        return values, ctypes.c_void_p.from_param(values.ctypes.data)


class Scorer(Owner[_OpenScorer]):
    """A model compiled for this CPU, with everything decided once: what comes out, which trees take part,
    what counts as missing, which engine runs. Made by Model.scorer().

    Any number of threads may use it at the same time. It keeps what it needs of its model alive.
    """

    __slots__ = ()

    def __init__(self, schema: Schema, options: Options) -> None:
        address = ctypes.c_void_p()
        error = _ffi.Error()
        if _ffi.scorer_create(schema.model.address, options.struct(), address, error) != _ffi.OK:
            raise_error(error)
        assert address.value is not None
        super().__init__(_OpenScorer(Handle(address.value, _ffi.scorer_release), schema, options.unseen))

    def _shared(self) -> Scorer:
        """Another object for the same compiled model, which is closed by itself."""
        scorer = Scorer.__new__(Scorer)
        Owner.__init__(scorer, self._open())
        return scorer

    @property
    def info(self) -> ScorerInfo:
        """Facts about this scorer. Raises ApusError when closed."""
        return self._open().info

    def score(
        self,
        rows: Any,
        *,
        out: Array | None = None,
        threads: SupportsIndex = 1,
        base_margin: npt.ArrayLike | None = None,
        unseen: Unseen | None = None,
    ) -> Array:
        """Score many rows, or one.

        Args:
            rows: one of
                - a 2-D array of shape (rows, features), in any order and of any type of numbers; float32 and
                  float64 are read in place unless they have gaps in both directions
                - a 1-D array or sequence: one row
                - a dict by feature name, one row, or a list of such: each feature needs a key, None where it is
                  missing; a key that is no feature raises
                - a scipy.sparse matrix; an entry that a row does not hold is what the option `absent` says
                - a pandas or polars DataFrame, or a pyarrow Table or RecordBatch: columns are found by name
                  if the model has names (others are ignored), else taken in order. Text, categoricals and
                  enums become the codes of the model's category table; without one, pandas categoricals and
                  polars enums give their own codes. Numbers in a categorical column are codes.
                NaN, None and null are missing. In dicts and lists text is a category, and so is an int where the
                feature's table holds numbers; another number is a code.
            out: receives the result, of its shape and type, C-contiguous, not overlapping the rows.
            threads: up to 1024; they are started and ended within the call.
            base_margin: shape (rows,) or (rows, margin_count); replaces the model's base score.
            unseen: as for Model.scorer; None for what this scorer was made with.

        Returns:
            Scores or margins: float64 of shape (rows,), or (rows, values) if a row has several.
            Leaf indices: int32 of shape (rows, trees).

        Raises:
            ApusError: the rows do not fit the model, an argument is out of range, or the scorer is closed.
            TypeError: the rows, or a feature or column that is named, hold what is no number and no category.
        """
        core = self._open()
        layout = _rows.read(rows, core.schema, core.unseen if unseen is None else unseen)
        shape: tuple[int, ...] = (layout.row_count, core.info.value_count)
        if core.single:
            shape = shape[:1]
        if out is None:
            out = np.empty(shape, core.result_dtype)
        else:
            _check_out(out, shape, core.result_dtype, rows)
        thread_count = _thread_count(threads)
        margins = None if base_margin is None else _margins(base_margin, layout.row_count, core.info)
        if core.info.output == "leaf":
            _score_leaves(core, layout, thread_count, margins, out)
        else:
            _score_block(core, layout, thread_count, margins, out)
        return out

    def score_row(self, row: Any) -> Any:
        """Score one row with the least overhead: the call for a service.

        Args:
            row: a 1-D array, list or tuple of feature_count values, or a dict by feature name, as for score().
                Fastest as a float32 or float64 array.

        Returns:
            A float if a row has one score or margin, else a float64 array of shape (values,); for leaf
            indices an int32 array of shape (trees,).

        Raises ApusError and TypeError as score() does.
        """
        core = self._core or self._open()
        if type(row) is np.ndarray and row.ndim == 1 and len(row) == core.feature_count:
            dtype = row.dtype
            if dtype is FLOAT32:
                function = core.row_f32
            elif dtype is FLOAT64:
                function = core.row_f64
            else:
                return self._score_converted_row(row)
            data = row.tobytes()
        elif core.packs_lists and (type(row) is list or type(row) is tuple):
            try:
                data = core.pack(*row)
            except (struct.error, OverflowError):
                return self._score_converted_row(row)
            function = core.row_f64
        else:
            return self._score_converted_row(row)
        try:
            lane = core.lanes.pop()
        except IndexError:
            lane = core.new_lane()
        out, out_argument = lane
        if function(
            core.scorer,
            data,
            core.feature_count_argument,
            out_argument,
            core.value_count_argument,
            None,
        ):
            return self._score_converted_row(row)  # which fails too, with a sentence
        result = out.value if core.single else out.astype(core.result_dtype)
        core.lanes.append(lane)
        return result

    def _score_converted_row(self, row: Any) -> Any:
        schema = self._open().schema
        row = _records.values_of(row, schema) if isinstance(row, Mapping) else _rows.to_row(row, schema)
        if type(row) is list and not schema.hashes_categories:
            return self.score_row(schema.numbers_of(row, self._open().unseen))
        values = self.score(row)
        return values.item() if values.ndim == 1 else values[0]

    def __repr__(self) -> str:
        core = self._core
        if core is None:
            return "<apus.Scorer, closed>"
        info = core.info
        return (
            f"<apus.Scorer, {info.output} of {info.tree_count} trees, engine {info.engine}, "
            f"instruction set {info.instruction_set}>"
        )


def _score_block(core: _OpenScorer, layout: Layout, thread_count: int, margins: Array | None, out: Array) -> None:
    """Score a layout into float64 `out`."""
    options = None
    if thread_count > 1 or margins is not None:
        options = _ffi.BatchOptions(ctypes.sizeof(_ffi.BatchOptions), thread_count)
        if margins is not None:
            options.base_margin = address_of(margins)
            options.base_margin_count = margins.size
    error = _ffi.Error()
    keep_gil = thread_count <= 1 and layout.row_count * core.visits_per_row <= _NODE_VISITS_UNDER_GIL
    if layout.call(keep_gil, core.handle.address, options, address_of(out), out.size, error):
        raise_error(error)


def _score_leaves(core: _OpenScorer, layout: Layout, thread_count: int, margins: Array | None, out: Array) -> None:
    """Score a layout into int32 `out`, by way of a block of doubles."""
    step = max(1, _LEAF_BLOCK // max(1, core.info.value_count))
    scratch = np.empty((min(step, layout.row_count), core.info.value_count))
    for begin in range(0, max(1, layout.row_count), step):
        end = min(begin + step, layout.row_count)
        block = scratch[: end - begin]
        part_margins = None if margins is None else margins[begin:end]
        try:
            _score_block(core, layout.part(begin, end), thread_count, part_margins, block)
        except ApusError as error:
            if error.row >= 0:
                error.row += begin
            raise
        out[begin:end] = block


def _check_out(out: Any, shape: tuple[int, ...], dtype: Any, rows: Any) -> None:
    if not isinstance(out, np.ndarray) or out.dtype != dtype:
        kind = getattr(out, "dtype", type(out).__name__)
        raise TypeError(f"out must be an array of {dtype}, not {kind}")
    if out.shape != shape:
        raise ApusError(_ffi.INVALID_ARGUMENT, f"out must have the shape {shape}, not {out.shape}")
    if not (out.flags.c_contiguous and out.flags.aligned and out.flags.writeable):
        raise ApusError(_ffi.INVALID_ARGUMENT, "out must be C-contiguous, aligned and writeable")
    if isinstance(rows, np.ndarray) and np.may_share_memory(out, rows):
        raise ApusError(_ffi.INVALID_ARGUMENT, "out must not overlap the rows")


def _thread_count(threads: SupportsIndex) -> int:
    count = operator.index(threads)
    if not 0 <= count <= _MAX_THREADS:
        raise ApusError(_ffi.INVALID_OPTION, f"threads must be from 0 to {_MAX_THREADS}, not {count}")
    return count


def _margins(base_margin: Any, row_count: int, info: ScorerInfo) -> Array:
    margins = np.asarray(base_margin)
    if margins.dtype.kind not in "fiub":
        raise TypeError(f"base_margin must hold numbers, not values of type {margins.dtype}")
    if margins.ndim == 1 and info.margin_count == 1:
        margins = margins.reshape(-1, 1)
    if margins.shape != (row_count, info.margin_count):
        raise ApusError(
            _ffi.INVALID_ARGUMENT,
            f"base_margin must have the shape {(row_count, info.margin_count)}, not {margins.shape}",
        )
    return np.ascontiguousarray(margins, FLOAT64)
