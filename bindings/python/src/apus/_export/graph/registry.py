"""Which function writes which estimator into a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .builder import Graph, NotRepresentable, Table

Made = Callable[[], str]


@dataclass(frozen=True)
class Prediction:
    """What a fitted predictor says; each is made when it is asked for. What the estimator lacks is None."""

    # [rows, classes], of several outputs one behind the other.
    proba: Made | None = None
    # [rows, 1] of two classes, else [rows, classes].
    decision: Made | None = None
    # What a regressor predicts, [rows, targets].
    value: Made | None = None
    # The index of the class that is predicted, [rows].
    place: Made | None = None
    classes: Any = None
    # Of several outputs: their predictions.
    outputs: tuple[Prediction, ...] = ()
    # More outputs by their names.
    others: tuple[tuple[str, Made], ...] = ()


Transformer = Callable[[Graph, Any, Table], Table]
Predictor = Callable[[Graph, Any, Table], Prediction]

TRANSFORMERS: dict[str, Transformer] = {}
PREDICTORS: dict[str, Predictor] = {}

_Function = TypeVar("_Function", bound=Callable[..., Any])


def entered(table: dict[str, Any], names: tuple[str, ...]) -> Callable[[_Function], _Function]:
    """A decorator that enters its function in the table under these names."""

    def register(function: _Function) -> _Function:
        table.update(dict.fromkeys(names, function))
        return function

    return register


def transforms(*names: str) -> Callable[[_Function], _Function]:
    """The function writes transformers of these classes."""
    return entered(TRANSFORMERS, names)


def predicts(*names: str) -> Callable[[_Function], _Function]:
    """The function writes predictors of these classes."""
    return entered(PREDICTORS, names)


def is_known(estimator: Any, table: dict[str, Any]) -> bool:
    """Whether the estimator is of one of the libraries' own classes that are in the table.

    A subclass that changes what predict does cannot be told from one that does not.
    """
    kind = type(estimator)
    return kind.__name__ in table and kind.__module__.split(".")[0] in ("sklearn", "xgboost", "lightgbm")


def _named(estimator: Any, table: dict[str, Any], task: str) -> Any:
    if not is_known(estimator, table):
        kind = type(estimator)
        raise TypeError(
            f"apus.export does not take {kind.__module__}.{kind.__qualname__} as a {task}: it takes "
            + ", ".join(sorted(table))
        )
    return table[type(estimator).__name__]


def transform(graph: Graph, estimator: Any, table: Table) -> Table:
    """The table behind a fitted transformer."""
    if estimator is None or (isinstance(estimator, str) and estimator == "passthrough"):
        return table
    function = _named(estimator, TRANSFORMERS, "transformer")
    _check_width(graph, estimator, table)
    made: Table = function(graph, estimator, table)
    return made


def predict(graph: Graph, estimator: Any, table: Table) -> Prediction:
    """What a fitted predictor says of the table."""
    function = _named(estimator, PREDICTORS, "predictor")
    _check_width(graph, estimator, table)
    made: Prediction = function(graph, estimator, table)
    return replace(
        made,
        proba=made.proba and kept(made.proba),
        decision=made.decision and kept(made.decision),
        value=made.value and kept(made.value),
        place=made.place and kept(made.place),
    )


def kept(make: Made) -> Made:
    """The same, but made once."""
    made: list[str] = []

    def get() -> str:
        if not made:
            made.append(make())
        return made[0]

    return get


def _check_width(graph: Graph, estimator: Any, table: Table) -> None:
    count = getattr(estimator, "n_features_in_", None)
    if count is not None and count != graph.width(table):
        raise NotRepresentable(
            f"{type(estimator).__name__} takes {count} columns, but {graph.width(table)} reach it"
        )


def label_place(graph: Graph, scores: Made) -> Made:
    """The index of the first of the largest scores."""
    return lambda: graph.largest_place(scores())


def above(graph: Graph, decision: Made, operator: str = "Greater") -> Made:
    """1 where the decision [rows, 1] is above 0, or has reached it with another operator; else 0. [rows]."""

    def make() -> str:
        is_above = graph.cast(graph.binary(operator, decision(), 0.0), "INT64")
        return graph.add("Squeeze", is_above, graph.constant([1], "int64"))

    return make


def pair(graph: Graph, upper: str) -> str:
    """The probabilities of two classes, of that of the second."""
    return graph.joined([graph.add("Sub", graph.constant(1.0), upper), upper])


def predicted_value(graph: Graph, prediction: Prediction) -> str:
    """What predict gives, as numbers [rows, width]."""
    import numpy as np

    if prediction.value is not None:
        return prediction.value()
    if prediction.place is None or prediction.classes is None:
        raise NotRepresentable("predictions of several outputs cannot be columns for another estimator")
    try:
        classes = np.asarray(prediction.classes, np.float64)
    except ValueError as error:
        raise NotRepresentable("predicted classes of text cannot be columns for another estimator") from error
    picked = graph.add("Gather", graph.constant(classes), prediction.place(), axis=0)
    return graph.add("Unsqueeze", picked, graph.constant([1], np.int64))
