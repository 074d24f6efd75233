"""LightGBM's text with one thing wrong: (file, bytes, status, words of the message).

Every file is a real model of ../lightgbm, cut down to its first trees, with a line changed or taken out.
"""

import re

from bases import FOLDER

UNKNOWN, TRUNCATED, MALFORMED = "APUS_UNKNOWN_FORMAT", "APUS_TRUNCATED", "APUS_MALFORMED"
INVALID, UNSUPPORTED, LIMIT = "APUS_INVALID_MODEL", "APUS_UNSUPPORTED", "APUS_LIMIT_EXCEEDED"
ENTRIES = []


def _load(case, trees):
    """The model of a case with only its first `trees` trees, and with nothing behind the parameters' first line."""
    text = (FOLDER.parent / "lightgbm" / case / "model.txt").read_text(encoding="utf-8")
    head, *blocks = re.split(r"(?m)^(?=Tree=|end of trees)", text)
    sizes = " ".join(str(len(block)) for block in blocks[:trees])
    head = re.sub(r"(?m)^tree_sizes=.*$", f"tree_sizes={sizes}", head)
    return head + "".join(blocks[:trees]) + "end of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"


BINARY = _load("binary-4.7.0", 2)
SETS = _load("sets-4.7.0", 1)
LINEAR = _load("linear-4.7.0", 2)
CLASSES = _load("multiclass", 3)


def refuse(name, text, status, words):
    data = text.encode() if isinstance(text, str) else text
    ENTRIES.append((f"lightgbm-{name}.txt", data, status, str(words)))


def line(base, key, value, which=0):
    """`base` with the value of the `which`th line of that key replaced; a value of None takes the line out."""
    found = list(re.finditer(rf"(?m)^{key}=.*\n", base))[which]
    return base[: found.start()] + ("" if value is None else f"{key}={value}\n") + base[found.end() :]


def value(base, key, which=0):
    return list(re.finditer(rf"(?m)^{key}=(.*)\n", base))[which][1]


def replaced(base, old, new):
    assert old in base, old
    return base.replace(old, new, 1)


def item(base, key, at, new, which=0):
    words = value(base, key, which).split()
    words[at] = new
    return line(base, key, " ".join(words), which)


# In front of the trees.
for _key in ("num_class", "max_feature_idx"):
    refuse(f"missing-{_key}", line(BINARY, _key, None), INVALID, _key)
    refuse(f"{_key}-word", line(BINARY, _key, "one"), MALFORMED, _key)
    refuse(f"{_key}-negative", line(BINARY, _key, "-1"), INVALID, _key)
    refuse(f"{_key}-huge", line(BINARY, _key, "99999999999"), LIMIT, _key)
refuse("num_class-zero", line(BINARY, "num_class", "0"), INVALID, "num_class")
refuse("num_class-two", line(BINARY, "num_class", "2"), INVALID, "num_tree_per_iteration")
refuse("num_class-million", line(BINARY, "num_class", "2000000"), LIMIT, "num_class")
refuse("num_tree_per_iteration-two", line(BINARY, "num_tree_per_iteration", "2"), INVALID, "num_tree_per_iteration")
refuse("max_feature_idx-million", line(BINARY, "max_feature_idx", "99000000"), LIMIT, "features")
refuse("version-five", line(BINARY, "version", "v5"), UNSUPPORTED, "v5")
refuse("version-word", line(BINARY, "version", "new"), UNSUPPORTED, "new")
refuse("objective-unknown", line(BINARY, "objective", "magic"), UNSUPPORTED, "magic")
refuse("objective-without-sigmoid", line(BINARY, "objective", "binary"), INVALID, "sigmoid")
refuse("sigmoid-zero", line(BINARY, "objective", "binary sigmoid:0"), INVALID, "sigmoid")
refuse("sigmoid-word", line(BINARY, "objective", "binary sigmoid:x"), INVALID, "sigmoid")
refuse("objective-for-one", line(CLASSES, "objective", "regression"), INVALID, "regression")
refuse("objective-other-classes", line(CLASSES, "objective", "multiclass num_class:4"), INVALID, "num_class")
refuse("feature_names-short", line(BINARY, "feature_names", "a b"), INVALID, "feature_names")
refuse("feature_infos-short", line(BINARY, "feature_infos", "none"), INVALID, "feature_infos")
refuse("tree_sizes-short", line(BINARY, "tree_sizes", "1"), INVALID, "tree_sizes")
refuse("tree_sizes-word", line(BINARY, "tree_sizes", "1 x"), MALFORMED, "number")
refuse("header-twice", replaced(BINARY, "num_class=1\n", "num_class=1\nnum_class=1\n"), INVALID, "num_class")
refuse("header-keys", replaced(BINARY, "num_class=1\n", "num_class=1\n" + "".join(f"k{i}=\n" for i in range(300))),
       LIMIT, "keys")
refuse("name-not-utf8", line(BINARY, "feature_names", " ".join("abcdefg")).encode().replace(b"=a b", b"=\xff b"),
       MALFORMED, "UTF-8")
refuse("trees-divide", line(_load("multiclass", 2), "tree_sizes", "1 1"), INVALID, "iterations")

# Trees.
for _key in ("num_leaves", "num_cat", "split_feature", "threshold", "left_child", "right_child", "leaf_value"):
    refuse(f"missing-{_key}", line(BINARY, _key, None, 1), INVALID, _key)
    refuse(f"{_key}-twice", line(BINARY, _key, value(BINARY, _key) + f"\n{_key}={value(BINARY, _key)}"), INVALID, _key)
for _key in ("split_feature", "threshold", "decision_type", "left_child", "right_child", "leaf_value"):
    _words = value(BINARY, _key)
    refuse(f"{_key}-short", line(BINARY, _key, _words.rpartition(" ")[0]), INVALID, _key)
    refuse(f"{_key}-long", line(BINARY, _key, _words + " 1"), INVALID, _key)
    refuse(f"{_key}-word", item(BINARY, _key, 0, "x"), MALFORMED, "number")
    refuse(f"{_key}-comma", item(BINARY, _key, 0, "1,2"), MALFORMED, "space")
refuse("tree-number", replaced(BINARY, "Tree=1\n", "Tree=2\n"), INVALID, "tree is 2")
refuse("num_leaves-zero", line(BINARY, "num_leaves", "0"), INVALID, "num_leaves")
refuse("child-out-of-range", item(BINARY, "left_child", 0, "4"), INVALID, "left_child")
refuse("leaf-out-of-range", item(BINARY, "right_child", 1, "-6"), INVALID, "right_child")
refuse("child-of-itself", item(BINARY, "left_child", 0, "0"), INVALID, "parent")
refuse("child-beyond-32-bits", item(BINARY, "left_child", 0, "99999999999999999999"), MALFORMED, "range")
refuse("leaf-twice", line(line(BINARY, "left_child", "1 2 3 -1"), "right_child", "-1 -2 -3 -4"), INVALID, "leaf 0")
refuse("feature-out-of-range", item(BINARY, "split_feature", 0, "99"), INVALID, "feature 99")
refuse("feature-negative", item(BINARY, "split_feature", 0, "-1"), INVALID, "feature -1")
refuse("decision-three", item(BINARY, "decision_type", 0, "12"), INVALID, "decision_type")
refuse("decision-large", item(BINARY, "decision_type", 0, "16"), INVALID, "decision_type")
refuse("decision-negative", item(BINARY, "decision_type", 0, "-1"), INVALID, "decision_type")
refuse("decision-categorical", item(BINARY, "decision_type", 0, "1"), INVALID, "categorical")
refuse("default_value", line(BINARY, "shrinkage", "1\ndefault_value=0"), UNSUPPORTED, "default_value")
refuse("no-tree", replaced(BINARY, "Tree=1\n", "Tre=1\n"), MALFORMED, "tree")
refuse("missing-cat_boundaries", line(SETS, "cat_boundaries", None), INVALID, "cat_boundaries")
refuse("missing-cat_threshold", line(SETS, "cat_threshold", None), INVALID, "cat_threshold")
refuse("cat_boundaries-descending", item(SETS, "cat_boundaries", 0, "9"), INVALID, "cat_boundaries")
refuse("cat_boundaries-long", item(SETS, "cat_boundaries", -1, "99"), INVALID, "cat_boundaries")
refuse("cat_threshold-long", line(SETS, "cat_threshold", value(SETS, "cat_threshold") + " 1"), INVALID, "cat_threshold")
refuse("cat_threshold-large", item(SETS, "cat_threshold", 0, "4294967296"), MALFORMED, "range")
refuse("cat_threshold-negative", item(SETS, "cat_threshold", 0, "-1"), MALFORMED, "range")
refuse("num_cat-large", line(SETS, "num_cat", "99"), INVALID, "cat_boundaries")
for _key in ("leaf_const", "num_features", "leaf_features", "leaf_coeff"):
    refuse(f"missing-{_key}", line(LINEAR, _key, None), INVALID, _key)
refuse("num_features-negative", item(LINEAR, "num_features", 0, "-1", 1), INVALID, "num_features")
refuse("num_features-large", item(LINEAR, "num_features", 0, "2000000000", 1), INVALID, "leaf_features")
refuse("leaf_features-out-of-range", item(LINEAR, "leaf_features", 0, "99", 1), INVALID, "feature 99")

# Files that end too soon, and what stands behind the trees.
for _name, _words in (("header", "num_class"), ("tree", "split_feature"), ("number", "threshold="), ("end", "end of tr")):
    _end = BINARY.index(_words) + len(_words)
    refuse(f"truncated-{_name}", BINARY[:_end], TRUNCATED, _end)
refuse("truncated-parameters", BINARY[: BINARY.index("end of parameters")], TRUNCATED, "ends")
for _name, _table, _status, _words in (
    ("open", '[["a"', TRUNCATED, "ends"),
    ("comma", '[["a",]]', MALFORMED, "value"),
    ("object", "{}", MALFORMED, "array"),
    ("tail", "[] x", MALFORMED, "line"),
    ("number", "[[01]]", MALFORMED, "needless"),
    ("deep", "[" * 100 + "]" * 100, LIMIT, "nested"),
):
    refuse(f"pandas-{_name}", f"{BINARY}\npandas_categorical:{_table}" + "\n" * (_name != "open"), _status, _words)
refuse("first-line-only", "tree\n", TRUNCATED, 5)
refuse("other-first-line", "trees\n" + BINARY, UNKNOWN, "format")
