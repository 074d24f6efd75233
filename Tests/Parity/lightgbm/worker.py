"""Train configurations with the one release that this process imports, and write down what it answers.

    python worker.py FOLDER NAME...

For each configuration FOLDER gets a model file and an .npz of rows and expected results.
"""

import pathlib
import sys

import judge
import model_text
import numpy as np
import scipy.sparse
from configurations import BY_NAME
from frames import categories, frame
from judge import lgb
from training import train


def as_csr(rows, random):
    """CSR that holds most of the entries, stored zeros among them. What it leaves out is zero."""
    stored = (rows != 0) | np.signbit(rows) | (random.random(rows.shape) < 0.3)
    return scipy.sparse.csr_matrix((rows[stored], np.nonzero(stored)), shape=rows.shape)


def make(configuration, folder):
    path = folder / f"{configuration.name}.txt"
    train(configuration).save_model(str(path))
    booster = lgb.Booster(model_file=str(path))
    random = np.random.default_rng(99)
    doubles = model_text.every_special_row(model_text.Text(path.read_bytes()), random)
    if judge.VERSION < (2, 1):
        # Up to 2.0.11 values up to 1e-20 are zero; files do not say so, and no later release reads them that way.
        doubles[(np.abs(doubles) < 1e-15) & (doubles != 0)] = 0
    with np.errstate(all="ignore"):
        floats = doubles.astype(np.float32)
    result = {"doubles": doubles, "floats": floats}
    csr = as_csr(doubles, random)
    if judge.VERSION < (3, 0):
        # Before 3.0 the lower end of what is almost zero was not zero itself; only sparse rows can hold it.
        csr.data[csr.data == -model_text.ALMOST_ZERO] = -1e-36
    result.update(csr_values=csr.data, csr_columns=csr.indices, csr_offsets=csr.indptr)
    for output in judge.OUTPUTS:
        for kind, rows in (("doubles", doubles), ("floats", floats), ("csr", csr)):
            result[f"{output}_{kind}"] = judge.predict(booster, rows, output)
        for begin, end in configuration.ranges:
            if begin and judge.VERSION < (3, 2):
                continue
            result[f"{output}_{begin}_{end}"] = judge.predict(booster, doubles, output, begin, end)
    if configuration.data == "frame":
        table = frame(categories(np.random.default_rng(7)))
        result["margin_frame"] = judge.predict(booster, table, "margin")
    np.savez(folder / f"{configuration.name}.npz", **result)


def main(folder, names):
    for name in names:
        make(BY_NAME[name], pathlib.Path(folder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
