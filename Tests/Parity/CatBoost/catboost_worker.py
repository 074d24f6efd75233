"""Train configurations with the release that this process imports, and write down what it answers.

    python catboost_worker.py FOLDER NAME...

Writes FOLDER/NAME.json, FOLDER/NAME.cbm and FOLDER/NAME.npz.
"""

import json
import pathlib
import sys
import warnings

import catboost
import catboost_oracle as oracle
import catboost_rows
import numpy as np
from catboost_configurations import BY_NAME
from catboost_frames import CATEGORICAL_COLUMNS, as_pool_rows
from catboost_training import DATA, train


def doubles_beside(rows, random):
    """64-bit rows that round to `rows`, for the most part without being equal to them."""
    with np.errstate(over="ignore", invalid="ignore"):
        doubles = rows.astype(np.float64)
        moved = doubles * (1 + random.uniform(-1, 1, rows.shape) * 2.0**-26)
        fits = moved.astype(np.float32).view(np.int32) == rows.view(np.int32)
    return np.where(fits & np.isfinite(doubles), moved, doubles)


def pool_for(model, configuration):
    """CatBoost writes models with categories to JSON only beside rows of their kind."""
    if configuration.data not in CATEGORICAL_COLUMNS:
        return None
    rows = as_pool_rows(configuration.data, DATA[configuration.data](np.random.default_rng(1)))
    return catboost.Pool(rows, cat_features=CATEGORICAL_COLUMNS[configuration.data])


def answer(folder, name):
    configuration = BY_NAME[name]
    model = train(configuration)
    pool = pool_for(model, configuration)
    model.save_model(str(folder / f"{name}.json"), format="json", pool=pool)
    model.save_model(str(folder / f"{name}.cbm"))
    document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    random = np.random.default_rng(sum(name.encode()))
    rows = catboost_rows.every_special_row(document, random)
    columns = CATEGORICAL_COLUMNS.get(configuration.data, [])
    doubles = doubles_beside(rows, random)
    if columns:
        rows, doubles = rows.astype(np.float64), doubles.astype(np.float64)
        rows[:, columns] = doubles[:, columns] = catboost_rows.categories(len(rows), len(columns), random)
    arrays = {"rows": rows, "doubles": doubles}
    rows = as_pool_rows(configuration.data, rows)
    if columns:
        rows = catboost.Pool(rows, cat_features=columns)
    reread = oracle.from_json(folder / f"{name}.json")
    for begin, end in ((0, 0), *configuration.ranges):
        for output in (oracle.MARGIN, oracle.SCORE, oracle.LEAF):
            arrays[f"{output}_{begin}_{end}"] = oracle.predict(
                model, rows, output, configuration.prediction_type, begin, end
            )
        arrays[f"json_leaf_{begin}_{end}"] = oracle.predict(reread, rows, oracle.LEAF, "", begin, end)
    np.savez(folder / f"{name}.npz", **arrays)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for wanted in sys.argv[2:]:
        answer(pathlib.Path(sys.argv[1]), wanted)
