"""lleaves, which compiles LightGBM models with LLVM. Its function is called by its C pointer."""

import compiler
import installations
from driver import HERE
from models import train_lightgbm
from peers.contender import Contender


class Lleaves(Contender):
    has_native = True
    element = "f8"

    def __init__(self, model):
        import lleaves

        super().__init__(model, "lleaves", installations.version("lleaves"))
        self._object = model.folder / "lleaves.o"
        self._model = lleaves.Model(model_file=model.folder / train_lightgbm.FILE)
        # The small code model is four times as fast as the default.
        self._model.compile(cache=self._object, raw_score=True, fcodemodel="small")

    def open_native(self, driver, thread_count):
        library = self.model.folder / "lleaves.so"
        wrapper = HERE / "native" / "wrappers" / "lleaves_rows.c"
        compiler.shared_object(library, [wrapper, self._object], compiler.FASTEST)
        return driver.open(
            "compiled",
            library=library,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )

    def margins(self, rows, thread_count):
        return self._model.predict(rows, n_jobs=thread_count)


def contenders(model):
    if model.specification.trainer != "lightgbm":
        return []
    return [Lleaves(model)]
