"""YDF, which reads none of these models: it scores one of its own, of the same shape, trained on the same rows."""

import functools

import numpy as np

import installations
from models.payments import fraud
from models.training import SEED
from peers.contender import Contender

SHAPES = {
    "xgboost-500": {"max_depth": 7, "growing_strategy": "LOCAL"},
    "lightgbm-31": {"max_depth": -1, "growing_strategy": "BEST_FIRST_GLOBAL", "max_num_nodes": 31},
}
LABEL = "fraud"


class Ydf(Contender):
    own_model = True

    def __init__(self, model):
        super().__init__(model, "YDF, its own model", installations.version("ydf"))
        self._model = self._trained()

    @functools.cached_property
    def _names(self):
        return [f"f{index}" for index in range(self.model.specification.feature_count)]

    def _table(self, rows):
        return {name: rows[:, index] for index, name in enumerate(self._names)}

    def _trained(self):
        import ydf

        ydf.verbose(0)
        folder = self.model.folder / "ydf"
        if not folder.exists():
            rows = self.model.training_rows()
            learner = ydf.GradientBoostedTreesLearner(
                label=LABEL,
                num_trees=self.model.specification.rounds,
                early_stopping="NONE",
                validation_ratio=0.0,
                discretize_numerical_columns=True,
                random_seed=1,
                **SHAPES[self.model.name],
            )
            learner.train({**self._table(rows), LABEL: fraud(rows, SEED)}).save(str(folder))
        return ydf.load_model(str(folder))

    def margins(self, rows, thread_count):
        return self.prepared_margins(self._table(rows), thread_count)

    def prepare(self, rows):
        import ydf

        table = {**self._table(rows), LABEL: np.zeros(len(rows), bool)}
        return ydf.create_vertical_dataset(table, data_spec=self._model.data_spec())

    def prepared_margins(self, prepared, thread_count):
        return self._model.predict(prepared, num_threads=thread_count)


def contenders(model):
    if model.name not in SHAPES:
        return []
    return [Ydf(model)]
