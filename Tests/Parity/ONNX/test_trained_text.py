"""Text inside of networks: what makes it, and plain operators that move it."""

from __future__ import annotations

import apus
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from one_operator import FLOAT, TEXT, texts


@pytest.mark.parametrize("kind", ["i8", "i4", "u8", "u1"])
def test_integers_become_text(kind: str) -> None:
    """Whose memory no later step may take, though only addresses of it go on."""
    nodes = [
        helper.make_node("Cast", ["x"], ["t"], to=TEXT),
        helper.make_node("Concat", ["t", "more"], ["both"], axis=0),
        helper.make_node("Mul", ["x", "x"], ["square"]),
        helper.make_node("Add", ["square", "x"], ["number"]),
        helper.make_node(
            "LabelEncoder",
            ["both"],
            ["y"],
            domain="ai.onnx.ml",
            keys_strings=["7", "0", "ü", "200"],
            values_strings=["seven", "zero", "word", "more"],
        ),
        helper.make_node(
            "OneHotEncoder",
            ["both"],
            ["z"],
            domain="ai.onnx.ml",
            cats_strings=["-9223372036854775808", "18446744073709551615", "200"],
        ),
    ]
    bounds = np.iinfo(np.dtype(kind))
    element = helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", element, ["n"])],
        [
            helper.make_tensor_value_info("y", TEXT, None),
            helper.make_tensor_value_info("z", FLOAT, None),
            helper.make_tensor_value_info("number", element, None),
        ],
        [numpy_helper.from_array(texts("ü", "zero"), "more")],
    )
    sets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", 3)]
    made = helper.make_model(graph, opset_imports=sets, ir_version=10)
    values = np.array([7, 0, 100, bounds.min, bounds.max, 200 if bounds.max > 127 else 7], kind)
    known = {"7": "seven", "0": "zero", "ü": "word", "200": "more"}
    words = [*map(str, values.tolist()), "ü", "zero"]
    kinds = ["-9223372036854775808", "18446744073709551615", "200"]
    with apus.load(made.SerializeToString()) as loaded:
        results = loaded.run({"x": values})
    assert results["y"].tolist() == [known.get(word, "_Unused") for word in words]
    assert results["z"].tolist() == [[float(word == kind) for kind in kinds] for word in words]
    with np.errstate(over="ignore"):
        assert results["number"].tolist() == (values * values + values).tolist()


def test_text_moves_through_plain_operators() -> None:
    nodes = [
        helper.make_node("Concat", ["x", "more"], ["both"], axis=0),
        helper.make_node("Gather", ["both", "places"], ["picked"]),
        helper.make_node("Reshape", ["picked", "shape"], ["y"]),
        helper.make_node("Equal", ["y", "x"], ["z"]),
    ]
    constants = [
        numpy_helper.from_array(np.array(["größer", ""], object), "more"),
        numpy_helper.from_array(np.array([3, 0, 1, 2]), "places"),
        numpy_helper.from_array(np.array([2, 2]), "shape"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TEXT, [2])],
        [helper.make_tensor_value_info("y", TEXT, None), helper.make_tensor_value_info("z", TensorProto.BOOL, None)],
        constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    inputs = {"x": texts("größer", "")}
    with apus.load(made.SerializeToString()) as loaded:
        assert [tensor.dtype for tensor in loaded.inputs] == [object]
        results = loaded.run(inputs)
    assert results["y"].tolist() == [["", "größer"], ["", "größer"]]
    assert results["z"].tolist() == [[False, False], [False, False]]
    for wrong in (np.array([1, 2]), np.array(["a", None], object)):
        with pytest.raises(TypeError), apus.load(made.SerializeToString()) as loaded:
            loaded.run({"x": wrong})
