"""A fitted estimator as the bytes of an ONNX file."""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any

import numpy as np

from .builder import FORMAT, OPERATORS, TRAINED_OPERATORS, Graph, NotRepresentable
from .columns import ends_in_predictor
from .registry import PREDICTORS, TRANSFORMERS, Prediction, is_known, predict, transform

# (name, tensor, element, whether it has one column for each of something, or is a vector)
Output = tuple[str, str, int, bool]


def takes(estimator: Any) -> bool:
    """Whether the estimator is of a class that graphs are written for."""
    return is_known(estimator, PREDICTORS) or is_known(estimator, TRANSFORMERS)


def classes() -> list[str]:
    """Names of all that can be exported, alone or as a part of others."""
    return sorted({*PREDICTORS, *TRANSFORMERS})


def _column_names(estimator: Any) -> list[str]:
    first = estimator
    while type(first).__name__ == "Pipeline":
        first = first.steps[0][1]
    names = getattr(first, "feature_names_in_", None)
    if names is not None:
        return [str(name) for name in names]
    return [f"x{index}" for index in range(_width(estimator))]


def _width(estimator: Any) -> int:
    count = _known_width(estimator)
    if count is None:
        raise ValueError(
            f"this {type(estimator).__name__} is not fitted, or no step says how many columns it takes"
        )
    return count


def _known_width(estimator: Any) -> int | None:
    count = getattr(estimator, "n_features_in_", None)
    if count is None and type(estimator).__name__ == "Pipeline":
        for _, step in estimator.steps:
            count = _known_width(step)
            # Functions of numbers leave the columns as many as they are, and do not count them.
            if count is not None or type(step).__name__ != "FunctionTransformer":
                return count
    return None if count is None else int(count)


def require_onnx(estimator: Any) -> None:
    """Raises ImportError if graphs cannot be written."""
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"to export {type(estimator).__name__} the package onnx is needed: pip install 'apus[export]'"
        ) from error


def build(estimator: Any) -> tuple[bytes, Graph, list[str]]:
    """The file, the graph, and the names of the outputs, the scores' first."""
    require_onnx(estimator)
    width, names = _width(estimator), _column_names(estimator)
    graph = Graph(width, names)
    outputs, prediction = _write(graph, estimator)
    if graph.texts:
        # Which columns are text is known now.
        graph = Graph(width, names, set(graph.texts))
        outputs, prediction = _write(graph, estimator)
    return _content(graph, outputs, estimator, prediction), graph, [name for name, _, _, _ in outputs]


def _write(graph: Graph, estimator: Any) -> tuple[list[Output], Prediction | None]:
    from onnx import TensorProto

    if not ends_in_predictor(estimator):
        table = transform(graph, estimator, graph.rows)
        return [("transformed", refused(graph, graph.numbers(table)), TensorProto.DOUBLE, True)], None
    prediction = predict(graph, estimator, graph.rows)
    outputs: list[Output] = []
    scores = [
        ("probabilities", prediction.proba),
        ("decision_function", prediction.decision),
        ("predictions", prediction.value),
    ]
    known = [(name, make) for name, make in scores if make is not None]
    if not known:
        raise NotRepresentable(f"{type(estimator).__name__} has neither probabilities nor decisions for scores")
    name, make = known[0]
    outputs.append((name, refused(graph, make()), TensorProto.DOUBLE, True))
    labels = [prediction] if prediction.place is not None else list(prediction.outputs)
    for index, output in enumerate(labels):
        label = "label" if len(labels) == 1 else f"label_{index}"
        found = _label(graph, output)
        if found is not None:
            outputs.append((label, *found, False))
    for name, make in prediction.others:
        outputs.append((name, refused(graph, make()), TensorProto.DOUBLE, True))
    return outputs, prediction


def refused(graph: Graph, value: str, nothing: str | None = None) -> str:
    """NaN, or something else, for rows that the estimator refuses."""
    refusals, graph.refusals = graph.refusals, []
    for refusal in refusals:
        value = graph.where(refusal, nothing or graph.constant(np.nan), value)
    graph.refusals = refusals
    return value


def _label(graph: Graph, prediction: Prediction) -> tuple[str, int] | None:
    from onnx import TensorProto

    if prediction.place is None:
        return None
    values = np.asarray(prediction.classes)
    if values.dtype.kind in "biu":
        known, element = graph.constant(values.astype(np.int64), np.int64), TensorProto.INT64
    elif values.dtype.kind == "f":
        known, element = graph.constant(values), TensorProto.DOUBLE
    else:
        texts = np.array([str(value) for value in values], object)
        known, element = graph.constant(texts, object), TensorProto.STRING
    return graph.add("Gather", known, prediction.place(), axis=0), int(element)


def _inputs(graph: Graph) -> list[Any]:
    from onnx import TensorProto, helper

    if not graph.is_mixed:
        return [helper.make_tensor_value_info("X", TensorProto.DOUBLE, [None, len(graph.rows)])]
    used = sorted(graph.texts | graph.numeric)
    return [
        helper.make_tensor_value_info(
            graph.input_name(source),
            TensorProto.STRING if source in graph.texts else TensorProto.DOUBLE,
            [None, 1],
        )
        for source in used
    ]


def _content(graph: Graph, outputs: list[Output], estimator: Any, prediction: Prediction | None) -> bytes:
    library = type(estimator).__module__.split(".")[0]
    version = metadata.version({"sklearn": "scikit-learn"}.get(library, library))
    notes = {}
    if prediction is not None and prediction.classes is not None:
        notes["classes"] = json.dumps(np.asarray(prediction.classes).tolist(), default=str)
    # Labels first, as other writers have it; scores are the first real numbers.
    ordered = [output for output in outputs if output[0].startswith("label")]
    ordered += [output for output in outputs if not output[0].startswith("label")]
    return content(graph, ordered, type(estimator).__name__, (library, version), notes)


def content(
    graph: Graph, outputs: list[Output], name: str, producer: tuple[str, str], notes: dict[str, str]
) -> bytes:
    """The bytes of the file of a graph that is complete."""
    from onnx import helper

    infos = []
    for output, tensor, element, is_table in outputs:
        graph.nodes.append(helper.make_node("Identity", [tensor], [output], name=f"output_{output}"))
        infos.append(helper.make_tensor_value_info(output, element, [None, None] if is_table else [None]))
    made = helper.make_graph(graph.nodes, name, _inputs(graph), infos, graph.constants)
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPERATORS), helper.make_opsetid("ai.onnx.ml", TRAINED_OPERATORS)],
        ir_version=FORMAT,
        producer_name=producer[0],
        producer_version=producer[1],
    )
    helper.set_model_props(model, {"estimator": name, "features": json.dumps(graph.names), **notes})
    written: bytes = model.SerializeToString()
    return written
