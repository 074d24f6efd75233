"""Train configurations with the one release that this process imports, and write down what it answers.

    python worker.py FOLDER NAME...

For each configuration FOLDER gets a model file and an .npz of rows and expected results.
"""

import pathlib
import sys

import model_rows
import numpy as np
import oracle
from configurations import BY_NAME
from rounding import doubles_that_round_to
from training import train


def _mark_missing(rows, missing, random):
    """Rows in which the missing value occurs. XGBoost takes no infinity beside a finite missing value."""
    rows = np.where(np.isinf(rows), np.copysign(model_rows.LARGEST, rows), rows)
    return np.where(random.random(rows.shape) < 0.15, np.float32(missing), rows)


def _check_doubles(booster, rows, doubles, expected, missing):
    """XGBoost itself rounds doubles to floats before anything else, also before it compares with `missing`."""
    finite = ~np.isinf(rows).any(axis=1)
    found = oracle.predict(booster, doubles[finite], "margin", missing=missing)
    assert np.array_equal(found, expected[finite], equal_nan=True), "XGBoost does not round doubles to floats"


def make(configuration, folder):
    booster = train(configuration)
    suffix = configuration.format if oracle.VERSION >= (1, 6, 0) else "json"
    path = folder / f"{configuration.name}.{suffix}"
    booster.save_model(str(path))
    booster = oracle.as_saved(booster, path)
    document = oracle.as_document(booster)
    random = np.random.default_rng(99)
    rows = model_rows.every_special_row(document, random)
    missing = np.nan if configuration.missing is None else configuration.missing
    if configuration.missing is not None:
        rows = _mark_missing(rows, missing, random)
    doubles = doubles_that_round_to(rows, random)
    result = {"rows": rows, "doubles": doubles}
    outputs = ["margin", "score"] + ["leaf"] * configuration.leaves
    for output in outputs:
        result[output] = oracle.predict(booster, rows, output, missing=missing)
    _check_doubles(booster, rows, doubles, result["margin"], missing)
    if configuration.missing is not None:
        result["margin_unmarked"] = oracle.predict(booster, rows, "margin")
    for begin, end in configuration.ranges:
        last = int(booster.attr("best_iteration")) + 1 if end == "best" else end
        for output in outputs:
            result[f"{output}_{begin}_{end}"] = oracle.predict(booster, rows, output, begin, last)
    if configuration.base_margins:
        # A base margin is f32 in XGBoost, so only f32 values are asked for.
        margins = random.choice(np.array(configuration.base_margins, np.float32), result["margin"].shape)
        result["base_margin"] = margins
        for output in ("margin", "score"):
            result[f"{output}_based"] = oracle.predict(booster, rows, output, base_margin=margins)
    np.savez(folder / f"{configuration.name}.npz", **result)


def main(folder, names):
    for name in names:
        make(BY_NAME[name], pathlib.Path(folder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
