"""Operators of ai.onnx.ml that make features and categories, with attributes that no converter may ever write."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import numpy_helper
from one_operator import FLOAT, INT, KINDS, TEXT, by_reference, by_runtime, check, model, texts


def rows_of(kind: str) -> np.ndarray:
    random = np.random.default_rng(2)
    rows = (random.integers(-6, 7, (20, 4)) / (2 if kind.startswith("f") else 1)).astype(kind)
    rows[3] = 0
    return rows


@pytest.mark.parametrize("kind", ["f4", "f8", "i8", "i4"])
def test_scaler_and_normalizer(kind: str) -> None:
    rows = {"X": rows_of(kind)}
    for count in (1, 4):
        numbers = {"offset": [0.1, -0.7, 3.3, 1e-3][:count], "scale": [1.7, 0.3, -2.9, 1e3][:count]}
        made = model("Scaler", rows, {"Y": FLOAT}, 1, **numbers)
        check(made, rows, by_runtime(made, rows))
    for norm in ("MAX", "L1", "L2"):
        made = model("Normalizer", rows, {"Y": FLOAT}, 1, norm=norm)
        check(made, rows, by_runtime(made, rows))


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_imputer_and_binarizer(kind: str) -> None:
    rows = {"X": rows_of(kind)}
    rows["X"][::3, 1] = np.nan
    for values in ([7.5], [1.0, 2.0, 3.0, 4.0]):
        for replaced in (np.nan, 0.0, 1.5):
            made = model(
                "Imputer", rows, {"Y": KINDS[kind]}, 1, imputed_value_floats=values, replaced_value_float=replaced
            )
            check(made, rows, by_reference(made, rows))
    made = model("Binarizer", rows, {"Y": KINDS[kind]}, 1, threshold=0.5)
    check(made, rows, by_reference(made, rows))
    whole = {"X": rows_of("i8")}
    made = model("Imputer", whole, {"Y": INT}, 1, imputed_value_int64s=[1, 2, 3, 4], replaced_value_int64=-2)
    check(made, whole, by_reference(made, whole))


def test_encoders_of_categories() -> None:
    words = {"X": texts("a", "", "ü", "b", "a").reshape(5, 1)}
    made = model("OneHotEncoder", words, {"Y": FLOAT}, 1, cats_strings=["b", "ü", "", "a"], zeros=1)
    check(made, words, by_reference(made, words))
    for kind in ("i8", "f4", "f8"):
        numbers = {"X": np.array([[1, 2], [-3, 9]], kind)}
        made = model("OneHotEncoder", numbers, {"Y": FLOAT}, 1, cats_int64s=[9, 1, -3], zeros=1)
        check(made, numbers, by_reference(made, numbers))
    # A category that is none where zeros are forbidden: the others raise, a run of Apus does not fail.
    made = model("OneHotEncoder", words, {"Y": FLOAT}, 1, cats_strings=["a", "b"], zeros=0)
    nothing = [np.nan, np.nan]
    check(made, words, [np.array([[[1, 0]], [nothing], [nothing], [[0, 1]], [[1, 0]]], np.float32)])


@pytest.mark.parametrize("version", [2, 4])
def test_label_encoders(version: int) -> None:
    words = {"X": texts("a", "zz", "ü", "b", "")}
    numbers = {"X": np.array([3, -1, 1 << 40, 5], np.int64)}
    reals = {"X": np.array([0.5, -0.0, 1e30, 7.0], np.float32)}
    for inputs, keys in (
        (words, {"keys_strings": ["ü", "a", ""]}),
        (numbers, {"keys_int64s": [1 << 40, 3, -7]}),
        (reals, {"keys_floats": [0.0, 0.5, 1e30]}),
    ):
        for kind, values in (
            (TEXT, {"values_strings": ["x", "日本", ""], "default_string": "?"}),
            (INT, {"values_int64s": [5, -6, 1 << 50], "default_int64": 99}),
            (FLOAT, {"values_floats": [0.25, -1.5, 1e-40], "default_float": -3.5}),
        ):
            made = model("LabelEncoder", inputs, {"Y": kind}, version, **keys, **values)
            check(made, inputs, by_runtime(made, inputs))


def test_label_encoders_of_tensors() -> None:
    inputs = {"X": np.array([0.5, np.nan, 2.0, 0.25], np.float64)}
    made = model(
        "LabelEncoder",
        inputs,
        {"Y": KINDS["i2"]},
        4,
        keys_tensor=numpy_helper.from_array(np.array([0.25, 2.0, np.nan])),
        values_tensor=numpy_helper.from_array(np.array([1, 2, 3], np.int16)),
        default_tensor=numpy_helper.from_array(np.array([-9], np.int16)),
    )
    # A key that is NaN is found since version 4, by ONNX Runtime too; the reference finds none.
    check(made, inputs, [np.array([-9, 3, 2, 1], np.int16)])


def test_maps_both_ways() -> None:
    words = {"X": texts("a", "zz", "b")}
    numbers = {"X": np.array([2, 7, 0], np.int64)}
    pairs = {"cats_strings": ["a", "b"], "cats_int64s": [7, 2], "default_string": "none", "default_int64": -5}
    check(model("CategoryMapper", words, {"Y": INT}, 1, **pairs), words, [np.array([7, -5, 2])])
    check(model("CategoryMapper", numbers, {"Y": TEXT}, 1, **pairs), numbers, [texts("b", "a", "none")])
    first = {"classes_strings": ["p", "q", "r"], "default_string": "none", "default_int64": -5}
    check(
        model("LabelEncoder", {"X": texts("q", "s")}, {"Y": INT}, 1, **first),
        {"X": texts("q", "s")},
        [np.array([1, -5])],
    )
    check(model("LabelEncoder", numbers, {"Y": TEXT}, 1, **first), numbers, [texts("r", "none", "p")])


def test_vectors_of_features() -> None:
    inputs = {"a": rows_of("f4"), "b": rows_of("i8"), "c": np.arange(20.0)}
    for widths in ([4, 4, 1], [2, 6, 1]):
        made = model("FeatureVectorizer", inputs, {"Y": FLOAT}, 1, inputdimensions=widths)
        whole = [inputs["a"], inputs["b"], inputs["c"].reshape(20, 1)]
        padded = [
            np.pad(part[:, :width], ((0, 0), (0, max(width - part.shape[1], 0)))) for part, width in zip(whole, widths)
        ]
        check(made, inputs, [np.concatenate(padded, axis=1).astype(np.float32)])


def test_array_feature_extractor() -> None:
    for data in (rows_of("f4"), texts("a", "b", "c"), np.arange(24).reshape(2, 3, 4)):
        inputs = {"X": data, "I": np.array([2, 0, 2], np.int64)}
        made = model("ArrayFeatureExtractor", inputs, {"Y": KINDS[data.dtype.str[1:].replace("O8", "O")]}, 1)
        check(made, inputs, by_reference(made, inputs))
