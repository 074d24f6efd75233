"""Estimators of XGBoost and LightGBM as the last step of a pipeline: their trees, in their own arithmetic."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from .builder import Graph, NotRepresentable, Table
from .registry import Prediction, kept, label_place, pair, predicts
from .tree_table import LESS, LESS_OR_EQUAL, Trees

# What LightGBM takes for zero: a 32-bit number.
_ALMOST_ZERO = float(np.float32(1e-35))


def _refuse(estimator: Any, reason: str) -> NotRepresentable:
    return NotRepresentable(f"{type(estimator).__name__} with {reason} cannot be exported as a part of a graph")


def _classifier(graph: Graph, estimator: Any, proba: Any, raw: Any) -> Prediction:
    return Prediction(
        proba=proba, place=label_place(graph, proba), classes=estimator.classes_, others=(("margins", raw),)
    )


def _note(graph: Graph, table: Table, features: Any, thresholds: Any) -> None:
    for feature, threshold in list(zip(features, thresholds))[:20]:
        graph.note(graph.select(table, [int(feature)])[0], numbers=[float(threshold)])


# XGBoost: rows, thresholds, leaves and sums of 32 bits


@predicts("XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor", "XGBRanker")
def _xgboost(graph: Graph, estimator: Any, table: Table) -> Prediction:
    booster = estimator.get_booster()
    content = booster.save_raw("json")
    learner = json.loads(bytes(content))["learner"]
    if learner["gradient_booster"]["name"] != "gbtree":
        raise _refuse(estimator, f"booster={learner['gradient_booster']['name']!r}")
    if not (isinstance(estimator.missing, float) and np.isnan(estimator.missing)):
        raise _refuse(estimator, f"missing={estimator.missing!r}")
    objective = learner["objective"]["name"]
    model = learner["gradient_booster"]["model"]
    base = _base_margins(bytes(content), graph.width(table))
    # Its links are computed in 32 bits.
    graph.tolerance = 1e-6

    @kept
    def raw() -> str:
        trees = Trees(len(base), np.float32)
        for output, value in enumerate(base):
            trees.add_constant(float(value), output)
        for index in range(_tree_count(estimator, booster, model)):
            _add_xgboost(graph, table, trees, estimator, model["trees"][index], model["tree_info"][index])
        sums = trees.sums(graph, graph.cast(graph.numbers(table), "FLOAT"))
        return graph.cast(sums, "DOUBLE")

    def rounded(value: str) -> str:
        return graph.single(value)

    @kept
    def proba() -> str:
        if len(base) > 1:
            return rounded(graph.add("Softmax", raw(), axis=1))
        upper = rounded(graph.add("Sigmoid", raw()))
        return rounded(pair(graph, upper))

    if objective in ("binary:logistic", "multi:softprob", "multi:softmax"):
        return _classifier(graph, estimator, proba, raw)
    if hasattr(estimator, "classes_"):
        raise _refuse(estimator, f"objective={objective!r}")
    if objective in ("count:poisson", "reg:gamma", "reg:tweedie"):
        return Prediction(value=lambda: rounded(graph.add("Exp", raw())), others=(("margins", raw),))
    if objective in ("reg:logistic", "binary:logistic"):
        return Prediction(value=lambda: rounded(graph.add("Sigmoid", raw())), others=(("margins", raw),))
    known = ("reg:squarederror", "reg:pseudohubererror", "reg:absoluteerror", "reg:quantileerror")
    if objective in known or objective.startswith("rank:"):
        return Prediction(value=raw)
    raise _refuse(estimator, f"objective={objective!r}")


def _base_margins(content: bytes, width: int) -> npt.NDArray[np.float64]:
    """What XGBoost begins its sums with: the margins of the same model without its trees."""
    from ...model import load

    document = json.loads(content)
    model = document["learner"]["gradient_booster"]["model"]
    model["trees"], model["tree_info"], model["iteration_indptr"] = [], [], [0]
    model["gbtree_model_param"]["num_trees"] = "0"
    document["learner"]["attributes"] = {}
    with load(json.dumps(document).encode()) as empty:
        return np.ravel(empty.margins(np.zeros((1, width), np.float32)))


def _tree_count(estimator: Any, booster: Any, model: Any) -> int:
    """Trees up to the best iteration, where training has stopped early: predict asks no others."""
    if getattr(estimator, "early_stopping_rounds", None) is None:
        return len(model["trees"])
    return int(model["iteration_indptr"][booster.best_iteration + 1])


def _add_xgboost(graph: Graph, table: Table, trees: Trees, estimator: Any, tree: Any, output: int) -> None:
    if int(tree["tree_param"].get("size_leaf_vector", 0)) > 1:
        raise _refuse(estimator, "multi_strategy='multi_output_tree'")
    if tree.get("categories_nodes"):
        raise _refuse(estimator, "categorical features")
    left, right = np.array(tree["left_children"]), np.array(tree["right_children"])
    values = np.array(tree["split_conditions"], np.float32).astype(np.float64)
    features = np.array(tree["split_indices"])
    _note(graph, table, features[left >= 0], values[left >= 0])
    missing = np.array(tree["default_left"], np.int64)
    trees.add(left, right, features, values, missing, values[:, np.newaxis], [output], mode=LESS)


# LightGBM: rows, thresholds, leaves and sums of 64 bits


@predicts("LGBMClassifier", "LGBMRegressor", "LGBMRanker")
def _lightgbm(graph: Graph, estimator: Any, table: Table) -> Prediction:
    text = estimator.booster_.model_to_string()
    header, *blocks = text.split("\nTree=")
    facts = dict(line.split("=", 1) for line in header.splitlines() if "=" in line)
    width = int(facts["num_tree_per_iteration"])
    parsed = [_block(block) for block in blocks]
    objective, *parameters = facts.get("objective", "").split()
    settings = dict(parameter.split(":", 1) for parameter in parameters if ":" in parameter)
    if "sqrt" in parameters:
        raise _refuse(estimator, "reg_sqrt")

    @kept
    def raw() -> str:
        trees = Trees(width)
        kinds: dict[int, int] = {}
        for index, tree in enumerate(parsed):
            _add_lightgbm(graph, table, trees, estimator, tree, index % width, kinds)
        sums = trees.sums(graph, _flushed(graph, graph.numbers(table), kinds, graph.width(table)))
        is_mean = "average_output" in header.splitlines()
        return graph.binary("Div", sums, float(len(parsed) // width)) if is_mean else sums

    @kept
    def proba() -> str:
        if objective == "multiclass":
            return graph.add("Softmax", raw(), axis=1)
        value = graph.add("Sigmoid", graph.binary("Mul", raw(), float(settings.get("sigmoid", 1))))
        return pair(graph, value) if width == 1 else value

    if objective in ("binary", "multiclass", "multiclassova"):
        return _classifier(graph, estimator, proba, raw)
    if objective in ("poisson", "gamma", "tweedie"):
        return Prediction(value=lambda: graph.add("Exp", raw()), others=(("margins", raw),))
    known = ("regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg")
    if objective not in known:
        raise _refuse(estimator, f"objective={objective!r}")
    return Prediction(value=raw)


def _block(text: str) -> dict[str, str]:
    """The lines of a tree, which end at the first empty one."""
    lines = text.split("\n\n", 1)[0].splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _add_lightgbm(
    graph: Graph,
    table: Table,
    trees: Trees,
    estimator: Any,
    tree: dict[str, str],
    output: int,
    kinds: dict[int, int],
) -> None:
    if tree.get("is_linear", "0") != "0":
        raise _refuse(estimator, "linear_tree")
    leaves = np.array(tree["leaf_value"].split(), np.float64)
    if len(leaves) == 1:
        return trees.add_constant(float(leaves[0]), output)

    def numbers(name: str, dtype: Any) -> npt.NDArray[Any]:
        return np.array(tree[name].split(), np.float64).astype(dtype)

    splits = len(leaves) - 1
    decisions, features = numbers("decision_type", int), numbers("split_feature", int)
    if np.any(decisions & 1):
        raise _refuse(estimator, "categorical features")
    for feature, kind in zip(features, decisions >> 2 & 3):
        if kinds.setdefault(int(feature), int(kind)) != kind:
            raise _refuse(estimator, "a feature whose missing values are of two kinds")

    def child(name: str) -> npt.NDArray[Any]:
        # Leaves are numbered from -1 downwards; here they stand behind the splits.
        place = numbers(name, int)
        return np.concatenate([np.where(place < 0, splits - 1 - place, place), np.full(len(leaves), -1)])

    padding = np.zeros(len(leaves))
    thresholds = np.concatenate([np.array(tree["threshold"].split(), np.float64), padding])
    _note(graph, table, features, thresholds)
    trees.add(
        child("left_child"),
        child("right_child"),
        np.concatenate([features, padding.astype(int)]),
        thresholds,
        np.concatenate([decisions >> 1 & 1, padding.astype(int)]),
        np.concatenate([np.zeros(splits), leaves])[:, np.newaxis],
        [output],
        mode=LESS_OR_EQUAL,
    )


def _flushed(graph: Graph, value: str, kinds: dict[int, int], width: int) -> str:
    """Rows as LightGBM's splits see them: almost zero is zero, and NaN and zero may be one."""

    def those(kind: int) -> str | None:
        mask = [kinds.get(column) == kind for column in range(width)]
        return graph.constant(mask, np.bool_) if any(mask) else None

    tiny = graph.binary("LessOrEqual", graph.add("Abs", value), _ALMOST_ZERO)
    value = graph.where(tiny, graph.constant(0.0), value)
    no_missing, zero_missing = those(0), those(1)
    if no_missing is not None:
        value = graph.where(graph.add("And", graph.add("IsNaN", value), no_missing), graph.constant(0.0), value)
    if zero_missing is not None:
        value = graph.where(graph.add("And", tiny, zero_missing), graph.constant(np.nan), value)
    return value
