"""lignum, which also promises the trainer's bits. Its package has no entry point but Python's."""

import installations
from peers.contender import Contender, NotApplicable


class Lignum(Contender):
    element = "f8"

    def __init__(self, model, title, compiled):
        import lignum

        super().__init__(model, f"lignum{title}", installations.version("pylignum"))
        try:
            self._model = lignum.load(str(model.file))
        except ValueError as error:
            raise NotApplicable(str(error)) from error
        if compiled:
            self._model.compile(
                library=model.folder / "lignum.so", flags="-O3 -march=native", work_dir=str(model.folder)
            )

    def margins(self, rows, thread_count):
        return self._model.predict(rows, raw_score=True, n_jobs=thread_count)


def contenders(model):
    if model.specification.parameters.get("booster") == "gblinear":
        raise NotApplicable("gives 0 for every row of a linear booster")
    if model.specification.trainer == "scikit-learn":
        raise NotApplicable("reads no scikit-learn models")
    found = [Lignum(model, "", False)]
    # It has no compiled form of CatBoost models.
    if model.specification.trainer != "catboost":
        found.append(Lignum(model, ", compiled", True))
    return found
