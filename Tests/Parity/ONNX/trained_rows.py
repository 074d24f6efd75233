"""Rows that try a converted model: at and beside each threshold, and of numbers that are hard."""

from __future__ import annotations

import numpy as np
from onnx import ModelProto

# Zeros, infinities, subnormals, the largest numbers, and what LightGBM takes for zero.
HARD = [
    np.nan,
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    1e-45,
    -1e-45,
    1e-39,
    1e-35,
    -1e-35,
    1e-7,
    3.4e38,
    -3.4e38,
    0.5,
    -1.0,
    2.5,
    16777217.0,
]


def thresholds(model: ModelProto) -> dict[int, np.ndarray]:
    """Of the splits of all trees, by feature."""
    found: dict[int, set[float]] = {}
    for node in model.graph.node:
        if not node.op_type.startswith("TreeEnsemble"):
            continue
        lists = {attribute.name: attribute for attribute in node.attribute}
        values = lists["nodes_values"].floats
        for feature, value, mode in zip(lists["nodes_featureids"].ints, values, lists["nodes_modes"].strings):
            if mode != b"LEAF":
                found.setdefault(feature, set()).add(value)
    return {feature: np.array(sorted(values), np.float32) for feature, values in found.items()}


def try_rows(model: ModelProto, rows: np.ndarray, hard: bool) -> np.ndarray:
    """Rows of training data, of which one value each is replaced."""
    random = np.random.default_rng(7)
    made = [rows]
    for feature, values in thresholds(model).items():
        if feature >= rows.shape[1]:
            continue
        near = [values, np.nextafter(values, np.float32(np.inf)), np.nextafter(values, np.float32(-np.inf))]
        if rows.dtype == np.float64:
            wide = values.astype(np.float64)
            near += [np.nextafter(wide, np.inf), np.nextafter(wide, -np.inf)]
        tried = np.concatenate([values.astype(rows.dtype) for values in near])
        tried = tried if len(tried) <= 150 else random.choice(tried, 150, replace=False)
        made.append(_replaced(rows, feature, tried, random))
    for feature in range(rows.shape[1] if hard else 0):
        made.append(_replaced(rows, feature, np.array(HARD, rows.dtype), random))
    if hard:
        made.append(np.repeat(np.array(HARD, rows.dtype)[:, np.newaxis], rows.shape[1], 1))
    return np.concatenate(made)


def _replaced(rows: np.ndarray, feature: int, values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    picked = rows[random.integers(0, len(rows), len(values))].copy()
    picked[:, feature] = values
    return picked


def try_columns(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns of a table, and behind them some rows with categories that no model has seen."""
    unseen = {"country": ["XX", "de", "日", "\N{NO-BREAK SPACE}", "U" * 300], "count": [-1, 6, 7, 1 << 40, -(1 << 62)]}
    added = {name: column[:5].copy() for name, column in inputs.items()}
    for name, values in unseen.items():
        added[name][:, 0] = values
    return {name: np.concatenate([column, added[name]]) for name, column in inputs.items()}
