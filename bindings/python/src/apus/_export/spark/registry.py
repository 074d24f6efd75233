"""Which function writes which stage of Spark ML into a graph, and what stages are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..graph.builder import Graph, NotRepresentable, Table
from ..graph.registry import Made, entered, kept
from .frame import Frame

Stage = Callable[[Frame, Any], None]


@dataclass(frozen=True)
class Predicted:
    """What a model says of vectors; each is made when it is asked for. What the model lacks is None."""

    # [rows, 1], as numbers.
    prediction: Made
    # [rows, classes]
    raw: Made | None = None
    probability: Made | None = None
    # [rows, 1]: what a generalised linear model says before its link.
    linear: Made | None = None


Predictor = Callable[[Graph, Any, Table], Predicted]

STAGES: dict[str, Stage] = {}
PREDICTORS: dict[str, Predictor] = {}

_Function = TypeVar("_Function", bound=Callable[..., Any])

# Models that are made of others, by the attribute that holds the one that counts.
WRAPPERS = {"CrossValidatorModel": "bestModel", "TrainValidationSplitModel": "bestModel"}

_LIBRARIES = ("pyspark", "xgboost")


def stage(*names: str) -> Callable[[_Function], _Function]:
    """The function writes stages of these classes."""
    return entered(STAGES, names)


def predicts(*names: str) -> Callable[[_Function], _Function]:
    """The function writes models of these classes, which predict from one column of vectors."""
    return entered(PREDICTORS, names)


def parameter(model: Any, name: str) -> Any:
    """A parameter's value; None if the model has it not, or nobody set it."""
    if not model.hasParam(name) or not model.isDefined(model.getParam(name)):
        return None
    return model.getOrDefault(model.getParam(name))


def columns(model: Any, kind: str) -> list[str]:
    """The columns that a stage takes or makes ("input", "output"), whether it has one or several."""
    several = parameter(model, f"{kind}Cols")
    return list(several) if several else [str(parameter(model, f"{kind}Col"))]


def known_names() -> list[str]:
    """Names of all that can be exported."""
    return sorted({*STAGES, *PREDICTORS, *WRAPPERS, "PipelineModel"})


def chosen(model: Any) -> Any:
    """The model that one of several parts chose."""
    while type(model).__name__ in WRAPPERS:
        model = getattr(model, WRAPPERS[type(model).__name__])
    return model


def write(frame: Frame, model: Any) -> None:
    """Write a stage, or all of a pipeline's.

    What the last stage makes goes out, or what one makes that predicts, with all behind it.
    """
    model = chosen(model)
    if type(model).__name__ == "PipelineModel":
        for each in model.stages:
            write(frame, each)
        return
    was_predicted = frame.has_prediction
    write_stage(frame, model)
    if frame.predicts or (frame.made and not was_predicted):
        frame.outputs = frame.made
    elif was_predicted:
        frame.outputs = frame.outputs + frame.made
    frame.has_prediction = was_predicted or frame.predicts


def write_stage(frame: Frame, model: Any) -> None:
    """Write a stage, if anybody asks for what it makes."""
    if not frame.begin():
        return
    name = type(model).__name__
    if type(model).__module__.split(".")[0] not in _LIBRARIES:
        raise _unknown(model)
    if name in STAGES:
        STAGES[name](frame, model)
    elif name in PREDICTORS:
        _write_prediction(frame, model)
    else:
        raise _unknown(model)


def _unknown(model: Any) -> Exception:
    kind = type(model)
    if any(base.__module__ == "pyspark.ml.base" and base.__name__ == "Estimator" for base in kind.__mro__):
        return ValueError(f"this {kind.__name__} is not fitted")
    return TypeError(
        f"apus.export does not take {kind.__module__}.{kind.__qualname__} as a stage of Spark: it takes "
        + ", ".join(known_names())
    )


def predict(graph: Graph, model: Any, table: Table) -> Predicted:
    """What a model says of vectors."""
    name = type(model).__name__
    if type(model).__module__.split(".")[0] not in _LIBRARIES or name not in PREDICTORS:
        raise _unknown(model)
    made: Predicted = PREDICTORS[name](graph, model, table)
    return Predicted(
        prediction=kept(made.prediction),
        raw=made.raw and kept(made.raw),
        probability=made.probability and kept(made.probability),
        linear=made.linear and kept(made.linear),
    )


def _write_prediction(frame: Frame, model: Any) -> None:
    graph = frame.graph
    frame.predicts = True
    features = frame.vector(str(parameter(model, "featuresCol")), int(model.numFeatures))
    made = predict(graph, model, features.table)
    width = int(model.numClasses) if made.raw is not None else 0
    # What one row's score is comes first.
    for name, make, count in (
        ("probabilityCol", made.probability, width),
        ("rawPredictionCol", made.raw, width),
        ("predictionCol", made.prediction, 1),
        ("linkPredictionCol", made.linear, 1),
    ):
        column = parameter(model, name)
        if not column or make is None:
            continue
        is_vector = name in ("probabilityCol", "rawPredictionCol")
        # A draft needs no nodes of trees, which take longest to be had.
        frame.put(str(column), graph.of("" if frame.is_draft else make(), count), is_vector=is_vector)
    if not frame.made:
        raise NotRepresentable(f"{type(model).__name__} has no column for what it says")
