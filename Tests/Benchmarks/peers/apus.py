"""Apus itself, through its C functions and through its Python binding."""

import os

from models import train_scikit_learn
from peers.contender import Contender


class Apus(Contender):
    has_native = True

    def __init__(self, model):
        import apus

        super().__init__(model, "Apus", apus.__version__)
        self.element = model.element
        self._is_forest = model.specification.trainer == "scikit-learn"
        self._file = train_scikit_learn.apus_file(model.folder) if self._is_forest else model.file
        self._apus = apus
        self._scorer = None  # made when first asked for, since Apus may refuse the model

    def open_native(self, driver, thread_count):
        return driver.open(
            "apus",
            library=os.environ["APUS_LIBRARY"],
            model=self._file,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )

    def _open_scorer(self):
        if self._scorer is None:
            self._scorer = self._apus.load(self._file).scorer(output="score" if self._is_forest else "margin")
        return self._scorer

    def margins(self, rows, thread_count):
        margins = self._open_scorer().score(rows, threads=thread_count)
        return margins[:, 1] if self._is_forest else margins

    def row(self, rows, index):
        return rows[index]

    def margins_of_row(self, row):
        margin = self._scorer.score_row(row)
        return margin[1] if self._is_forest else margin

    def facts(self):
        """The engine and the instruction set that ran."""
        info = self._open_scorer().info
        return {"engine": info.engine, "instruction_set": info.instruction_set}


def contenders(model):
    return [Apus(model)]
