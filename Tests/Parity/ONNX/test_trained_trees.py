"""Trees of ai.onnx.ml, with attributes that no converter may ever write."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import numpy_helper
from one_operator import FLOAT, INT, KINDS, TEXT, ULPS, by_reference, by_runtime, check, model

MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


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
