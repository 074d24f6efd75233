"""Files of other formats, and XGBoost's own files that are no models: (file, bytes, status, words of the message)."""

import random

from bases import BINARY, as_json, as_ubjson
from syntax_json import INVALID, UNKNOWN

_NOISE = random.Random(1).randbytes(512)
# The start of the binary format of XGBoost before 3.1: magic, base_score, num_feature, num_class, ...
_BINF = b"binf\0\0\0?\x05\0\0\0" + b"\0" * 128
# What pickling a Booster stores: the model is one of two members.
_SNAPSHOT = {"Config": {"learner": {}, "version": [3, 2, 0]}, "Model": BINARY}

ENTRIES = [
    ("empty.json", b"", UNKNOWN, "empty"),
    ("noise.bin", b"\x8f" + _NOISE, UNKNOWN, "format"),
    (
        "picture.png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
        UNKNOWN,
        "format",
    ),
    (
        "pickle.pkl",
        b"\x80\x04\x95\x19\0\0\0\0\0\0\0\x8c\x0cxgboost.core\x94\x8c\x07Booster\x94\x93\x94.",
        UNKNOWN,
        "format",
    ),
    ("xgboost-binary.model", _BINF, UNKNOWN, "format"),
    ("xgboost-text-dump.txt", b"0:[f0<0.5] yes=1,no=2,missing=1\n\t1:leaf=0.5\n\t2:leaf=-0.5\n", UNKNOWN, "format"),
    ("xgboost-json-dump.json", b'[{"nodeid": 0, "leaf": 0.5}]', UNKNOWN, "format"),
    ("archive.zip", b"PK\x03\x04\x14\0\0\0\x08\0" + _NOISE[:64], UNKNOWN, "format"),
    ("compressed.json.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + _NOISE[:64], UNKNOWN, "format"),
    ("utf16.json", as_json(BINARY).decode().encode("utf-16"), UNKNOWN, "format"),
    ("page.html", b"<!DOCTYPE html><html><body>404 Not Found</body></html>", UNKNOWN, "format"),
    ("words.txt", b"not a model\n", UNKNOWN, "format"),
    ("zeros.bin", b"\0" * 256, UNKNOWN, "format"),
    ("other-object.json", b'{"model": [1, 2, 3], "type": "linear"}', INVALID, "learner"),
    ("other-object.ubj", b"{L\0\0\0\0\0\0\0\x05modelZ}", INVALID, "learner"),
    ("empty-object.json", b"{}", INVALID, "learner"),
    ("snapshot.json", as_json(_SNAPSHOT), INVALID, "learner"),
    ("snapshot.ubj", as_ubjson(_SNAPSHOT), INVALID, "learner"),
]
