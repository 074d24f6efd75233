"""The compiled driver: the C files in `native`, one shared object, called through ctypes."""

import ctypes
import dataclasses
import pathlib

import numpy as np

import compiler

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache"
MESSAGE_SIZE = 512
ELEMENTS = {"f4": 4, "f8": 8}
# As ONNX numbers them.
TYPES = {"f4": 1, "i8": 7}
MAXIMUM_RANK = 2


@dataclasses.dataclass(frozen=True)
class Input:
    """A tensor that a model takes by name: NumPy's name of the elements' type, and one row's part of the shape."""

    name: str
    type: str
    lengths: tuple

    @property
    def row_bytes(self):
        return int(np.dtype(self.type).itemsize * np.prod(self.lengths))


class Refused(Exception):
    """The library does not take the model. The text is its own."""


class _Input(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("type", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("lengths", ctypes.c_int64 * MAXIMUM_RANK),
        ("row_bytes", ctypes.c_size_t),
    ]


class _Settings(ctypes.Structure):
    _fields_ = [
        ("library", ctypes.c_char_p),
        ("model", ctypes.c_char_p),
        ("feature_count", ctypes.c_int64),
        ("element", ctypes.c_int32),
        ("thread_count", ctypes.c_int32),
        ("output_width", ctypes.c_int32),
        ("input_count", ctypes.c_int32),
        ("inputs", ctypes.POINTER(_Input)),
        ("output", ctypes.c_char_p),
        ("row_count", ctypes.c_int64),
        ("run_rows", ctypes.c_int64),
        ("weights", ctypes.c_uint32),
    ]


def _address(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def _c_inputs(inputs):
    return (_Input * len(inputs))(
        *(
            _Input(
                one.name.encode(),
                TYPES[one.type],
                len(one.lengths),
                (ctypes.c_int64 * MAXIMUM_RANK)(*one.lengths),
                one.row_bytes,
            )
            for one in inputs
        )
    )


class Handle:
    """An open contender of the driver."""

    def __init__(self, library, pointer, row_bytes, settings):
        self._library = library
        self._pointer = pointer
        self._row_bytes = row_bytes
        self._settings = settings  # whose names the contender reads

    def _check(self, rows):
        assert rows.flags.c_contiguous and rows.strides[0] == self._row_bytes, "rows of another type or width"

    def row_nanoseconds(self, rows, order, sweep_bytes):
        """Nanoseconds of one call for each row that `order` names."""
        self._check(rows)
        result = np.empty(len(order))
        self._library.measure_rows(
            self._pointer, _address(rows), _address(order), len(order), sweep_bytes, _address(result)
        )
        return result

    def margins(self, rows, margins):
        """The margins of all rows, by one call, into that array."""
        self._check(rows)
        self._library.score_at_once(self._pointer, _address(rows), len(rows), _address(margins))

    def block_nanoseconds(self, blocks, row_count, call_count, *, by_the_wall):
        """Nanoseconds of each of so many calls for so many rows, other ones every time."""
        self._check(blocks)
        result = np.empty(call_count)
        self._library.measure_blocks(
            self._pointer,
            _address(blocks),
            row_count,
            len(blocks) // row_count,
            call_count,
            by_the_wall,
            _address(np.empty(row_count)),
            _address(result),
        )
        return result

    def margins_one_by_one(self, rows):
        self._check(rows)
        margins = np.empty(len(rows))
        self._library.score_one_by_one(self._pointer, _address(rows), len(rows), _address(margins))
        return margins

    def close(self):
        self._library.contender_close(self._pointer)


class Driver:
    def __init__(self):
        path = CACHE / "driver.so"
        sources = sorted((HERE / "native").glob("*.c"))
        headers = [*sorted((HERE / "native").glob("*.h")), HERE.parent.parent / "include" / "apus.h"]
        flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{headers[-1].parent}"]
        compiler.shared_object(path, sources, flags, depends_on=headers, libraries=["-ldl", "-pthread"])
        self._library = ctypes.CDLL(str(path))
        for name, result, *arguments in [
            ("measure_rows", None, *[ctypes.c_void_p] * 3, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p),
            ("score_at_once", None, *[ctypes.c_void_p] * 2, ctypes.c_size_t, ctypes.c_void_p),
            ("score_one_by_one", None, *[ctypes.c_void_p] * 2, ctypes.c_size_t, ctypes.c_void_p),
            (
                "measure_blocks",
                None,
                *[ctypes.c_void_p] * 2,
                *[ctypes.c_size_t] * 3,
                ctypes.c_int,
                *[ctypes.c_void_p] * 2,
            ),
            ("contender_close", None, ctypes.c_void_p),
            ("peak_operations", ctypes.c_double, ctypes.c_double),
            ("sweep", None, ctypes.c_void_p, ctypes.c_size_t),
        ]:
            function = getattr(self._library, name)  # which keeps it, unlike [name]
            function.restype, function.argtypes = result, arguments

    def sweep(self, other_work):
        """Walk the array and a stretch of code, as native/sweep.h says."""
        self._library.sweep(_address(other_work), other_work.nbytes)

    def peak_operations(self, milliseconds):
        """Single-precision operations a nanosecond that a core can do, as native/peak.h says; 0 if unknown."""
        return self._library.peak_operations(milliseconds)

    def open(
        self,
        kind,
        *,
        library,
        thread_count,
        feature_count=0,
        element="f4",
        model=None,
        output_width=1,
        inputs=(),
        output=None,
        row_count=0,
        run_rows=0,
        weights=0,
    ):
        """Open a contender of that kind, which is `open_KIND` in C. A row is features, or else inputs."""
        settings = _Settings(
            str(library).encode(),
            None if model is None else str(model).encode(),
            feature_count,
            ELEMENTS[element],
            thread_count,
            output_width,
            len(inputs),
            _c_inputs(inputs),
            None if output is None else output.encode(),
            row_count,
            run_rows,
            weights,
        )
        message = ctypes.create_string_buffer(MESSAGE_SIZE)
        function = self._library[f"open_{kind}"]
        function.restype, function.argtypes = ctypes.c_void_p, [ctypes.POINTER(_Settings), ctypes.c_char_p]
        pointer = function(ctypes.byref(settings), message)
        if not pointer:
            raise Refused((message.value.decode(errors="replace").splitlines() or ["no reason given"])[0])
        row_bytes = sum(one.row_bytes for one in inputs) or feature_count * ELEMENTS[element]
        return Handle(self._library, pointer, row_bytes, settings)
