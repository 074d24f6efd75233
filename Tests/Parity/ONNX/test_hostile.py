"""Files that are broken or mean harm: a status and a sentence, never a crash."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

import apus

FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def model(nodes, inputs, outputs, constants=(), functions=(), version=23):
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, shape) for name, kind, shape in inputs],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs],
        list(constants),
    )
    sets = [helper.make_opsetid("", version), helper.make_opsetid("own", 1)]
    made = helper.make_model(graph, opset_imports=sets, functions=list(functions), ir_version=10)
    return made.SerializeToString()


def dense():
    return model(
        [
            helper.make_node("Gemm", ["x", "w", "b"], ["g"], transB=1),
            helper.make_node("Relu", ["g"], ["y"]),
        ],
        [("x", FLOAT, ["batch", 3])],
        [("y", FLOAT)],
        [constant("w", np.ones((2, 3), np.float32)), constant("b", np.ones(2, np.float32))],
    )


def test_every_truncation_is_refused() -> None:
    content = dense()
    assert apus.load(content).score(np.ones((1, 3), np.float32)).tolist() == [[4, 4]]
    for length in range(len(content)):
        # The last fields may be left out without harm: what is whole loads.
        try:
            apus.load(content[:length]).close()
        except apus.ApusError as error:
            assert error.status_name.startswith("APUS_")


def test_every_byte_changed_is_refused_or_harmless() -> None:
    content = dense()
    rows = np.ones((1, 3), np.float32)
    for place in range(len(content)):
        for value in (0, 1, 0x7F, 0x80, 0xFF, content[place] ^ 1):
            broken = content[:place] + bytes([value]) + content[place + 1 :]
            try:
                with apus.load(broken) as loaded:
                    if loaded.info.feature_count == 3:
                        loaded.score(rows)
            except apus.ApusError:
                pass


def nodes_that_are_refused():
    x = ("x", FLOAT, [2, 3])
    yield "nothing before it makes", model([helper.make_node("Add", ["x", "z"], ["y"])], [x], [("y", FLOAT)])
    yield "made twice", model(
        [helper.make_node("Abs", ["x"], ["y"]), helper.make_node("Neg", ["x"], ["y"])], [x], [("y", FLOAT)]
    )
    yield "'Own'", model([helper.make_node("Own", ["x"], ["y"])], [x], [("y", FLOAT)])
    yield "do not fit each other", model(
        [helper.make_node("Add", ["x", "c"], ["y"], name="sum")], [x], [("y", FLOAT)], [constant("c", np.ones((4,), "f4"))]
    )
    yield "more than 8 axes or 4 GiB", model(
        [helper.make_node("Abs", ["x"], ["y"])], [("x", FLOAT, [1 << 30, 1 << 32])], [("y", FLOAT)]
    )
    yield "8 axes or 4 GiB", model(
        [helper.make_node("ConstantOfShape", ["s"], ["y"])], [], [("y", FLOAT)], [constant("s", np.array([1 << 40, 1 << 40]))]
    )
    empty = constant("e", np.zeros((0,), np.int64))
    one = constant("o", np.array(1))
    yield "needs three numbers", model([helper.make_node("Range", ["e", "o", "o"], ["y"])], [], [("y", INT)], [empty, one])
    cut = [constant("p", np.array([-(1 << 32), 0, 1 << 32, 0]))]
    yield "cuts more than there is", model([helper.make_node("Pad", ["x", "p"], ["y"])], [x], [("y", FLOAT)], cut)
    yield "would have", model(
        [helper.make_node("ConvTranspose", ["i", "k"], ["y"], output_shape=[-(1 << 63)])],
        [("i", FLOAT, [1, 1, 4]), ("k", FLOAT, [1, 1, 2])],
        [("y", FLOAT)],
    )
    heads = [(name, FLOAT, [1, 1, 2, 2]) for name in "qkv"]
    yield "mask has 0 axes", model(
        [helper.make_node("Attention", ["q", "k", "v", "m"], ["y"])], [*heads, ("m", FLOAT, [])], [("y", FLOAT)]
    )
    call = helper.make_node("F", ["a"], ["b"], domain="own")
    imports = [helper.make_opsetid("", 23), helper.make_opsetid("own", 1)]
    endless = helper.make_function("own", "F", ["a"], ["b"], [call], imports)
    yield "nested more than", model(
        [helper.make_node("F", ["x"], ["y"], domain="own")], [x], [("y", FLOAT)], functions=[endless]
    )
    names = [f"b{index}" for index in range(100)]
    calls = [helper.make_node("F", ["a"], [name], domain="own") for name in names]
    many = helper.make_function("own", "F", ["a"], ["a"], calls, imports)
    yield "", model([helper.make_node("F", ["x"], ["y"], domain="own")], [x], [("y", FLOAT)], functions=[many])


@pytest.mark.parametrize("message, content", list(nodes_that_are_refused()), ids=lambda value: "" if isinstance(value, bytes) else value)
def test_refused(message: str, content: bytes) -> None:
    with pytest.raises(apus.ApusError, match=message), apus.load(content) as loaded:
        loaded.network()
