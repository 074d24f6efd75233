"""Ask XGBoost itself. Runs in a process that imports one release, any from 1.0 to 3.x."""

import json
import pathlib
import tempfile

import numpy as np
import xgboost as xgb

VERSION = tuple(int(part) for part in xgb.__version__.split(".")[:3])


def matrix(rows, booster=None, missing=np.nan, **fields):
    """A DMatrix of f32 rows, typed like `booster`. `rows` may be dense or scipy CSR."""
    if booster is not None and VERSION >= (1, 5, 0):
        fields.update(feature_types=booster.feature_types, enable_categorical=True)
    return xgb.DMatrix(rows, missing=missing, **fields)


def as_document(booster):
    """The parsed JSON file of a model."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.json"
        booster.save_model(str(path))
        return json.loads(path.read_text(encoding="utf-8"))


def as_saved(booster, path):
    """The model as the file at `path` says it, not as training left it in memory."""
    # 1.0 refuses to read the trees with deleted nodes that it writes, for want of a count in the file.
    return xgb.Booster(model_file=str(path)) if VERSION >= (1, 1, 0) else booster


def _predict_part(booster, rows, missing, base_margin, output, begin, end):
    data = matrix(rows, booster, missing)
    if base_margin is not None:
        # Releases before 1.6 take K margins a row as one flat array.
        data.set_base_margin(base_margin if VERSION >= (1, 6, 0) else base_margin.reshape(-1))
    arguments = {"validate_features": False}
    if VERSION >= (1, 4, 0):
        arguments["iteration_range"] = (begin, end)
    elif (begin, end) != (0, 0):
        raise ValueError("this release has no iteration ranges")
    if output == "margin":
        arguments["output_margin"] = True
    if output == "leaf":
        arguments["pred_leaf"] = True
    return np.asarray(booster.predict(data, **arguments)).reshape(rows.shape[0], -1)


def predict(booster, rows, output, begin=0, end=0, missing=np.nan, base_margin=None):
    """What XGBoost's plain `predict` says of f32 rows: a 2-D array, f32 for "score" and "margin", i32 for "leaf".

    A DMatrix refuses an infinity unless `missing` is one, and then only equal values count as missing. So
    rows with +inf are asked with missing=-inf and rows with -inf with missing=+inf; no row may hold both.
    """
    if output == "leaf" and begin > 0:
        # XGBoost predicts leaves from the first round on only; the columns before `begin` are cut off.
        skipped = predict(booster, rows, "leaf", 0, begin).shape[1]
        return predict(booster, rows, "leaf", 0, end, missing)[:, skipped:]
    values = rows.toarray() if hasattr(rows, "toarray") else rows
    with_plus, with_minus = np.isposinf(values).any(axis=1), np.isneginf(values).any(axis=1)
    assert not (with_plus & with_minus).any(), "a row with both infinities"
    parts = [(~with_plus & ~with_minus, missing)]
    if with_plus.any() or with_minus.any():
        assert np.isnan(missing), "XGBoost refuses infinities when another value means missing"
        parts += [(with_plus, -np.inf), (with_minus, np.inf)]
    result = None
    for mask, missing_here in parts:
        if not mask.any():
            continue
        margin = None if base_margin is None else base_margin[mask]
        part = _predict_part(booster, rows[np.flatnonzero(mask)], missing_here, margin, output, begin, end)
        if result is None:
            result = np.zeros((rows.shape[0], part.shape[1]), part.dtype)
        result[mask] = part
    return result.astype(np.int32 if output == "leaf" else np.float32)


def predict_in_place(booster, rows, output, begin=0, end=0, missing=np.nan):
    """The other door, `inplace_predict`, for margins and scores of dense rows."""
    kind = "margin" if output == "margin" else "value"
    result = booster.inplace_predict(
        rows, iteration_range=(begin, end), predict_type=kind, missing=missing, validate_features=False
    )
    return np.asarray(result).reshape(rows.shape[0], -1).astype(np.float32)
