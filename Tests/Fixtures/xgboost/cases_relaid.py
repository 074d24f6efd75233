"""Files in layouts of releases that the package registry does not have, re-laid from what 3.2.0 wrote.

The layouts are those of SaveModel and LoadModel in the sources of v3.3.0 and v3.4.1 (gbm/gbtree.cc,
gbm/gbtree_model.cc, objective/quantile_obj.cu, objective/regression_obj.cu). The numbers are 3.2.0's own; where
a later release adds a last step, it is done here in f32 with the functions of the C library.
"""

import ctypes
import json

import model_rows
import numpy as np
import oracle
import ubjson
import xgboost as xgb
from case import FOLDER, LEAF, MARGIN, SCORE, write
from data import binary, features, signal, train

LIBM = ctypes.CDLL("libm.so.6")
for _name in ("expf", "logf", "log1pf", "expm1f"):
    getattr(LIBM, _name).argtypes, getattr(LIBM, _name).restype = [ctypes.c_float], ctypes.c_float
EPSILON = np.float32(1e-6)


def _f32(function, x):
    return np.float32(getattr(LIBM, function)(x))


def _save(name, format, booster, change, note, expectations):
    """Write model and case. `change` edits the parsed file; `expectations` maps (booster, rows) to expect blocks."""
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    rows = model_rows.few_rows(oracle.as_document(booster), np.random.default_rng(sum(name.encode())))
    if format == "ubj":
        original = bytes(booster.save_raw("ubj"))
        document = ubjson.decode(original)
        assert ubjson.encode(document) == original, "the encoder is not XGBoost's"
        change(document)
        (folder / "model.ubj").write_bytes(ubjson.encode(document))
    else:
        document = json.loads(booster.save_raw("json"))
        change(document)
        (folder / "model.json").write_text(
            json.dumps(document, separators=(",", ":"), ensure_ascii=False), encoding="utf-8"
        )
    comments = [f"XGBoost 3.2.0, re-laid: {note}", "Written by Tests/Fixtures/xgboost/make.py."]
    write(folder / "case.txt", comments, f"model.{format}", rows, expectations(booster, rows))


def _same_numbers(booster, rows):
    return [(output, 0, 0, None, oracle.predict(booster, rows, output)) for output in (MARGIN, SCORE, LEAF)]


def _dart():
    x = features()
    parameters = {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.4, "one_drop": 1}
    return train(parameters, x, binary(x), 8)


def _weights_beside_model(document):
    booster = document["learner"]["gradient_booster"]
    inner = {"model": booster["gbtree"]["model"], "name": "gbtree", "weight_drop": booster["weight_drop"]}
    document["learner"]["gradient_booster"] = inner
    document["version"] = [3, 3, 0]


def _weights_inside_model(document):
    _weights_beside_model(document)
    booster = document["learner"]["gradient_booster"]
    booster["model"]["weight_drop"] = booster.pop("weight_drop")
    document["version"] = [3, 4, 1]


def _quantiles():
    x = features()
    parameters = {
        "objective": "reg:quantileerror",
        "quantile_alpha": np.array([0.3, 0.5, 0.6]),
        "eta": 1,
        "max_depth": 2,
    }
    return train(parameters, x, signal(x), 4)


def _sorted_scores(booster, rows):
    margins, leaves = (oracle.predict(booster, rows, output) for output in (MARGIN, LEAF))
    scores = np.sort(margins, axis=1)
    assert (scores != margins).any(), "no row crosses"
    return [(MARGIN, 0, 0, None, margins), (SCORE, 0, 0, None, scores), (LEAF, 0, 0, None, leaves)]


EXPECTILES = np.array([-0.75, 0.0, 0.625], np.float32)  # the base score, one for each alpha


def _expectile(document):
    learner = document["learner"]
    learner["objective"] = {"expectile_loss_param": {"expectile_alpha": "[0.3,0.5,0.6]"}, "name": "reg:expectileerror"}
    learner["learner_model_param"]["base_score"] = "[" + ",".join(f"{value:E}" for value in EXPECTILES) + "]"
    document["version"] = [3, 3, 0]


def _expectile_numbers(booster, rows):
    """The first margin is an expectile, the others are the inverse softplus of the steps between them."""
    start = EXPECTILES.copy()
    for j in range(len(start) - 1, 0, -1):
        gap = max(start[j] - start[j - 1] - EPSILON, EPSILON)
        start[j] = gap + _f32("logf", -_f32("expm1f", -gap))
    margins = oracle.predict(booster, rows, MARGIN, base_margin=np.tile(start, (len(rows), 1)))
    scores = margins.copy()
    for row in scores:
        total = row[0]
        for j in range(1, len(row)):
            x = row[j]
            softplus = x + _f32("log1pf", _f32("expf", -x)) if x > 0 else _f32("log1pf", _f32("expf", x))
            total = total + (EPSILON + softplus)
            row[j] = total
    return [(MARGIN, 0, 0, None, margins), (SCORE, 0, 0, None, scores)]


RELAID = {
    "dart-relaid-3.3": (
        "json",
        _dart,
        _weights_beside_model,
        "dart as 3.3 writes it, weight_drop beside model, name gbtree.",
        _same_numbers,
    ),
    "dart-relaid-3.4": (
        "ubj",
        _dart,
        _weights_inside_model,
        "dart as 3.4 writes it, weight_drop inside model.",
        _same_numbers,
    ),
    "quantile-relaid-3.4": (
        "json",
        _quantiles,
        lambda document: document.update(version=[3, 4, 1]),
        "reg:quantileerror of 3.4, which sorts the scores of a row but not its margins.",
        _sorted_scores,
    ),
    "expectile-relaid-3.3": (
        "json",
        _quantiles,
        _expectile,
        "reg:expectileerror of 3.3: softplus steps above the first output; base score inverted likewise.",
        _expectile_numbers,
    ),
}


def make_relaid(names):
    for name, (format, make_booster, change, note, expectations) in RELAID.items():
        if not names or name in names:
            _save(name, format, make_booster(), change, note, expectations)
            print(f"{xgb.__version__}  {name}", flush=True)
