"""Make the cases of estimators that become graphs, among those of ONNX: Tests/Fixtures/onnx/scikit-learn-*.

    APUS_LIBRARY=... PYTHONPATH=bindings/python/src python Tests/Fixtures/scikit-learn/graphs.py

Run it with the Python of the newest release that Tests/Parity/scikit-learn/run has made.
"""

import pathlib
import sys

import numpy as np
import sklearn

import apus

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path += [str(FOLDER.parents[1] / "Parity" / "scikit-learn"), str(FOLDER.parent / "onnx")]

from data import make  # noqa: E402
from pipelines import columns  # noqa: E402
from sklearn.calibration import CalibratedClassifierCV  # noqa: E402
from sklearn.ensemble import IsolationForest, RandomForestClassifier  # noqa: E402
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler  # noqa: E402
from sklearn.tree import DecisionTreeClassifier  # noqa: E402
from tensors_file import Tensors, write  # noqa: E402
from test_pipelines import strange  # noqa: E402

SEED = {"random_state": 3}
NUMBERS = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
CASES = {
    "columns": (
        make_pipeline(
            columns((NUMBERS, [0, 1, 4]), (OneHotEncoder(handle_unknown="ignore"), [2]), (KBinsDiscretizer(4), [3, 6])),
            RandomForestClassifier(5, max_depth=4, **SEED),
        ),
        "classes",
        "probabilities",
    ),
    "calibrated": (
        CalibratedClassifierCV(DecisionTreeClassifier(max_depth=3, **SEED), method="isotonic", cv=2),
        "binary",
        "probabilities",
    ),
    "isolation": (IsolationForest(n_estimators=6, max_samples=32, **SEED), "regression", "decision_function"),
}


def main() -> None:
    for name, (estimator, data, output) in CASES.items():
        x, y = make(data)
        if name == "columns":
            random = np.random.default_rng(4)
            x[:, 2] = random.integers(0, 5, len(x))
            x[random.random(len(x)) < 0.2, 0] = np.nan
        estimator.fit(x, y)
        rows = np.concatenate([x[:24], strange(estimator, x)[::3]])
        folder = FOLDER.parent / "onnx" / f"scikit-learn-{name}"
        folder.mkdir(exist_ok=True)
        apus.export(estimator, folder / "model.onnx")
        method = {"probabilities": "predict_proba"}.get(output, output)
        with sklearn.config_context(assume_finite=True), np.errstate(all="ignore"):
            scores = np.asarray(getattr(estimator, method)(rows), np.float64).reshape(len(rows), -1)
            labels = estimator.predict(rows).astype(np.int64)
        notes = [f"scikit-learn {sklearn.__version__}, apus.export.", "Written by Tests/Fixtures/scikit-learn/graphs.py."]
        results = {"label": labels, output: scores}
        if output == "decision_function":
            with sklearn.config_context(assume_finite=True):
                results["score_samples"] = estimator.score_samples(rows).reshape(-1, 1)
        write(folder, notes, Tensors(folder / "model.onnx", {"X": rows}, results))
        print(name, (folder / "model.onnx").stat().st_size, len(rows))


if __name__ == "__main__":
    main()
