"""export(): fitted estimators of scikit-learn as Apus's own files."""

from __future__ import annotations

import os
from typing import Any, Callable

from ..model import load
from . import boosting, forest, linear
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


def export(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted scikit-learn estimator as a file for load().

    Trees and forests (DecisionTree, ExtraTree, RandomForest, ExtraTrees, GradientBoosting, HistGradientBoosting)
    and linear models (LinearRegression, Ridge, Lasso, ElasticNet, LogisticRegression, SGD, RidgeClassifier,
    LinearSVC, LinearSVR). Scores are those of predict_proba where the estimator has it, of decision_function for
    other classifiers, of predict for regressors. A binary boosting or linear classifier has one score: that of the
    second class.
    Numbers are those of the estimator; README.md says where probabilities may differ in the last bits.

    Args:
        estimator: fitted, and of one of scikit-learn's own classes.
        path: the file; it appears when it is complete.

    Raises:
        TypeError: the estimator is of a class that cannot be exported.
        ValueError: it is not fitted, or has a setting that cannot be represented; the sentence names it.
        ApusError: the file cannot be written (APUS_FILE_UNWRITABLE).
    """
    # Loaded first: what is written has passed every check, and one place writes files.
    with load(content_of(estimator)) as model:
        model.save(path)
