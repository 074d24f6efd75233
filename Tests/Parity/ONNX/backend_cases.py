"""The cases that the onnx package carries: a model, inputs, and the outputs of its reference implementation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import onnx.backend.test
from onnx import numpy_helper

DATA = Path(onnx.backend.test.__file__).parent / "data"
FOLDERS = ("node", "simple", "pytorch-operator", "pytorch-converted")


@dataclass
class Case:
    name: str
    path: Path
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]


def paths() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (DATA / folder).iterdir())


def cases(path: Path) -> Iterator[Case]:
    """A case for each set of data, of which a model may have several."""
    graph = onnx.load(path / "model.onnx").graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [value.name for value in graph.input if value.name not in constants]
    outputs = [value.name for value in graph.output]
    for data in sorted(path.glob("test_data_set_*")):
        yield Case(
            f"{path.name}/{data.name}",
            path / "model.onnx",
            {name: _read(data / f"input_{index}.pb") for index, name in enumerate(inputs)},
            {name: _read(data / f"output_{index}.pb") for index, name in enumerate(outputs)},
        )


def _read(path: Path) -> np.ndarray:
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def as_apus_has_it(array: np.ndarray) -> np.ndarray:
    """numpy has no bfloat16, so Apus's arrays hold its bits."""
    return array.view(np.uint16) if array.dtype == ml_dtypes.bfloat16 else array
