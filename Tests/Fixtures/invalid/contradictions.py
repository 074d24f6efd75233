"""Documents that can be read but make no model: (name, base, change, status, words of the message).

Each is written as JSON and as UBJSON.
"""

from bases import BINARY, CATEGORIES, DART, LINEAR, PRUNED, SOFTPROB, STORED, VECTOR, VECTOR_OLD
from changes import MODEL, PARAMETERS, TREE, append, both, get, put, remove, shorten

INVALID, UNSUPPORTED, LIMIT = "APUS_INVALID_MODEL", "APUS_UNSUPPORTED", "APUS_LIMIT_EXCEEDED"
ENTRIES = []


def refuse(name, base, change, words, status=INVALID):
    ENTRIES.append((name, base, change, status, words))


# Missing keys: the message names the key.
for _path in (
    "learner",
    "learner/learner_model_param",
    "learner/objective",
    "learner/objective/name",
    "learner/gradient_booster",
    "learner/gradient_booster/name",
    MODEL,
    f"{MODEL}/trees",
    f"{MODEL}/tree_info",
    f"{PARAMETERS}/num_feature",
    f"{PARAMETERS}/base_score",
    f"{TREE}/left_children",
    f"{TREE}/right_children",
    f"{TREE}/split_indices",
    f"{TREE}/split_conditions",
    f"{TREE}/default_left",
):
    refuse(
        f"missing-{_path.removeprefix(TREE + '/').replace('/', '-')}",
        BINARY,
        remove(_path),
        _path.rsplit("/", 1)[1] if "/" in _path else _path,
    )
for _key in ("categories", "categories_nodes", "categories_segments", "categories_sizes"):
    refuse(f"missing-{_key}", CATEGORIES, remove(f"{TREE}/{_key}"), _key)
refuse("missing-gbtree", DART, remove("learner/gradient_booster/gbtree"), "gbtree")
refuse("missing-weight_drop", DART, remove("learner/gradient_booster/weight_drop"), "weight_drop")
refuse("missing-weights", LINEAR, remove(f"{MODEL}/weights"), "weights")
refuse("missing-base_weights", VECTOR_OLD, remove(f"{TREE}/base_weights"), "base_weights")

# Arrays that should be of one length.
for _key in ("left_children", "right_children", "split_indices", "split_conditions", "default_left", "split_type"):
    refuse(f"short-{_key}", BINARY, shorten(f"{TREE}/{_key}"), _key)
refuse("short-tree_info", BINARY, shorten(f"{MODEL}/tree_info"), "tree_info")
refuse("short-leaf_weights", VECTOR, shorten(f"{TREE}/leaf_weights"), "leaf_weights")
refuse("short-base_weights", VECTOR_OLD, shorten(f"{TREE}/base_weights"), "base_weights")
refuse("short-weights", LINEAR, shorten(f"{MODEL}/weights"), "weights")
refuse("long-weights", LINEAR, append(f"{MODEL}/weights", 0.5), "weights")
refuse("long-weight_drop", DART, append("learner/gradient_booster/weight_drop", 1.0), "weight")
refuse("long-tree_info", BINARY, append(f"{MODEL}/tree_info", 0), "tree_info")
refuse("num_trees", BINARY, put(f"{MODEL}/gbtree_model_param/num_trees", "99"), "num_trees")
refuse("num_nodes", BINARY, put(f"{TREE}/tree_param/num_nodes", "4711"), "num_nodes")
refuse("num_nodes-negative", BINARY, put(f"{TREE}/tree_param/num_nodes", "-1"), "num_nodes")


def _no_nodes(document):
    tree = get(document, TREE)
    for key, value in tree.items():
        if isinstance(value, list):
            tree[key] = []
    tree["tree_param"]["num_nodes"] = "0"


refuse("tree-without-nodes", BINARY, _no_nodes, "tree")

# Trees that are no trees.
refuse("child-out-of-range", BINARY, put(f"{TREE}/left_children/1", 4711), "4711")
refuse(
    "child-behind-last",
    BINARY,
    lambda d: put(f"{TREE}/right_children/1", len(get(d, f"{TREE}/left_children")))(d),
    "right child",
)
refuse("child-negative", BINARY, put(f"{TREE}/left_children/1", -7), "-7")
refuse("child-one-only", BINARY, put(f"{TREE}/right_children/1", -1), "-1")
refuse("cycle-to-root", BINARY, put(f"{TREE}/left_children/1", 0), "node 0")
refuse("cycle-to-itself", BINARY, put(f"{TREE}/right_children/1", 1), "node 1")
refuse("two-parents", BINARY, put(f"{TREE}/left_children/2", 3), "node 3")
refuse("twins", BINARY, put(f"{TREE}/right_children/1", 3), "node 3")


def _child_is_deleted(document):
    """Point a split of the pruned model at a node that the pruner deleted."""
    for tree in get(document, f"{MODEL}/trees"):
        reached = {*tree["left_children"], *tree["right_children"], 0}
        deleted = [node for node in range(len(tree["left_children"])) if node not in reached]
        splits = [node for node, left in enumerate(tree["left_children"]) if left != -1 and node in reached]
        if deleted and splits:
            tree["left_children"][splits[-1]] = deleted[0]
            return
    raise AssertionError("the base has no deleted node")


refuse("child-deleted", PRUNED, _child_is_deleted, "deleted")
refuse("feature-out-of-range", BINARY, put(f"{TREE}/split_indices/0", 4711), "4711")
refuse("feature-behind-last", BINARY, put(f"{TREE}/split_indices/0", 5), "feature 5")
refuse("feature-negative", BINARY, put(f"{TREE}/split_indices/0", -3), "-3")
refuse("tree-ids-swapped", BINARY, both(put(f"{MODEL}/trees/0/id", 1), put(f"{MODEL}/trees/1/id", 0)), "id")
refuse("leaf-index-out-of-range", VECTOR, lambda d: _last_leaf(d, 4711), "4711")
refuse("leaf-index-negative", VECTOR, lambda d: _last_leaf(d, -7), "-7")
refuse("leaf-index-twice", VECTOR, lambda d: _last_leaf(d, 0), "row 0")


def _last_leaf(document, row):
    """In a tree of leaf vectors the right child of a leaf is its row of leaf_weights."""
    tree = get(document, TREE)
    assert tree["left_children"][-1] == -1
    tree["right_children"][-1] = row


# Numbers in strings.
for _name, _text in (
    ("word", "five"),
    ("empty", ""),
    ("negative", "-1"),
    ("fraction", "5.5"),
    ("tail", "5x"),
    ("hexadecimal", "0x5"),
):
    refuse(f"num_feature-{_name}", BINARY, put(f"{PARAMETERS}/num_feature", _text), "num_feature")
refuse("num_feature-huge", BINARY, put(f"{PARAMETERS}/num_feature", "3000000000"), "num_feature", LIMIT)
refuse("num_feature-large", BINARY, put(f"{PARAMETERS}/num_feature", "16777217"), "num_feature", LIMIT)
for _name, _text in (
    ("word", "abc"),
    ("empty", ""),
    ("open", "[5E-1"),
    ("tail", "5E-1x"),
    ("none", "[]"),
    ("two", "[5E-1,5E-1]"),
    ("comma", "[5E-1,]"),
):
    refuse(f"base_score-{_name}", BINARY, put(f"{PARAMETERS}/base_score", _text), "base_score")
for _name, _text in (("word", "abc"), ("negative", "-3")):
    refuse(f"num_class-{_name}", SOFTPROB, put(f"{PARAMETERS}/num_class", _text), "num_class")
refuse("num_class-huge", SOFTPROB, put(f"{PARAMETERS}/num_class", "3000000000"), "num_class", LIMIT)
refuse("num_class-beyond-trees", SOFTPROB, put(f"{PARAMETERS}/num_class", "2000000000"), "2000000000", LIMIT)
refuse("num_class-too-small", SOFTPROB, put(f"{PARAMETERS}/num_class", "2"), "output")
refuse("tree_info-out-of-range", SOFTPROB, put(f"{MODEL}/tree_info/1", 4711), "4711")
refuse("tree_info-negative", SOFTPROB, put(f"{MODEL}/tree_info/1", -7), "-7")
refuse("num_target-beyond-trees", BINARY, put(f"{PARAMETERS}/num_target", "2000000000"), "2000000000", LIMIT)
for _text in ("0", "-1", "2", "2000000000", "abc"):
    refuse(
        f"num_parallel_tree-{_text}",
        SOFTPROB,
        put(f"{MODEL}/gbtree_model_param/num_parallel_tree", _text),
        "num_parallel_tree",
    )
refuse("iteration_indptr-descending", BINARY, put(f"{MODEL}/iteration_indptr/1", 4711), "4711")
refuse("iteration_indptr-short", BINARY, shorten(f"{MODEL}/iteration_indptr"), "rounds")
refuse("iteration_indptr-not-from-zero", BINARY, put(f"{MODEL}/iteration_indptr/0", 1), "rounds")
for _text in ("2000000000", "-3", "2", "abc"):
    refuse(
        f"size_leaf_vector-{_text}", VECTOR_OLD, put(f"{TREE}/tree_param/size_leaf_vector", _text), "size_leaf_vector"
    )

# Names.
refuse("objective-unknown", BINARY, put("learner/objective/name", "reg:doesnotexist"), "reg:doesnotexist", UNSUPPORTED)
refuse("booster-unknown", BINARY, put("learner/gradient_booster/name", "gbforest"), "gbforest", UNSUPPORTED)
refuse("feature_names-short", BINARY, put("learner/feature_names", ["a", "b", "c"]), "feature_names")
refuse("feature_types-short", BINARY, put("learner/feature_types", ["q"]), "feature_types")

# Categories.
refuse("split_type-unknown", BINARY, put(f"{TREE}/split_type/0", 2), "split_type")
refuse("categories-negative", CATEGORIES, put(f"{TREE}/categories/0", -7), "-7")
refuse("categories-huge", CATEGORIES, put(f"{TREE}/categories/0", 16777216), "16777216")
refuse(
    "categories_segments-out-of-range", CATEGORIES, put(f"{TREE}/categories_segments/0", 4711), "categories_segments"
)
refuse("categories_segments-negative", CATEGORIES, put(f"{TREE}/categories_segments/0", -1), "categories_segments")
refuse("categories_segments-overlapping", CATEGORIES, put(f"{TREE}/categories_segments/1", 0), "categories_segments")
refuse("categories_segments-short", CATEGORIES, shorten(f"{TREE}/categories_segments"), "categories_segments")
refuse("categories_sizes-out-of-range", CATEGORIES, put(f"{TREE}/categories_sizes/0", 4711), "categories_sizes")
refuse("categories_sizes-negative", CATEGORIES, put(f"{TREE}/categories_sizes/0", -1), "categories_sizes")
refuse("categories_sizes-overflow", CATEGORIES, put(f"{TREE}/categories_sizes/0", 2**31 - 1), "categories_sizes")
refuse("categories_sizes-short", CATEGORIES, shorten(f"{TREE}/categories_sizes"), "categories_sizes")
refuse("categories_nodes-out-of-range", CATEGORIES, put(f"{TREE}/categories_nodes/0", 4711), "4711")
refuse("categories_nodes-negative", CATEGORIES, put(f"{TREE}/categories_nodes/0", -7), "-7")


def _node_not_categorical(document):
    tree = get(document, TREE)
    tree["split_type"][tree["categories_nodes"][0]] = 0


def _node_without_categories(document):
    tree = get(document, TREE)
    numeric = [n for n, left in enumerate(tree["left_children"]) if left != -1 and not tree["split_type"][n]]
    tree["split_type"][numeric[0]] = 1


refuse("categories_nodes-not-categorical", CATEGORIES, _node_not_categorical, "categories_nodes")
refuse("categories_nodes-lacking", CATEGORIES, _node_without_categories, "categories_nodes")
refuse("cats-enc-short", STORED, shorten(f"{MODEL}/cats/enc"), "enc")
refuse("cats-offsets-descending", STORED, put(f"{MODEL}/cats/enc/2/offsets/1", 9999), "offsets")
refuse("cats-offsets-beyond", STORED, put(f"{MODEL}/cats/enc/2/offsets/6", 9999), "offsets")
refuse("cats-offsets-negative", STORED, put(f"{MODEL}/cats/enc/2/offsets/0", -1), "offsets")
