"""Trees that a TreeEnsemble repeats for each output, and trees that nearly are such: the sums are those of the reference."""

from __future__ import annotations

import apus
import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

COLUMNS, OUTPUTS = 3, 3


class Builder:
    """A TreeEnsemble of complete trees of four leaves."""

    def __init__(self):
        self.lists = {name: [] for name in ("features", "splits", "yes", "no", "yes_leaf", "no_leaf", "targets", "weights", "roots")}

    def add(self, seed, target, weights, threshold=None):
        """The same seed gives the same splits. `target` may be one for each leaf."""
        random = np.random.default_rng(seed)
        node, leaf = len(self.lists["features"]), len(self.lists["weights"])
        splits = np.round(random.normal(size=3), 2)
        if threshold is not None:
            splits[2] = threshold
        values = {
            "features": random.integers(0, COLUMNS, 3),
            "splits": splits,
            "yes": [node + 1, leaf, leaf + 2],
            "no": [node + 2, leaf + 1, leaf + 3],
            "yes_leaf": [0, 1, 1],
            "no_leaf": [0, 1, 1],
            "targets": np.broadcast_to(target, 4),
            "weights": weights,
            "roots": [node],
        }
        for name, part in values.items():
            self.lists[name] += list(part)

    def model(self, aggregate):
        lists = self.lists

        def tensor(values, dtype):
            return numpy_helper.from_array(np.array(values, dtype), "")

        node = helper.make_node(
            "TreeEnsemble",
            ["x"],
            ["y"],
            domain="ai.onnx.ml",
            aggregate_function=aggregate,
            n_targets=OUTPUTS,
            post_transform=0,
            tree_roots=lists["roots"],
            nodes_featureids=[int(value) for value in lists["features"]],
            nodes_splits=tensor(lists["splits"], np.float64),
            nodes_modes=tensor(np.zeros(len(lists["splits"])), np.uint8),
            nodes_truenodeids=lists["yes"],
            nodes_falsenodeids=lists["no"],
            nodes_trueleafs=lists["yes_leaf"],
            nodes_falseleafs=lists["no_leaf"],
            leaf_targetids=[int(value) for value in lists["targets"]],
            leaf_weights=tensor(lists["weights"], np.float64),
        )
        graph = helper.make_graph(
            [node],
            "twins",
            [helper.make_tensor_value_info("x", TensorProto.DOUBLE, [None, COLUMNS])],
            [helper.make_tensor_value_info("y", TensorProto.DOUBLE, [None, OUTPUTS])],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 5)], ir_version=9)


# (seed, output, threshold of the last split) of each tree; numbers of twins, near-twins and others in turn.
KINDS = {
    "twins": [(1, 0, None), (1, 1, None), (1, 2, None), (2, 2, None), (2, 0, None), (2, 1, None)],
    "behind another": [(9, 1, None), (1, 0, None), (1, 1, None), (1, 2, None)],
    "one missing": [(1, 0, None), (1, 1, None), (2, 0, None), (2, 1, None), (2, 2, None)],
    "an output twice": [(1, 0, None), (1, 1, None), (1, 1, None), (1, 2, None)],
    "another threshold": [(1, 0, 0.5), (1, 1, 0.5), (1, 2, 0.25)],
    "leaves of several outputs": [(1, 0, None), (1, [1, 1, 1, 2], None), (1, 2, None)],
    "too few": [(1, 0, None), (1, 1, None)],
}


@pytest.mark.parametrize("aggregate", [0, 1], ids=["AVERAGE", "SUM"])
@pytest.mark.parametrize("kind", KINDS)
def test_twins(kind, aggregate):
    random = np.random.default_rng(len(kind))
    builder = Builder()
    for seed, target, threshold in KINDS[kind]:
        builder.add(seed, target, random.normal(size=4), threshold)
    model = builder.model(aggregate)
    rows = np.concatenate([random.normal(size=(60, COLUMNS)), random.choice(builder.lists["splits"], (60, COLUMNS))])
    wanted = ReferenceEvaluator(model).run(None, {"x": rows})[0]
    ours = apus.load(model.SerializeToString())
    for engine in ("network", "reference"):
        found = ours.network({"x": rows.shape}, engine=engine).run({"x": rows})["y"]
        # The reference adds by numpy, which is within a unit for each addition.
        assert np.all(np.abs(found - wanted) <= 8 * np.finfo(float).eps * np.abs(builder.lists["weights"]).sum())


def test_twins_are_one_tree():
    """A tree with vectors takes less memory than one for each output."""
    together, apart = Builder(), Builder()
    for tree in range(200):
        for output in range(OUTPUTS):
            together.add(tree, output, np.arange(4.0))
            apart.add(1000 * output + tree, output, np.arange(4.0))
    sizes = [apus.load(builder.model(1).SerializeToString()).scorer().info.memory_bytes for builder in (together, apart)]
    # Of small trees the leaves, which stay as many, are half of it; with AVX-512, where the leaves of a tree fill planes of
    # 64 bytes, more.
    assert sizes[0] < 0.9 * sizes[1]
