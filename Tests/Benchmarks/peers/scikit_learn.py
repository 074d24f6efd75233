"""scikit-learn, which has no entry point but Python's."""

import installations
from models import train_scikit_learn
from peers.contender import Contender


class ScikitLearn(Contender):
    def __init__(self, model):
        super().__init__(model, "scikit-learn", installations.version("scikit-learn"))
        self._forest = train_scikit_learn.load(model.folder)

    def margins(self, rows, thread_count):
        self._forest.n_jobs = thread_count
        return self._forest.predict_proba(rows)[:, 1]


def contenders(model):
    if model.specification.trainer != "scikit-learn":
        return []
    return [ScikitLearn(model)]
