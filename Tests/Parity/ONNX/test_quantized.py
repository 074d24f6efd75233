"""Networks quantised by ONNX Runtime's tools, and their operators one by one: whole numbers are ONNX Runtime's,
the reference's, and those of every engine and instruction set."""

from __future__ import annotations

from functools import cache

import apus
import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import QuantFormat, QuantType

from quantized_models import dynamic, rows, static

ENGINES = [("reference", None)] + [
    ("network", level) for level in ("v2", "v3", "v4") if level <= apus.instruction_set()
]
BATCHES = (1, 7, 64, 300)
onnxruntime.set_default_logger_severity(4)

both_forms = pytest.mark.parametrize("has_gemm", (False, True))
per_channel_or_not = pytest.mark.parametrize("per_channel", (False, True))


def by_runtime(model: ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Node by node: what ONNX Runtime makes of several nodes at once has roundings of its own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def by_apus(model: ModelProto, inputs: dict[str, np.ndarray], engine: str, level: str | None) -> list[np.ndarray]:
    shapes = {name: array.shape for name, array in inputs.items()}
    with apus.load(model.SerializeToString()) as loaded, loaded.network(shapes, engine, level) as network:
        return list(network.run(inputs).values())


def assert_same(found: list[np.ndarray], expected: list[np.ndarray], what: object) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        assert one.dtype == other.dtype and one.shape == other.shape, what
        assert np.array_equal(one, other), (what, np.abs(one.astype(float) - other.astype(float)).max())


@cache
def made_dynamic(has_gemm: bool, kind: QuantType, per_channel: bool) -> ModelProto:
    return dynamic(has_gemm, kind, per_channel)


@both_forms
@per_channel_or_not
@pytest.mark.parametrize("kind", (QuantType.QInt8, QuantType.QUInt8), ids=str)
def test_dynamic(has_gemm: bool, per_channel: bool, kind: QuantType) -> None:
    """All bits: sums are whole numbers, and what follows is rounded node by node."""
    model = made_dynamic(has_gemm, kind, per_channel)
    assert sum(node.op_type == "MatMulInteger" for node in model.graph.node) == 4
    for batch in BATCHES:
        inputs = {"x": rows(batch, batch)}
        expected = ReferenceEvaluator(model).run(None, inputs)
        assert_same(by_runtime(model, inputs), expected, "ONNX Runtime")
        for engine, level in ENGINES:
            assert_same(by_apus(model, inputs, engine, level), expected, (batch, engine, level))


def test_rows_of_a_dynamic_network_stand_alone() -> None:
    """A scorer takes the range of each row, however many there are: a row's score is that of the row alone."""
    model = made_dynamic(True, QuantType.QInt8, False)
    batch = rows(9, 5)
    with apus.load(model.SerializeToString()) as loaded:
        scores = np.asarray(loaded.score(batch))
    for row, score in zip(batch, scores):
        assert np.array_equal(score, by_runtime(model, {"x": row[None]})[0][0].astype(np.float64))


@both_forms
@per_channel_or_not
@pytest.mark.parametrize("activations", (QuantType.QInt8, QuantType.QUInt8), ids=str)
def test_static(has_gemm: bool, per_channel: bool, activations: QuantType) -> None:
    """Products of floats between nodes that quantise: sums that are rounded otherwise may fall on the other side
    of the middle between two whole numbers, and move what follows by a step of the output."""
    model = static(QuantFormat.QDQ, has_gemm, activations, per_channel)
    (scale,) = [tensor for tensor in model.graph.initializer if tensor.name == "s3_scale"]
    step = float(numpy_helper.to_array(scale))
    for batch in BATCHES:
        inputs = {"x": rows(batch, batch)}
        (expected,) = by_runtime(model, inputs)
        (plain,) = by_apus(model, inputs, "reference", None)
        first = None
        for engine, level in ENGINES:
            (found,) = by_apus(model, inputs, engine, level)
            for other in (expected, plain):
                steps_off = np.rint((found - other) / step)
                assert np.abs(steps_off).max() <= 1, (batch, engine, level)
                assert (steps_off != 0).mean() <= 0.02, (batch, engine, level)
            if engine == "network":
                # Kernels sum the integers that the floats are made of: there is one result.
                first = found if first is None else first
                assert_same([found], [first], (batch, level))


# The operators one by one.

KINDS = {"u1": TensorProto.UINT8, "i1": TensorProto.INT8, "i4": TensorProto.INT32, "f4": TensorProto.FLOAT}


def operator(name: str, inputs: dict[str, np.ndarray], known: set[str], output: int) -> ModelProto:
    """A model of one operator, in which some inputs are constants."""
    node = helper.make_node(name, list(inputs), ["out"])
    values = [
        helper.make_tensor_value_info(one, KINDS[array.dtype.str[1:]], array.shape)
        for one, array in inputs.items()
        if one not in known
    ]
    constants = [
        helper.make_tensor(one, KINDS[array.dtype.str[1:]], array.shape, array.tobytes(), raw=True)
        for one, array in inputs.items()
        if one in known
    ]
    graph = helper.make_graph([node], "g", values, [helper.make_tensor_value_info("out", output, None)], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def whole(random: np.random.Generator, shape: tuple[int, ...], kind: str) -> np.ndarray:
    """Whole numbers of a type, its ends often."""
    limits = np.iinfo(kind)
    drawn = random.integers(limits.min, limits.max + 1, shape)
    ends = random.choice([limits.min, limits.max], shape)
    return np.where(random.random(shape) < 0.3, ends, drawn).astype(kind)


SHAPES = [(1, 1, 1), (1, 64, 33), (3, 5, 7), (4, 130, 32), (13, 31, 65), (70, 67, 9), (29, 256, 128)]


@pytest.mark.parametrize("kinds", [("u1", "i1"), ("u1", "u1"), ("i1", "i1"), ("i1", "u1")], ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_integer_products(shape: tuple[int, int, int], kinds: tuple[str, str]) -> None:
    row_count, depth, columns = shape
    random = np.random.default_rng(depth)
    for zeros in ((), (1,), (columns,)):
        inputs = {
            "a": whole(random, (row_count, depth), kinds[0]),
            "b": whole(random, (depth, columns), kinds[1]),
            "a_zero": whole(random, (), kinds[0]),
            "b_zero": whole(random, zeros, kinds[1]),
        }
        model = operator("MatMulInteger", inputs, {"b", "b_zero"}, TensorProto.INT32)
        changing = {name: inputs[name] for name in ("a", "a_zero")}
        a, b = inputs["a"].astype(np.int64), inputs["b"].astype(np.int64)
        expected = ((a - int(inputs["a_zero"])) @ (b - inputs["b_zero"].astype(np.int64))).astype(np.int32)
        for engine, level in ENGINES:
            assert_same(by_apus(model, changing, engine, level), [expected], (engine, level, zeros))
        if kinds != ("i1", "u1"):  # of which ONNX Runtime has no product
            assert_same(by_runtime(model, changing), [expected], "ONNX Runtime")


@pytest.mark.parametrize("kinds", [("u1", "i1"), ("u1", "u1"), ("i1", "i1")], ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_quantized_products(shape: tuple[int, int, int], kinds: tuple[str, str]) -> None:
    """ONNX Runtime's numbers. The reference adds the zero before it rounds: there what is exactly between two
    whole numbers goes to the other one if the zero is odd."""
    row_count, depth, columns = shape
    random = np.random.default_rng(depth)
    for scales in ((), (columns,)):
        inputs = {
            "a": whole(random, (row_count, depth), kinds[0]),
            "a_scale": np.array(0.01, np.float32),
            "a_zero": whole(random, (), kinds[0]),
            "b": whole(random, (depth, columns), kinds[1]),
            "b_scale": np.array(random.random(scales) / 64, np.float32),
            "b_zero": whole(random, scales, kinds[1]),
            "y_scale": np.array(0.05 * np.sqrt(depth), np.float32),
            "y_zero": whole(random, (), kinds[0]),
        }
        model = operator("QLinearMatMul", inputs, set(inputs) - {"a"}, KINDS[kinds[0]])
        expected = by_runtime(model, {"a": inputs["a"]})
        for engine, level in ENGINES:
            assert_same(by_apus(model, {"a": inputs["a"]}, engine, level), expected, (engine, level, scales))
        (reference,) = ReferenceEvaluator(model).run(None, {"a": inputs["a"]})
        off = np.abs(reference.astype(int) - expected[0].astype(int))
        assert off.max() <= 1 and (off != 0).mean() < 0.01


ODD = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 3.4e38, -3.4e38, 1e-45], np.float32)


@pytest.mark.parametrize("kind", ("u1", "i1"))
def test_elements(kind: str) -> None:
    """NaN becomes the least number here; ONNX leaves it open, and ONNX Runtime leaves it to the processor."""
    random = np.random.default_rng(4)
    halves = (random.integers(-700, 700, 400) / 2).astype(np.float32)
    x = np.concatenate([ODD, halves, (random.standard_normal(400) * 200).astype(np.float32)])
    for scale in (1, 0.5, 0.037, 1e-3):
        inputs = {"x": x, "scale": np.asarray(scale, np.float32), "zero": whole(random, (), kind)}
        model = operator("QuantizeLinear", inputs, {"scale", "zero"}, KINDS[kind])
        (expected,) = by_runtime(model, {"x": x})
        expected = np.where(np.isnan(x), np.iinfo(kind).min, expected)
        for engine, level in ENGINES:
            assert_same(by_apus(model, {"x": x}, engine, level), [expected], (engine, level, scale))
        every = {**inputs, "x": np.arange(256).astype(np.uint8).view(kind)}
        model = operator("DequantizeLinear", every, {"scale", "zero"}, TensorProto.FLOAT)
        floats = by_runtime(model, {"x": every["x"]})
        for engine, level in ENGINES:
            assert_same(by_apus(model, {"x": every["x"]}, engine, level), floats, (engine, level, scale))
