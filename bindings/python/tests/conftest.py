"""Models that the real XGBoost trains for the tests, and the rows to score."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import apus

# XGBoost's own threads are of no use for models of this size.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import xgboost

NAMES = ["amount", "hour", "distance", "age", "logins"]


@dataclass
class Trained:
    """A model in both libraries."""

    booster: xgboost.Booster
    model: apus.Model
    rows: np.ndarray  # float32
    path: Path

    def margins(self, data: Any = None, **options: Any) -> np.ndarray:
        """XGBoost's margins, as doubles."""
        matrix = data if isinstance(data, xgboost.DMatrix) else xgboost.DMatrix(self._rows(data))
        return self.booster.predict(matrix, output_margin=True, **options).astype(np.float64)

    def _rows(self, data: Any) -> Any:
        # Without names: the rows are an array.
        self.booster.feature_names = None
        return self.rows if data is None else data


def draw_rows(seed: int, count: int, features: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count, features)).astype(np.float32)
    rows[random.random(rows.shape) < 0.1] = np.nan
    return rows


def train(
    folder: Path, labels: Any, rows: Any, rounds: int = 10, names: list[str] | None = None, **parameters: Any
) -> Trained:
    matrix = xgboost.DMatrix(rows, labels, feature_names=names)
    booster = xgboost.train({"nthread": 1, "max_depth": 4, "seed": 1, **parameters}, matrix, rounds)
    path = folder / "model.json"
    booster.save_model(path)
    return Trained(booster, apus.load(path), rows, path)


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """binary:logistic, five features without names."""
    rows = draw_rows(1, 500, 5)
    labels = np.nan_to_num(rows).sum(axis=1) > 0
    return train(tmp_path_factory.mktemp("binary"), labels, rows, objective="binary:logistic")


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """binary:logistic, the five features NAMES."""
    rows = draw_rows(2, 500, 5)
    labels = np.nan_to_num(rows) @ [1, 2, -1, 3, 1] > 0
    folder = tmp_path_factory.mktemp("named")
    return train(folder, labels, rows, names=NAMES, objective="binary:logistic")


@pytest.fixture(scope="session")
def multi(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """multi:softprob of three classes, four features."""
    rows = draw_rows(3, 400, 4)
    labels = np.nan_to_num(np.abs(rows)).argmax(axis=1) % 3
    folder = tmp_path_factory.mktemp("multi")
    return train(folder, labels, rows, objective="multi:softprob", num_class=3)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """So many trees that a batch takes long enough to be met on its way."""
    rows = draw_rows(4, 1000, 8)
    labels = np.nan_to_num(rows).sum(axis=1)
    return train(tmp_path_factory.mktemp("large"), labels, rows, rounds=400, max_depth=6)
