"""Trees and what is made of many: forests, bagging, AdaBoost, isolation forests."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .. import forest
from .builder import Graph, NotRepresentable, Table
from .registry import (
    Made,
    Prediction,
    above,
    kept,
    label_place,
    predict,
    predicted_value,
    predicts,
)
from .tree_table import Trees

_TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")


def is_tree(estimator: Any) -> bool:
    return type(estimator).__name__ in _TREES and type(estimator).__module__.split(".")[0] == "sklearn"


def tree_values(estimator: Any) -> npt.NDArray[np.float64]:
    """What each node says: a number or one for each class, [nodes, outputs]."""
    values = forest.node_values(estimator, hasattr(estimator, "classes_"))
    return values.reshape(len(values), -1)


def add_fitted(
    trees: Trees,
    fitted: Any,
    values: npt.NDArray[np.float64],
    targets: Any,
    columns: npt.NDArray[np.intp] | None = None,
    tells_missing: bool = True,
) -> None:
    """Add a `tree_`, whose features are those of `columns` if it saw some only."""
    left = fitted.children_left
    feature = np.maximum(fitted.feature, 0)
    if columns is not None:
        feature = np.asarray(columns)[feature]
    missing = getattr(fitted, "missing_go_to_left", None) if tells_missing else None
    trees.add(left, fitted.children_right, feature, fitted.threshold, missing, values, targets)


def note(graph: Graph, table: Table, fitted: Any, columns: Any = None) -> None:
    """Thresholds are worth a try."""
    splits = np.flatnonzero(fitted.children_left >= 0)[:40]
    for split in splits:
        feature = int(fitted.feature[split] if columns is None else columns[fitted.feature[split]])
        graph.note(graph.select(table, [feature])[0], numbers=[float(fitted.threshold[split])])


def _average(graph: Graph, table: Table, members: Any, columns: Any, width: int, targets: Any = None) -> Made:
    @kept
    def make() -> str:
        trees = Trees(width)
        for index, member in enumerate(members):
            own = None if columns is None else columns[index]
            note(graph, table, member.tree_, own)
            values = tree_values(member)
            where = range(width) if targets is None else targets[index]
            add_fitted(trees, member.tree_, values, where, own)
        sums = trees.sums(graph, graph.single(graph.numbers(table)))
        return sums if len(members) == 1 else graph.binary("Div", sums, float(len(members)))

    return make


def _of_classes(graph: Graph, estimator: Any, proba: Made) -> Prediction:
    if getattr(estimator, "n_outputs_", 1) == 1:
        return Prediction(proba=proba, place=label_place(graph, proba), classes=estimator.classes_)
    outputs = []
    start = 0
    total = sum(int(count) for count in estimator.n_classes_)
    for classes, count in zip(estimator.classes_, estimator.n_classes_):
        places = list(range(start, start + int(count)))

        @kept
        def own(places: list[int] = places) -> str:
            return graph.columns(proba(), places, total)

        outputs.append(Prediction(proba=own, place=label_place(graph, own), classes=classes))
        start += int(count)
    return Prediction(proba=proba, outputs=tuple(outputs))


def _of_members(graph: Graph, estimator: Any, table: Table, members: Any) -> Prediction:
    width = tree_values(members[0]).shape[1]
    made = _average(graph, table, members, None, width)
    return _of_classes(graph, estimator, made) if hasattr(estimator, "classes_") else Prediction(value=made)


@predicts(*_TREES)
def _tree(graph: Graph, estimator: Any, table: Table) -> Prediction:
    return _of_members(graph, estimator, table, [estimator])


@predicts("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor")
def _forest(graph: Graph, estimator: Any, table: Table) -> Prediction:
    return _of_members(graph, estimator, table, list(estimator.estimators_))


@predicts("BaggingClassifier", "BaggingRegressor")
def _bagging(graph: Graph, estimator: Any, table: Table) -> Prediction:
    members = list(estimator.estimators_)
    columns = [np.asarray(features) for features in estimator.estimators_features_]
    is_classifier = hasattr(estimator, "classes_")
    width = len(estimator.classes_) if is_classifier else 1
    if all(is_tree(member) and member.n_outputs_ == 1 for member in members):
        # A member that has not seen all classes knows some only, by their numbers.
        targets = [np.asarray(member.classes_, int) for member in members] if is_classifier else None
        made = _average(graph, table, members, columns, width, targets)
    else:

        @kept
        def made() -> str:
            total = ""
            for member, own in zip(members, columns):
                prediction = predict(graph, member, graph.select(table, own))
                own_part = _spread if is_classifier else _valued
                part = own_part(graph, prediction, width)
                total = graph.add("Add", total, part) if total else part
            return graph.binary("Div", total, float(len(members)))

    if not is_classifier:
        return Prediction(value=made)
    return Prediction(proba=made, place=label_place(graph, made), classes=estimator.classes_)


def _valued(graph: Graph, prediction: Prediction, width: int) -> str:
    """What a member that is a regressor predicts."""
    return predicted_value(graph, prediction)


def _spread(graph: Graph, prediction: Prediction, width: int) -> str:
    """Probabilities, or a vote, of a member that knows classes by their numbers."""
    assert prediction.place is not None
    known = np.asarray(prediction.classes, int)
    if prediction.proba is None:
        return one_for(graph, prediction.place(), known, np.arange(width), 1.0, 0.0)
    if len(known) == width:
        return prediction.proba()
    chosen = np.zeros((len(known), width))
    chosen[np.arange(len(known)), known] = 1
    return graph.add("MatMul", prediction.proba(), graph.constant(chosen))


def one_for(graph: Graph, place: str, known: Any, classes: Any, yes: float, no: float) -> str:
    """[rows, classes]: a number for the class that is predicted, and another for the others."""
    rows = np.where(np.asarray(known)[:, np.newaxis] == np.asarray(classes)[np.newaxis], yes, no)
    return graph.add("Gather", graph.constant(rows), place, axis=0)


# AdaBoost


@predicts("AdaBoostClassifier")
def _ada_boost(graph: Graph, estimator: Any, table: Table) -> Prediction:
    width = len(estimator.classes_)
    if width == 1:
        raise NotRepresentable("AdaBoostClassifier of one class cannot be exported")
    real = getattr(estimator, "algorithm", "SAMME") == "SAMME.R"
    weights = np.asarray(estimator.estimator_weights_, np.float64)[: len(estimator.estimators_)]
    all_trees = all(is_tree(member) for member in estimator.estimators_)
    if real and not all_trees:
        raise NotRepresentable(
            "AdaBoostClassifier with algorithm='SAMME.R' of others than trees cannot be exported"
        )

    def sums() -> str:
        if all_trees:
            trees = Trees(width)
            for member, weight in zip(estimator.estimators_, weights):
                note(graph, table, member.tree_)
                values = _real_votes(tree_values(member), width) if real else _votes(member, estimator, weight)
                add_fitted(trees, member.tree_, values, range(width))
            return trees.sums(graph, graph.single(graph.numbers(table)))
        total = ""
        for member, weight in zip(estimator.estimators_, weights):
            prediction = predict(graph, member, table)
            if prediction.place is None:
                raise NotRepresentable("AdaBoostClassifier of members with several outputs cannot be exported")
            part = one_for(
                graph,
                prediction.place(),
                prediction.classes,
                estimator.classes_,
                weight,
                -1 / (width - 1) * weight,
            )
            total = graph.add("Add", total, part) if total else part
        return total

    @kept
    def decision() -> str:
        divisor = float(estimator.estimator_weights_.sum())
        mean = graph.binary("Div", sums(), divisor)
        if width > 2:
            return mean
        return graph.sum_columns(graph.binary("Mul", mean, [-1.0, 1.0]))

    def proba() -> str:
        if width > 2:
            return graph.add("Softmax", graph.binary("Div", decision(), float(width - 1)), axis=1)
        both = graph.joined([graph.add("Neg", decision()), decision()])
        return graph.add("Softmax", graph.binary("Div", both, 2.0), axis=1)

    place = above(graph, decision) if width == 2 else label_place(graph, decision)
    return Prediction(proba=proba, decision=decision, place=place, classes=estimator.classes_)


def _votes(member: Any, estimator: Any, weight: float) -> npt.NDArray[np.float64]:
    predicted = member.classes_[tree_values(member).argmax(axis=1)]
    width = len(estimator.classes_)
    is_it = predicted[:, np.newaxis] == estimator.classes_[np.newaxis]
    return np.where(is_it, weight, -1 / (width - 1) * weight)


def _real_votes(proba: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    """SAMME.R's, as `_samme_proba` computes them of the probabilities of rows."""
    clipped = np.clip(proba, np.finfo(proba.dtype).eps, None)
    logarithm = np.log(clipped)
    votes: npt.NDArray[np.float64] = (width - 1) * (
        logarithm - (1.0 / width) * logarithm.sum(axis=1)[:, np.newaxis]
    )
    return votes


@predicts("AdaBoostRegressor")
def _ada_boost_regressor(graph: Graph, estimator: Any, table: Table) -> Prediction:
    members = estimator.estimators_
    weights = np.asarray(estimator.estimator_weights_, np.float64)[: len(members)]

    def make() -> str:
        predictions = _each(graph, members, table)
        count = graph.constant([len(members)], np.int64)
        values, places = graph.node("TopK", [predictions, count], 2, axis=1, largest=0, sorted=1)
        ordered = graph.add("Gather", graph.constant(weights), places, axis=0)
        sums = graph.add("CumSum", ordered, graph.constant(1, np.int64))
        last = graph.columns(sums, [len(members) - 1], len(members))
        reached = graph.add("GreaterOrEqual", sums, graph.binary("Mul", last, 0.5))
        first = graph.add("ArgMax", graph.cast(reached, "DOUBLE"), axis=1, keepdims=1)
        return graph.add("GatherElements", values, first, axis=1)

    return Prediction(value=make)


def _each(graph: Graph, members: Any, table: Table) -> str:
    """What each member predicts, [rows, members]."""
    if not all(is_tree(member) for member in members):
        return graph.joined([predicted_value(graph, predict(graph, member, table)) for member in members])
    trees = Trees(len(members))
    for target, member in enumerate(members):
        note(graph, table, member.tree_)
        add_fitted(trees, member.tree_, tree_values(member), [target])
    return trees.sums(graph, graph.single(graph.numbers(table)))


# Isolation


@predicts("IsolationForest")
def _isolation(graph: Graph, estimator: Any, table: Table) -> Prediction:
    """The decision is how far a row is from being an outlier: what score_samples says, less the offset."""
    from sklearn.ensemble._iforest import _average_path_length

    largest = np.array([estimator._max_samples if hasattr(estimator, "_max_samples") else estimator.max_samples_])
    divisor = float(len(estimator.estimators_) * _average_path_length(largest)[0])
    some = estimator._max_features != graph.width(table)

    @kept
    def samples() -> str:
        trees = Trees(1)
        for member, columns in zip(estimator.estimators_, estimator.estimators_features_):
            own = columns if some else None
            note(graph, table, member.tree_, own)
            fitted = member.tree_
            # As scikit-learn adds them: nodes on the way, and what the rows of a leaf would need beyond.
            length = _steps(fitted) + _average_path_length(fitted.n_node_samples) - 1.0
            add_fitted(trees, fitted, length[:, np.newaxis], [0], own, tells_missing=_tells_missing(estimator))
        depths = trees.sums(graph, graph.single(graph.numbers(table)))
        share = (
            graph.binary("Div", depths, divisor)
            if divisor
            else graph.binary("Add", graph.binary("Mul", depths, 0.0), 1.0)
        )
        power = graph.add("Pow", graph.constant(2.0), graph.add("Neg", share))
        return graph.add("Neg", power)

    @kept
    def decision() -> str:
        return graph.binary("Sub", samples(), float(estimator.offset_))

    return Prediction(
        decision=decision,
        place=above(graph, decision, "GreaterOrEqual"),
        classes=np.array([-1, 1]),
        others=(("score_samples", samples),),
    )


def _tells_missing(estimator: Any) -> bool:
    return hasattr(estimator.estimators_[0].tree_, "missing_go_to_left")


def _steps(fitted: Any) -> npt.NDArray[np.float64]:
    """The number of nodes from the root to each node, both counted."""
    steps = np.ones(fitted.node_count)
    for node in range(fitted.node_count):
        for child in (fitted.children_left[node], fitted.children_right[node]):
            if child >= 0:
                steps[child] = steps[node] + 1
    return steps
