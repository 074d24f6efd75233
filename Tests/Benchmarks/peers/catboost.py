"""CatBoost: the library, which its package gives to Python only, and the C++ that it exports."""

import functools

import compiler
import installations
from driver import HERE
from models import train_catboost
from peers.contender import Contender


class CatBoost(Contender):
    def __init__(self, model):
        super().__init__(model, "CatBoost", installations.version("catboost"))
        self._model = train_catboost.load(model.folder)

    def margins(self, rows, thread_count):
        return self._model.predict(rows, prediction_type="RawFormulaVal", thread_count=thread_count)

    def prepare(self, rows):
        import catboost

        return catboost.Pool(rows)


class ExportedCatBoost(Contender):
    has_native = True
    has_python = False

    def __init__(self, model):
        super().__init__(model, "CatBoost, exported C++", installations.version("catboost"))
        exported = model.folder / "exported.inc"
        if not exported.exists():
            train_catboost.load(model.folder).save_model(str(exported), format="cpp")
        self._exported = exported

    @functools.cached_property
    def _library(self):
        path = self.model.folder / "catboost-exported.so"
        wrapper = HERE / "native" / "wrappers" / "catboost_rows.cpp"
        width = self.model.specification.feature_count
        flags = [*compiler.FASTEST, f'-DEXPORTED="{self._exported}"', f"-DFEATURE_COUNT={width}"]
        compiler.shared_object(path, [wrapper], flags, depends_on=[self._exported], command="g++")
        return path

    def open_native(self, driver, thread_count):
        return driver.open(
            "compiled",
            library=self._library,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )


def contenders(model):
    if model.specification.trainer != "catboost":
        return []
    found = [CatBoost(model)]
    # CatBoost exports symmetric trees only.
    if model.specification.parameters["grow_policy"] == "SymmetricTree":
        found.append(ExportedCatBoost(model))
    return found
