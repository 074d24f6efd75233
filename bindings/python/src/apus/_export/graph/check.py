"""What a graph says of made rows, beside what the estimator says: before anything is written."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ...model import Model
from .builder import Graph

_ROWS = 96


def made_rows(graph: Graph) -> Any:
    """Rows [rows, columns] of numbers and text, as objects if there is text."""
    random = np.random.default_rng(7)
    rows = np.empty((_ROWS, len(graph.rows)), object)
    for column, samples in enumerate(graph.samples):
        if column in graph.texts:
            texts = samples.texts or ["a"]
            rows[:, column] = [texts[index] for index in random.integers(0, len(texts), _ROWS)]
            continue
        numbers = random.normal(size=_ROWS).astype(object)
        known = samples.numbers
        if known:
            share = 1.0 if samples.is_complete else 0.75
            for row in np.flatnonzero(random.random(_ROWS) < share):
                numbers[row] = known[int(random.integers(0, len(known)))]
        rows[:, column] = numbers
    return rows if graph.texts else rows.astype(np.float64)


def inputs_of(graph: Graph, rows: Any) -> dict[str, Any]:
    """Rows as the inputs that the network takes."""
    if not graph.is_mixed:
        return {"X": np.asarray(rows, np.float64)}
    inputs = {}
    for source in sorted(graph.texts | graph.numeric):
        column = rows[:, source]
        inputs[graph.input_name(source)] = (
            np.array([str(value) for value in column], object)[:, np.newaxis]
            if source in graph.texts
            else np.asarray(column, np.float64)[:, np.newaxis]
        )
    return inputs


def asked(estimator: Any, output: str, rows: Any) -> Any:
    """What the estimator says, as a matrix."""
    method = {
        "probabilities": "predict_proba",
        "predictions": "predict",
        "transformed": "transform",
    }.get(output, output)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        value = getattr(estimator, method)(rows)
    if isinstance(value, list):
        value = np.concatenate(value, axis=1)
    value = np.asarray(value.toarray() if hasattr(value, "toarray") else value)
    return value.reshape(len(value), -1)


def _as_given(estimator: Any, graph: Graph, rows: Any) -> Any:
    """Rows as the estimator was fitted on: a table with names, or an array; what is missing of text is none."""
    marked = rows
    if graph.texts:
        marked = rows.copy()
        for column in graph.texts:
            if graph.samples[column].knows_empty_text:
                continue
            marked[:, column] = [np.nan if value == "" else value for value in rows[:, column]]
    first = estimator
    while type(first).__name__ == "Pipeline":
        first = first.steps[0][1]
    if not hasattr(first, "feature_names_in_"):
        return marked
    import pandas

    table = pandas.DataFrame(marked, columns=graph.names)
    for column, name in enumerate(graph.names):
        if column not in graph.texts:
            table[name] = table[name].astype(np.float64)
    return table


def check(estimator: Any, model: Model, graph: Graph, output: str) -> None:
    """Raises ValueError if the network and the estimator disagree on made rows."""
    rows = made_rows(graph)
    given = _as_given(estimator, graph, rows)
    made = model.run(inputs_of(graph, rows))
    if output == "decision_function" and not hasattr(estimator, output):
        # Votes, which scikit-learn counts without showing them.
        if not np.array_equal(made["label"], estimator.predict(given)):
            raise disagreement(estimator, "labels")
        return
    theirs = asked(estimator, output, given)
    ours = made[output]
    if not agrees(graph, ours, np.asarray(theirs, np.float64)):
        raise disagreement(estimator, output)


def agrees(graph: Graph, ours: Any, theirs: Any) -> bool:
    """Whether all numbers are the same, or as near as the graph's tolerance asks."""
    if ours.shape != theirs.shape:
        return False
    allowed = graph.tolerance * np.maximum(1, np.abs(theirs))
    with np.errstate(invalid="ignore"):
        near = (np.abs(ours - theirs) <= allowed) | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return bool(near.all())


def disagreement(estimator: Any, output: str) -> ValueError:
    return ValueError(
        f"{type(estimator).__name__} cannot be exported: on made rows Apus's {output} are not the estimator's "
        "own. Please report it with the estimator"
    )
