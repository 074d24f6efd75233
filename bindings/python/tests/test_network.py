"""Networks by the names of their tensors: the exported ones of the fixtures."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import apus

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "Tests" / "Fixtures" / "onnx"
sys.path.append(str(FIXTURES))

import tensors_file  # noqa: E402

CASES = [tensors_file.read(path) for path in sorted(FIXTURES.glob("*/tensors.txt"))]

# Units in the last place of an output's largest number: Tests/Parity/ONNX/test_networks.py tells why.
MOST_UNITS = 16

# Of a probability. Rounding to bfloat16 moves each weight by at most 2**-9 of itself, up or down; the moves of
# many weights cancel each other, so that the result moves by no more than one of them does.
MOST_ROUNDED = 2**-9

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.parent.name)


def named(name: str) -> tensors_file.Tensors:
    (case,) = [case for case in CASES if case.model.parent.name == name]
    return case


TEXT_CASES = [tensors_file.read(path) for path in sorted((FIXTURES.parent / "onnx-text").glob("*/tensors.txt"))]

GRU, DENSE, ENCODER = named("gru"), named("mlp"), named("transformer-encoder")


def shapes_of(inputs: dict[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in inputs.items()}


def same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> bool:
    return list(left) == list(right) and all(np.array_equal(left[name], right[name]) for name in left)


@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: case.model.parent.name)
def test_text(case: tensors_file.Tensors) -> None:
    """Text goes in and out; probabilities are within the bound of other networks."""
    with apus.load(case.model) as model:
        found = model.run(case.inputs)
        assert found["label"].tolist() == case.outputs["label"].tolist()
        assert found["label"].dtype == object
        expected = case.outputs["probabilities"]
        assert np.abs(found["probabilities"] - expected).max() <= MOST_UNITS * np.spacing(expected.max())
        for row in range(case.row_count):
            alone = model.run({name: array[row : row + 1] for name, array in case.inputs.items()})
            assert same(alone, {name: array[row : row + 1] for name, array in found.items()})
        for wrong, error in (("a\0b", ValueError), (None, TypeError), ("\ud83d", ValueError)):
            with pytest.raises(error):
                model.run({**case.inputs, "country": [[wrong]] * case.row_count})


@pytest.fixture
def gru() -> Any:
    with apus.load(GRU.model) as model:
        yield model


@pytest.fixture(scope="module")
def bits(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What C gives, from the library that this package loads."""
    from apus import _ffi

    script = ROOT / "Tests" / "C" / "network-bits"
    done = subprocess.run([script, _ffi.library._name], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


@every_case
def test_exported_networks(case: tensors_file.Tensors, bits: list[str]) -> None:
    """The framework's numbers within a bound, and the bits that C gets."""
    with apus.load(case.model) as model:
        found = model.run(case.inputs)
    assert list(found) == list(case.outputs)
    for name, expected in case.outputs.items():
        assert found[name].dtype == expected.dtype
        assert found[name].shape == expected.shape
        unit = np.spacing(np.abs(expected).max())
        assert np.abs(found[name] - expected).max() <= MOST_UNITS * unit, name
    name = case.model.parent.name
    sums = [f"{name} {output} {zlib.crc32(array.tobytes()):08x}" for output, array in found.items()]
    assert sorted(sums) == sorted(line for line in bits if line.startswith(f"{name} "))


@every_case
def test_saved_networks(case: tensors_file.Tensors, tmp_path: Path) -> None:
    """A copy in Apus's own file gives the same bits."""
    with apus.load(case.model) as model:
        model.save(tmp_path / "model.apus")
        expected = model.run(case.inputs)
        with apus.load(tmp_path / "model.apus") as copy:
            assert (copy.info.format, copy.info.source_library) == ("apus", "onnx")
            assert (copy.inputs, copy.outputs) == (model.inputs, model.outputs)
            assert same(copy.run(case.inputs), expected)


def test_facts(gru: apus.Model) -> None:
    events, lengths = gru.inputs
    assert (events.name, events.dtype, events.shape) == ("events", np.float32, ("batch", "steps", 8))
    assert (lengths.name, lengths.dtype, lengths.shape) == ("lengths", np.int64, ("batch",))
    assert [tensor.name for tensor in gru.outputs] == ["score", "embedding"]
    assert (gru.info.format, gru.info.input_count, gru.info.output_count, gru.info.feature_count) == (
        "onnx",
        2,
        2,
        0,
    )
    with gru.network({"events": (3, 12, 8), "lengths": [np.int64(3)]}, "reference", "v2") as network:
        assert [tensor.shape for tensor in network.inputs] == [(3, 12, 8), (3,)]
        assert [tensor.shape for tensor in network.outputs] == [(3, 1), (3, 24)]
        info = network.info
        assert (info.input_count, info.output_count, info.engine, info.instruction_set) == (
            2,
            2,
            "reference",
            "v2",
        )
        assert info.step_count > 1
        assert info.memory_bytes > 1000
        assert info.operation_count > 3 * 12 * 3 * 24 * 8
        assert repr(network) == (
            "<apus.Network, inputs ['events', 'lengths'], outputs ['score', 'embedding'], engine reference, "
            "instruction set v2>"
        )


def test_models_that_are_no_networks(binary: Any) -> None:
    assert binary.model.inputs == binary.model.outputs == ()
    with pytest.raises(apus.ApusError, match="APUS_UNSUPPORTED: the model is no network"):
        binary.model.network()


def test_rows_are_scored_too() -> None:
    with apus.load(DENSE.model) as model:
        rows = DENSE.inputs["payments"]
        assert model.info.feature_count == 30
        expected = model.run(DENSE.inputs)["score"][:, 0]
        assert np.array_equal(model.score(rows), expected)
        assert model.scorer().score_row(rows[3]) == expected[3]


def test_weights_in_bfloat16() -> None:
    rows = DENSE.inputs["payments"]
    with apus.load(DENSE.model) as model, model.scorer(weights="bfloat16") as scorer:
        scores = scorer.score(rows)
        assert 0 < np.abs(scores - model.score(rows)).max() <= MOST_ROUNDED
        assert [scorer.score_row(row) for row in rows] == scores.tolist()
        for count in (1, len(rows)):
            with model.network({"payments": (count, 30)}, weights="bfloat16") as network:
                found = network.run({"payments": rows[:count]})["score"][:, 0]
                assert np.array_equal(found, scores[:count])
        with pytest.raises(apus.ApusError, match="INVALID_OPTION: the engine 'reference' has no weights"):
            model.network(engine="reference", weights="bfloat16")


def test_weights_of_other_models(binary: Any) -> None:
    with pytest.raises(apus.ApusError, match="INVALID_OPTION: weights are .* bfloat16, which is for networks"):
        binary.model.scorer(weights="bfloat16")


def test_open_axes_have_the_length_one() -> None:
    with apus.load(DENSE.model) as model, model.network() as network:
        assert [tensor.shape for tensor in network.inputs] == [(1, 30)]


def test_shapes_of_some_inputs(gru: apus.Model) -> None:
    with gru.network({"events": (1, 5, 8)}) as network:
        assert [tensor.shape for tensor in network.inputs] == [(1, 5, 8), (1,)]


def test_ways_to_give_an_array(gru: apus.Model) -> None:
    expected = gru.run(GRU.inputs)
    events, lengths = GRU.inputs["events"], GRU.inputs["lengths"]
    assert same(gru.run({"lengths": lengths, "events": events}), expected)
    assert same(gru.run({"events": np.asfortranarray(events), "lengths": lengths.astype(np.int32)}), expected)
    assert same(gru.run({"events": events.tolist(), "lengths": lengths.tolist()}), expected)
    assert same(gru.run({"events": events.astype(">f4"), "lengths": np.repeat(lengths, 2)[::2]}), expected)
    with apus.load(ENCODER.model) as encoder:
        padding = ENCODER.inputs["padding"]
        assert same(encoder.run({**ENCODER.inputs, "padding": padding.tolist()}), encoder.run(ENCODER.inputs))


def test_constants(gru: apus.Model) -> None:
    expected = gru.run(GRU.inputs)
    events, lengths = GRU.inputs["events"], GRU.inputs["lengths"]
    with gru.network({"events": events.shape}, constants={"lengths": lengths}) as network:
        assert [tensor.name for tensor in network.inputs] == ["events"]
        assert same(network.run({"events": events}), expected)
        with pytest.raises(apus.ApusError, match="there is no input 'lengths': the network takes \\['events'\\]"):
            network.run(GRU.inputs)


@pytest.mark.parametrize(
    "inputs, message",
    [
        (
            {"events": GRU.inputs["events"]},
            "NOT_FOUND: the input 'lengths' is missing: the network takes .'events', ",
        ),
        ({**GRU.inputs, "length": 1}, "NOT_FOUND: there is no input 'length': the network takes .'events', "),
        ({**GRU.inputs, 7: 1}, "NOT_FOUND: there is no input 7: "),
        (
            {**GRU.inputs, "lengths": [1]},
            "INVALID_ARGUMENT: the input 'lengths' has the shape .1,., but the network ",
        ),
    ],
)
def test_wrong_inputs(gru: apus.Model, inputs: Any, message: str) -> None:
    with gru.network(shapes_of(GRU.inputs)) as network, pytest.raises(apus.ApusError, match=message):
        network.run(inputs)


@pytest.mark.parametrize("value", [np.ones(16), [1.5] * 16, ["1"] * 16, [None] * 16, np.ones(16, np.uint64)])
def test_wrong_dtypes(gru: apus.Model, value: Any) -> None:
    with (
        gru.network(shapes_of(GRU.inputs)) as network,
        pytest.raises(TypeError, match="input 'lengths' has the dtype"),
    ):
        network.run({**GRU.inputs, "lengths": value})
    with pytest.raises(TypeError, match="input 'lengths' has the dtype"):
        gru.run({**GRU.inputs, "lengths": value})


@pytest.mark.parametrize(
    "shapes, message",
    [
        ({"event": (1,)}, "NOT_FOUND: there is no input 'event'"),
        ({"events": (1, 12, 9)}, "INVALID_OPTION: axis 2 of 'events' has the length 9, but in the network 8"),
        ({"events": (1, 12)}, "INVALID_OPTION: the shape of 'events' has 2 axes, but the network 3"),
        ({"events": (1,) * 9}, "INVALID_OPTION: the shape of 'events' has 9 axes: 0 to 8 are possible"),
        ({"events": (-1, 12, 8)}, "INVALID_OPTION: axis 0 of 'events' has the length -1"),
        ({"events": (2**64 + 1, 12, 8)}, "INVALID_OPTION: axis 0 of 'events' has the length 18446744073709551617"),
        ({"events": (2**62, 12, 8)}, "LIMIT_EXCEEDED: "),
    ],
)
def test_wrong_shapes(gru: apus.Model, shapes: Any, message: str) -> None:
    with pytest.raises(apus.ApusError, match=message):
        gru.network(shapes)


def test_wrong_options(gru: apus.Model) -> None:
    with pytest.raises(TypeError):
        gru.network({"events": (1.5, 12, 8)})  # type: ignore[dict-item]
    with pytest.raises(apus.ApusError, match="INVALID_OPTION: there is no engine 'ranked' for networks"):
        gru.network(engine="ranked")
    with pytest.raises(apus.ApusError, match="INVALID_OPTION: weights must be None or .bfloat16., not 'float16'"):
        gru.network(weights="float16")  # type: ignore[arg-type]
    with pytest.raises(apus.ApusError, match="NOT_FOUND: there is no input 'length'"):
        gru.network(constants={"length": [1]})
    with pytest.raises(
        apus.ApusError, match="the constant 'lengths' has the shape .2,., but the shape that is given"
    ):
        gru.network({"lengths": (1,)}, constants={"lengths": [1, 2]})


def test_lifetimes() -> None:
    model = apus.load(GRU.model)
    network = model.network(shapes_of(GRU.inputs))
    expected = model.run(GRU.inputs)
    model.close()
    assert same(network.run(GRU.inputs), expected)
    for use in (lambda: model.inputs, lambda: model.outputs, model.network, lambda: model.run(GRU.inputs)):
        with pytest.raises(apus.ApusError, match="this Model is closed"):
            use()
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(network)
    network.close()
    network.close()
    for use in (
        lambda: network.inputs,
        lambda: network.outputs,
        lambda: network.info,
        lambda: network.run(GRU.inputs),
    ):
        with pytest.raises(apus.ApusError, match="this Network is closed"):
            use()
    assert repr(network) == "<apus.Network, closed>"


def test_results_are_new_arrays(gru: apus.Model) -> None:
    first, second = gru.run(GRU.inputs), gru.run(GRU.inputs)
    first["score"][:] = 0
    assert not np.array_equal(first["score"], second["score"])


def test_many_shapes(gru: apus.Model) -> None:
    """More than a model keeps networks for."""
    expected = gru.run(GRU.inputs)
    for count in [*range(1, 17), 1, 16]:
        found = gru.run({name: array[:count] for name, array in GRU.inputs.items()})
        assert all(np.array_equal(found[name], expected[name][:count]) for name in expected)


def test_threads(gru: apus.Model) -> None:
    """More at once than a network has workspaces, and first uses of one shape at the same time."""
    expected = apus.load(GRU.model).run(GRU.inputs)
    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(lambda _: same(gru.run(GRU.inputs), expected), range(240)))


inherited: dict[str, Any] = {}


def run_inherited(_: int) -> bool:
    model, network, expected = inherited["model"], inherited["network"], inherited["expected"]
    return same(network.run(GRU.inputs), expected) and same(model.run(GRU.inputs), expected)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_fork(gru: apus.Model) -> None:
    network = gru.network(shapes_of(GRU.inputs))
    inherited.update(model=gru, network=network, expected=gru.run(GRU.inputs))
    with multiprocessing.get_context("fork").Pool(3) as pool:
        assert all(pool.map(run_inherited, range(12)))
