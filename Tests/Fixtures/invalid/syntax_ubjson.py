"""UBJSON files whose structure is broken or that end too soon: (file, bytes, status, words of the message)."""

import struct

from bases import BINARY, as_ubjson, changed, typed, ubjson
from changes import TREE, put
from syntax_json import INVALID, LIMIT, MALFORMED, TRUNCATED

UNSUPPORTED = "APUS_UNSUPPORTED"
DATA = as_ubjson(BINARY)
ENTRIES = []


def refuse(name, data, status, words):
    ENTRIES.append((f"{name}.ubj", data, status, str(words)))


def text(word):
    """A key as it stands in the file: its length, then its bytes."""
    return b"L" + struct.pack(">q", len(word)) + word


def length(count):
    return b"L" + struct.pack(">q", count)


def behind(word, extra=0):
    return DATA.index(word) + len(word) + extra


def replaced(old, new):
    assert old in DATA
    return DATA.replace(old, new, 1)


CHILDREN = text(b"left_children")
COUNT = len(BINARY["learner"]["gradient_booster"]["model"]["trees"][0]["left_children"])
TYPED = CHILDREN + b"[$l#" + length(COUNT)
TREE_INFO = text(b"tree_info") + b"[#" + length(2)
NAME = text(b"name") + b"S" + text(b"gbtree")

# The file ends too soon.
for _name, _end in (
    ("at-start", 1),
    ("in-key-length", 5),
    ("in-key", behind(CHILDREN, -3)),
    ("behind-key", behind(CHILDREN)),
    ("in-array-head", behind(CHILDREN + b"[$l")),
    ("in-count", behind(CHILDREN + b"[$l#L\0\0")),
    ("in-typed-array", behind(TYPED, 6)),
    ("in-untyped-array", behind(TREE_INFO, 1)),
    ("in-text", behind(NAME, -2)),
    ("at-half", len(DATA) // 2),
    ("before-end", len(DATA) - 1),
):
    refuse(f"truncated-{_name}", DATA[:_end], TRUNCATED, "byte")

# Counts that the file has no bytes for; some of them overflow when multiplied by the size of an element.
for _name, _count in (("2-to-61", 2**61), ("2-to-62", 2**62), ("largest", 2**63 - 1)):
    refuse(f"count-{_name}-typed-4", replaced(TYPED, CHILDREN + b"[$l#" + length(_count)), TRUNCATED, _count)
    refuse(f"count-{_name}-typed-8", replaced(TYPED, CHILDREN + b"[$L#" + length(_count)), TRUNCATED, _count)
    refuse(
        f"count-{_name}-untyped", replaced(TREE_INFO, text(b"tree_info") + b"[#" + length(_count)), TRUNCATED, _count
    )
    refuse(f"count-{_name}-text", replaced(NAME, text(b"name") + b"S" + length(_count) + b"gbtree"), TRUNCATED, _count)
    refuse(f"count-{_name}-key", replaced(CHILDREN, length(_count) + b"left_children"), TRUNCATED, _count)
refuse("count-one-too-many", DATA[: behind(CHILDREN)] + b"[$i#" + length(9) + b"\0" * 8, TRUNCATED, 9)
refuse("count-negative-typed", replaced(TYPED, CHILDREN + b"[$l#" + length(-1)), MALFORMED, -1)
refuse("count-negative-untyped", replaced(TREE_INFO, text(b"tree_info") + b"[#" + length(-2)), MALFORMED, -2)
refuse("count-negative-text", replaced(NAME, text(b"name") + b"S" + length(-5) + b"gbtree"), MALFORMED, -5)
refuse("count-negative-key", replaced(CHILDREN, length(-(2**63)) + b"left_children"), MALFORMED, -(2**63))
refuse("count-fraction", replaced(TYPED, CHILDREN + b"[$l#d" + struct.pack(">f", 15)), MALFORMED, "whole")

# Markers.
refuse("marker-unknown", replaced(TYPED, CHILDREN + b"Q"), MALFORMED, "marker")
refuse("marker-zero", replaced(TYPED, CHILDREN + b"\0"), MALFORMED, "marker")
for _name, _type in (("null", b"Z"), ("true", b"T"), ("text", b"S"), ("object", b"{"), ("array", b"[")):
    refuse(f"array-of-{_name}", replaced(TYPED, CHILDREN + b"[$" + _type + b"#" + length(2**40)), MALFORMED, "type")
refuse("array-type-without-count", replaced(TYPED, CHILDREN + b"[$l\0\0\0\1]"), MALFORMED, "#")
refuse("object-of-one-type", b"{$i#" + length(1) + text(b"learner") + b"\1", UNSUPPORTED, "type")
refuse("array-closed-by-brace", replaced(TREE_INFO + b"i\0i\0", text(b"tree_info") + b"[i\0i\0}"), MALFORMED, "marker")
refuse("key-without-length", replaced(CHILDREN, b"S" + CHILDREN), MALFORMED, "marker")
refuse("trailing-bytes", DATA + b"}", MALFORMED, len(DATA))
refuse("trailing-document", DATA + b"{}", MALFORMED, len(DATA))

# Text and numbers.
refuse("utf8-in-text", replaced(NAME, text(b"name") + b"S" + text(b"gb\xfftree")), MALFORMED, "UTF-8")
refuse("utf8-in-key", replaced(CHILDREN, text(b"left_childr\xe9n")), MALFORMED, "UTF-8")
refuse(
    "child-fraction",
    replaced(TYPED + b"\0\0\0\1", CHILDREN + b"[#" + length(COUNT) + b"d" + struct.pack(">f", 1.5)),
    MALFORMED,
    "whole",
)


def _wide(value):
    """The children of the first tree as 64-bit numbers, one of which is beyond 32 bits."""
    document = typed(BINARY)
    children = document["learner"]["gradient_booster"]["model"]["trees"][0]["left_children"].astype(">i8")
    children[0] = value
    return ubjson.encode(changed(document, put(f"{TREE}/left_children", children)))


refuse("child-beyond-32-bits", _wide(2**32 + 1), MALFORMED, "32 bits")
refuse("type-children-text", replaced(TYPED, CHILDREN + b"S" + text(b"1")), MALFORMED, "array")
refuse("type-learner-array", b"{" + text(b"learner") + b"[]}", MALFORMED, "object")
refuse(
    "duplicate-left_children",
    replaced(CHILDREN, CHILDREN + b"[$l#" + length(1) + b"\xff\xff\xff\xff" + CHILDREN),
    INVALID,
    "left_children",
)
refuse("duplicate-learner", b"{" + text(b"learner") + b"{}" + DATA[1:], INVALID, "learner")

# Nesting.
refuse("deep-arrays", b"{" + text(b"a") + b"[" * 50_000, LIMIT, 64)
refuse("deep-by-one", b"{" + text(b"a") + b"[" * 64 + b"]" * 64 + b"}", LIMIT, 64)
refuse("deep-counted", b"{" + text(b"a") + (b"[#" + length(1)) * 1000 + b"Z}", LIMIT, 64)
