"""Trained models, made once and kept in the cache."""

import functools
import hashlib
import importlib
import pathlib

import numpy as np

from models.payments import fraud, payments

CACHE = pathlib.Path(__file__).resolve().parent.parent / ".cache" / "models"
SEED = 20240607
TRAINERS = {
    "xgboost": "models.train_xgboost",
    "lightgbm": "models.train_lightgbm",
    "catboost": "models.train_catboost",
    "scikit-learn": "models.train_scikit_learn",
}


class TrainedModel:
    """A model file with rows that training did not see, and the trainer's margins for them."""

    def __init__(self, specification, training_row_count, row_count):
        self.specification = specification
        self.name = specification.name
        self.trainer = importlib.import_module(TRAINERS[specification.trainer])
        self._training_row_count = training_row_count
        self.folder = self._train()
        self.file = self.folder / self.trainer.FILE
        self.element = self.trainer.ELEMENT
        self._row_count = row_count
        self._rows = {}

    def _train(self):
        mark = hashlib.sha256(repr((self.specification, self._training_row_count, SEED)).encode()).hexdigest()[:12]
        folder = CACHE / f"{self.name}-{mark}"
        if not folder.exists():
            # Under a temporary name first, so that a folder that exists is complete.
            unfinished = folder.with_name(folder.name + ".unfinished")
            unfinished.mkdir(parents=True, exist_ok=True)
            rows = self.training_rows()
            self.trainer.train(self.specification, rows, fraud(rows, SEED), unfinished)
            unfinished.rename(folder)
        return folder

    def _payments(self, row_count, seed):
        wanted = self.specification
        return payments(
            row_count, wanted.feature_count, seed, categorical=wanted.categorical, missing=wanted.missing
        )

    def training_rows(self):
        return self._payments(self._training_row_count, SEED)

    def rows(self, element=None):
        """Rows to score, in the element type that is asked for, else the trainer's."""
        element = element or self.element
        if element not in self._rows:
            rows = self._payments(self._row_count, SEED + 1)
            self._rows[element] = np.ascontiguousarray(rows, element)
        return self._rows[element]

    @functools.cached_property
    def margins(self):
        return np.asarray(self.trainer.margins(self.folder, self.rows()), np.float64)

    @functools.cached_property
    def shape(self):
        return self.trainer.shape(self.folder)
