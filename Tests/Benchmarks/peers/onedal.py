"""oneDAL through daal4py. It has no entry point but Python's."""

import installations
from models import train_catboost, train_lightgbm, train_xgboost
from peers.contender import Contender, NotApplicable


class OneDAL(Contender):
    def __init__(self, model):
        import daal4py

        super().__init__(model, "oneDAL", installations.version("daal"))
        self.element = model.element
        self._daal4py = daal4py
        try:
            self._model = daal4py.mb.convert_model(_source(model))
        except (TypeError, NotImplementedError) as error:
            raise NotApplicable(str(error)) from error

    def margins(self, rows, thread_count):
        self._daal4py.daalinit(thread_count)
        return self.margins_of_row(rows)

    def margins_of_row(self, row):
        return self._model.predict(row)


def _source(model):
    trainer = model.specification.trainer
    if trainer == "xgboost" and model.specification.parameters.get("booster") != "gblinear":
        return train_xgboost.load(model.folder, train_xgboost.IDENTITY)
    if trainer == "lightgbm":
        return train_lightgbm.load(model.folder, train_lightgbm.IDENTITY)
    if trainer == "catboost":
        return train_catboost.load_identity(model.folder)
    raise NotApplicable("daal4py converts no such model")


def contenders(model):
    return [OneDAL(model)]
