"""Ask LightGBM itself. Runs in a process that imports one release, any from 2.0 to 4.x."""

import numpy as np

# Names that NumPy has given up and old releases use.
for _name, _type in (("bool", bool), ("int", int), ("float", float), ("object", object)):
    if _name not in vars(np):
        setattr(np, _name, _type)

import lightgbm as lgb  # noqa: E402

VERSION = tuple(int(part) for part in lgb.__version__.split(".")[:2])
OUTPUTS = {"margin": {"raw_score": True}, "score": {}, "leaf": {"pred_leaf": True}}


def predict(booster, rows, output, begin=0, end=0):
    """What `Booster.predict` says of a dense array or a CSR matrix: a 2-D array of doubles."""
    options = dict(OUTPUTS[output])
    if begin:
        options["start_iteration"] = begin
    # -1 is "all" from 2.0 on; for a model that recorded a best iteration None would be that one.
    options["num_iteration"] = end - begin if end else -1
    return np.asarray(booster.predict(rows, **options), np.float64).reshape(rows.shape[0], -1)
