"""LightGBM."""

import installations
from models import train_lightgbm
from peers.contender import Contender


class LightGBM(Contender):
    has_native = True
    element = "f8"

    def __init__(self, model):
        super().__init__(model, "LightGBM", installations.version("lightgbm"))
        self._booster = train_lightgbm.load(model.folder)

    def open_native(self, driver, thread_count):
        folder = installations.package_folder("lightgbm")
        return driver.open(
            "lightgbm",
            library=folder / "lightgbm" / "lib" / "lib_lightgbm.so",
            model=self.model.file,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )

    def margins(self, rows, thread_count):
        return self._booster.predict(rows, raw_score=True, num_threads=thread_count)


def contenders(model):
    if model.specification.trainer != "lightgbm":
        return []
    return [LightGBM(model)]
