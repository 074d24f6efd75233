"""Predictors made of others: votes, stacks, calibration, one for each class or target."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from .bins import isotonic_curve
from .builder import Graph, NotRepresentable, Table
from .forests import one_for
from .registry import Prediction, above, kept, label_place, pair, predict, predicted_value, predicts
from .scaling import apply_function


def _proba(prediction: Prediction, owner: Any) -> str:
    if prediction.proba is None or prediction.outputs:
        raise NotRepresentable(f"{type(owner).__name__} of a member without predict_proba cannot be exported")
    return prediction.proba()


def _average(graph: Graph, parts: Sequence[str], weights: Any) -> str:
    """numpy.average: a mean, or a weighted sum divided by the sum of the weights."""
    if weights is not None:
        parts = [graph.binary("Mul", part, float(weight)) for part, weight in zip(parts, weights)]
    total = parts[0]
    for part in parts[1:]:
        total = graph.add("Add", total, part)
    return graph.binary("Div", total, float(len(parts) if weights is None else np.sum(weights)))


@predicts("VotingClassifier")
def _voting(graph: Graph, voting: Any, table: Table) -> Prediction:
    width = len(voting.classes_)
    weights = voting._weights_not_none

    def soft() -> str:
        return _average(
            graph, [_proba(predict(graph, member, table), voting) for member in voting.estimators_], weights
        )

    def votes() -> str:
        total = ""
        for index, member in enumerate(voting.estimators_):
            prediction = predict(graph, member, table)
            if prediction.place is None:
                raise NotRepresentable("VotingClassifier of members with several outputs cannot be exported")
            # Members know classes by their numbers.
            weight = 1.0 if weights is None else float(weights[index])
            part = one_for(graph, prediction.place(), prediction.classes, np.arange(width), weight, 0.0)
            total = graph.add("Add", total, part) if total else part
        return total

    if voting.voting == "soft":
        made = kept(soft)
        return Prediction(proba=made, place=label_place(graph, made), classes=voting.classes_)
    made = kept(votes)
    return Prediction(decision=made, place=label_place(graph, made), classes=voting.classes_)


@predicts("VotingRegressor")
def _voting_regressor(graph: Graph, voting: Any, table: Table) -> Prediction:
    def make() -> str:
        parts = [predicted_value(graph, predict(graph, member, table)) for member in voting.estimators_]
        return _average(graph, parts, voting._weights_not_none)

    return Prediction(value=make)


@predicts("StackingClassifier", "StackingRegressor")
def _stacking(graph: Graph, stacking: Any, table: Table) -> Prediction:
    result: Table = ()
    is_classifier = hasattr(stacking, "classes_")
    for member, method in zip(_members(stacking), stacking.stack_method_):
        prediction = predict(graph, member, table)
        if prediction.outputs or (is_classifier and isinstance(stacking.classes_, list)):
            raise NotRepresentable(f"{type(stacking).__name__} of several outputs cannot be exported")
        if method == "predict_proba":
            width = len(prediction.classes)
            value = _proba(prediction, stacking)
            if is_classifier and len(stacking.classes_) == 2:
                value, width = graph.columns(value, [1], 2), 1
        elif method == "decision_function":
            assert prediction.decision is not None
            value, width = prediction.decision(), len(prediction.classes)
            width = 1 if width == 2 else width
        else:
            value, width = predicted_value(graph, prediction), _target_count(member)
        result += graph.of(value, width)
    if stacking.passthrough:
        result += table
    final = predict(graph, stacking.final_estimator_, result)
    if not is_classifier:
        return final
    # The last one knows classes by their numbers.
    return Prediction(
        proba=final.proba,
        decision=final.decision,
        place=final.place,
        classes=np.asarray(stacking.classes_)[np.asarray(final.classes, int)],
    )


def _members(stacking: Any) -> list[Any]:
    return [member for member in stacking.estimators_ if not (isinstance(member, str) and member == "drop")]


def _target_count(member: Any) -> int:
    count = getattr(member, "n_outputs_", 1)
    coefficients = getattr(member, "coef_", None)
    if coefficients is not None and not hasattr(member, "classes_"):
        count = np.atleast_2d(coefficients).shape[0]
    return int(count)


# Calibration


def _response(graph: Graph, prediction: Prediction, owner: Any) -> list[str]:
    """The decisions of a classifier, or its probabilities: one column of two classes, else one for each."""
    width = len(prediction.classes)
    if prediction.decision is not None:
        value = prediction.decision()
        return [value] if width == 2 else [graph.columns(value, [index], width) for index in range(width)]
    value = _proba(prediction, owner)
    wanted = [1] if width == 2 else range(width)
    return [graph.columns(value, [index], width) for index in wanted]


@predicts("CalibratedClassifierCV")
def _calibrated(graph: Graph, calibrated: Any, table: Table) -> Prediction:
    width = len(calibrated.classes_)

    def proba() -> str:
        parts = [_calibrate(graph, part, table, width) for part in calibrated.calibrated_classifiers_]
        return _average(graph, parts, None)

    made = kept(proba)
    return Prediction(proba=made, place=label_place(graph, made), classes=calibrated.classes_)


def _calibrate(graph: Graph, part: Any, table: Table, width: int) -> str:
    if part.method not in ("sigmoid", "isotonic"):
        raise NotRepresentable(f"CalibratedClassifierCV with method={part.method!r} cannot be exported")
    member = getattr(part, "estimator", None) or part.base_estimator
    while type(member).__name__ == "FrozenEstimator":
        member = member.estimator
    prediction = predict(graph, member, table)
    responses = _response(graph, prediction, member)
    columns = []
    for response, calibrator in zip(responses, part.calibrators):
        if part.method == "isotonic":
            columns.append(isotonic_curve(graph, calibrator, response))
            continue
        value = graph.binary("Add", graph.binary("Mul", response, float(calibrator.a_)), float(calibrator.b_))
        columns.append(graph.add("Sigmoid", graph.add("Neg", value)))
    if width == 2:
        value = pair(graph, columns[0])
    else:
        # A class that the member has not seen has the probability 0.
        known = [list(part.classes).index(label) for label in prediction.classes]
        rows = [graph.same_in_all_rows(columns[0], [0.0])] * width if len(known) < width else [""] * width
        for place, column in zip(known, columns):
            rows[place] = column
        value = graph.joined(rows)
        total = graph.sum_columns(value)
        none = graph.binary("Equal", total, 0.0)
        value = graph.where(none, graph.constant(1 / width), graph.add("Div", value, total))
    over = graph.add("And", graph.binary("Greater", value, 1.0), graph.binary("LessOrEqual", value, 1.0 + 1e-5))
    return graph.where(over, graph.constant(1.0), value)


# One for each class or target


def _without_any(each: Any) -> Any:
    """The same classifier, if its members find their classes in no row: versions differ in what it says then."""
    from sklearn.dummy import DummyClassifier

    nothing = DummyClassifier(strategy="constant", constant=0).fit([[0], [0]], [0, 1])
    asked = copy.copy(each)
    asked.estimators_ = [nothing] * len(each.estimators_)
    return asked


def _divides_by_zero(each: Any) -> bool:
    """Whether probabilities that are all 0 become NaN."""
    if len(each.estimators_) == 1:
        return False
    with np.errstate(all="ignore"):
        return bool(np.isnan(_without_any(each).predict_proba(np.zeros((1, each.n_features_in_)))).all())


def _takes_last(each: Any) -> bool:
    """Whether the label is the last of several that are equally likely, and not the first."""
    label = _without_any(each).predict(np.zeros((1, each.n_features_in_)))[0]
    return bool(label == each.classes_[-1])


@predicts("OneVsRestClassifier")
def _one_for_each(graph: Graph, each: Any, table: Table) -> Prediction:
    if each.multilabel_ or any(type(member).__name__ == "_ConstantPredictor" for member in each.estimators_):
        raise NotRepresentable("OneVsRestClassifier of several labels, or of constants, cannot be exported")
    width = len(each.classes_)
    parts = [predict(graph, member, table) for member in each.estimators_]

    def decision() -> str:
        return graph.joined([part.decision() for part in parts if part.decision is not None])

    def proba() -> str:
        values = [graph.columns(_proba(part, each), [1], 2) for part in parts]
        value = pair(graph, values[0]) if len(values) == 1 else graph.joined(values)
        total = graph.sum_columns(value)
        divided = graph.add("Div", value, total)
        if _divides_by_zero(each):
            return divided
        return graph.where(graph.binary("Equal", total, 0.0), value, divided)

    has_decision = all(part.decision is not None for part in parts)
    has_proba = all(part.proba is not None for part in parts)
    made_decision, made_proba = kept(decision), kept(proba)
    if width > 2:
        # Decisions come before probabilities, those of members before they are divided.
        def each_proba() -> str:
            return graph.joined([graph.columns(_proba(part, each), [1], 2) for part in parts])

        likely = made_decision if has_decision else each_proba
        last = int(_takes_last(each))

        def place() -> str:
            return graph.add("ArgMax", likely(), axis=1, keepdims=0, select_last_index=last)

    elif has_decision:
        place = above(graph, made_decision)
    else:
        place = above(graph, lambda: graph.binary("Sub", graph.columns(_proba(parts[0], each), [1], 2), 0.5))
    return Prediction(
        proba=made_proba if has_proba else None,
        decision=made_decision if has_decision else None,
        place=place,
        classes=each.classes_,
    )


@predicts("MultiOutputRegressor")
def _each_target(graph: Graph, each: Any, table: Table) -> Prediction:
    return Prediction(
        value=lambda: graph.joined(
            [predicted_value(graph, predict(graph, member, table)) for member in each.estimators_]
        )
    )


@predicts("MultiOutputClassifier")
def _each_output(graph: Graph, each: Any, table: Table) -> Prediction:
    outputs = tuple(predict(graph, member, table) for member in each.estimators_)
    if any(output.proba is None for output in outputs):
        return Prediction(outputs=outputs)
    return Prediction(proba=lambda: graph.joined([_proba(output, each) for output in outputs]), outputs=outputs)


@predicts("TransformedTargetRegressor")
def _transformed(graph: Graph, transformed: Any, table: Table) -> Prediction:
    back = transformed.transformer_
    name = type(back).__name__

    def make() -> str:
        value = predicted_value(graph, predict(graph, transformed.regressor_, table))
        if name == "FunctionTransformer":
            return apply_function(graph, back.inverse_func, back.inv_kw_args, value)
        if name == "StandardScaler":
            if back.scale_ is not None:
                value = graph.binary("Mul", value, back.scale_)
            return graph.binary("Add", value, back.mean_) if back.with_mean else value
        if name == "MinMaxScaler":
            return graph.binary("Div", graph.binary("Sub", value, back.min_), back.scale_)
        raise NotRepresentable(f"TransformedTargetRegressor with transformer={name} cannot be exported")

    return Prediction(value=make)


@predicts("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
def _search(graph: Graph, search: Any, table: Table) -> Prediction:
    return predict(graph, search.best_estimator_, table)


@predicts("DummyClassifier", "DummyRegressor")
def _dummy(graph: Graph, dummy: Any, table: Table) -> Prediction:
    first = graph.columns(graph.numbers(table), [0], graph.width(table))
    if type(dummy).__name__ == "DummyRegressor":
        return Prediction(value=lambda: graph.same_in_all_rows(first, np.ravel(dummy.constant_)))
    if dummy.n_outputs_ != 1 or dummy.strategy in ("stratified", "uniform"):
        raise NotRepresentable(f"DummyClassifier with strategy={dummy.strategy!r} cannot be exported")
    shares_of = dummy.predict_proba(np.zeros((1, 1)))[0]

    def proba() -> str:
        return graph.same_in_all_rows(first, shares_of)

    return Prediction(proba=proba, place=label_place(graph, proba), classes=dummy.classes_)
