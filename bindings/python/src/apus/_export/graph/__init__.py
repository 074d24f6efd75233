"""Fitted estimators as graphs of ONNX's operators, which give scikit-learn's own numbers in 64 bits."""

from . import bins, boosters, boosting, categories, columns, filling, forests, groups, linear, scaling
from .builder import NotRepresentable
from .check import check
from .model import build, classes, takes

__all__ = ["NotRepresentable", "build", "check", "classes", "takes"]

del bins, boosters, boosting, categories, columns, filling, forests, groups, linear, scaling
