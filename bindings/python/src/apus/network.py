"""A network compiled for inputs of known shapes."""

from __future__ import annotations

import ctypes
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from . import _ffi
from ._handle import Handle, Owner
from .errors import ApusError, raise_error
from .info import NetworkInfo, read_network_info

# numpy has no bfloat16: its bits are what it has.
_DTYPES: dict[int, np.dtype[Any]] = {
    _ffi.ELEMENT_F32: np.dtype(np.float32),
    _ffi.ELEMENT_U8: np.dtype(np.uint8),
    _ffi.ELEMENT_I8: np.dtype(np.int8),
    _ffi.ELEMENT_U16: np.dtype(np.uint16),
    _ffi.ELEMENT_I16: np.dtype(np.int16),
    _ffi.ELEMENT_I32: np.dtype(np.int32),
    _ffi.ELEMENT_I64: np.dtype(np.int64),
    _ffi.ELEMENT_TEXT: np.dtype(object),
    _ffi.ELEMENT_BOOL: np.dtype(np.bool_),
    _ffi.ELEMENT_F16: np.dtype(np.float16),
    _ffi.ELEMENT_F64: np.dtype(np.float64),
    _ffi.ELEMENT_U32: np.dtype(np.uint32),
    _ffi.ELEMENT_U64: np.dtype(np.uint64),
    _ffi.ELEMENT_BF16: np.dtype(np.uint16),
}

_ELEMENTS: dict[np.dtype[Any] | None, int] = {
    dtype: element for element, dtype in _DTYPES.items() if element != _ffi.ELEMENT_BF16
}


@dataclass(frozen=True)
class TensorInfo:
    """A tensor that a network takes or gives.

    Attributes:
        name: as in the file.
        dtype: of its elements; object for text; uint16 for bfloat16, of which numpy has no type; None if the file
            does not say.
        shape: the length of each axis; a name or None for one that is open. None if the file does not say how many
            axes there are.
    """

    name: str
    dtype: np.dtype[Any] | None
    shape: tuple[int | str | None, ...] | None


def read_tensors(function: Any, address: int, count: int) -> tuple[TensorInfo, ...]:
    """The inputs or outputs of a model or a network."""
    return tuple(_read_tensor(function, address, index)[0] for index in range(count))


def _read_tensor(function: Any, address: int, index: int) -> tuple[TensorInfo, int]:
    info = _ffi.TensorInfo(struct_size=ctypes.sizeof(_ffi.TensorInfo))
    error = _ffi.Error()
    if function(address, index, info, error) != _ffi.OK:
        raise_error(error)
    shape: tuple[int | str | None, ...] | None = None
    if info.rank >= 0:
        shape = tuple(
            info.lengths[axis] if info.lengths[axis] >= 0 else _name(info.length_names[axis])
            for axis in range(info.rank)
        )
    name = ctypes.string_at(info.name, info.name_length).decode(errors="surrogateescape")
    return TensorInfo(name, _DTYPES.get(info.element), shape), info.element


def _name(text: bytes | None) -> str | None:
    return None if text is None else text.decode(errors="surrogateescape")


class _OpenNetwork:
    __slots__ = ("handle", "model", "info", "inputs", "outputs", "input_elements", "output_elements")

    def __init__(self, handle: Handle, model: Handle) -> None:
        self.handle = handle
        self.model = model
        self.info = read_network_info(handle)
        inputs = [_read_tensor(_ffi.network_get_input, handle.address, i) for i in range(self.info.input_count)]
        outputs = [_read_tensor(_ffi.network_get_output, handle.address, i) for i in range(self.info.output_count)]
        self.inputs = tuple(tensor for tensor, _ in inputs)
        self.outputs = tuple(tensor for tensor, _ in outputs)
        self.input_elements = [element for _, element in inputs]
        self.output_elements = [element for _, element in outputs]


class Network(Owner[_OpenNetwork]):
    """A network compiled for inputs of known shapes, made by Model.network(). Any number of threads may use it.

    It keeps what it needs of its model alive.
    """

    __slots__ = ()

    def __init__(
        self,
        model: Handle,
        inputs: tuple[TensorInfo, ...],
        shapes: Mapping[str, Sequence[SupportsIndex]] | None,
        engine: str | None,
        instruction_set: str | None,
        constants: Mapping[str, npt.ArrayLike] | None,
        threads: int,
        weights: int,
    ) -> None:
        options = _ffi.NetworkOptions(
            struct_size=ctypes.sizeof(_ffi.NetworkOptions), thread_count=threads, weights=weights
        )
        if engine is not None:
            options.engine = engine.encode()
        if instruction_set is not None:
            options.instruction_set = instruction_set.encode()
        known = _known_arrays(constants or {}, inputs)
        given = (_ffi.Shape * max(len(inputs), 1))()
        if shapes or known:
            for shape, lengths in zip(given, _input_shapes(shapes or {}, known, inputs)):
                shape.rank = len(lengths)
                for axis, length in enumerate(lengths):
                    shape.lengths[axis] = length
            options.shapes = ctypes.addressof(given)
            options.shape_count = len(inputs)
        tensors = (_ffi.Tensor * max(len(inputs), 1))()
        if known:
            for tensor, info in zip(tensors, inputs):
                if info.name in known:
                    tensor.element = _ELEMENTS[info.dtype]
                    tensor.data = known[info.name].ctypes.data
                    tensor.byte_length = known[info.name].nbytes
            options.constants = ctypes.addressof(tensors)
            options.constant_count = len(inputs)
        address = ctypes.c_void_p()
        error = _ffi.Error()
        if _ffi.network_create(model.address, options, address, error) != _ffi.OK:
            raise_error(error)
        assert address.value is not None
        super().__init__(_OpenNetwork(Handle(address.value, _ffi.network_release), model))

    @property
    def info(self) -> NetworkInfo:
        """Facts about this network. Raises ApusError when closed."""
        return self._open().info

    @property
    def inputs(self) -> tuple[TensorInfo, ...]:
        """The tensors that run() takes. Raises ApusError when closed."""
        return self._open().inputs

    @property
    def outputs(self) -> tuple[TensorInfo, ...]:
        """The tensors that run() gives. Raises ApusError when closed."""
        return self._open().outputs

    def run(self, inputs: Mapping[str, npt.ArrayLike]) -> dict[str, npt.NDArray[Any]]:
        """Run the network once.

        Args:
            inputs: an array for each input, of its shape, and of its dtype or one that becomes it without a loss
                (numpy's "safe" casting; a Python number or list counts as what it becomes).

        Returns: a new array for each output.

        Raises ApusError with APUS_NOT_FOUND for an input that is missing or unknown, APUS_INVALID_ARGUMENT for
        one of another shape, APUS_OUT_OF_MEMORY, or when the network is closed; TypeError for a dtype that does
        not fit.
        """
        core = self._open()
        check_names(inputs, core.inputs)
        arrays = [_prepared(inputs[tensor.name], tensor) for tensor in core.inputs]
        results = [_empty(tensor) for tensor in core.outputs]
        texts = [_addresses(array) if array.dtype == object else None for array in arrays]
        sources = _tensors(arrays, core.input_elements, texts)
        pointers = [
            np.zeros(max(result.size, 1), np.uintp) if result.dtype == object else None for result in results
        ]
        targets = _tensors(results, core.output_elements, [None if p is None else (p, None) for p in pointers])
        error = _ffi.Error()
        status = _ffi.network_run(
            core.handle.address,
            ctypes.addressof(sources),
            len(arrays),
            ctypes.addressof(targets),
            len(results),
            error,
        )
        if status != _ffi.OK:
            raise_error(error)
        for result, addresses in zip(results, pointers):
            if addresses is not None:
                _decode(addresses, result)
        return {tensor.name: result for tensor, result in zip(core.outputs, results)}

    def __repr__(self) -> str:
        core = self._core
        if core is None:
            return "<apus.Network, closed>"
        names = [[tensor.name for tensor in tensors] for tensors in (core.inputs, core.outputs)]
        return (
            f"<apus.Network, inputs {names[0]}, outputs {names[1]}, engine {core.info.engine}, "
            f"instruction set {core.info.instruction_set}>"
        )


def _known_arrays(
    constants: Mapping[str, npt.ArrayLike], inputs: tuple[TensorInfo, ...]
) -> dict[str, npt.NDArray[Any]]:
    """Arrays of the inputs' dtypes. They live until the network is made, which copies them."""
    _check_unknown(constants, inputs)
    return {info.name: _array(constants[info.name], info) for info in inputs if info.name in constants}


def _input_shapes(
    shapes: Mapping[str, Sequence[SupportsIndex]],
    known: dict[str, npt.NDArray[Any]],
    inputs: tuple[TensorInfo, ...],
) -> list[tuple[int, ...]]:
    """Of each input what is given, else that of its constant, else the file's with 1 for open axes."""
    _check_unknown(shapes, inputs)
    return [_input_shape(shapes.get(info.name), known.get(info.name), info) for info in inputs]


def _input_shape(
    given: Sequence[SupportsIndex] | None, array: npt.NDArray[Any] | None, info: TensorInfo
) -> tuple[int, ...]:
    if given is None:
        if array is not None:
            return array.shape
        if info.shape is None:
            raise ApusError(_ffi.NOT_FOUND, f"the shape of {info.name!r} is missing, and the file does not say it")
        return tuple(length if isinstance(length, int) else 1 for length in info.shape)
    lengths = tuple(map(operator.index, given))
    if len(lengths) > _ffi.RANK_LIMIT:
        raise ApusError(
            _ffi.INVALID_OPTION,
            f"the shape of {info.name!r} has {len(lengths)} axes: 0 to {_ffi.RANK_LIMIT} are possible",
        )
    for axis, length in enumerate(lengths):
        if not 0 <= length < 1 << 63:
            raise ApusError(_ffi.INVALID_OPTION, f"axis {axis} of {info.name!r} has the length {length}")
    if array is not None and array.shape != lengths:
        raise ApusError(
            _ffi.INVALID_OPTION,
            f"the constant {info.name!r} has the shape {array.shape}, but the shape that is given is {lengths}",
        )
    return lengths


def _empty(tensor: TensorInfo) -> npt.NDArray[Any]:
    shape: Any = tensor.shape  # whose lengths are all known in a network
    return np.empty(shape, tensor.dtype)


def check_names(given: Mapping[str, Any], inputs: tuple[TensorInfo, ...]) -> None:
    """All inputs are there, and nothing else."""
    names = [tensor.name for tensor in inputs]
    for name in names:
        if name not in given:
            raise ApusError(_ffi.NOT_FOUND, f"the input {name!r} is missing: the network takes {names}")
    _check_unknown(given, inputs)


def _check_unknown(given: Mapping[str, Any], inputs: tuple[TensorInfo, ...]) -> None:
    names = [tensor.name for tensor in inputs]
    for name in given:
        if name not in names:
            raise ApusError(_ffi.NOT_FOUND, f"there is no input {name!r}: the network takes {names}")


def _array(value: npt.ArrayLike, tensor: TensorInfo) -> npt.NDArray[Any]:
    array = np.asarray(value)
    if tensor.dtype == object:
        if array.dtype.kind not in "OUS":
            raise TypeError(f"the input {tensor.name!r} has the dtype {array.dtype}, but the network takes text")
        return np.require(array, object, "C")
    casting: Any = "safe" if isinstance(value, (np.ndarray, np.generic)) else "same_kind"
    if not np.can_cast(array.dtype, tensor.dtype, casting):  # type: ignore[arg-type]
        raise TypeError(
            f"the input {tensor.name!r} has the dtype {array.dtype}, but the network takes {tensor.dtype}"
        )
    # Not ascontiguousarray, which makes a number an array of one axis.
    return np.require(array, tensor.dtype, "C")


def _prepared(value: npt.ArrayLike, tensor: TensorInfo) -> npt.NDArray[Any]:
    array = _array(value, tensor)
    if array.shape != tensor.shape:
        raise ApusError(
            _ffi.INVALID_ARGUMENT,
            f"the input {tensor.name!r} has the shape {array.shape}, but the network is made for {tensor.shape}",
        )
    return array


def _tensors(
    arrays: list[npt.NDArray[Any]], elements: list[int], texts: Sequence[tuple[npt.NDArray[Any], Any] | None]
) -> Any:
    tensors = (_ffi.Tensor * max(len(arrays), 1))()
    for tensor, array, element, text in zip(tensors, arrays, elements, texts):
        tensor.element = element
        # An array of objects holds their addresses, in whose place the texts' addresses stand.
        tensor.data = array.ctypes.data if text is None else text[0].ctypes.data
        tensor.byte_length = array.nbytes
    return tensors


def _addresses(array: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], bytes]:
    """The addresses of texts, and the memory that they lie in."""
    encoded = [_encoded(value) for value in array.flat]
    memory = b"\0".join(encoded) + b"\0"
    lengths = np.fromiter((len(text) + 1 for text in encoded), np.uintp, len(encoded))
    begin = ctypes.cast(ctypes.c_char_p(memory), ctypes.c_void_p).value or 0
    return np.cumsum(lengths, dtype=np.uintp) - lengths + np.uintp(begin), memory


def _encoded(value: object) -> bytes:
    if isinstance(value, bytes):
        encoded = value
    elif isinstance(value, str):
        encoded = value.encode(errors="surrogateescape")
    else:
        raise TypeError(f"text is taken from str or bytes, not from {type(value).__name__}")
    if b"\0" in encoded:
        raise ValueError(f"{value!r} holds a zero byte")
    return encoded


def _decode(addresses: npt.NDArray[Any], result: npt.NDArray[Any]) -> None:
    known: dict[int, str] = {}
    flat = result.reshape(-1)
    for index in range(result.size):
        address = int(addresses[index])
        text = known.get(address)
        if text is None:
            text = known[address] = ctypes.string_at(address).decode(errors="surrogateescape")
        flat[index] = text
