"""Sequences inside of a network: as exporters use them for bags of embeddings and for parts of unknown number."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

import apus

FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def model(nodes, constants=(), outputs=("y",), shape=("batch", 4)):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", FLOAT, shape)],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in zip(outputs, (FLOAT, INT))],
        list(constants),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10).SerializeToString()


def node(operation, inputs, outputs, **attributes):
    return helper.make_node(operation, inputs, outputs, name=outputs[0], **attributes)


def bags():
    """A row at a time, put behind one another: what PyTorch makes of an EmbeddingBag."""
    sequence = helper.make_tensor_sequence_value_info
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            node("Reshape", ["i", "minus"], ["first"]),
            node("Add", ["first", "one"], ["end"]),
            node("Slice", ["x", "first", "end"], ["row"]),
            node("ReduceMean", ["row", "axis"], ["mean"]),
            node("SequenceInsert", ["before", "mean"], ["after"]),
            node("Add", ["i", "unit"], ["next"]),
            node("Less", ["next", "count"], ["more"]),
        ],
        "body",
        [value("trip", INT, []), value("goes_on", BOOL, []), value("i", INT, []), sequence("before", FLOAT, None)],
        [value("more", BOOL, []), value("next", INT, []), sequence("after", FLOAT, None)],
    )
    return [
        node("Shape", ["x"], ["lengths"]),
        node("Gather", ["lengths", "zero"], ["count"]),
        node("SequenceEmpty", [], ["none"]),
        node("Less", ["zero", "count"], ["any"]),
        node("Loop", ["", "any", "zero", "none"], ["last", "all"], body=body),
        node("ConcatFromSequence", ["all"], ["y"], axis=0),
    ]


CONSTANTS = [
    constant("minus", np.array([-1])),
    constant("one", np.array([1])),
    constant("axis", np.array([1])),
    constant("unit", np.array(1)),
    constant("zero", np.array(0)),
    constant("two", np.array(2)),
    constant("back", np.array(-1)),
    constant("parts", np.array([1, 0, 3])),
]

split = node("SplitToSequence", ["x", "two"], ["s"], axis=1)
RIGHT = {
    "bags": bags(),
    "insert in front": [split, node("SequenceInsert", ["s", "x", "zero"], ["t"]), node("ConcatFromSequence", ["t"], ["y"], axis=1)],
    "insert before the last": [
        split,
        node("SequenceInsert", ["s", "x", "back"], ["t"]),
        node("ConcatFromSequence", ["t"], ["y"], axis=1),
    ],
    # Both go on from `s`, of which only one can share the list.
    "two ways on": [
        split,
        node("Neg", ["x"], ["n"]),
        node("SequenceInsert", ["s", "x"], ["t"]),
        node("SequenceInsert", ["s", "n"], ["u"]),
        node("ConcatFromSequence", ["t"], ["a"], axis=1),
        node("ConcatFromSequence", ["u"], ["b"], axis=1),
        node("Concat", ["a", "b"], ["y"], axis=0),
    ],
    "erase": [split, node("SequenceErase", ["s", "zero"], ["t"]), node("SequenceAt", ["t", "back"], ["y"])],
    "erase the last": [split, node("SequenceErase", ["s"], ["t"]), node("SequenceAt", ["t", "zero"], ["y"])],
    "parts": [node("SplitToSequence", ["x", "parts"], ["s"], axis=1), node("SequenceAt", ["s", "two"], ["y"])],
    "ones": [node("SplitToSequence", ["x"], ["s"], axis=1, keepdims=0), node("ConcatFromSequence", ["s"], ["y"], axis=1, new_axis=1)],
    "ones with their axis": [node("SplitToSequence", ["x"], ["s"], axis=-1), node("ConcatFromSequence", ["s"], ["y"], axis=0)],
    "construct": [
        node("SequenceConstruct", ["x", "x", "x"], ["s"]),
        node("Identity", ["s"], ["t"]),
        node("ConcatFromSequence", ["t"], ["y"], axis=-3, new_axis=1),
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right(name: str) -> None:
    content = model(RIGHT[name], CONSTANTS)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    with apus.load(content) as loaded:
        for batch in (1, 3, 40):
            x = np.random.default_rng(batch).normal(size=(batch, 4)).astype(np.float32)
            (expected,) = session.run(["y"], {"x": x})
            found = loaded.run({"x": x})["y"]
            assert found.shape == expected.shape
            # The only arithmetic is the mean of four numbers, whose order of summation is open.
            assert np.allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_length() -> None:
    nodes = [split, node("SequenceLength", ["s"], ["n"]), node("SequenceAt", ["s", "zero"], ["y"])]
    with apus.load(model(nodes, CONSTANTS, ("y", "n"))) as loaded:
        assert loaded.run({"x": np.zeros((2, 4), np.float32)})["n"] == 2


WRONG = {
    "a sequence stands where a tensor must be": [split, node("Neg", ["s"], ["y"])],
    "its input is no sequence": [node("SequenceAt", ["x", "zero"], ["y"])],
    "there is no position 2 in its sequence": [split, node("SequenceAt", ["s", "two"], ["y"])],
    "there is no position -3 in its sequence": [split, node("SequenceAt", ["s", "far"], ["y"])],
    "its sequence is empty": [node("SequenceEmpty", [], ["s"]), node("ConcatFromSequence", ["s"], ["y"], axis=0)],
    "its parts have the length 0": [node("SplitToSequence", ["x", "zero"], ["s"], axis=1), node("SequenceAt", ["s", "zero"], ["y"])],
    "its parts do not make up the length": [
        node("SplitToSequence", ["x", "parts"], ["s"], axis=0),
        node("SequenceAt", ["s", "zero"], ["y"]),
    ],
    "is a sequence": [node("SplitToSequence", ["x", "two"], ["y"], axis=1)],
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong(message: str) -> None:
    content = model(WRONG[message], [*CONSTANTS, constant("far", np.array(-3))])
    with pytest.raises(apus.ApusError, match=message), apus.load(content) as loaded:
        loaded.network()


def test_numbers_of_parts_are_limited() -> None:
    """An axis without elements may be long, and a sequence may be copied again and again."""
    nodes = [node("SplitToSequence", ["x"], ["s"], axis=0), node("SequenceAt", ["s", "zero"], ["y"])]
    with pytest.raises(apus.ApusError, match="LIMIT_EXCEEDED"):
        apus.load(model(nodes, CONSTANTS, shape=(1 << 28, 0))).network()
    nodes = [node("SplitToSequence", ["x"], ["s0"], axis=0)]
    nodes += [node("SequenceInsert", [f"s{i}", "x", "zero"], [f"s{i + 1}"]) for i in range(300)]
    nodes += [node("SequenceAt", ["s300", "zero"], ["y"])]
    with pytest.raises(apus.ApusError, match="LIMIT_EXCEEDED: .* too much memory"):
        apus.load(model(nodes, CONSTANTS, shape=(100_000, 1))).network()
