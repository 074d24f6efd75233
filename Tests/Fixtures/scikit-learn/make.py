"""Make the conformance cases: estimators fitted with scikit-learn, exported, and what they answer.

    APUS_LIBRARY=... PYTHONPATH=bindings/python/src python Tests/Fixtures/scikit-learn/make.py

Run it with the Python of the newest release that Tests/Parity/scikit-learn/run has made. Rows are 32-bit floats, and what a
linear model is given is of few bits, so that its sums are exact in any order.
"""

import pathlib
import struct
import sys

import numpy as np
import sklearn

import apus

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parents[1] / "Parity" / "scikit-learn"))

from data import make, rows  # noqa: E402
from sklearn.ensemble import (  # noqa: E402
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LinearRegression, LogisticRegression  # noqa: E402
from sklearn.tree import DecisionTreeRegressor  # noqa: E402
from test_parity import asked, scores  # noqa: E402

SEED = {"random_state": 3}
SMALL = {"max_depth": 3, **SEED}
CASES = {
    "tree": (DecisionTreeRegressor(max_depth=4, **SEED), "regression"),
    "tree-targets": (DecisionTreeRegressor(**SMALL), "targets"),
    "forest-classes": (RandomForestClassifier(5, **SMALL), "classes"),
    "forest-missing": (RandomForestClassifier(4, **SMALL), "binary-missing"),
    "forest-regression": (ExtraTreesRegressor(5, **SMALL), "regression"),
    "boosting": (GradientBoostingClassifier(n_estimators=5, **SMALL), "binary"),
    "hist": (HistGradientBoostingClassifier(max_iter=5, max_leaf_nodes=8, **SEED), "binary-missing"),
    "hist-categories": (
        HistGradientBoostingRegressor(max_iter=5, max_leaf_nodes=8, categorical_features=[2, 5], **SEED),
        "categories",
    ),
    "linear": (LinearRegression(), "regression"),
    "logistic": (LogisticRegression(), "binary"),
}


def answers(name, estimator, x):
    """(output, values) of each kind that scikit-learn has an answer of."""
    score = scores(estimator, x)
    if name in ("boosting", "hist", "logistic"):
        yield "margin", asked(estimator.decision_function, x)
        yield "score", score[:, 1:]
    elif name.startswith("forest"):
        members = [scores(member, x.astype(np.float32)) for member in estimator.estimators_]
        total = np.zeros_like(score)
        for member in members:
            total += member
        yield "margin", total
        yield "score", score
    else:
        yield "margin", score
        yield "score", score
    if hasattr(estimator, "apply"):
        yield "leaf", asked(estimator.apply, x)


def main():
    for name, (estimator, data) in CASES.items():
        x, y = make(data)
        estimator.fit(x, y)
        random = np.random.default_rng(5)
        if name in ("linear", "logistic"):
            estimator.coef_ = np.round(estimator.coef_ * 8) / 8
            estimator.intercept_ = np.round(estimator.intercept_ * 8) / 8
            x = random.integers(-16, 17, (40, 7)) / 4
        else:
            x = rows(estimator, x, categorical=data == "categories")
            x = x[np.r_[0:10, random.permutation(np.arange(700, len(x)))[:50]]]
            with np.errstate(over="ignore"):
                x = x.astype(np.float32).astype(np.float64)
            if name == "boosting":
                # Its apply sends NaN elsewhere than its predict does.
                x = x[~np.isnan(x).any(axis=1)]
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        apus.export(estimator, folder / "model.apus")
        lines = [f"# scikit-learn {sklearn.__version__}: {type(estimator).__name__}, {data}."]
        lines += ["# Written by Tests/Fixtures/scikit-learn/make.py.", "model model.apus", f"features {x.shape[1]}"]
        lines += [f"rows {len(x)}"]
        lines += ["row " + " ".join(struct.pack(">f", value).hex() for value in row) for row in x]
        for output, values in answers(name, estimator, x):
            lines.append(f"expect {output} 0 0 - {values.shape[1]}")
            lines += ["= " + " ".join(struct.pack(">d", value).hex() for value in row) for row in values]
        (folder / "case.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
