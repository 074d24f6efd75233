"""Trees, forests and extremely randomised ones: rows are rounded to 32-bit floats, thresholds are 64-bit."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import numpy as np
import numpy.typing as npt

from . import file, trees


def node_values(tree: Any, is_classifier: bool) -> npt.NDArray[np.float64]:
    """What each node of a fitted tree says: a number, or one for each output and class."""
    value: npt.NDArray[np.float64] = tree.tree_.value
    if not is_classifier:
        return value[:, 0, 0] if tree.n_outputs_ == 1 else value[:, :, 0]
    counts = tree.n_classes_ if tree.n_outputs_ > 1 else [tree.n_classes_]
    shares = []
    for output, count in enumerate(counts):
        share = np.array(value[:, output, : int(count)], np.float64)
        if not _stores_shares():
            # As predict_proba did with counts, in the same order of operations.
            total = share.sum(axis=1)[:, np.newaxis]
            total[total == 0.0] = 1.0
            share /= total
        shares.append(share)
    return np.concatenate(shares, axis=1)


def _stores_shares() -> bool:
    """Whether trees hold the shares of classes, and not their counts: since scikit-learn 1.3."""
    return tuple(int(part) for part in metadata.version("scikit-learn").split(".")[:2]) >= (1, 3)


def _export(estimator: Any, members: list[Any], base: float, aggregation: int) -> file.ModelFile:
    is_classifier = hasattr(estimator, "classes_")
    values = [node_values(member, is_classifier) for member in members]
    width = 1 if values[0].ndim == 1 else values[0].shape[1]
    model = file.ModelFile.of(
        estimator,
        objective=str(estimator.criterion),
        base_margins=np.full(width, base),
        double_rows=False,
        aggregation=aggregation,
    )
    for member, value in zip(members, values):
        trees.add_tree(model, member.tree_, value)
    return model


def _tree(estimator: Any) -> file.ModelFile:
    # -0 leaves every number as it is.
    return _export(estimator, [estimator], -0.0, file.BASE_THEN_SUM)


def _forest(estimator: Any) -> file.ModelFile:
    """Sums over the trees begin at 0 and are divided by their number: the score is the average."""
    return _export(estimator, list(estimator.estimators_), 0.0, file.SUM_THEN_AVERAGED_SCORES)


EXPORTERS = {
    "DecisionTreeClassifier": _tree,
    "DecisionTreeRegressor": _tree,
    "ExtraTreeClassifier": _tree,
    "ExtraTreeRegressor": _tree,
    "RandomForestClassifier": _forest,
    "RandomForestRegressor": _forest,
    "ExtraTreesClassifier": _forest,
    "ExtraTreesRegressor": _forest,
}
