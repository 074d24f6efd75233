"""CatBoost files that must be refused: (name, bytes, status, words of the message)."""

import copy
import json
import struct

from bases import FOLDER, as_json
from changes import append, get, put, remove, shorten

MODELS = FOLDER.parent / "catboost"
INVALID, UNSUPPORTED, LIMIT = "APUS_INVALID_MODEL", "APUS_UNSUPPORTED", "APUS_LIMIT_EXCEEDED"
MALFORMED, TRUNCATED = "APUS_MALFORMED", "APUS_TRUNCATED"
ENTRIES = []


def document(case):
    """A model of ../catboost with two trees, and without notes."""
    model = json.loads((MODELS / case / "model.json").read_text(encoding="utf-8"))
    trees = "trees" if "trees" in model else "oblivious_trees"
    model[trees] = model[trees][:2]
    model["model_info"] = {"params": {"loss_function": model["model_info"]["params"]["loss_function"]}}
    return model


OBLIVIOUS, NESTED = document("logloss"), document("lossguide")
FEATURE, TREE, NODE = "features_info/float_features/0", "oblivious_trees/0", "trees/0"


def refuse(name, base, change, words, status=INVALID):
    changed = copy.deepcopy(base)
    change(changed)
    assert changed != base, name
    ENTRIES.append((f"catboost-{name}.json", as_json(changed), status, words))


for _path in ("features_info", "oblivious_trees", f"{TREE}/leaf_values", f"{TREE}/splits", f"{FEATURE}/feature_index"):
    refuse(f"missing-{_path.replace('/', '-')}", OBLIVIOUS, remove(_path), _path.rsplit("/", 1)[-1])
refuse("missing-flat_feature_index", OBLIVIOUS, remove(f"{FEATURE}/flat_feature_index"), "flat_feature_index")
refuse("missing-split_index", OBLIVIOUS, remove(f"{TREE}/splits/0/split_index"), "split_index")
refuse("both-kinds-of-trees", OBLIVIOUS, put("trees", []), "both")
for _value in (-1, 100000, 1 << 40):
    refuse(f"split_index-{_value}", OBLIVIOUS, put(f"{TREE}/splits/0/split_index", _value), "borders")
refuse("split-another-border", OBLIVIOUS, put(f"{TREE}/splits/0/border", 0.123), "another one")
refuse("split-another-feature", OBLIVIOUS, put(f"{TREE}/splits/0/float_feature_index", 77), "another one")
refuse("leaf_values-short", OBLIVIOUS, shorten(f"{TREE}/leaf_values"), "leaf values")
refuse("leaf_values-long", OBLIVIOUS, append(f"{TREE}/leaf_values", 1.5), "leaf values")
refuse("leaf_values-none", OBLIVIOUS, put(f"{TREE}/leaf_values", []), "leaf values")
refuse("leaf_values-text", OBLIVIOUS, put(f"{TREE}/leaf_values/0", "1"), "digit", MALFORMED)
refuse(
    "leaf_values-doubled",
    OBLIVIOUS,
    lambda model: get(model, f"{TREE}/leaf_values").extend(get(model, f"{TREE}/leaf_values")),
    "leaf has",
)
refuse("borders-descend", OBLIVIOUS, lambda model: get(model, f"{FEATURE}/borders").reverse(), "ascend")
refuse("borders-twice", OBLIVIOUS, put(f"{FEATURE}/borders/1", OBLIVIOUS["features_info"]["float_features"][0]["borders"][0]), "ascend")
refuse("borders-infinite", OBLIVIOUS, append(f"{FEATURE}/borders", float("inf")), "ascend")
refuse("features-twice", OBLIVIOUS, put(f"{FEATURE}/flat_feature_index", 1), "two features")
refuse("feature-negative", OBLIVIOUS, put(f"{FEATURE}/flat_feature_index", -1), "index")
refuse("feature-far", OBLIVIOUS, put(f"{FEATURE}/flat_feature_index", 10_000_000), "flat index", LIMIT)
refuse("feature-too-far", OBLIVIOUS, put(f"{FEATURE}/flat_feature_index", 1 << 24), "flat index", LIMIT)
refuse("missing-unknown-treatment", OBLIVIOUS, put(f"{FEATURE}/nan_value_treatment", "AsTold"), "AsTold", UNSUPPORTED)
for _kind in ("text", "embedding"):
    _feature = {"feature_index": 0, "flat_feature_index": 9, "feature_id": "story"}
    refuse(f"{_kind}-feature", OBLIVIOUS, put(f"features_info/{_kind}_features", [_feature]), "story", UNSUPPORTED)
refuse("scale-alone", OBLIVIOUS, put("scale_and_bias", [1]), "scale_and_bias")
refuse("scale-infinite", OBLIVIOUS, put("scale_and_bias", [float("inf"), [0]]), "finite")
refuse("bias-nan", OBLIVIOUS, put("scale_and_bias", [1, [float("nan")]]), "finite")
refuse("biases-many", OBLIVIOUS, put("scale_and_bias", [1, [0, 0]]), "bias")
for _key in ("split", "left", "right"):
    refuse(f"node-without-{_key}", NESTED, remove(f"{NODE}/{_key}"), "node")
refuse("node-with-value", NESTED, put(f"{NODE}/value", 1), "node")
refuse("node-vector", NESTED, put("trees/1", {"value": [1, 2]}), "leaf has")
refuse("node-null", NESTED, put(f"{NODE}/left", None), "object", MALFORMED)


def _deep(levels):
    node = {"value": 1}
    for _ in range(levels):
        node = {"left": node, "right": {"value": 1}, "split": {"split_index": 0}}
    return node


refuse("deep", NESTED, put("trees", [_deep(70)]), "nested", LIMIT)


# The binary form: numbers of a real file are overwritten where its tables say they lie.


class Binary:
    """The core of a file, with the places of its parts."""

    def __init__(self, case):
        self.data = bytearray((MODELS / case / "model.cbm").read_bytes())
        self.root = self.follow(8)
        self.trees = self.part(self.root, 1)

    def number(self, place, code="I"):
        return struct.unpack_from("<" + code, self.data, place)[0]

    def follow(self, place):
        return place + self.number(place)

    def place(self, table, field):
        """Where a field of a table lies."""
        fields = table - self.number(table, "i")
        offset = self.number(fields + 4 + 2 * field, "H")
        assert offset, f"the table has no field {field}"
        return table + offset

    def part(self, table, field):
        return self.follow(self.place(table, field))

    def element(self, table, field, index=0, size=4):
        return self.part(table, field) + 4 + size * index

    def with_number(self, place, value, code="I"):
        data = bytearray(self.data)
        struct.pack_into("<" + code, data, place, value)
        return bytes(data)


_oblivious, _free, _classes = Binary("logloss-cbm"), Binary("lossguide-cbm"), Binary("classes-lossguide-cbm")
_feature = _oblivious.follow(_oblivious.element(_oblivious.trees, 5))
_last = 0xFFFFFFF0


def binary(name, data, words, status=INVALID):
    ENTRIES.append((f"catboost-{name}.cbm", bytes(data), status, words))


binary("mark-alone", _oblivious.data[:4], "ends", TRUNCATED)
binary("no-core", b"CBM1" + struct.pack("<I", 0), "offset", MALFORMED)
binary("core-cut", _oblivious.data[:-1], "ends", TRUNCATED)
binary("core-longer", _oblivious.with_number(4, len(_oblivious.data)), "ends", TRUNCATED)
binary("core-largest", b"CBM1" + b"\xff" * 12, "beyond", MALFORMED)
binary("core-large", b"CBM1\xff\xff\xff\xff" + struct.pack("<Q", 1 << 60), "ends", TRUNCATED)
binary("tail", _oblivious.data + b"\0", "follow", MALFORMED)
binary("root-outside", _oblivious.with_number(8, _last), "offset", MALFORMED)
binary("fields-outside", _oblivious.with_number(_oblivious.trees, 1 << 30, "i"), "offset", MALFORMED)
binary("fields-behind", _oblivious.with_number(_oblivious.trees, -(1 << 30), "i"), "offset", MALFORMED)
binary("fields-odd", _oblivious.with_number(_oblivious.root - _oblivious.number(_oblivious.root, "i"), 5, "H"), "offset", MALFORMED)
for _name, _field in (("splits", 1), ("sizes", 2), ("leaf_values", 8), ("floats", 5)):
    _list = _oblivious.part(_oblivious.trees, _field)
    binary(f"{_name}-outside", _oblivious.with_number(_oblivious.place(_oblivious.trees, _field), _last), "offset", MALFORMED)
    binary(f"{_name}-too-many", _oblivious.with_number(_list, 0xFFFFFFFF), "offset", MALFORMED)
    if _name != "sizes":
        # Without sizes there are no trees, and all is well.
        binary(f"{_name}-none", _oblivious.with_number(_list, 0), "tree")
binary("version", _oblivious.with_number(_oblivious.part(_oblivious.root, 0) + 4, 0x41414141), "version", UNSUPPORTED)
binary("dimension-none", _oblivious.with_number(_oblivious.place(_oblivious.trees, 0), 0), "outputs")
binary("dimension-negative", _oblivious.with_number(_oblivious.place(_oblivious.trees, 0), -1, "i"), "outputs")
binary("dimension-huge", _oblivious.with_number(_oblivious.place(_oblivious.trees, 0), 0x7FFFFFFF), "leaf values")
binary("dimension-two", _oblivious.with_number(_oblivious.place(_oblivious.trees, 0), 2), "leaf values")
binary("split-negative", _oblivious.with_number(_oblivious.element(_oblivious.trees, 1), -1, "i"), "borders")
binary("split-beyond", _oblivious.with_number(_oblivious.element(_oblivious.trees, 1), 1 << 20), "borders")
binary("size-negative", _oblivious.with_number(_oblivious.element(_oblivious.trees, 2), -1, "i"), "splits")
binary("size-huge", _oblivious.with_number(_oblivious.element(_oblivious.trees, 2), 0x7FFFFFFF), "splits")
binary("size-small", _oblivious.with_number(_oblivious.element(_oblivious.trees, 2), 1), "splits")
binary("start-wrong", _oblivious.with_number(_oblivious.element(_oblivious.trees, 3, 1), 1), "splits")
binary("column-negative", _oblivious.with_number(_oblivious.place(_feature, 2), -5, "i"), "flat index")
binary("column-far", _oblivious.with_number(_oblivious.place(_feature, 2), 10_000_000), "flat index", LIMIT)
binary("border-nan", _oblivious.with_number(_oblivious.element(_feature, 3), 0x7FC00000), "ascend")
binary("treatment-unknown", _oblivious.with_number(_oblivious.place(_feature, 5), 3, "b"), "treatment", UNSUPPORTED)
binary("bias-infinite", _oblivious.with_number(_oblivious.element(_oblivious.trees, 16), float("inf"), "d"), "finite")
binary("step-beyond", _free.with_number(_free.element(_free.trees, 10), 0xFFFF0001), "outside")
binary("step-to-one-child", _free.with_number(_free.element(_free.trees, 10), 0x00010001), "parent")
binary("steps-none", _free.with_number(_free.part(_free.trees, 10), 0), "described")
binary("leaf-places-none", _free.with_number(_free.part(_free.trees, 11), 0), "described")
_first_leaf = next(index for index in range(1000) if _free.number(_free.element(_free.trees, 10, index)) == 0)
_place = _free.element(_free.trees, 11, _first_leaf)
binary("leaf-place-beyond", _free.with_number(_place, 0xFFFFFFFF), "leaf values")
binary("leaf-place-twice", _free.with_number(_place, _free.number(_place) + 1), "leaf values")
_first_leaf = next(index for index in range(1000) if _classes.number(_classes.element(_classes.trees, 10, index)) == 0)
_place = _classes.element(_classes.trees, 11, _first_leaf)
binary("leaf-place-within", _classes.with_number(_place, _classes.number(_place) + 1), "leaf values")
