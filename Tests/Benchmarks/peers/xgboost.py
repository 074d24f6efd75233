"""XGBoost: the release that trained, and an older one beside it, which is quicker for one row."""

import installations
from models import train_xgboost
from peers.contender import Contender


class XGBoost(Contender):
    has_native = True

    def __init__(self, model, release, library, file):
        super().__init__(model, f"XGBoost {release}", release)
        self._library = library
        self._file = model.folder / file

    def open_native(self, driver, thread_count):
        return driver.open(
            "xgboost",
            library=self._library,
            model=self._file,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )


class CurrentXGBoost(XGBoost):
    def __init__(self, model):
        folder = installations.package_folder("xgboost-cpu")
        library = folder / "xgboost" / "lib" / "libxgboost.so"
        super().__init__(model, installations.version("xgboost-cpu"), library, train_xgboost.FILE)
        self._booster = train_xgboost.load(model.folder)
        self._linear = model.specification.parameters.get("booster") == "gblinear"

    def margins(self, rows, thread_count):
        self._booster.set_param({"nthread": thread_count})
        return self._predict(rows)

    def margins_of_row(self, row):
        return self._predict(row)

    def _predict(self, rows):
        if self._linear:
            import xgboost

            return self._booster.predict(xgboost.DMatrix(rows), output_margin=True)
        return self._booster.inplace_predict(rows, predict_type="margin")


class OlderXGBoost(XGBoost):
    has_python = False

    def __init__(self, model):
        library = installations.older_xgboost_library()
        super().__init__(model, installations.OLDER_XGBOOST, library, train_xgboost.OLDER)


def contenders(model):
    if model.specification.trainer != "xgboost":
        return []
    found = [CurrentXGBoost(model)]
    if installations.older_xgboost_library().exists():
        found.append(OlderXGBoost(model))
    return found
