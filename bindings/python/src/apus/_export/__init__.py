"""export(): fitted estimators of scikit-learn, and modules of PyTorch, as Apus's own files."""

from __future__ import annotations

import os
from typing import Any, Callable, overload

from ..model import load
from . import boosting, forest, linear, torch_network
from .file import ModelFile

# By the class's own name, along its bases: a subclass that changes what predict does cannot be told from one that
# does not, so only classes of scikit-learn itself count.
_EXPORTERS: dict[str, Callable[[Any], ModelFile]] = {
    **forest.EXPORTERS,
    **boosting.EXPORTERS,
    **linear.EXPORTERS,
}


def content_of(estimator: Any) -> bytes:
    """The bytes of the file of a fitted estimator; errors as for export()."""
    kind = type(estimator)
    exporter = _EXPORTERS.get(kind.__name__) if kind.__module__.split(".")[0] == "sklearn" else None
    if exporter is None:
        raise TypeError(
            f"apus.export does not take {kind.__module__}.{kind.__qualname__}: it takes "
            + ", ".join(sorted(_EXPORTERS))
        )
    if not hasattr(estimator, "n_features_in_"):
        raise ValueError(f"this {kind.__name__} is not fitted")
    return exporter(estimator).content()


@overload
def export(estimator: Any, path: str | os.PathLike[str]) -> None: ...


@overload
def export(module: Any, example_inputs: Any, path: str | os.PathLike[str]) -> None: ...


def export(model: Any, *arguments: Any, **named: Any) -> None:
    """Write a fitted scikit-learn estimator, or a PyTorch module, as a file for load().

    A module (`export(module, example_inputs, path)`) goes through the ONNX exporter of the installed torch, which needs
    onnxscript, with an open batch axis: the first one of all inputs that have as many rows as the first. Apus then runs
    the examples, one row, and more rows than the examples have; outputs must be within 256 units in the last place of
    each output's largest number of what the module gives, and nothing is written otherwise. A path that ends with
    .onnx gets the ONNX file, any other Apus's own.

    Trees and forests (DecisionTree, ExtraTree, RandomForest, ExtraTrees, GradientBoosting, HistGradientBoosting)
    and linear models (LinearRegression, Ridge, Lasso, ElasticNet, LogisticRegression, SGD, RidgeClassifier,
    LinearSVC, LinearSVR). Scores are those of predict_proba where the estimator has it, of decision_function for
    other classifiers, of predict for regressors. A binary boosting or linear classifier has one score: that of the
    second class.
    Numbers are those of the estimator; README.md says where probabilities may differ in the last bits.

    Args:
        estimator: fitted, and of one of scikit-learn's own classes.
        module: a torch.nn.Module; it is exported in evaluation mode, and left in the mode that it was in.
        example_inputs: a torch.Tensor, a tuple of them in the order of forward()'s arguments, or a dict by their names.
        path: the file; it appears when it is complete.

    Raises:
        TypeError: the estimator is of a class that cannot be exported.
        ValueError: it is not fitted, or has a setting that cannot be represented; the sentence names it. Of a module:
            Apus's outputs are not those of the module.
        ApusError: the file cannot be written (APUS_FILE_UNWRITABLE), or the network has operators that Apus has not.
    """
    if torch_network.is_module(model):
        torch_network.export(model, *arguments, **named)
    else:
        _export_estimator(model, *arguments, **named)


def _export_estimator(estimator: Any, path: str | os.PathLike[str]) -> None:
    # Loaded first: what is written has passed every check, and one place writes files.
    with load(content_of(estimator)) as model:
        model.save(path)
