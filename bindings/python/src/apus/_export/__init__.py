"""export(): fitted estimators of scikit-learn and Spark ML, and modules of PyTorch, as files for load()."""

from __future__ import annotations

import os
from typing import Any, Callable, overload

from ..model import load
from . import boosting, forest, graph, linear, spark, torch_network
from .file import ModelFile, NotInThisFile
from .whole_file import write

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


@overload
def export(estimator: Any, /, path: str | os.PathLike[str]) -> None: ...


@overload
def export(model: Any, /, path: str | os.PathLike[str], *, rows: Any = None) -> None: ...


@overload
def export(module: Any, /, example_inputs: Any, path: str | os.PathLike[str]) -> None: ...


def export(model: Any, /, *arguments: Any, **named: Any) -> None:
    """Write a fitted estimator of scikit-learn, a model of Spark ML, or a PyTorch module, as a file for load().

    A module (`export(module, example_inputs, path)`) goes through the ONNX exporter of the installed torch, which
    needs onnxscript, with an open batch axis: the first one of all inputs that have as many rows as the first.
    Apus then runs the examples, one row, and more rows than these; outputs must be within 256 units in the
    last place of each output's largest number of what the module gives, and nothing is written otherwise. A path
    that ends with .onnx gets the ONNX file, any other Apus's own.

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

    A PipelineModel of Spark ML, or one of its stages, becomes such a graph too, in the session that it lives in,
    and has been compared with what its own transform says of made rows, and of up to 1,000 rows that are given.
    Its inputs are the columns that stages take and none makes; in a row of numbers they stand in the order in
    which stages take them, vectors element by element: `attributes["features"]` of the loaded model. Outputs have
    the names of the columns that come from the model that predicts, and from the stages behind it; scores are the
    first of probability, rawPrediction and prediction that there is. At an Imputer NaN stands for null, at a
    StringIndexer the empty text. A row at which Spark would stop, or which it would leave out, has the score NaN.
    Models of xgboost.spark, and SynapseML's of LightGBM, become Apus's file of what they hold: the native model.

    Args:
        estimator: fitted, and of one of scikit-learn's own classes.
        model: a fitted model of pyspark.ml, xgboost.spark or synapse.ml.lightgbm.
        rows: a DataFrame of Spark, with the columns that the model takes.
        module: a torch.nn.Module; it is exported in evaluation mode, and left in the mode that it was in.
        example_inputs: a torch.Tensor, a tuple of them in the order of forward()'s arguments, or a dict by their
            names.
        path: the file; it appears when it is complete.

    Raises:
        TypeError: the estimator or stage is, or holds one, of a class that cannot be exported.
        ValueError: it is not fitted, or has a setting that cannot be represented; the sentence names it. Of a
            module or a model: Apus's outputs are not its own.
        ImportError: the package onnx is needed and missing.
        ApusError: the file cannot be written (APUS_FILE_UNWRITABLE), or the network has operators that Apus has
            not.
    """
    if torch_network.is_module(model):
        torch_network.export(model, *arguments, **named)
    elif spark.is_spark(model):
        _export_spark(model, *arguments, **named)
    else:
        _export_estimator(model, *arguments, **named)


def _export_estimator(estimator: Any, path: str | os.PathLike[str]) -> None:
    content = content_of(estimator)
    if _is_onnx(path) or content is None:
        content, made, outputs = graph.build(estimator)
        with load(content) as model:
            graph.check(estimator, model, made, outputs[0])
    _write(content, path)


def _export_spark(model: Any, path: str | os.PathLike[str], *, rows: Any = None) -> None:
    content = None if _is_onnx(path) else spark.native_content(model)
    if content is None:
        content, frame = spark.build(model)
        with load(content) as loaded:
            spark.check(model, loaded, frame, rows)
    _write(content, path)


def _is_onnx(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path).endswith(".onnx")


def _write(content: bytes, path: str | os.PathLike[str]) -> None:
    if _is_onnx(path):
        write(content, path)
        return
    # Loaded first: what is written has passed every check, and one place writes files.
    with load(content) as model:
        model.save(path)
