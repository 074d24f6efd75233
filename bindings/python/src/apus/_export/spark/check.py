"""What the file says beside what Spark says: before anything is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model import Model
from ..graph.check import agrees, disagreement, inputs_of, made_rows
from .frame import Frame
from .jvm import session

# So many rows of a DataFrame that somebody gives are looked at.
_MOST = 1000


def check(model: Any, loaded: Model, frame: Frame, given: Any) -> None:
    """Raises ValueError if the file and the model disagree on made rows, or on some of those that are given."""
    rows = made_rows(frame.graph)
    score = frame.outputs[0]
    ours = loaded.run(inputs_of(frame.graph, rows))
    if ours[score].dtype.kind == "f":
        # What Spark would stop at has no score.
        rows = rows[~np.isnan(ours[score].reshape(len(rows), -1)).any(axis=1)]
    if len(rows):
        _compare(model, loaded, frame, _data_frame(frame, rows))
    if given is not None:
        _compare(model, loaded, frame, given.limit(_MOST))


def _data_frame(frame: Frame, rows: Any) -> Any:
    """Rows of numbers and text, as the columns that the model takes."""
    from pyspark.ml.linalg import Vectors, VectorUDT
    from pyspark.sql.types import DoubleType, StringType, StructField, StructType

    fields, parts = [], []
    for name, column in frame.inputs.items():
        if column.width is not None:
            fields.append(StructField(name, VectorUDT()))
            values = rows[:, column.first : column.first + column.width]
            parts.append([Vectors.dense([float(value) for value in row]) for row in values])
        elif column.first in frame.graph.texts:
            fields.append(StructField(name, StringType()))
            known = frame.graph.samples[column.first].knows_empty_text
            parts.append([value if value or known else None for value in rows[:, column.first]])
        else:
            fields.append(StructField(name, DoubleType()))
            numbers = [float(value) for value in rows[:, column.first]]
            takes_null = column.first in frame.nulls
            parts.append([None if takes_null and value != value else value for value in numbers])
    return session().createDataFrame(list(zip(*parts)), StructType(fields))


def _inputs_of(frame: Frame) -> list[Any]:
    """The columns that go in, as Spark's expressions of what they are to a graph."""
    from pyspark.sql import functions

    result = []
    for name, column in frame.inputs.items():
        taken = functions.col(f"`{name}`")
        if column.width is None:
            taken = taken.cast("string" if column.first in frame.graph.texts else "double")
        result.append(taken.alias(name))
    return result


def _collected(rows: list[Any], index: int, is_vector: bool, is_text: bool) -> Any:
    values = [row[index] for row in rows]
    if is_vector:
        return np.array([value.toArray() for value in values], np.float64)
    if is_text:
        return np.array(["" if value is None else value for value in values], object)[:, np.newaxis]
    return np.array([np.nan if value is None else value for value in values], np.float64)[:, np.newaxis]


def _compare(model: Any, loaded: Model, frame: Frame, data: Any) -> None:
    from pyspark.sql import functions

    outputs = [functions.col(f"`{name}`") for name in frame.outputs]
    rows = model.transform(data).select(*_inputs_of(frame), *outputs).collect()
    if not rows:
        return
    columns = list(frame.inputs.values())
    texts = frame.graph.texts
    taken = [
        _collected(rows, index, column.width is not None, column.first in texts)
        for index, column in enumerate(columns)
    ]
    made = loaded.run(inputs_of(frame.graph, np.concatenate([part.astype(object) for part in taken], axis=1)))
    for index, name in enumerate(frame.outputs):
        ours = made[name].reshape(len(rows), -1)
        is_text = ours.dtype == object
        theirs = _collected(rows, len(columns) + index, frame.column(name).is_vector, is_text)
        same = ours.tolist() == theirs.tolist() if is_text else agrees(frame.graph, ours, theirs)
        if not same:
            raise disagreement(model, name)
