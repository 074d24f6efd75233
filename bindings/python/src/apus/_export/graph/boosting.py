"""Gradient boosting."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .builder import Graph, NotRepresentable, Table
from .forests import add_fitted, note
from .registry import (
    Made,
    Prediction,
    above,
    kept,
    label_place,
    pair,
    predict,
    predicted_value,
    predicts,
    transform,
)
from .tree_table import Trees


def _prediction(graph: Graph, estimator: Any, raw: Made, reached: str) -> Prediction:
    """What becomes of margins; `reached` compares that of two classes with 0."""
    loss = str(estimator.loss)
    if not hasattr(estimator, "classes_"):
        if loss in ("poisson", "gamma"):
            return Prediction(value=lambda: graph.add("Exp", raw()))
        return Prediction(value=raw)
    width = len(estimator.classes_)

    def proba() -> str:
        value = raw()
        if width > 2:
            return graph.add("Softmax", value, axis=1)
        if loss == "exponential":
            value = graph.binary("Mul", value, 2.0)
        return pair(graph, graph.add("Sigmoid", value))

    place = label_place(graph, raw) if width > 2 else above(graph, raw, reached)
    return Prediction(proba=proba, decision=raw, place=place, classes=estimator.classes_)


@predicts("GradientBoostingClassifier", "GradientBoostingRegressor")
def _gradient_boosting(graph: Graph, estimator: Any, table: Table) -> Prediction:
    first = estimator.init_
    is_constant = isinstance(first, str) or type(first).__name__ in ("DummyClassifier", "DummyRegressor")
    width = estimator.estimators_.shape[1]

    @kept
    def raw() -> str:
        return _after_constant() if is_constant else _after_estimator()

    def fitted(target: Any) -> tuple[Trees, int]:
        count = len(estimator.estimators_)
        trees = Trees(width if is_constant else count)
        if is_constant:
            zeros = np.zeros((1, estimator.n_features_in_), np.float32)
            for output, value in enumerate(estimator._raw_predict_init(zeros).ravel()):
                trees.add_constant(float(value), output)
        for stage, row in enumerate(estimator.estimators_):
            for output, member in enumerate(row):
                note(graph, table, member.tree_)
                values = estimator.learning_rate * member.tree_.value[:, 0, :1]
                add_fitted(trees, member.tree_, values, [target(stage, output)], tells_missing=False)
        return trees, count

    def _after_constant() -> str:
        trees, _ = fitted(lambda stage, output: output)
        return trees.sums(graph, graph.single(graph.numbers(table)))

    def _after_estimator() -> str:
        # Each tree has a target of its own, so that they can be added behind what comes first, in order.
        if width > 1:
            raise NotRepresentable(
                f"{type(estimator).__name__} of {width} classes with an estimator as init cannot be exported"
            )
        start = _first(graph, estimator, table)
        trees, _ = fitted(lambda stage, output: stage)
        each = trees.sums(graph, graph.single(graph.numbers(table)))
        return graph.sum_columns(graph.joined([start, each]))

    return _prediction(graph, estimator, raw, "GreaterOrEqual")


class _Ends:
    """Answers with the two ends of what a classifier may say."""

    @staticmethod
    def predict_proba(rows: Any) -> Any:
        return np.array([[1.0, 0.0], [0.0, 1.0]])[: len(rows)]


# Their answers are 64-bit numbers for rows of 32-bit ones, which they were fitted on; linear models answer in 32.
_FIRST = (
    *("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor"),
    *("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"),
    *("GradientBoostingClassifier", "GradientBoostingRegressor"),
    *("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"),
)


def _first(graph: Graph, estimator: Any, table: Table) -> str:
    """The margin that the estimator in `init` gives, for rows of 32-bit numbers."""
    first = estimator.init_
    name = type(first).__name__
    if name not in _FIRST:
        raise NotRepresentable(
            f"{type(estimator).__name__} with init={name} cannot be exported: it is fitted on 32-bit numbers, and "
            "only trees, forests and boosting compute in 64 bits then"
        )
    prediction = predict(graph, first, graph.of(graph.single(graph.numbers(table)), graph.width(table)))
    if not hasattr(estimator, "classes_"):
        return predicted_value(graph, prediction)
    if prediction.proba is None:
        raise NotRepresentable(f"{type(estimator).__name__} with init={name} cannot be exported")
    upper = graph.columns(prediction.proba(), [1], 2)
    odds = graph.add("Div", upper, graph.add("Sub", graph.constant(1.0), upper))
    margin = graph.add("Log", odds)
    if estimator.loss == "exponential":
        margin = graph.binary("Mul", margin, 0.5)
    # Versions cut probabilities at different ends: asked, with answers at both.
    asked = copy.copy(estimator)
    asked.init_ = _Ends()
    low, high = asked._raw_predict_init(np.zeros((2, estimator.n_features_in_), np.float32)).ravel()
    return graph.add("Clip", margin, graph.constant(float(low)), graph.constant(float(high)))


@predicts("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
def _hist_gradient_boosting(graph: Graph, estimator: Any, table: Table) -> Prediction:
    base = np.asarray(estimator._baseline_prediction, np.float64).ravel()

    @kept
    def raw() -> str:
        rows = table
        if getattr(estimator, "_preprocessor", None) is not None:
            rows = transform(graph, estimator._preprocessor, table)
        trees = Trees(len(base))
        for output, value in enumerate(base):
            trees.add_constant(float(value), output)
        known, feature_map = None, None
        for stage in estimator._predictors:
            for output, predictor in enumerate(stage):
                if known is None and predictor.nodes["is_categorical"].any():
                    known, feature_map = estimator._bin_mapper.make_known_categories_bitsets()
                _add_predictor(trees, predictor, output, known, feature_map)
        if rows is table:
            for stage in estimator._predictors[:5]:
                _note_predictor(graph, table, stage[0])
        numbers = graph.numbers(rows)
        if rows is table and estimator.is_categorical_ is not None:
            # Elder versions cut categories to whole numbers, which newer ones look up as they are.
            whole = graph.constant(np.asarray(estimator.is_categorical_, bool), np.bool_)
            cut = graph.add("Mul", graph.add("Sign", numbers), graph.add("Floor", graph.add("Abs", numbers)))
            numbers = graph.where(whole, cut, numbers)
        return trees.sums(graph, numbers)

    return _prediction(graph, estimator, raw, "Greater")


def _note_predictor(graph: Graph, table: Table, predictor: Any) -> None:
    nodes = predictor.nodes
    for node in nodes[(nodes["is_leaf"] == 0)]:
        piece = graph.select(table, [int(node["feature_idx"])])[0]
        if node["is_categorical"]:
            graph.note(piece, numbers=range(4), complete=True)
        else:
            graph.note(piece, numbers=[float(node["num_threshold"])])


def _codes(bits: Any) -> Any:
    return np.flatnonzero([bits[code // 32] >> (code % 32) & 1 for code in range(32 * len(bits))])


def _add_predictor(trees: Trees, predictor: Any, output: int, known: Any, feature_map: Any) -> None:
    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"].astype(bool)
    left = np.where(is_leaf, -1, nodes["left"].astype(np.int64))
    right = np.where(is_leaf, -1, nodes["right"].astype(np.int64))
    missing = nodes["missing_go_to_left"].astype(np.int64)
    members: dict[int, Any] = {}
    for index in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~is_leaf):
        codes = _codes(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][index]])
        if missing[index]:
            # What is known and does not go left goes right; all else goes left with what is missing.
            codes = np.setdiff1d(_codes(known[feature_map[nodes["feature_idx"][index]]]), codes)
            left[index], right[index] = right[index], left[index]
            missing[index] = 0
        members[int(index)] = codes.astype(np.float64)
    trees.add(
        left,
        right,
        nodes["feature_idx"].astype(np.int64),
        nodes["num_threshold"],
        missing,
        nodes["value"][:, np.newaxis],
        [output],
        members=members or None,
    )
