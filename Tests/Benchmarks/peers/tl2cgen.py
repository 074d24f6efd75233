"""treelite's compiler to C, plain and with its quantisation of thresholds."""

import functools
import json
import os

import compiler
import installations
import quiet
from driver import HERE
from peers.contender import Contender, NotApplicable

# gcc takes a minute for some ten thousand nodes.
MOST_NODES = 300_000
NODES_IN_A_FILE = 2_000


class Tl2cgen(Contender):
    has_native = True
    has_python = False

    def __init__(self, model, title, quantise):
        super().__init__(model, f"tl2cgen{title}", installations.version("tl2cgen"))
        self.element = model.element
        self._quantise = quantise

    @functools.cached_property
    def _library(self):
        folder = self.model.folder / f"tl2cgen-{'quantised' if self._quantise else 'plain'}"
        if not (folder / "recipe.json").exists():
            self._generate(folder)
        sources = [
            folder / f"{part['name']}.c" for part in json.loads((folder / "recipe.json").read_text())["sources"]
        ]
        wrapper = HERE / "native" / "wrappers" / "tl2cgen_rows.c"
        flags = [
            *compiler.FASTEST,
            f"-I{folder}",
            f"-DFEATURE_COUNT={self.model.specification.feature_count}",
            f"-DELEMENT={'float' if self.element == 'f4' else 'double'}",
        ]
        path = folder / "model.so"
        compiler.shared_object(path, [*sources, wrapper], flags)
        return path

    def _generate(self, folder):
        import tl2cgen

        from peers import trees

        trees_count, nodes = self.model.shape
        files = min(trees_count, max(os.cpu_count(), nodes // NODES_IN_A_FILE))
        parameters = {"parallel_comp": files, "quantize": int(self._quantise)}
        with quiet.streams():
            tl2cgen.generate_c_code(trees.load(self.model), dirpath=folder, params=parameters)

    def open_native(self, driver, thread_count):
        return driver.open(
            "compiled",
            library=self._library,
            feature_count=self.model.specification.feature_count,
            element=self.element,
            thread_count=thread_count,
        )


def contenders(model):
    if model.specification.trainer == "catboost" or model.specification.parameters.get("booster") == "gblinear":
        raise NotApplicable("treelite reads no such model")
    nodes = model.shape[1]
    if nodes > MOST_NODES:
        raise NotApplicable(f"{nodes:,} nodes would keep a C compiler busy for an hour")
    if model.specification.trainer == "scikit-learn":
        return [Tl2cgen(model, "", False)]
    return [Tl2cgen(model, "", False), Tl2cgen(model, ", quantised", True)]
