"""Make fuzz/apus/network-*.apus: small networks in Apus's own file, from which its fuzzer begins.

    python apus_seeds.py

Needs onnx, NumPy and apus. What a fuzzer found, and models of other kinds, lie beside them.
"""

from pathlib import Path

import apus
import numpy as np
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).parent / "apus"
FLOAT, INT, TEXT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING, TensorProto.BOOL


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, "g", inputs, [value(*output) for output in outputs], list(constants))
    versions = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=versions, ir_version=10, producer_name="seeds", producer_version="1.2.3")


def branches():
    """Graphs inside of a node that see what is around them."""
    yes = helper.make_graph([helper.make_node("Add", ["x", "w"], ["a"])], "yes", [], [value("a", FLOAT, None)])
    no = helper.make_graph([helper.make_node("Clip", ["x", "", "top"], ["b"], "cut")], "no", [], [value("b", FLOAT, None)])
    nodes = [
        helper.make_node("If", ["flag"], ["c"], "choice", then_branch=yes, else_branch=no),
        helper.make_node("LeakyRelu", ["c"], ["y"], "leaky", alpha=0.25),
    ]
    constants = [
        numpy_helper.from_array(np.array([1, 2, 3], np.float32), "w"),
        numpy_helper.from_array(np.float32(0.5), "top"),
    ]
    return model(nodes, [value("x", FLOAT, ["n", 3]), value("flag", BOOL, [])], [("y", FLOAT, ["n", 3])], constants)


def trees():
    """A classifier by two trees, one of which compares for equality."""
    node = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "scores"], "trees", domain="ai.onnx.ml",
        nodes_treeids=[0, 0, 0, 1, 1, 1], nodes_nodeids=[0, 1, 2, 0, 1, 2], nodes_featureids=[0, 0, 0, 1, 0, 0],
        nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_EQ", "LEAF", "LEAF"],
        nodes_values=[0.5, 0.0, 0.0, 2.0, 0.0, 0.0], nodes_truenodeids=[1, 0, 0, 1, 0, 0],
        nodes_falsenodeids=[2, 0, 0, 2, 0, 0], nodes_missing_value_tracks_true=[1, 0, 0, 0, 0, 0],
        class_treeids=[0, 0, 1, 1], class_nodeids=[1, 2, 1, 2], class_ids=[0, 1, 2, 0],
        class_weights=[1.0, 2.0, 3.0, 4.0], classlabels_int64s=[10, 20, 30], post_transform="SOFTMAX",
    )  # fmt: skip
    outputs = [("label", INT, ["n"]), ("scores", FLOAT, ["n", 3])]
    return model([node], [value("x", FLOAT, ["n", 2])], outputs)


def text():
    """Keys of text, in a node and in a tensor."""
    nodes = [
        helper.make_node(
            "LabelEncoder", ["country"], ["code"], "codes", domain="ai.onnx.ml",
            keys_strings=["DE", "FR", ""], values_int64s=[0, 1, 2], default_int64=3,
        ),
        helper.make_node("Gather", ["table", "code"], ["row"], "row"),
        helper.make_node("Equal", ["country", "home"], ["at_home"], "equal"),
        helper.make_node("Cast", ["at_home"], ["flag"], "flag", to=FLOAT),
        helper.make_node("Add", ["row", "flag"], ["y"], "sum"),
    ]  # fmt: skip
    constants = [
        numpy_helper.from_array(np.arange(4, dtype=np.float32), "table"),
        helper.make_tensor("home", TEXT, [1], [b"DE"]),
    ]
    return model(nodes, [value("country", TEXT, ["n"])], [("y", FLOAT, ["n"])], constants)


def table():
    """Tensors of several types, of which one has no elements, in shapes that are not multiples of a word."""
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["w"], "wide"),
        helper.make_node("MatMul", ["x", "w"], ["p"], "product"),
        helper.make_node("Concat", ["p", "none"], ["c"], "all", axis=1),
        helper.make_node("Gemm", ["c", "last"], ["y"], "last", transB=1, alpha=0.5),
    ]
    constants = [
        numpy_helper.from_array(np.arange(15, dtype=np.int8).reshape(3, 5), "q"),
        numpy_helper.from_array(np.float32(0.25), "scale"),
        numpy_helper.from_array(np.int8(7), "zero"),
        numpy_helper.from_array(np.empty((1, 0), np.float32), "none"),
        numpy_helper.from_array(np.ones((2, 5), np.float32), "last"),
    ]
    return model(nodes, [value("x", FLOAT, [1, 3])], [("y", FLOAT, [1, 2])], constants)


def main():
    for make in (branches, trees, text, table):
        with apus.load(make().SerializeToString()) as network:
            network.save(FOLDER / f"network-{make.__name__}.apus")


if __name__ == "__main__":
    main()
