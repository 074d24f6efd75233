"""Small real models to break: those of ../xgboost, cut down to their first rounds, as JSON and as UBJSON documents."""

import copy
import json
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent
MODELS = FOLDER.parent / "xgboost"
sys.path.append(str(MODELS))

import ubjson  # noqa: E402

# The types that XGBoost gives to the arrays of a UBJSON file; all others are untyped.
ARRAY_TYPES = {
    **dict.fromkeys(["base_weights", "loss_changes", "sum_hessian", "split_conditions", "leaf_weights"], ">f4"),
    **dict.fromkeys(["left_children", "right_children", "parents", "split_indices"], ">i4"),
    **dict.fromkeys(["categories", "categories_nodes", "offsets", "feature_segments", "sorted_idx"], ">i4"),
    **dict.fromkeys(["categories_segments", "categories_sizes"], ">i8"),
    **dict.fromkeys(["default_left", "split_type"], ">u1"),
}


def typed(value, key=""):
    """A JSON document as XGBoost would write it in UBJSON: long lists of numbers become typed arrays."""
    if isinstance(value, dict):
        # A table of categories has "type" beside "values" unless it holds text, whose bytes are i1.
        inner = {1: ">f4", 13: ">i4", 15: ">i8"}.get(value.get("type"), ">i1")
        return {name: np.array(item, inner) if name == "values" else typed(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return np.array(value, ARRAY_TYPES[key]) if key in ARRAY_TYPES else [typed(item) for item in value]
    return value


def _booster(document):
    booster = document["learner"]["gradient_booster"]
    return booster.get("gbtree", booster)


def load(case, trees=None):
    """The model of a case, with only its first `trees` trees (whole rounds, please)."""
    document = json.loads((MODELS / case / "model.json").read_text(encoding="utf-8"))
    if trees is not None:
        model = _booster(document)["model"]
        rounds = model.get("iteration_indptr")
        model["trees"], model["tree_info"] = model["trees"][:trees], model["tree_info"][:trees]
        model["gbtree_model_param"]["num_trees"] = str(trees)
        if rounds:
            model["iteration_indptr"] = [start for start in rounds if start <= trees]
        if "weight_drop" in document["learner"]["gradient_booster"]:
            del document["learner"]["gradient_booster"]["weight_drop"][trees:]
    return document


def as_json(document):
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def as_ubjson(document):
    return ubjson.encode(typed(document))


def check_typing():
    """What `as_ubjson` makes of a JSON file is, byte for byte, the UBJSON file that XGBoost wrote."""
    for name in ("binary-logistic", "categories-cut", "odd-names"):
        suffix = "-json" if (MODELS / f"{name}-json").exists() else ""
        expected = (MODELS / f"{name}-ubj" / "model.ubj").read_bytes()
        assert as_ubjson(load(name + suffix)) == expected, f"{name}: the encoder is not XGBoost's"


BINARY = load("binary-logistic-json", 2)
SOFTPROB = load("softprob-1.7.6", 3)
CATEGORIES = load("categories-by-set", 1)
STORED = load("categories-stored-json", 1)
DART = load("dart-3.2.0", 2)
LINEAR = load("linear-1.7.6")
VECTOR = load("vector-leaf", 1)
VECTOR_OLD = load("vector-leaf-2.1.4", 1)
PRUNED = load("pruned-1.7.6", 2)


def changed(document, change):
    """A copy on which `change` was called."""
    result = copy.deepcopy(document)
    change(result)
    return result
