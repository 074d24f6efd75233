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
    sets = [helper.make_opsetid("", version), helper.make_opsetid("own", 1), helper.make_opsetid("ai.onnx.ml", 5)]
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


TREE = {
    "nodes_treeids": [0, 0, 0],
    "nodes_nodeids": [0, 1, 2],
    "nodes_featureids": [1, 0, 0],
    "nodes_values": [0.5, 0.0, 0.0],
    "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
    "nodes_truenodeids": [1, 0, 0],
    "nodes_falsenodeids": [2, 0, 0],
    "target_treeids": [0, 0],
    "target_nodeids": [1, 2],
    "target_ids": [0, 0],
    "target_weights": [1.0, 2.0],
    "n_targets": 1,
}


def trained(operation, outputs=("y",), kinds=(FLOAT,), shape=(2, 3), **attributes):
    node = helper.make_node(operation, ["x"], list(outputs), name="it", domain="ai.onnx.ml", **attributes)
    return model([node], [("x", FLOAT, list(shape))], list(zip(outputs, kinds)))


def trees(**changed):
    given = {name: value for name, value in {**TREE, **changed}.items() if value is not None}
    return trained("TreeEnsembleRegressor", **given)


def classifier(**changed):
    lists = {name.replace("target_", "class_"): value for name, value in TREE.items() if name != "n_targets"}
    given = {**lists, "classlabels_int64s": [0, 1, 2], **changed}
    return trained("TreeEnsembleClassifier", ("y", "z"), (INT, FLOAT), **given)


def ensemble(**changed):
    """TreeEnsemble of version 5: one split with two leaves."""
    given = {
        "n_targets": 1,
        "tree_roots": [0],
        "nodes_modes": np.array([0], np.uint8),
        "nodes_featureids": [0],
        "nodes_splits": np.array([0.5], np.float32),
        "nodes_truenodeids": [0],
        "nodes_trueleafs": [1],
        "nodes_falsenodeids": [1],
        "nodes_falseleafs": [1],
        "leaf_targetids": [0, 0],
        "leaf_weights": np.array([1, 2], np.float32),
        **changed,
    }
    for name, value in given.items():
        if isinstance(value, np.ndarray):
            given[name] = numpy_helper.from_array(value)
    return trained("TreeEnsemble", **given)


def trained_that_are_refused():
    yield "no trees", trees(nodes_treeids=None, nodes_nodeids=None, nodes_featureids=None, nodes_values=None, nodes_modes=None,
                            nodes_truenodeids=None, nodes_falsenodeids=None, target_treeids=None, target_nodeids=None,
                            target_ids=None, target_weights=None)
    for name in ("nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids", "nodes_falsenodeids"):
        yield "lists of 3 nodes are of different lengths", trees(**{name: TREE[name][:2]})
    yield "lists of 3 nodes are of different lengths", trees(nodes_missing_value_tracks_true=[1])
    for name in ("target_treeids", "target_nodeids", "target_weights"):
        yield "lists of 2 weights are of different lengths", trees(**{name: TREE[name][:1]})
    yield "there is no mode 'BRANCH'", trees(nodes_modes=["BRANCH", "LEAF", "LEAF"])
    yield "has the child 7, which is not there", trees(nodes_truenodeids=[7, 0, 0])
    yield "has the child -1, which is not there", trees(nodes_falsenodeids=[-1, 0, 0])
    yield "already has a parent", trees(nodes_truenodeids=[0, 0, 0])
    yield "already has a parent", trees(nodes_truenodeids=[2, 0, 0])
    circle = ["BRANCH_LEQ", "BRANCH_EQ", "BRANCH_EQ"]
    yield "already has a parent", trees(nodes_modes=circle, nodes_truenodeids=[1, 2, 1], nodes_falsenodeids=[2, 2, 1])
    chain = ["BRANCH_EQ", "BRANCH_EQ", "BRANCH_EQ"]
    yield "parent", trees(nodes_modes=chain, nodes_featureids=[0, 0, 0], nodes_truenodeids=[0, 0, 0], nodes_falsenodeids=[1, 2, 1])
    yield "two nodes 1", trees(nodes_nodeids=[0, 1, 1])
    yield "do not stand together", trees(nodes_treeids=[0, 1, 0])
    yield "column -1", trees(nodes_featureids=[-1, 0, 0])
    yield "column 4611686018427387904", trees(nodes_featureids=[1 << 62, 0, 0])
    yield "ask for column 3 of rows that have 3", trees(nodes_featureids=[3, 0, 0])
    yield "names node 9 of tree 0", trees(target_nodeids=[1, 9])
    yield "names node 1 of tree 5", trees(target_treeids=[5, 0])
    yield "output 1 of 1", trees(target_ids=[0, 1])
    yield "output -1 of 1", trees(target_ids=[0, -1])
    yield "no outputs", trees(n_targets=-3)
    yield "more than 65536 outputs", trees(n_targets=1 << 62)
    yield "two weights for output 0", trees(target_nodeids=[1, 1])
    yield "aggregated by MIN", trees(aggregate_function="MIN")
    yield "there is no transform 'X'", trees(post_transform="X")
    yield "output 3 of 3", classifier(class_ids=[0, 3])
    yield "no labels, or two lists", classifier(classlabels_strings=["a"])
    yield "has one class", classifier(classlabels_int64s=[1])
    yield "2 base values for 3 outputs", classifier(base_values=[1.0, 2.0])
    yield "has 2 axes and not|has 3 axes and not 2", trained("TreeEnsembleRegressor", shape=(1, 2, 3), **TREE)
    yield "different lengths", ensemble(nodes_featureids=[0, 0])
    yield "no mode 7", ensemble(nodes_modes=np.array([7], np.uint8))
    yield "leads to leaf 2", ensemble(nodes_truenodeids=[2])
    yield "leads to leaf -1", ensemble(nodes_truenodeids=[-1])
    yield "leads to node 5", ensemble(nodes_trueleafs=[0], nodes_truenodeids=[5])
    yield "node 0 is reached twice", ensemble(nodes_trueleafs=[0])
    yield "node 0 is reached twice", ensemble(tree_roots=[0, 0])
    yield "begins at node 1", ensemble(tree_roots=[1])
    yield "begins at node -1", ensemble(tree_roots=[-1])
    yield "too few values of membership", ensemble(nodes_modes=np.array([6], np.uint8))
    yield "too few values of membership", ensemble(
        nodes_modes=np.array([6], np.uint8), membership_values=np.array([1, 2], np.float32)
    )
    yield "output 1 of 1", ensemble(leaf_targetids=[0, 1])
    yield "no aggregation 9", ensemble(aggregate_function=9)
    yield "no transform 5", ensemble(post_transform=5)
    yield "do not fit", trained("LinearRegressor", coefficients=[1.0, 2.0])
    yield "do not fit", trained("LinearRegressor", coefficients=[1.0] * 3, targets=1 << 62)
    yield "do not fit", trained("LinearRegressor", coefficients=[1.0] * 3, targets=-1)
    yield "do not fit", trained("LinearRegressor", coefficients=[1.0] * 3, intercepts=[1.0, 2.0])
    yield "2 labels for 3 scores", trained(
        "LinearClassifier", ("y", "z"), (INT, FLOAT), coefficients=[1.0] * 9, classlabels_ints=[1, 2]
    )
    yield "no labels", trained("LinearClassifier", ("y", "z"), (INT, FLOAT), coefficients=[1.0] * 9)
    yield "4 numbers 'scale' for 3 columns", trained("Scaler", scale=[1.0] * 4)
    yield "no norm 'L3'", trained("Normalizer", norm="L3")
    yield "2 values for 3 columns", trained("Imputer", imputed_value_floats=[1.0, 2.0])
    yield "no categories", trained("OneHotEncoder")
    yield "not of the type of its input", trained("OneHotEncoder", cats_strings=["a"])
    yield "8 axes or 4 GiB", trained("OneHotEncoder", shape=(1 << 12, 1 << 12), cats_int64s=list(range(200)))
    yield "1 keys, but 2 values", trained("LabelEncoder", keys_floats=[1.0], values_floats=[1.0, 2.0])
    yield "no keys or no values", trained("LabelEncoder", keys_floats=[1.0])
    yield "no 'rho'", trained("SVMRegressor", coefficients=[1.0] * 3)
    yield "do not fit", trained("SVMRegressor", coefficients=[1.0] * 3, rho=[1.0], n_supports=1 << 62)
    yield "do not fit", trained("SVMRegressor", coefficients=[1.0] * 3, rho=[1.0], n_supports=-5, support_vectors=[1.0])
    machine = {"classlabels_ints": [0, 1], "coefficients": [1.0], "rho": [1.0], "support_vectors": [1.0] * 3}
    yield "counts of vectors", trained("SVMClassifier", ("y", "z"), (INT, FLOAT), vectors_per_class=[1 << 40, -1], **machine)
    yield "do not fit", trained("SVMClassifier", ("y", "z"), (INT, FLOAT), vectors_per_class=[1 << 30, 1 << 30], **machine)
    yield "no width for its input 0", trained("FeatureVectorizer", inputdimensions=[-1])
    yield "asks for 4611686018427387904 columns", trained("FeatureVectorizer", inputdimensions=[1 << 62])
    yield "'ai.onnx.ml.DictVectorizer' of the node 'it' is not supported", trained("DictVectorizer", int64_vocabulary=[1])
    x = ("x", TensorProto.STRING, [2])
    yield "not defined for text", model([helper.make_node("Add", ["x", "x"], ["y"])], [x], [("y", TensorProto.STRING)])
    yield "not defined for text", model([helper.make_node("TopK", ["x", "k"], ["y", "i"])], [x], [("i", INT)], [constant("k", [1])])
    yield "'y' is text that is made of numbers", model(
        [helper.make_node("Cast", ["x"], ["t"], to=TensorProto.STRING), helper.make_node("Reshape", ["t", "s"], ["y"])],
        [("x", INT, [2])],
        [("y", TensorProto.STRING)],
        [constant("s", [2, 1])],
    )
    yield "makes text of float", model(
        [helper.make_node("Cast", ["x"], ["y"], to=TensorProto.STRING)], [x[:1] + (FLOAT, [2])], [("y", TensorProto.STRING)]
    )
    yield "makes numbers of text", model([helper.make_node("Cast", ["x"], ["y"], to=FLOAT)], [x], [("y", FLOAT)])


@pytest.mark.parametrize("message, content", [*nodes_that_are_refused(), *trained_that_are_refused()], ids=lambda value: "" if isinstance(value, bytes) else value)
def test_refused(message: str, content: bytes) -> None:
    with pytest.raises(apus.ApusError, match=message), apus.load(content) as loaded:
        loaded.network()
