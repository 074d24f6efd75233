"""Linear models and support vectors of ai.onnx.ml, with attributes that no converter may ever write."""

from __future__ import annotations

import numpy as np
import pytest
from one_operator import FLOAT, INT, TEXT, ULPS, by_reference, by_runtime, check, model


@pytest.mark.parametrize("transform", ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"])
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", ["f4", "f8", "i8"])
def test_linear_models(transform: str, count: int, kind: str) -> None:
    random = np.random.default_rng(9)
    rows = {"X": (random.integers(-8, 9, (50, 4)) / (1 if kind == "i8" else 4)).astype(kind)}
    # Sums of these are exact, in any order.
    numbers = {
        "coefficients": [float(value) / 4 for value in random.integers(-8, 9, 4 * count)],
        "intercepts": [float(value) / 4 for value in random.integers(-8, 9, count)],
        "post_transform": transform,
    }
    made = model("LinearRegressor", rows, {"Y": FLOAT}, 1, targets=count, **numbers)
    if kind == "f4":
        check(made, rows, by_runtime(made, rows), ULPS)
    if count == 1 and transform.startswith("SOFTMAX"):
        return
    labels = [3, 4] if count == 1 else [5, 6, 7]
    made = model("LinearClassifier", rows, {"Y": INT, "Z": FLOAT}, 1, classlabels_ints=labels, **numbers)
    check(made, rows, by_runtime(made, rows), ULPS)


@pytest.mark.parametrize("kernel", ["LINEAR", "POLY", "RBF", "SIGMOID"])
def test_support_vectors(kernel: str) -> None:
    random = np.random.default_rng(11)
    rows = {"X": random.normal(size=(40, 4)).astype("f4")}
    common = {"kernel_type": kernel, "kernel_params": [0.25, 0.5, 3.0]}
    vectors = random.normal(size=(7, 4)).ravel().astype("f4").tolist()
    made = model(
        "SVMRegressor",
        rows,
        {"Y": FLOAT},
        1,
        n_supports=7,
        support_vectors=vectors,
        coefficients=random.normal(size=7).astype("f4").tolist(),
        rho=[0.25],
        **common,
    )
    # ONNX Runtime and the reference sum kernels in floats.
    check(made, rows, by_reference(made, rows), 2e-5)
    made = model(
        "SVMRegressor", rows, {"Y": FLOAT}, 1, n_supports=0, coefficients=[0.5, 1.0, -1.0, 2.0], rho=[0.25], one_class=1
    )
    check(made, rows, by_reference(made, rows))
    for probabilities in ({}, {"prob_a": [-1.0, -2.0, -0.5], "prob_b": [0.1, 0.2, -0.1]}):
        made = model(
            "SVMClassifier",
            rows,
            {"Y": TEXT, "Z": FLOAT},
            1,
            vectors_per_class=[2, 3, 2],
            support_vectors=vectors,
            coefficients=random.normal(size=14).astype("f4").tolist(),
            rho=[0.25, -0.5, 0.125],
            classlabels_strings=["a", "b", "c"],
            **common,
            **probabilities,
        )
        check(made, rows, by_runtime(made, rows), 2e-5)
