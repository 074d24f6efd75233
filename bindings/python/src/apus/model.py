"""A loaded model, and load()."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from typing import Any, SupportsFloat, SupportsIndex, Union

import numpy as np
import numpy.typing as npt

from . import _ffi, _options
from ._handle import Handle, Owner
from ._layouts import address_of
from ._schema import Schema
from ._types import Absent, Doubles, Iterations, LeafIndices, Output, Unseen, Weights
from .errors import ApusError, raise_error
from .info import Feature, ModelInfo, read_attributes, read_model_info
from .network import Network, TensorInfo, check_names, read_tensors
from .scorer import Scorer

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview]

# Scorers that a model keeps for its own score() calls. A program that asks for more combinations than this
# (every tree range, say) starts afresh instead of holding them all.
_CACHED_SCORERS = 8


class _OpenModel:
    __slots__ = ("schema", "info", "scorers", "networks")

    def __init__(self, handle: Handle) -> None:
        self.info = read_model_info(handle)
        self.schema = Schema(handle, self.info)
        self.scorers: dict[Any, Scorer] = {}
        self.networks: dict[Any, Network] = {}


class Model(Owner[_OpenModel]):
    """A loaded model file: immutable, made by load(), closed by close() or `with`.

    Any number of threads may use it at the same time. It works in a child after a fork, and it refuses to be
    pickled. Scorers made from it live on after close().
    """

    __slots__ = ()

    @property
    def info(self) -> ModelInfo:
        """Facts about the model. Raises ApusError when closed."""
        return self._open().info

    @property
    def features(self) -> tuple[Feature, ...]:
        """Name, kind and categories of each column of a row. Raises ApusError when closed."""
        return self._open().schema.features

    @property
    def attributes(self) -> dict[str, str]:
        """Notes that the trainer left in the file (xgboost's Booster.attributes()), as a new dict.

        Raises ApusError when closed.
        """
        core = self._open()
        return read_attributes(core.schema.model, core.info.attribute_count)

    def score(
        self,
        rows: Any,
        *,
        out: Doubles | None = None,
        threads: SupportsIndex = 1,
        base_margin: npt.ArrayLike | None = None,
        iterations: Iterations = None,
        missing: SupportsFloat | None = None,
        absent: Absent | None = None,
        unseen: Unseen | None = None,
    ) -> Doubles:
        """Scores after the link (probability, expected count, class label ...), as float64.

        The first call with a new choice of `iterations`, `missing` and `absent` compiles a scorer, which later
        calls use again. `rows`, `out`, `threads`, `base_margin`, `unseen`, the result's shape and the errors
        are those of Scorer.score; the other arguments those of scorer().
        """
        scorer = self._scorer("score", iterations, missing, absent)
        return scorer.score(rows, out=out, threads=threads, base_margin=base_margin, unseen=unseen)

    def margins(
        self,
        rows: Any,
        *,
        out: Doubles | None = None,
        threads: SupportsIndex = 1,
        base_margin: npt.ArrayLike | None = None,
        iterations: Iterations = None,
        missing: SupportsFloat | None = None,
        absent: Absent | None = None,
        unseen: Unseen | None = None,
    ) -> Doubles:
        """Margins, the sums before the link, as float64. Arguments as for score()."""
        scorer = self._scorer("margin", iterations, missing, absent)
        return scorer.score(rows, out=out, threads=threads, base_margin=base_margin, unseen=unseen)

    def leaf_indices(
        self,
        rows: Any,
        *,
        out: LeafIndices | None = None,
        threads: SupportsIndex = 1,
        base_margin: npt.ArrayLike | None = None,
        iterations: Iterations = None,
        missing: SupportsFloat | None = None,
        absent: Absent | None = None,
        unseen: Unseen | None = None,
    ) -> LeafIndices:
        """The leaf that each row reaches in each tree, as the source library numbers leaves.

        int32 of shape (rows, trees). Arguments as for score(). A model without trees raises ApusError.
        """
        scorer = self._scorer("leaf", iterations, missing, absent)
        return scorer.score(rows, out=out, threads=threads, base_margin=base_margin, unseen=unseen)

    def scorer(
        self,
        output: Output = "score",
        iterations: Iterations = None,
        missing: SupportsFloat | None = None,
        absent: Absent | None = None,
        engine: str | None = None,
        instruction_set: str | None = None,
        unseen: Unseen | None = None,
        weights: Weights | None = None,
    ) -> Scorer:
        """Compile a scorer.

        Args:
            output: "score", "margin" or "leaf".
            iterations: the tree range in boosting rounds: None for all, (begin, end) for begin <= round < end
                (an end of 0 means all), "best" for the rounds up to the recorded best iteration.
            missing: a further value that counts as missing, beside NaN.
            absent: what an entry means that a sparse row does not hold: "missing", "zero", or None for what the
                source library takes it for.
            engine: None for the best that fits the model, else one by name, such as "reference".
            instruction_set: None for the best that the CPU has, else "v2", "v3" or "v4".
            unseen: what a category means that the feature's table does not hold: "error", "missing", "no_set" (in
                no set of any split), or None for what the source library does: XGBoost refuses it, LightGBM takes
                it for missing. CatBoost has no tables, and scores any category.
            weights: for networks alone, how the matrices of products are kept. None: as the file has them.
                "bfloat16": 32-bit floats of matrices of more than 4 columns rounded to bfloat16, 8 bits of
                precision, so that a row alone has half the memory to read; results differ a little from the
                exported framework's.

        Raises ApusError with APUS_INVALID_OPTION, APUS_UNSUPPORTED, APUS_INVALID_ENVIRONMENT or
        APUS_OUT_OF_MEMORY, or when the model is closed.
        """
        options = _options.read(output, iterations, missing, absent, engine, instruction_set, unseen, weights)
        return Scorer(self._open().schema, options)

    def _scorer(
        self,
        output: Output,
        iterations: Iterations,
        missing: SupportsFloat | None,
        absent: Absent | None,
    ) -> Scorer:
        """A cached scorer. No lock: a fork could copy it locked. Two threads may compile the same one."""
        core = self._open()
        key: Any = output
        if iterations is not None or missing is not None or absent is not None:
            key = _options.read(output, iterations, missing, absent)
        scorer = core.scorers.get(key)
        if scorer is None:
            scorer = Scorer(core.schema, _options.read(output, iterations, missing, absent))
            if len(core.scorers) >= _CACHED_SCORERS:
                core.scorers = {}
            core.scorers[key] = scorer
        return scorer

    @property
    def inputs(self) -> tuple[TensorInfo, ...]:
        """The tensors that a network takes; empty for other models. Raises ApusError when closed."""
        core = self._open()
        return read_tensors(_ffi.model_get_input, core.schema.model.address, core.info.input_count)

    @property
    def outputs(self) -> tuple[TensorInfo, ...]:
        """The tensors that a network gives; empty for other models. Raises ApusError when closed."""
        core = self._open()
        return read_tensors(_ffi.model_get_output, core.schema.model.address, core.info.output_count)

    def network(
        self,
        shapes: Mapping[str, Sequence[SupportsIndex]] | None = None,
        engine: str | None = None,
        instruction_set: str | None = None,
        constants: Mapping[str, npt.ArrayLike] | None = None,
        threads: int = 1,
        weights: Weights | None = None,
    ) -> Network:
        """Compile a network for inputs of known shapes.

        Args:
            shapes: the lengths of inputs; for others those in the file, open axes with the length 1.
            engine: None for the best, else "network" or "reference".
            instruction_set: None for the best that the CPU has, else "v2", "v3" or "v4".
            constants: inputs whose values are known already; run() does not take them. Values that decide about
                shapes, such as axes or lengths, must be given so.
            threads: at most so many in a run, up to 1024. They help where the first axis of all inputs and outputs
                is open and rows along it do not depend on each other.
            weights: as for scorer().

        Raises ApusError with APUS_UNSUPPORTED (the model is no network), APUS_NOT_FOUND (a name that is no input),
        APUS_INVALID_OPTION (a shape that is not the file's), APUS_INVALID_MODEL (shapes that do not fit each
        other), APUS_LIMIT_EXCEEDED, APUS_INVALID_ENVIRONMENT or APUS_OUT_OF_MEMORY, or when the model is closed.
        """
        model, kept = self._open().schema.model, _options.read_weights(weights)
        return Network(model, self.inputs, shapes, engine, instruction_set, constants, threads, kept)

    def run(self, inputs: Mapping[str, npt.ArrayLike]) -> dict[str, npt.NDArray[Any]]:
        """Run a network: tensors by name in, tensors by name out.

        The first call with inputs of new shapes compiles a network, which later calls use again. Arguments,
        results and errors are those of Network.run; shapes that do not fit raise ApusError.
        """
        core = self._open()
        key = tuple((name, np.shape(value)) for name, value in inputs.items())
        network = core.networks.get(key)
        if network is None:
            check_names(inputs, self.inputs)
            network = self.network(dict(key))
            if len(core.networks) >= _CACHED_SCORERS:
                core.networks = {}
            core.networks[key] = network
        return network.run(inputs)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model as Apus's own file, which load() reads faster than any other.

        The file appears under `path` when it is complete. A copy loaded from it gives the same numbers.

        Raises:
            ApusError: the file cannot be written (APUS_FILE_UNWRITABLE), or the model is closed.
        """
        error = _ffi.Error()
        name = os.fsencode(path)
        if b"\0" in name:
            raise ApusError(_ffi.FILE_UNWRITABLE, "a path cannot hold a zero byte")
        if _ffi.model_save_file(self._open().schema.model.address, name, error) != _ffi.OK:
            raise_error(error)

    def __repr__(self) -> str:
        core = self._core
        if core is None:
            return "<apus.Model, closed>"
        info = core.info
        return (
            f"<apus.Model, {info.source_library} {info.objective}, {info.feature_count} features, "
            f"{info.tree_count} trees>"
        )


def load(source: Source, *, mapped: bool = False, checksums: bool = True, other_files: bool = True) -> Model:
    """Load a model.

    Args:
        source: the path of a model file, as str or os.PathLike, or its content, as anything that holds bytes.
            The format is detected from the content. The file is read once; the bytes are not kept. An ONNX file
            may name others that hold its numbers: those in its folder and below it are read too.
        mapped: map the file into memory instead of reading it. Large tensors of floats of a network in Apus's own
            file then stay in the file's pages, which processes share. Nobody may shorten or change the file while
            the model lives: a process that reads behind the new end is ended by SIGBUS. Replacing it by a rename,
            as save() does, is no change.
        checksums: compare the numbers of a network in Apus's own file with their checksum, which reads all of
            them.
        other_files: read files that an ONNX file names. If not, such a model is refused.

    Raises:
        ApusError: the file cannot be read (APUS_FILE_UNREADABLE), or is no model that Apus reads; the error
            says where in the file.
        TypeError: `source` is neither a path nor bytes.
    """
    address = ctypes.c_void_p()
    error = _ffi.Error()
    if isinstance(source, (str, os.PathLike)):
        path = os.fsencode(source)
        if b"\0" in path:
            raise ApusError(_ffi.FILE_UNREADABLE, "a path cannot hold a zero byte")
        options = _ffi.LoadOptions(ctypes.sizeof(_ffi.LoadOptions), mapped, not checksums, not other_files)
        status = _ffi.model_load_file_with_options(path, options, address, error)
    else:
        content = np.frombuffer(memoryview(source).cast("B"), np.uint8) if len(source) else np.empty(0)
        status = _ffi.model_load_bytes(address_of(content), len(content), address, error)
    if status != _ffi.OK:
        raise_error(error)
    assert address.value is not None
    return Model(_OpenModel(Handle(address.value, _ffi.model_release)))
