"""Trees as the lists of ai.onnx.ml's TreeEnsemble."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .builder import Graph

LESS_OR_EQUAL, LESS, MEMBER = 0, 1, 6


class Trees:
    """Trees whose leaves add 64-bit numbers to targets, from 0 on, in the order in which they were added."""

    def __init__(self, target_count: int, dtype: Any = np.float64) -> None:
        self.target_count = target_count
        self.dtype = dtype
        self._nodes: dict[str, list[npt.NDArray[Any]]] = {
            name: [] for name in ("feature", "split", "mode", "yes", "no", "yes_leaf", "no_leaf", "missing")
        }
        self._members: list[npt.NDArray[np.float64]] = []
        self._targets: list[npt.NDArray[np.int64]] = []
        self._weights: list[npt.NDArray[np.float64]] = []
        self._roots: list[int] = []
        self._node_count = self._leaf_count = 0

    def add_constant(self, value: float, target: int = 0) -> None:
        """A tree that is a leaf."""
        one = np.ones(1, np.intp)
        self.add(-one, -one, 0 * one, np.zeros(1), None, np.array([[value]]), [target])

    def add(
        self,
        left: npt.NDArray[Any],
        right: npt.NDArray[Any],
        feature: npt.NDArray[Any],
        threshold: npt.NDArray[Any],
        missing_left: npt.NDArray[Any] | None,
        values: npt.NDArray[Any],
        targets: Any,
        mode: int = LESS_OR_EQUAL,
        members: dict[int, npt.NDArray[np.float64]] | None = None,
    ) -> None:
        """Add a tree whose leaf i adds values[i, k] to targets[k]. A negative child makes a leaf.

        What is at most the threshold, or is one of the members of a node that has any, goes left.
        """
        is_leaf = np.asarray(left) < 0
        splits, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
        if len(splits) == 0:
            # A leaf alone is a split that leads to it in any case.
            left = right = np.zeros(1, np.intp)
            splits = np.zeros(1, np.intp)
        place = np.zeros(len(is_leaf), np.int64)
        place[leaves] = np.arange(len(leaves))
        if not is_leaf[0]:
            place[splits] = np.arange(len(splits))
        modes = np.full(len(splits), mode, np.uint8)
        thresholds = np.array(np.asarray(threshold)[splits], np.float64)
        if members:
            for index, split in enumerate(splits):
                if int(split) in members:
                    modes[index], thresholds[index] = MEMBER, 0
        yes, no = np.asarray(left)[splits], np.asarray(right)[splits]
        missing = np.zeros(len(splits), np.int64) if missing_left is None else np.asarray(missing_left)[splits]
        for column, target in enumerate(targets):
            nodes, first_leaf = self._node_count, self._leaf_count
            for name, part in (
                ("feature", np.asarray(feature)[splits]),
                ("split", thresholds),
                ("mode", modes),
                ("yes", np.where(is_leaf[yes], first_leaf, nodes) + place[yes]),
                ("no", np.where(is_leaf[no], first_leaf, nodes) + place[no]),
                ("yes_leaf", is_leaf[yes]),
                ("no_leaf", is_leaf[no]),
                ("missing", missing),
            ):
                self._nodes[name].append(part)
            for number in map(int, splits):
                if members and number in members:
                    self._members.append(np.append(members[number], np.nan))
            self._roots.append(nodes)
            self._targets.append(np.full(len(leaves), target, np.int64))
            self._weights.append(np.asarray(values, np.float64)[leaves, column])
            self._node_count += len(splits)
            self._leaf_count += len(leaves)

    def sums(self, graph: Graph, rows: str) -> str:
        """The sums of the leaves that rows reach, [rows, targets]."""
        joined = {name: np.concatenate(parts) for name, parts in self._nodes.items()}
        optional: dict[str, Any] = {}
        if self._members:
            optional["membership_values"] = graph.tensor(np.concatenate(self._members), self.dtype)
        if joined["missing"].any():
            optional["nodes_missing_value_tracks_true"] = joined["missing"].astype(int).tolist()
        return graph.trained(
            "TreeEnsemble",
            rows,
            aggregate_function=1,
            n_targets=self.target_count,
            post_transform=0,
            tree_roots=self._roots,
            nodes_featureids=joined["feature"].astype(int).tolist(),
            nodes_splits=graph.tensor(joined["split"], self.dtype),
            nodes_modes=graph.tensor(joined["mode"], np.uint8),
            nodes_truenodeids=joined["yes"].astype(int).tolist(),
            nodes_falsenodeids=joined["no"].astype(int).tolist(),
            nodes_trueleafs=joined["yes_leaf"].astype(int).tolist(),
            nodes_falseleafs=joined["no_leaf"].astype(int).tolist(),
            leaf_targetids=np.concatenate(self._targets).tolist(),
            leaf_weights=graph.tensor(np.concatenate(self._weights), self.dtype),
            **optional,
        )


def places(graph: Graph, rows: str, bounds: list[npt.NDArray[np.float64]], counts_equal: bool) -> str:
    """How many of the ascending bounds of its column each number is above, or has reached if `counts_equal`.

    NaN has passed them all. [rows, columns], by a search tree for each column.
    """
    trees = Trees(len(bounds))
    for column, own in enumerate(bounds):
        left: list[int] = []
        right: list[int] = []
        thresholds: list[float] = []
        values: list[float] = []

        def grow(
            low: int,
            high: int,
            own: npt.NDArray[np.float64] = own,
            left: list[int] = left,
            right: list[int] = right,
            thresholds: list[float] = thresholds,
            values: list[float] = values,
        ) -> int:
            node = len(left)
            left.append(-1)
            right.append(-1)
            thresholds.append(0.0)
            values.append(float(low))
            if low < high:
                middle = (low + high) // 2
                thresholds[node] = float(own[middle])
                left[node] = grow(low, middle)
                right[node] = grow(middle + 1, high)
            return node

        grow(0, len(own))
        trees.add(
            np.array(left),
            np.array(right),
            np.full(len(left), column),
            np.array(thresholds),
            None,
            np.array(values)[:, np.newaxis],
            [column],
            mode=LESS if counts_equal else LESS_OR_EQUAL,
        )
    return trees.sums(graph, rows)
