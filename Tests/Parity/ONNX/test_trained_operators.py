"""The operators of ai.onnx.ml one by one, with attributes that no converter may ever write."""

from __future__ import annotations

from typing import Any

import apus
import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)

FLOAT, DOUBLE, INT, TEXT = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
KINDS = {"f4": FLOAT, "f8": DOUBLE, "i8": INT, "i4": TensorProto.INT32, "O": TEXT, "i2": TensorProto.INT16}
MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]

# Units in the last place of floats that two libraries' exponentials, logarithms and roots may differ by.
ULPS = 4 * 2.0**-23


def model(
    operation: str, inputs: dict[str, np.ndarray], outputs: dict[str, int], version: int = 3, **attributes: Any
) -> ModelProto:
    node = helper.make_node(operation, list(inputs), list(outputs), name="it", domain="ai.onnx.ml", **attributes)
    graph = helper.make_graph(
        [node],
        "g",
        [
            helper.make_tensor_value_info(name, KINDS[array.dtype.str[1:].replace("O8", "O")], [None] * array.ndim)
            for name, array in inputs.items()
        ],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs.items()],
    )
    sets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", version)]
    return helper.make_model(graph, opset_imports=sets, ir_version=10)


def by_reference(made: ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    with np.errstate(all="ignore"):
        return [np.asarray(result) for result in ReferenceEvaluator(made).run(None, inputs)]


def by_runtime(made: ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return [np.asarray(result) for result in session.run(None, inputs)]


def check(made: ModelProto, inputs: dict[str, np.ndarray], expected: list[np.ndarray], bound: float = 0) -> None:
    shapes = {name: array.shape for name, array in inputs.items()}
    with apus.load(made.SerializeToString()) as loaded:
        for engine, level in (("reference", None), ("network", "v2"), ("network", "v3")):
            with loaded.network(shapes, engine, level) as network:
                actual = list(network.run(inputs).values())
            assert len(actual) == len(expected)
            for found, wanted in zip(actual, expected):
                assert found.shape == wanted.shape
                if wanted.dtype.kind == "f":
                    assert found.dtype == wanted.dtype
                    np.testing.assert_allclose(found, wanted, rtol=bound, atol=bound, equal_nan=True)
                else:
                    assert found.tolist() == wanted.tolist()


# MARK: Trees


def grown(
    random: np.random.Generator, trees: int, depth: int, columns: int, modes: list[str], *, in_order: bool = True
) -> dict[str, Any]:
    """Lists of nodes. Thresholds are few whole numbers and halves, so that rows meet them."""
    lists: dict[str, list[Any]] = {
        name: []
        for name in (
            "nodes_treeids nodes_nodeids nodes_featureids nodes_values nodes_modes nodes_truenodeids "
            "nodes_falsenodeids nodes_missing_value_tracks_true"
        ).split()
    }
    for tree in range(trees):
        # The root stands first, whatever the numbers of nodes are. ONNX Runtime wants them below their count.
        names = list(range(2 ** (depth + 1))) if in_order else [int(name) for name in random.permutation(200)]
        open_nodes, used = [(0, 0)], 1
        while open_nodes:
            node, level = open_nodes.pop(0)
            splits = level < depth and (level == 0 or random.random() < 0.8)
            lists["nodes_treeids"].append(tree)
            lists["nodes_nodeids"].append(names[node])
            lists["nodes_featureids"].append(int(random.integers(columns)) if splits else 0)
            lists["nodes_values"].append(float(random.integers(-4, 5)) / 2 if splits else 0.0)
            lists["nodes_modes"].append(str(random.choice(modes)) if splits else "LEAF")
            lists["nodes_missing_value_tracks_true"].append(int(random.integers(2)) if splits else 0)
            lists["nodes_truenodeids"].append(names[used] if splits else 0)
            lists["nodes_falsenodeids"].append(names[used + 1] if splits else 0)
            if splits:
                open_nodes += [(used, level + 1), (used + 1, level + 1)]
                used += 2
    return lists


def weighted(
    random: np.random.Generator,
    lists: dict[str, Any],
    outputs: list[int],
    what: str,
    *,
    all_outputs: bool,
    positive: bool = False,
) -> dict[str, Any]:
    """Weights of the leaves, in no order."""
    weights = []
    for tree, node, mode in zip(lists["nodes_treeids"], lists["nodes_nodeids"], lists["nodes_modes"]):
        if mode == "LEAF":
            for output in outputs if all_outputs else [int(random.choice(outputs))]:
                value = np.float32(abs(random.normal()) if positive else random.normal())
                weights.append((tree, node, output, float(value)))
    order = random.permutation(len(weights))
    columns = [list(column) for column in zip(*(weights[index] for index in order))]
    names = [f"{what}_treeids", f"{what}_nodeids", f"{what}_ids", f"{what}_weights"]
    return dict(zip(names, columns))


def tried(random: np.random.Generator, columns: int, kind: str = "f4") -> np.ndarray:
    rows = (random.integers(-6, 7, (300, columns)) / 2).astype(kind)
    if kind.startswith("f"):
        flat = rows.reshape(-1)
        for value in (np.nan, np.inf, -np.inf, -0.0, 1e-45, np.nextafter(np.float32(0.5), np.float32(0))):
            flat[random.integers(0, len(flat), 40)] = value
    return rows


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_regressors_of_all_modes(seed: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    targets = int(random.integers(1, 4))
    lists = grown(
        random,
        int(random.integers(1, 12)),
        int(random.integers(1, 6)),
        5,
        MODES if seed % 2 else MODES[:4],
        in_order=False,
    )
    lists |= weighted(random, lists, list(range(targets)), "target", all_outputs=bool(seed % 3))
    # NaN comes to a node that tells nothing of it: the comparison is false.
    if seed % 4 == 3:
        lists["nodes_missing_value_tracks_true"] = [0] * len(lists["nodes_treeids"])
    if seed % 5 == 0:
        lists["base_values"] = [float(np.float32(random.normal())) for _ in range(targets)]
    aggregation = "AVERAGE" if seed % 7 == 0 else "SUM"
    rows = {"X": tried(random, 5, kind)}
    made = model(
        "TreeEnsembleRegressor", rows, {"Y": FLOAT}, n_targets=targets, aggregate_function=aggregation, **lists
    )
    expected = [np.asarray(result).astype(np.float32) for result in by_reference(made, rows)]
    check(made, rows, expected)


def test_regressors_of_integers() -> None:
    random = np.random.default_rng(5)
    lists = grown(random, 6, 4, 5, MODES)
    lists |= weighted(random, lists, [0], "target", all_outputs=True)
    for kind in ("i8", "i4"):
        rows = {"X": tried(random, 5, kind)}
        made = model("TreeEnsembleRegressor", rows, {"Y": FLOAT}, n_targets=1, **lists)
        # Neither judge takes integers here: they are floats to the trees.
        floats = {"X": rows["X"].astype(np.float32)}
        check(made, rows, by_reference(made, floats))


def test_regressors_of_tensors() -> None:
    """Thresholds and weights as doubles that are no floats."""
    random = np.random.default_rng(6)
    lists = grown(random, 8, 4, 5, MODES[:4])
    lists |= weighted(random, lists, [0, 1], "target", all_outputs=True)
    values = np.array(lists.pop("nodes_values")) / 3
    weights = np.array(lists.pop("target_weights")) / 3
    rows = tried(random, 5, "f8")
    rows[:30, 0] = random.choice(values, 30)
    rows[30:60, 1] = np.nextafter(random.choice(values, 30), np.inf)
    inputs = {"X": rows}
    made = model(
        "TreeEnsembleRegressor",
        inputs,
        {"Y": FLOAT},
        n_targets=2,
        nodes_values_as_tensor=numpy_helper.from_array(values),
        target_weights_as_tensor=numpy_helper.from_array(weights),
        **lists,
    )
    check(made, inputs, by_runtime(made, inputs))


@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"])
@pytest.mark.parametrize("targets", [1, 3])
def test_transforms_of_regressors(transform: str, targets: int) -> None:
    random = np.random.default_rng(targets)
    lists = grown(random, 3, 4, 5, MODES[:2])
    lists |= weighted(random, lists, list(range(targets)), "target", all_outputs=True, positive=True)
    lists["target_weights"] = [weight / 12 for weight in lists["target_weights"]]
    rows = {"X": tried(random, 5)}
    made = model("TreeEnsembleRegressor", rows, {"Y": FLOAT}, n_targets=targets, post_transform=transform, **lists)
    # The inverse of the normal distribution subtracts numbers that are nearly equal.
    check(made, rows, by_runtime(made, rows), 50 * ULPS if transform == "PROBIT" else 0)


@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"])
@pytest.mark.parametrize("base", [False, True])
@pytest.mark.parametrize("texts", [False, True])
def test_classifiers_of_three(transform: str, base: bool, texts: bool) -> None:
    random = np.random.default_rng(3)
    lists = grown(random, 6, 4, 5, MODES[:4])
    lists |= weighted(random, lists, [0, 1, 2], "class", all_outputs=True)
    if base:
        lists["base_values"] = [0.25, -0.5, 1.0]
    labels = {"classlabels_strings": ["a", "", "ü"]} if texts else {"classlabels_int64s": [7, -1, 1 << 40]}
    rows = {"X": tried(random, 5)}
    made = model(
        "TreeEnsembleClassifier",
        rows,
        {"Y": TEXT if texts else INT, "Z": FLOAT},
        post_transform=transform,
        **labels,
        **lists,
    )
    check(made, rows, by_runtime(made, rows))


# Of the others ONNX Runtime leaves the second score as it finds it.
@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC"])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("base", [False, True])
def test_classifiers_of_two_with_one_sum(transform: str, positive: bool, base: bool) -> None:
    random = np.random.default_rng(4)
    lists = grown(random, 4, 4, 5, MODES[:4])
    lists |= weighted(random, lists, [0], "class", all_outputs=True, positive=positive)
    lists["class_weights"] = [weight / 4 for weight in lists["class_weights"]]
    if base:
        lists["base_values"] = [0.125]
    rows = {"X": tried(random, 5)}
    made = model(
        "TreeEnsembleClassifier",
        rows,
        {"Y": INT, "Z": FLOAT},
        classlabels_int64s=[5, 9],
        post_transform=transform,
        **lists,
    )
    check(made, rows, by_runtime(made, rows))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_ensembles_of_version_5(seed: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    lists = grown(random, 5, 4, 5, MODES)
    # Splits and leaves in lists of their own; some splits become memberships.
    places: dict[tuple[int, int], tuple[int, bool]] = {}
    splits = [index for index, mode in enumerate(lists["nodes_modes"]) if mode != "LEAF"]
    leaves = [index for index, mode in enumerate(lists["nodes_modes"]) if mode == "LEAF"]
    for is_leaf, indices in ((False, splits), (True, leaves)):
        for place, index in enumerate(indices):
            places[lists["nodes_treeids"][index], lists["nodes_nodeids"][index]] = place, is_leaf
    modes = [MODES.index(lists["nodes_modes"][index]) for index in splits]
    members: list[float] = []
    # The reference takes members in the order of its walk, which is that of the nodes for one of them alone, and none
    # behind a 0.
    for place in [int(random.integers(len(modes)))]:
        modes[place] = 6
        members += [-1.5, 0.5, 2.0, np.nan]

    def branch(name: str, what: int) -> list[int]:
        return [int(places[lists["nodes_treeids"][index], lists[name][index]][what]) for index in splits]

    roots = [splits.index(lists["nodes_treeids"].index(tree)) for tree in range(5)]
    targets = int(random.integers(1, 4))
    rows = {"X": tried(random, 5, kind)}
    # A membership of NaN in the reference asks Python's set, where it may be found by its identity: no row has one.
    rows["X"][np.isnan(rows["X"])] = 1.0
    made = model(
        "TreeEnsemble",
        rows,
        {"Y": KINDS[kind]},
        5,
        n_targets=targets,
        aggregate_function=1,
        tree_roots=roots,
        nodes_modes=numpy_helper.from_array(np.array(modes, np.uint8)),
        nodes_featureids=[lists["nodes_featureids"][index] for index in splits],
        nodes_splits=numpy_helper.from_array(np.array([lists["nodes_values"][index] for index in splits], kind)),
        nodes_truenodeids=branch("nodes_truenodeids", 0),
        nodes_trueleafs=branch("nodes_truenodeids", 1),
        nodes_falsenodeids=branch("nodes_falsenodeids", 0),
        nodes_falseleafs=branch("nodes_falsenodeids", 1),
        nodes_missing_value_tracks_true=[lists["nodes_missing_value_tracks_true"][index] for index in splits],
        leaf_targetids=[int(random.integers(targets)) for _ in leaves],
        leaf_weights=numpy_helper.from_array(random.normal(size=len(leaves)).astype(kind)),
        membership_values=numpy_helper.from_array(np.array(members, kind)),
    )
    check(made, rows, by_reference(made, rows))


# MARK: Linear models and support vectors


@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", ["f4", "f8", "i8"])
def test_linear_models(transform: str, count: int, kind: str) -> None:
    random = np.random.default_rng(9)
    rows = {"X": (random.integers(-8, 9, (50, 4)) / (1 if kind == "i8" else 4)).astype(kind)}
    # Sums of these are exact, in any order.
    numbers = {
        "coefficients": [float(value) / 4 for value in random.integers(-8, 9, 4 * count)],
        "intercepts": [float(value) / 4 for value in random.integers(-8, 9, count)],
        "post_transform": transform,
    }
    made = model("LinearRegressor", rows, {"Y": FLOAT}, 1, targets=count, **numbers)
    if kind == "f4":
        check(made, rows, by_runtime(made, rows), ULPS)
    if count == 1 and transform.startswith("SOFTMAX"):
        return
    labels = [3, 4] if count == 1 else [5, 6, 7]
    made = model("LinearClassifier", rows, {"Y": INT, "Z": FLOAT}, 1, classlabels_ints=labels, **numbers)
    check(made, rows, by_runtime(made, rows), ULPS)


@pytest.mark.parametrize("kernel", ["LINEAR", "POLY", "RBF", "SIGMOID"])
def test_support_vectors(kernel: str) -> None:
    random = np.random.default_rng(11)
    rows = {"X": random.normal(size=(40, 4)).astype("f4")}
    common = {"kernel_type": kernel, "kernel_params": [0.25, 0.5, 3.0]}
    vectors = random.normal(size=(7, 4)).ravel().astype("f4").tolist()
    made = model(
        "SVMRegressor",
        rows,
        {"Y": FLOAT},
        1,
        n_supports=7,
        support_vectors=vectors,
        coefficients=random.normal(size=7).astype("f4").tolist(),
        rho=[0.25],
        **common,
    )
    # ONNX Runtime and the reference sum kernels in floats.
    check(made, rows, by_reference(made, rows), 2e-5)
    made = model(
        "SVMRegressor", rows, {"Y": FLOAT}, 1, n_supports=0, coefficients=[0.5, 1.0, -1.0, 2.0], rho=[0.25], one_class=1
    )
    check(made, rows, by_reference(made, rows))
    for probabilities in ({}, {"prob_a": [-1.0, -2.0, -0.5], "prob_b": [0.1, 0.2, -0.1]}):
        made = model(
            "SVMClassifier",
            rows,
            {"Y": TEXT, "Z": FLOAT},
            1,
            vectors_per_class=[2, 3, 2],
            support_vectors=vectors,
            coefficients=random.normal(size=14).astype("f4").tolist(),
            rho=[0.25, -0.5, 0.125],
            classlabels_strings=["a", "b", "c"],
            **common,
            **probabilities,
        )
        check(made, rows, by_runtime(made, rows), 2e-5)


# MARK: Features


def rows_of(kind: str) -> np.ndarray:
    random = np.random.default_rng(2)
    rows = (random.integers(-6, 7, (20, 4)) / (2 if kind.startswith("f") else 1)).astype(kind)
    rows[3] = 0
    return rows


@pytest.mark.parametrize("kind", ["f4", "f8", "i8", "i4"])
def test_scaler_and_normalizer(kind: str) -> None:
    rows = {"X": rows_of(kind)}
    for count in (1, 4):
        numbers = {"offset": [0.1, -0.7, 3.3, 1e-3][:count], "scale": [1.7, 0.3, -2.9, 1e3][:count]}
        made = model("Scaler", rows, {"Y": FLOAT}, 1, **numbers)
        check(made, rows, by_runtime(made, rows))
    for norm in ("MAX", "L1", "L2"):
        made = model("Normalizer", rows, {"Y": FLOAT}, 1, norm=norm)
        check(made, rows, by_runtime(made, rows))


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_imputer_and_binarizer(kind: str) -> None:
    rows = {"X": rows_of(kind)}
    rows["X"][::3, 1] = np.nan
    for values in ([7.5], [1.0, 2.0, 3.0, 4.0]):
        for replaced in (np.nan, 0.0, 1.5):
            made = model(
                "Imputer", rows, {"Y": KINDS[kind]}, 1, imputed_value_floats=values, replaced_value_float=replaced
            )
            check(made, rows, by_reference(made, rows))
    made = model("Binarizer", rows, {"Y": KINDS[kind]}, 1, threshold=0.5)
    check(made, rows, by_reference(made, rows))
    whole = {"X": rows_of("i8")}
    made = model("Imputer", whole, {"Y": INT}, 1, imputed_value_int64s=[1, 2, 3, 4], replaced_value_int64=-2)
    check(made, whole, by_reference(made, whole))


def texts(*values: str) -> np.ndarray:
    return np.array(values, object)


def test_encoders_of_categories() -> None:
    words = {"X": texts("a", "", "ü", "b", "a").reshape(5, 1)}
    made = model("OneHotEncoder", words, {"Y": FLOAT}, 1, cats_strings=["b", "ü", "", "a"], zeros=1)
    check(made, words, by_reference(made, words))
    for kind in ("i8", "f4", "f8"):
        numbers = {"X": np.array([[1, 2], [-3, 9]], kind)}
        made = model("OneHotEncoder", numbers, {"Y": FLOAT}, 1, cats_int64s=[9, 1, -3], zeros=1)
        check(made, numbers, by_reference(made, numbers))
    # A category that is none where zeros are forbidden: the others raise, a run of Apus does not fail.
    made = model("OneHotEncoder", words, {"Y": FLOAT}, 1, cats_strings=["a", "b"], zeros=0)
    nothing = [np.nan, np.nan]
    check(made, words, [np.array([[[1, 0]], [nothing], [nothing], [[0, 1]], [[1, 0]]], np.float32)])


@pytest.mark.parametrize("version", [2, 4])
def test_label_encoders(version: int) -> None:
    words = {"X": texts("a", "zz", "ü", "b", "")}
    numbers = {"X": np.array([3, -1, 1 << 40, 5], np.int64)}
    reals = {"X": np.array([0.5, -0.0, 1e30, 7.0], np.float32)}
    for inputs, keys in (
        (words, {"keys_strings": ["ü", "a", ""]}),
        (numbers, {"keys_int64s": [1 << 40, 3, -7]}),
        (reals, {"keys_floats": [0.0, 0.5, 1e30]}),
    ):
        for kind, values in (
            (TEXT, {"values_strings": ["x", "日本", ""], "default_string": "?"}),
            (INT, {"values_int64s": [5, -6, 1 << 50], "default_int64": 99}),
            (FLOAT, {"values_floats": [0.25, -1.5, 1e-40], "default_float": -3.5}),
        ):
            made = model("LabelEncoder", inputs, {"Y": kind}, version, **keys, **values)
            check(made, inputs, by_runtime(made, inputs))


def test_label_encoders_of_tensors() -> None:
    inputs = {"X": np.array([0.5, np.nan, 2.0, 0.25], np.float64)}
    made = model(
        "LabelEncoder",
        inputs,
        {"Y": KINDS["i2"]},
        4,
        keys_tensor=numpy_helper.from_array(np.array([0.25, 2.0, np.nan])),
        values_tensor=numpy_helper.from_array(np.array([1, 2, 3], np.int16)),
        default_tensor=numpy_helper.from_array(np.array([-9], np.int16)),
    )
    # A key that is NaN is found since version 4, by ONNX Runtime too; the reference finds none.
    check(made, inputs, [np.array([-9, 3, 2, 1], np.int16)])


def test_maps_both_ways() -> None:
    words = {"X": texts("a", "zz", "b")}
    numbers = {"X": np.array([2, 7, 0], np.int64)}
    pairs = {"cats_strings": ["a", "b"], "cats_int64s": [7, 2], "default_string": "none", "default_int64": -5}
    check(model("CategoryMapper", words, {"Y": INT}, 1, **pairs), words, [np.array([7, -5, 2])])
    check(model("CategoryMapper", numbers, {"Y": TEXT}, 1, **pairs), numbers, [texts("b", "a", "none")])
    first = {"classes_strings": ["p", "q", "r"], "default_string": "none", "default_int64": -5}
    check(
        model("LabelEncoder", {"X": texts("q", "s")}, {"Y": INT}, 1, **first),
        {"X": texts("q", "s")},
        [np.array([1, -5])],
    )
    check(model("LabelEncoder", numbers, {"Y": TEXT}, 1, **first), numbers, [texts("r", "none", "p")])


def test_vectors_of_features() -> None:
    inputs = {"a": rows_of("f4"), "b": rows_of("i8"), "c": np.arange(20.0)}
    for widths in ([4, 4, 1], [2, 6, 1]):
        made = model("FeatureVectorizer", inputs, {"Y": FLOAT}, 1, inputdimensions=widths)
        whole = [inputs["a"], inputs["b"], inputs["c"].reshape(20, 1)]
        padded = [
            np.pad(part[:, :width], ((0, 0), (0, max(width - part.shape[1], 0)))) for part, width in zip(whole, widths)
        ]
        check(made, inputs, [np.concatenate(padded, axis=1).astype(np.float32)])


def test_array_feature_extractor() -> None:
    for data in (rows_of("f4"), texts("a", "b", "c"), np.arange(24).reshape(2, 3, 4)):
        inputs = {"X": data, "I": np.array([2, 0, 2], np.int64)}
        made = model("ArrayFeatureExtractor", inputs, {"Y": KINDS[data.dtype.str[1:].replace("O8", "O")]}, 1)
        check(made, inputs, by_reference(made, inputs))


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
