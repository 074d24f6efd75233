"""Files that XGBoost reads though it would not write them: numbers beyond the usual, other spellings of the same.

The edited file is read back by XGBoost, which is the judge here as everywhere.
"""

import json

import numpy as np
import ubjson
from case import case
from cases_categories import coded, effect
from data import binary, features, train


def _edited(name, format, change, release="3.2.0", rounds=4, **parameters):
    """Register a case whose file is what `change` makes of the bytes that XGBoost saved."""

    def decorated():
        x = features()
        names = [f"f {index} é" for index in range(x.shape[1])]
        return train({"objective": "binary:logistic", **parameters}, x, binary(x), rounds, feature_names=names)

    decorated.__doc__ = change.__doc__
    case(name, release, format=format, edit=change)(decorated)


def _not_finite(data):
    """Leaves and thresholds of NaN, both infinities, the largest, smallest and negative zero; 1E999999 is infinity."""
    document = json.loads(data)
    trees = document["learner"]["gradient_booster"]["model"]["trees"]
    spellings = ["NaN", "Infinity", "-Infinity", "1E999999", "-1e40", "3.4028235e38", "1e-45", "7e-46", "-0.0"]
    marked = {}
    for position, spelling in enumerate(spellings * 2):
        # One leaf and one split of each tree, in turn; the mark is replaced in the text.
        tree = trees[position % len(trees)]
        is_leaf = position >= len(spellings)
        nodes = [node for node, left in enumerate(tree["left_children"]) if (left == -1) == is_leaf]
        mark = f"<{position}>"
        tree["split_conditions"][nodes[(position * 2 + 1) % len(nodes)]] = mark
        marked[f'"{mark}"'] = spelling
    text = json.dumps(document)
    for mark, spelling in marked.items():
        text = text.replace(mark, spelling)
    return text.encode()


_edited("not-finite", "json", _not_finite, rounds=9)


def _far_out(data):
    """Margins so large that exp overflows or vanishes; releases before 1.6 have no bound for exp."""
    document = json.loads(data)
    steps = [-150.0, -88.5, -60.0, -30.0, 17.0, 44.0, 89.5, 105.0]
    for index, tree in enumerate(document["learner"]["gradient_booster"]["model"]["trees"]):
        for node, left in enumerate(tree["left_children"]):
            if left == -1:
                tree["split_conditions"][node] = steps[(node * 3 + index) % len(steps)]
    return json.dumps(document).encode()


_edited("far-out", "json", _far_out, rounds=2)
_edited("far-out-1.3.3", "json", _far_out, "1.3.3", rounds=2)
_edited("far-out-softprob", "json", _far_out, rounds=2, objective="multi:softprob", num_class=2)
_edited("far-out-poisson", "json", _far_out, rounds=2, objective="count:poisson")


def _far_categories(data):
    """Categories at the ends of 32-bit words and the last one that XGBoost knows, 2^24 - 1."""
    document = ubjson.decode(data)
    codes = [31, 32, 63, 64, 2**24 - 1]
    for tree in document["learner"]["gradient_booster"]["model"]["trees"]:
        tree["categories"] = np.array([codes[index % len(codes)] for index in range(len(tree["categories"]))], ">i4")
    return ubjson.encode(document)


@case("categories-far", format="ubj", edit=_far_categories)
def _far_categories_case():
    """Categories at the ends of 32-bit words and the last one that XGBoost knows, 2^24 - 1."""
    x = coded(sizes=(6,))
    parameters = {"objective": "binary:logistic", "max_depth": 2, "max_cat_to_onehot": 100}
    return train(parameters, x, effect(x) > 0, 4, feature_types=["q", "q", "c"], enable_categorical=True)


def _backwards(value):
    """The same document with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {key: _backwards(item) for key, item in reversed(value.items())}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


def _respelled_json(data):
    """JSON with keys in reverse order, white space, escaped characters, unknown keys, numbers spelled otherwise."""
    document = _backwards(json.loads(data))
    document["learner"]["a key of later releases"] = {"deep": [{"er": [None, True, False, "\u2028", -1.5e-3, []]}]}
    return json.dumps(document, indent="\t", ensure_ascii=True).encode() + b" \r\n"


def _respelled_ubj(data):
    """UBJSON with keys in reverse order, one tree of untyped arrays, another with 64-bit feature indices."""
    document = _backwards(ubjson.decode(data))
    first, second = document["learner"]["gradient_booster"]["model"]["trees"][:2]
    for key, value in first.items():
        if isinstance(value, np.ndarray):
            first[key] = list(value)
    second["split_indices"] = second["split_indices"].astype(">i8")
    document["learner"]["a key of later releases"] = {"deep": [None, True, False, "text", 1 << 40, []]}
    return ubjson.encode(document)


_edited("respelled-json", "json", _respelled_json)
_edited("respelled-ubj", "ubj", _respelled_ubj)
