"""JSON files whose syntax is broken or that end too soon: (file, bytes, status, words of the message).

Where the message must name a place, its words are the offset of the byte.
"""

from bases import BINARY, as_json, changed
from changes import MODEL, PARAMETERS, TREE, both, put

TRUNCATED, MALFORMED, LIMIT, UNKNOWN = "APUS_TRUNCATED", "APUS_MALFORMED", "APUS_LIMIT_EXCEEDED", "APUS_UNKNOWN_FORMAT"
INVALID = "APUS_INVALID_MODEL"
_NAMED = put("learner/feature_names", ["a\\b", "é", "c", "d", "e"])
TEXT = as_json(changed(BINARY, both(_NAMED, put(f"{TREE}/split_conditions/0", -0.25))))
ENTRIES = []


def refuse(name, data, status, words):
    ENTRIES.append((name, data, status, str(words)))


def behind(text, extra=0):
    """The offset just behind the first occurrence of `text`, plus `extra`."""
    return TEXT.index(text) + len(text) + extra


def replaced(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


# The file ends too soon: the message says at which byte.
for _name, _end in (
    ("at-start", 1),
    ("in-key", behind(b'"lear')),
    ("behind-key", behind(b'"learner"')),
    ("behind-colon", behind(b'"learner":')),
    ("in-text", behind(b'"binary:logi')),
    ("in-escape", behind(b'"a\\')),
    ("in-character", behind("é".encode(), -1)),
    ("in-array", behind(b'"left_children":[1,')),
    ("in-number", behind(b'"split_conditions":[-0')),
    ("behind-sign", behind(b'"split_conditions":[-')),
    ("behind-point", behind(b'"split_conditions":[-0.')),
    ("at-half", len(TEXT) // 2),
    ("before-end", len(TEXT) - 1),
):
    refuse(f"truncated-{_name}.json", TEXT[:_end], TRUNCATED, _end)
refuse(
    "truncated-in-unicode-escape.json",
    replaced(b'"a\\\\b"', b'"\\u00')[: behind(b'"a') + 3],
    TRUNCATED,
    behind(b'"a') + 3,
)
refuse("truncated-in-word.json", b'{"a":tru', TRUNCATED, 8)

# Numbers, as the first threshold and as the first child.
_CONDITIONS, _CHILDREN = b'"split_conditions":[', b'"left_children":['
_FIRST = b"-0.25"


def _number(name, base, first, spelling, words):
    refuse(f"number-{name}.json", replaced(base + first, base + spelling), MALFORMED, words)


_at = behind(_CONDITIONS)
_number("sign-alone", _CONDITIONS, _FIRST, b"-", "digit")
_number("two-signs", _CONDITIONS, _FIRST, b"--1.0", "digit")
_number("plus", _CONDITIONS, _FIRST, b"+1.0", _at)
_number("leading-zero", _CONDITIONS, _FIRST, b"01.5", _at)
_number("no-whole-part", _CONDITIONS, _FIRST, b".5", _at)
_number("no-fraction", _CONDITIONS, _FIRST, b"1.", "digit")
_number("no-exponent", _CONDITIONS, _FIRST, b"1.5e", "digit")
_number("exponent-sign-alone", _CONDITIONS, _FIRST, b"1.5e+", "digit")
_number("hexadecimal", _CONDITIONS, _FIRST, b"0x10", _at + 1)
_number("lower-case-nan", _CONDITIONS, _FIRST, b"nan", _at)
_number("underscore", _CONDITIONS, _FIRST, b"1_000.0", _at + 1)
_number("two-points", _CONDITIONS, _FIRST, b"1.0.0", _at + 3)
_number("arabic-digit", _CONDITIONS, _FIRST, "٣.0".encode(), _at)
_number("in-quotes", _CONDITIONS, _FIRST, b'"1.0"', _at)
_number("child-fraction", _CHILDREN, b"1", b"1.5", "whole")
_number("child-exponent", _CHILDREN, b"1", b"1e999999", "whole")
_number("child-nan", _CHILDREN, b"1", b"NaN", "whole")
_number("child-beyond-32-bits", _CHILDREN, b"1", b"4294967297", "32 bits")
_number("child-beyond-64-bits", _CHILDREN, b"1", b"18446744073709551617", "64 bits")

# Strings.
for _name, _bad in (
    ("lone-byte", b"\xff"),
    ("overlong", b"\xc0\xaf"),
    ("surrogate", b"\xed\xa0\x80"),
    ("cut-short", b"\xe2\x82"),
    ("beyond-unicode", b"\xf4\x90\x80\x80"),
):
    refuse(f"utf8-{_name}.json", replaced("é".encode(), _bad), MALFORMED, "UTF-8")
refuse("utf8-in-key.json", replaced(b'"default_left"', b'"default\xfeleft"'), MALFORMED, "UTF-8")
refuse("escape-unknown.json", replaced(b'"a\\\\b"', b'"a\\qb"'), MALFORMED, "escape")
refuse("escape-not-hexadecimal.json", replaced(b'"a\\\\b"', b'"\\u12G4"'), MALFORMED, "hexadecimal")
refuse("escape-half-pair.json", replaced(b'"a\\\\b"', b'"\\ud83d-"'), MALFORMED, "surrogate")
refuse("escape-second-half.json", replaced(b'"a\\\\b"', b'"\\ude00"'), MALFORMED, "surrogate")
refuse("escape-wrong-pair.json", replaced(b'"a\\\\b"', b'"\\ud83d\\u0041"'), MALFORMED, "surrogate")
refuse("text-with-line-break.json", replaced(b'"a\\\\b"', b'"a\nb"'), MALFORMED, "line")
refuse("text-without-end.json", TEXT[: behind(b'"version')], TRUNCATED, behind(b'"version'))

# Structure.
refuse("comma-missing.json", replaced(_CHILDREN + b"1,", _CHILDREN + b"1 "), MALFORMED, behind(_CHILDREN) + 2)
refuse(
    "comma-before-end.json",
    replaced(b'"version":[3,2,0]', b'"version":[3,2,0,]'),
    MALFORMED,
    behind(b'"version":[3,2,0') + 1,
)
refuse("comma-twice.json", replaced(_CHILDREN + b"1,", _CHILDREN + b"1,,"), MALFORMED, behind(_CHILDREN) + 2)
refuse("comma-first.json", b'{,"learner":{}}', MALFORMED, 1)
refuse("colon-missing.json", replaced(b'"learner":{', b'"learner"{'), MALFORMED, behind(b'"learner"'))
refuse("key-without-quotes.json", replaced(b'"learner":', b"learner:"), MALFORMED, 1)
refuse("single-quotes.json", TEXT.replace(b'"', b"'"), MALFORMED, 1)
refuse(
    "brackets-crossed.json",
    replaced(b'"version":[3,2,0]', b'"version":[3,2,0}'),
    MALFORMED,
    behind(b'"version":[3,2,0'),
)
refuse("comment.json", replaced(b'{"learner"', b'{/**/"learner"'), MALFORMED, 1)
refuse("zero-byte.json", replaced(_CHILDREN + b"1,", _CHILDREN + b"1\0,"), MALFORMED, behind(_CHILDREN) + 1)
refuse("trailing-word.json", TEXT + b"garbage", MALFORMED, len(TEXT))
refuse("trailing-zero-byte.json", TEXT + b"\0", MALFORMED, len(TEXT))
refuse("trailing-document.json", TEXT + b"\n{}", MALFORMED, len(TEXT) + 1)
for _name, _path, _value, _words in (
    ("children-text", f"{TREE}/left_children", "1,2", "array"),
    ("children-number", f"{TREE}/left_children", 1, "array"),
    ("children-null", f"{TREE}/left_children", None, "array"),
    ("children-object", f"{TREE}/left_children", {}, "array"),
    ("trees-object", f"{MODEL}/trees", {}, "array"),
    ("tree-number", TREE, 5, "object"),
    ("learner-array", "learner", [], "object"),
    ("parameters-null", PARAMETERS, None, "object"),
    ("objective-number", "learner/objective/name", 5, "string"),
    ("feature-name-number", "learner/feature_names", [5], "string"),
):
    refuse(f"type-{_name}.json", as_json(changed(BINARY, put(_path, _value))), MALFORMED, _words)

# The same key twice: which one is meant?
for _key, _old in (
    ("learner", b'{"learner":'),
    ("num_feature", b'"num_feature":'),
    ("base_score", b'"base_score":'),
    ("trees", b'"trees":'),
    ("left_children", b'"left_children":'),
    ("name", b'"name":"binary:logistic"'),
):
    _first = {
        "learner": b'{"learner":{},"learner":',
        "trees": b'"trees":[],"trees":',
        "left_children": b'"left_children":[-1],"left_children":',
    }
    _again = _first.get(_key, b'"%s":"1",' % _key.encode() + _old)
    refuse(f"duplicate-{_key}.json", replaced(_old, _again), INVALID, _key)

# Nesting.
refuse("deep-arrays.json", b'{"a":' + b"[" * 100_000, LIMIT, 64)
refuse("deep-objects.json", b'{"a":' * 20_000, LIMIT, 64)
refuse("deep-by-one.json", b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", LIMIT, 64)
