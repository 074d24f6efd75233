"""export(): fitted estimators as files for load()."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Callable

from ..model import load
from . import boosting, forest, graph, linear
from .file import ModelFile, NotInThisFile

# By the class's own name, along its bases: a subclass that changes what predict does cannot be told from one that
# does not, so only classes of scikit-learn itself count.
_EXPORTERS: dict[str, Callable[[Any], ModelFile]] = {
    **forest.EXPORTERS,
    **boosting.EXPORTERS,
    **linear.EXPORTERS,
}


def content_of(estimator: Any) -> bytes | None:
    """The bytes of Apus's file of trees and linear models; None of another. Errors as for export()."""
    kind = type(estimator)
    exporter = _EXPORTERS.get(kind.__name__) if kind.__module__.split(".")[0] == "sklearn" else None
    if exporter is None and not graph.takes(estimator):
        names = sorted({*_EXPORTERS, *graph.classes()})
        raise TypeError(
            f"apus.export does not take {kind.__module__}.{kind.__qualname__}: it takes " + ", ".join(names)
        )
    if exporter is None:
        return None
    if not hasattr(estimator, "n_features_in_"):
        raise ValueError(f"this {kind.__name__} is not fitted")
    try:
        return exporter(estimator).content()
    except NotInThisFile:
        return None


def export(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted scikit-learn estimator as a file for load().

    Trees, forests, boosting and linear models become Apus's own file, for the engines that are made for them. A
    binary boosting or linear classifier has one score then: that of the second class.
    All others (pipelines and what stands in them, votes, stacks, calibrated classifiers, AdaBoost, Bagging,
    IsolationForest) become a graph of ONNX's operators in 64 bits, which has been compared with the estimator on
    made rows before anything is written; so do all if the path ends in .onnx. This needs the package onnx
    (pip install 'apus[export]').

    Scores are those of predict_proba where the estimator has it, of decision_function for other classifiers and
    IsolationForest, of predict for regressors. A graph of numbers alone takes rows like any model; with a column
    of text it has an input for each column, and Model.run takes them by name; the empty text is a missing one. A
    row that scikit-learn would refuse for an unseen category has the score NaN.
    Numbers are those of the estimator for rows of 64-bit numbers; README.md says where the last bits may differ.

    Args:
        estimator: fitted, and of one of scikit-learn's own classes.
        path: the file; it appears when it is complete.

    Raises:
        TypeError: the estimator is, or holds one, of a class that cannot be exported.
        ValueError: it is not fitted, or has a setting that cannot be represented; the sentence names it.
        ImportError: the package onnx is needed and missing.
        ApusError: the file cannot be written (APUS_FILE_UNWRITABLE).
    """
    as_graph = os.fspath(path).endswith(".onnx")
    content = content_of(estimator)
    if as_graph or content is None:
        content, made, outputs = graph.build(estimator)
        with load(content) as model:
            graph.check(estimator, model, made, outputs[0])
    if as_graph:
        _write(content, Path(path))
        return
    # Loaded first: what is written has passed every check, and one place writes files.
    with load(content) as model:
        model.save(path)


def _write(content: bytes, path: Path) -> None:
    """A file that appears when it is complete."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_mask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _mask() -> int:
    """The mask of the modes of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
