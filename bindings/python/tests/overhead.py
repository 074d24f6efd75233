"""Prints what one call costs on a model so small that its scoring costs next to nothing.

python tests/overhead.py
"""

from __future__ import annotations

import tempfile
import timeit
from pathlib import Path
from typing import Any, Callable

import numpy as np
import xgboost

import apus

FEATURES = 10


def tiny_model() -> apus.Model:
    rows = np.random.default_rng(0).normal(size=(100, FEATURES))
    matrix = xgboost.DMatrix(rows, rows[:, 0] > 0)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 1, "nthread": 1}, matrix, 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        booster.save_model(path)
        return apus.load(path)


def nanoseconds(call: Callable[[], Any], number: int = 20_000) -> float:
    return min(timeit.repeat(call, number=number, repeat=7)) / number * 1e9


def main() -> None:
    model = tiny_model()
    scorer = model.scorer()
    floats = np.zeros(FEATURES, np.float32)
    doubles = floats.astype(np.float64)
    numbers, table = doubles.tolist(), floats.reshape(1, -1)
    calls: dict[str, Callable[[], Any]] = {
        "an empty Python function": lambda: None,
        "scorer.score_row(float32 array)": lambda: scorer.score_row(floats),
        "scorer.score_row(float64 array)": lambda: scorer.score_row(doubles),
        f"scorer.score_row(list of {FEATURES})": lambda: scorer.score_row(numbers),
        "scorer.score(one row)": lambda: scorer.score(table),
        "model.score(one row)": lambda: model.score(floats),
    }
    for name, call in calls.items():
        print(f"{name:34}{nanoseconds(call):7.0f} ns")


if __name__ == "__main__":
    main()
