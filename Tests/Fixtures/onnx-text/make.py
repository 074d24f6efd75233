"""Make the cases of networks that take and give text: pipelines of scikit-learn, exported by skl2onnx.

    python make.py

It needs the packages of Tests/Parity/ONNX/requirements.txt. tensors.txt is written as those of Tests/Fixtures/onnx are, and
read by the same readers; a text is the hexadecimal of its UTF-8, or - if it is empty.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas
import skl2onnx
import sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent / "onnx"))

from tensors_file import Tensors, write  # noqa: E402

COUNTRIES = ["DE", "Österreich", "日本", "", "🇳🇴", "a b"]
LABELS = ["ok", "prüfen", "🚫"]


def draw(count: int, seed: int, unseen: bool) -> pandas.DataFrame:
    random = np.random.default_rng(seed)
    countries = [*COUNTRIES, "Atlantis"] if unseen else COUNTRIES
    return pandas.DataFrame(
        {
            "country": random.choice(countries, count),
            "device": random.choice(["web", "app", "Wéb"], count),
            "amount": random.gamma(2, 40, count).astype(np.float32),
        }
    )


def labels_of(frame: pandas.DataFrame) -> np.ndarray:
    risk = frame["country"].map(COUNTRIES.index) + 2 * (frame["device"] == "app") + frame["amount"] / 100
    return np.array(LABELS)[np.digitize(risk, [2.5, 4.5])]


def linear() -> Pipeline:
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = [("text", encoder, ["country", "device"]), ("number", StandardScaler(), ["amount"])]
    return Pipeline([("columns", ColumnTransformer(columns)), ("model", LogisticRegression(max_iter=500))])


def tree() -> Pipeline:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = [("text", encoder, ["country", "device"]), ("number", "passthrough", ["amount"])]
    return Pipeline(
        [("columns", ColumnTransformer(columns)), ("model", DecisionTreeClassifier(max_depth=4, random_state=1))]
    )


def make(name: str, pipeline: Pipeline) -> None:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    frame = draw(400, 1, unseen=False)
    pipeline.fit(frame, labels_of(frame))
    kinds = {"country": StringTensorType, "device": StringTensorType, "amount": FloatTensorType}
    model = skl2onnx.to_onnx(
        pipeline, initial_types=[(name, kind([None, 1])) for name, kind in kinds.items()], options={"zipmap": False}
    )
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    asked = draw(16, 2, unseen=True)
    inputs = {column: asked[[column]].to_numpy() for column in asked}
    outputs = {
        "label": pipeline.predict(asked).astype(object),
        "probabilities": pipeline.predict_proba(asked).astype(np.float32),
    }
    notes = [f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}."]
    write(folder, [*notes, "Written by Tests/Fixtures/onnx-text/make.py."], Tensors(path, inputs, outputs))
    print(f"{name:8s} {path.stat().st_size:6d} bytes  {sorted({node.op_type for node in model.graph.node})}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    make("linear", linear())
    make("tree", tree())
