"""Networks that PyTorch and scikit-learn exported: what their own library gave for stored rows, and what ONNX Runtime
gives for others, at every batch size and instruction set."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

import apus

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures" / "onnx"
sys.path.append(str(FIXTURES))

import network_inputs  # noqa: E402
import tensors_file  # noqa: E402

CASES = [tensors_file.read(path) for path in sorted(FIXTURES.glob("*/tensors.txt"))]
BATCHES = (1, 7, 64, 1000)
ENGINES = [("reference", None)] + [
    ("network", level) for level in ("v2", "v3", "v4") if level <= apus.instruction_set()
]

# Cases whose inputs have a second open axis, and another length of it than the stored rows have.
OPEN_STEPS = {"gru": 5, "transformer-encoder": 23}

# Units in the last place of the largest number that an output has here or over the stored rows. Each library sums in an order of
# its own, which changes the last bits of each layer's sums, and a small number may be the difference of two large ones.
# When this was written the worst was 9; the libraries themselves are up to 3 units apart.
MOST_UNITS = 16

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.parent.name)
every_engine = pytest.mark.parametrize("engine, instruction_set", ENGINES)


def units(found: np.ndarray, expected: np.ndarray, stored: np.ndarray) -> float:
    """How far the worst number is off."""
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    if expected.dtype.kind != "f":
        return 0 if np.array_equal(found, expected) else np.inf
    assert np.isfinite(found).all()
    largest = max(np.abs(expected).max(), np.abs(stored).max())
    return float(np.abs(found - expected).max() / np.spacing(largest))


def assert_close(
    case: tensors_file.Tensors, found: dict[str, np.ndarray], expected: dict[str, np.ndarray], what: object
) -> None:
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert units(found[name], array, case.outputs[name]) <= MOST_UNITS, (what, name)


def shapes_of(inputs: dict[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in inputs.items()}


def drawn(case: tensors_file.Tensors, count: int, seed: int, **steps: int) -> dict[str, np.ndarray]:
    return network_inputs.draw(case.model.parent.name, count, seed, **steps)


def test_there_are_cases() -> None:
    assert len(CASES) >= 12


@every_engine
@every_case
def test_stored_rows(case: tensors_file.Tensors, engine: str, instruction_set: str | None) -> None:
    """What the trainer's library gave; and a row has the same bits wherever it stands in whatever batch."""
    with apus.load(case.model) as model:
        first: dict[str, np.ndarray] | None = None
        for batch in BATCHES:
            rows = np.arange(batch) % case.row_count
            inputs = {name: array[rows] for name, array in case.inputs.items()}
            with model.network(shapes_of(inputs), engine, instruction_set) as network:
                found = network.run(inputs)
            assert_close(case, found, {name: array[rows] for name, array in case.outputs.items()}, batch)
            if first is None:
                first = single_rows(model, case, engine, instruction_set)
            for name, array in found.items():
                assert array.tobytes() == first[name][rows].tobytes(), (batch, name)


def single_rows(
    model: apus.Model, case: tensors_file.Tensors, engine: str, instruction_set: str | None
) -> dict[str, np.ndarray]:
    """Each stored row alone."""
    shapes = {name: (1, *array.shape[1:]) for name, array in case.inputs.items()}
    with model.network(shapes, engine, instruction_set) as network:
        results = [
            network.run({name: array[row : row + 1] for name, array in case.inputs.items()})
            for row in range(case.row_count)
        ]
    return {name: np.concatenate([result[name] for result in results]) for name in case.outputs}


@every_engine
@every_case
def test_onnx_runtime(case: tensors_file.Tensors, engine: str, instruction_set: str | None) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(case.model, options, providers=["CPUExecutionProvider"])
    steps = OPEN_STEPS.get(case.model.parent.name)
    with apus.load(case.model) as model:
        for batch in BATCHES:
            for more in [{}] if steps is None else [{}, {"steps": steps}]:
                inputs = drawn(case, batch, seed=batch, **more)
                expected = session.run(list(case.outputs), inputs)
                with model.network(shapes_of(inputs), engine, instruction_set) as network:
                    found = network.run(inputs)
                assert_close(case, found, dict(zip(case.outputs, expected)), (batch, more))


@every_case
def test_rows_through_a_scorer(case: tensors_file.Tensors) -> None:
    """A network of one dense input scores rows, of one output alone, with the bits of the tensors."""
    with apus.load(case.model) as model:
        (name, rows), *others = case.inputs.items()
        if others or rows.ndim != 2:
            assert model.info.feature_count == 0
            return
        assert model.info.feature_count == rows.shape[1]
        result = model.run(case.inputs)[next(iter(case.outputs))]
        scores = np.asarray(model.score(rows)).reshape(result.shape)
        assert np.array_equal(scores, result.astype(np.float64))
