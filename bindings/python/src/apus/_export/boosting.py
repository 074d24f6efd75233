"""Gradient boosting: what leaves add to a margin is summed in 64 bits, from the first prediction on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from . import file, trees


def _link(estimator: Any, loss: str, width: int) -> tuple[int, float]:
    if not hasattr(estimator, "classes_"):
        return file.EXPONENTIAL if loss in ("poisson", "gamma") else file.IDENTITY
    if loss == "exponential":
        return (file.SIGMOID[0], 2.0)
    return file.SIGMOID if width == 1 else file.SOFTMAX


def _model(estimator: Any, first: Any, stages: Any, *, double_rows: bool) -> file.ModelFile:
    """A model without trees, of which each stage adds one for each of the first predictions."""
    base = np.asarray(first, np.float64).ravel()
    return file.ModelFile.of(
        estimator,
        objective=str(estimator.loss),
        base_margins=base,
        double_rows=double_rows,
        link=_link(estimator, str(estimator.loss), len(base)),
        iterations=[len(base) * index for index in range(len(stages) + 1)],
    )


def _gradient_boosting(estimator: Any) -> file.ModelFile:
    first = estimator.init_
    if not isinstance(first, str) and type(first).__name__ not in ("DummyClassifier", "DummyRegressor"):
        raise file.NotInThisFile("an estimator comes first")
    zeros = np.zeros((1, estimator.n_features_in_), np.float32)
    model = _model(estimator, estimator._raw_predict_init(zeros), estimator.estimators_, double_rows=False)
    for stage in estimator.estimators_:
        for output, member in enumerate(stage):
            # predict_stages multiplies in each row what is multiplied here once: the same two numbers. It compares
            # NaN like any number, whatever the tree says of missing values.
            values = estimator.learning_rate * member.tree_.value[:, 0, 0]
            trees.add_tree(model, member.tree_, values, output, tells_missing=False)
    return model


def _hist_gradient_boosting(estimator: Any) -> file.ModelFile:
    model = _model(estimator, estimator._baseline_prediction, estimator._predictors, double_rows=True)
    columns = _columns(estimator)
    _add_texts(model, estimator)
    for stage in estimator._predictors:
        for output, predictor in enumerate(stage):
            _add_predictor(model, predictor, columns, estimator, output)
    return model


def _columns(estimator: Any) -> npt.NDArray[np.intp]:
    """The column of a row that each column of the estimator's own numbering is: categories come first there."""
    categorical = estimator.is_categorical_
    indices = np.arange(estimator.n_features_in_)
    if categorical is None or getattr(estimator, "_preprocessor", None) is None:
        return indices
    return np.concatenate([indices[categorical], indices[~categorical]])


def _categories(estimator: Any, column: int) -> npt.NDArray[np.int64]:
    """The number in a row that stands for each code of a categorical feature."""
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None:
        return np.arange(256)
    encoder = preprocessor.named_transformers_["encoder"]
    position = int(np.sum(estimator.is_categorical_[:column]))
    values = encoder.categories_[position]
    if any(isinstance(value, str) for value in values):
        # The places of texts in a table that the file has of them.
        return np.arange(len(_texts(values)))
    numbers = np.asarray(values, np.float64)
    numbers = numbers[~np.isnan(numbers)]
    if np.any(numbers < 0) or np.any(numbers != np.floor(numbers)) or np.any(numbers >= 1 << 24):
        raise file.NotInThisFile("categories that are no small whole numbers")
    return numbers.astype(np.int64)


def _texts(values: Any) -> list[str]:
    """Categories that are text; a missing one stands behind them, and is none."""
    return [value for value in values if isinstance(value, str)]


def _add_texts(model: file.ModelFile, estimator: Any) -> None:
    """The tables of the columns whose categories are text."""
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None:
        return
    columns = np.flatnonzero(estimator.is_categorical_)
    for column, values in zip(columns, preprocessor.named_transformers_["encoder"].categories_):
        if any(isinstance(value, str) for value in values):
            model.categories[int(column)] = _texts(values)


def _members(bits: npt.NDArray[np.uint32]) -> npt.NDArray[np.intp]:
    return np.flatnonzero([bits[code // 32] >> (code % 32) & 1 for code in range(32 * len(bits))])


def _add_predictor(
    model: file.ModelFile, predictor: Any, columns: npt.NDArray[np.intp], estimator: Any, output: int
) -> None:
    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"].astype(bool)
    feature = columns[nodes["feature_idx"]]
    left, right = nodes["left"].astype(np.intp), nodes["right"].astype(np.intp)
    payload = nodes["num_threshold"].astype("<f8")
    missing_left = nodes["missing_go_to_left"].astype(np.uint8)
    known: Any = None
    feature_map: Any = None
    sets: dict[int, int] = {}
    for index in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~is_leaf):
        if known is None:
            known, feature_map = estimator._bin_mapper.make_known_categories_bitsets()
        numbers = _categories(estimator, int(feature[index]))
        goes_left = _members(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][index]])
        if missing_left[index]:
            # Members go right, and all else left with what is missing.
            codes = np.setdiff1d(_members(known[feature_map[nodes["feature_idx"][index]]]), goes_left)
        else:
            # Members go to what is the right child here: the children change places.
            codes = goes_left
            left[index], right[index] = right[index], left[index]
            missing_left[index] = 1
        members = numbers[codes[codes < len(numbers)]]
        words = np.zeros(int(members.max(initial=0)) // 32 + 1, np.uint32)
        np.bitwise_or.at(words, members // 32, np.uint32(1) << (members % 32).astype(np.uint32))
        sets[int(index)] = len(model.category_sets)
        model.category_sets.append(words)
    leaf_payload = np.ascontiguousarray(nodes["value"], "<f8").view("<u8")
    placed, order = trees.arrange(left, right, is_leaf, feature, payload, missing_left, leaf_payload, file.LEAF)
    for place in np.flatnonzero(np.isin(order, list(sets))):
        placed["kind"][place] = file.CATEGORY_SET
        placed["payload"][place] = sets[int(order[place])]
    model.add_tree(placed, output)


EXPORTERS = {
    "GradientBoostingClassifier": _gradient_boosting,
    "GradientBoostingRegressor": _gradient_boosting,
    "HistGradientBoostingClassifier": _hist_gradient_boosting,
    "HistGradientBoostingRegressor": _hist_gradient_boosting,
}
