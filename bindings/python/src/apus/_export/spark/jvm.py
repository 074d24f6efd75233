"""What is asked of the JVM in which a Spark model lives."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_NODES = "DecisionTreeModelReadWrite$NodeData$"


def _context() -> Any:
    from pyspark import SparkContext
    from pyspark.sql.utils import is_remote

    if is_remote():
        raise ValueError("a model of Spark Connect lives in the server: it is exported there, without Connect")
    context = SparkContext._active_spark_context
    if context is None or context._jvm is None:
        raise ValueError("a Spark model is exported in the session that it lives in: there is none")
    return context


def session() -> Any:
    """The session that the model lives in. ValueError if there is none."""
    from pyspark.sql import SparkSession

    _context()
    return SparkSession.builder.getOrCreate()


def nodes(tree: Any) -> list[dict[str, Any]]:
    """The nodes of a fitted tree as Spark saves them, parents first: all in one call."""
    jvm = _context()._jvm
    annotation = jvm.com.fasterxml.jackson.annotation
    visibility = getattr(annotation, "JsonAutoDetect$Visibility")
    mapper = jvm.com.fasterxml.jackson.databind.ObjectMapper()
    mapper.setVisibility(annotation.PropertyAccessor.ALL, visibility.NONE)
    mapper.setVisibility(annotation.PropertyAccessor.FIELD, visibility.ANY)
    builder = getattr(getattr(jvm.org.apache.spark.ml.tree, _NODES), "MODULE$")
    made = builder.build(tree._java_obj.rootNode(), 0)._1()
    made = jvm.scala.jdk.javaapi.CollectionConverters.asJava(made)
    read: list[dict[str, Any]] = json.loads(mapper.writeValueAsString(made))
    return read


@dataclass(frozen=True)
class DotOrder:
    """In which order the JVM's dot product adds: so many sums side by side, and with products rounded or not."""

    lanes: int
    is_fused: bool
    tail_is_fused: bool


def _java_dot(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    context = _context()
    blas = context._jvm.dev.ludovic.netlib.blas.JavaBLAS.getInstance()
    arrays = []
    for values in (x, y):
        values = np.asarray(values, np.float64)
        array = context._gateway.new_array(context._jvm.double, len(values))
        for index, value in enumerate(values):
            array[index] = float(value)
        arrays.append(array)
    return float(blas.ddot(len(arrays[0]), arrays[0], 1, arrays[1], 1))


def dot_order() -> DotOrder:
    """How this JVM adds: which of its BLAS it takes, and how wide its vectors are, depends on the machine.

    A number that is lost beside a large one is added to the same sum as it, or to another.
    """
    count = 16
    lanes = 1
    for candidate in (2, 4, 8):
        # 1 is lost beside 2**60 in the same sum, where -2**60 comes later; in another one it stays.
        x = np.zeros(count)
        x[0], x[1], x[candidate] = 2.0**60, 1.0, -(2.0**60)
        if _java_dot(x, np.ones(count)) == 1.0:
            lanes = candidate
    # 1 - 2**-60, of which a rounded product leaves 1.
    small = [1.0 + 2.0**-30, 1.0 - 2.0**-30]
    x, y = np.zeros(count), np.zeros(count)
    x[0], y[0], x[lanes], y[lanes] = -1.0, 1.0, small[0], small[1]
    is_fused = _java_dot(x, y) != 0.0
    x, y = np.zeros(count + 1), np.zeros(count + 1)
    x[0], y[0], x[count], y[count] = -1.0, 1.0, small[0], small[1]
    return DotOrder(lanes, is_fused, _java_dot(x, y) != 0.0)
