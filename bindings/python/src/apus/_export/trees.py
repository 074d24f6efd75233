"""Trees of scikit-learn, numbered breadth-first as Apus has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import file


def breadth_first(left: npt.NDArray[Any], right: npt.NDArray[Any], is_leaf: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The nodes that can be reached, level by level, siblings side by side."""
    level = np.zeros(1, np.intp)
    levels = []
    while len(level):
        levels.append(level)
        splits = level[~is_leaf[level]]
        level = np.column_stack([left[splits], right[splits]]).ravel().astype(np.intp)
    return np.concatenate(levels)


def arrange(
    left: npt.NDArray[Any],
    right: npt.NDArray[Any],
    is_leaf: npt.NDArray[Any],
    feature: npt.NDArray[Any],
    threshold: npt.NDArray[Any],
    missing_left: npt.NDArray[Any],
    leaf_payload: npt.NDArray[np.uint64],
    leaf_kind: int,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Nodes of a tree, with `leaf_payload` for each leaf in the new order, and the order."""
    order = breadth_first(left, right, is_leaf)
    leaf = is_leaf[order]
    nodes = np.zeros(len(order), file.NODE)
    nodes["kind"] = np.where(leaf, leaf_kind, file.LESS_OR_EQUAL)
    nodes["default_left"] = np.where(leaf, 0, missing_left[order])
    nodes["feature"] = np.where(leaf, -1, feature[order])
    nodes["left"] = np.where(leaf, -1, 2 * np.cumsum(~leaf) - 1)
    nodes["source"] = order
    nodes["payload"] = np.where(leaf, leaf_payload[order], threshold[order].astype("<f8").view("<u8"))
    return nodes, order


def add_tree(
    model: file.ModelFile,
    tree: Any,
    values: npt.NDArray[np.float64],
    output: int = 0,
    tells_missing: bool = True,
) -> None:
    """Add a fitted `tree_` whose node i holds values[i], a number or a row of one for each output.

    `tells_missing` is whether NaN goes where the tree says, and not right, as what is not <= a threshold.
    """
    left, right = tree.children_left, tree.children_right
    is_leaf = left < 0
    missing = getattr(tree, "missing_go_to_left", None)
    if missing is None or not tells_missing:
        missing = np.zeros(len(left), np.uint8)
    if values.ndim == 1:
        payload, kind = np.ascontiguousarray(values, "<f8").view("<u8"), file.LEAF
    else:
        # The vectors of leaves alone, in the order of the nodes.
        first = sum(len(vectors) for vectors in model.leaf_vectors)
        payload = (first + np.cumsum(is_leaf) - 1).astype("<u8")
        kind = file.VECTOR_LEAF
        model.leaf_vectors.append(np.ascontiguousarray(values[is_leaf], "<f8"))
    nodes, _ = arrange(left, right, is_leaf, tree.feature, tree.threshold, missing, payload, kind)
    model.add_tree(nodes, output)
