"""Fitted models of Spark ML as graphs of ONNX's operators, which give Spark's own numbers in 64 bits."""

from __future__ import annotations

from typing import Any

from . import boosters, categories, formula, linear, numbers, others, trees, vectors
from .boosters import native_content
from .check import check
from .model import build
from .registry import known_names

__all__ = ["build", "check", "is_spark", "known_names", "native_content"]

del boosters, categories, formula, linear, numbers, others, trees, vectors


def is_spark(model: Any) -> bool:
    """Whether it is a stage of Spark ML, of whatever library."""
    bases = ("Model", "Transformer", "Estimator")
    return any(kind.__module__ == "pyspark.ml.base" and kind.__name__ in bases for kind in type(model).__mro__)
