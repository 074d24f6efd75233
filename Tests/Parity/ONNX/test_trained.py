"""Models of scikit-learn, XGBoost and LightGBM as ONNX: Apus gives ONNX Runtime's numbers, and the reference's."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import apus
import numpy as np
import onnxruntime
import pytest
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from trained_models import CONFIGURATIONS, Trained
from trained_rows import try_columns, try_rows

# Sums of up to some hundred floats in another order, and exponentials of another library: of the largest number.
BOUND = 2e-5

# exp of numpy, where ONNX Runtime and Apus take the C library's: three units in the last place of a float.
REFERENCE_BOUND = 4e-7

onnxruntime.set_default_logger_severity(4)


@cache
def trained(name: str) -> Trained:
    made = CONFIGURATIONS[name]()
    if "X" in made.inputs:
        made.inputs = {"X": try_rows(made.model, made.inputs["X"], hard=made.takes_all)}
    else:
        made.inputs = try_columns(made.inputs)
    return made


class ZipMap(OpRun):
    """Of which the reference knows nothing: the tensor itself, as in Apus."""

    op_domain = "ai.onnx.ml"

    def _run(
        self, scores: np.ndarray, classlabels_int64s: Any = None, classlabels_strings: Any = None
    ) -> tuple[np.ndarray]:
        return (scores,)


def table_of(result: Any) -> np.ndarray:
    """The tensor of what a ZipMap makes."""
    if isinstance(result, list) and result and isinstance(result[0], dict):
        return np.array([list(row.values()) for row in result])
    return np.asarray(result)


@cache
def by_runtime(name: str) -> dict[str, np.ndarray]:
    options = onnxruntime.SessionOptions()
    # Partial sums of several threads would come in any order.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        trained(name).model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    results = session.run(None, trained(name).inputs)
    return {output.name: table_of(result) for output, result in zip(session.get_outputs(), results)}


def by_reference(model: Any, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    evaluator = ReferenceEvaluator(model, new_ops=[ZipMap])
    with np.errstate(all="ignore"):
        results = evaluator.run(None, inputs)
    return {name: table_of(result) for name, result in zip(evaluator.output_names, results)}


def check(actual: dict[str, np.ndarray], expected: dict[str, np.ndarray], bound: float) -> None:
    assert actual.keys() == expected.keys()
    clear = True
    for name, numbers in expected.items():
        if numbers.dtype.kind != "f":
            continue
        found = actual[name]
        assert found.shape == numbers.shape, name
        if bound == 0:
            assert np.array_equal(found, numbers, equal_nan=True), name
        else:
            scale = np.nanmax(np.abs(numbers), initial=1)
            np.testing.assert_allclose(found, numbers, rtol=bound, atol=bound * scale, err_msg=name)
            if numbers.ndim == 2 and numbers.shape[1] > 1:
                largest = np.sort(numbers, axis=1)
                clear = clear & (largest[:, -1] - largest[:, -2] > 2 * bound * scale)
            else:
                clear = clear & (np.abs(numbers.reshape(len(numbers), -1)).min(axis=1) > bound * scale)
    for name, labels in expected.items():
        # Which of two scores is larger is left open where they are within the bound of each other.
        if labels.dtype.kind != "f":
            differ = (actual[name] != labels).reshape(len(labels), -1).any(axis=1)
            assert actual[name].shape == labels.shape, name
            assert not (differ & clear).any(), name


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("engine, level", [("reference", None), ("network", "v2"), ("network", "v3")])
def test_numbers_are_those_of_onnx_runtime(name: str, engine: str, level: str | None) -> None:
    made = trained(name)
    expected = by_runtime(name)
    count = len(next(iter(made.inputs.values())))
    bound = 0 if made.is_exact else BOUND
    with apus.load(made.model.SerializeToString()) as model:
        for size in (1, 7, 64, 1000):
            # Few calls of few rows: the rows behind are those at thresholds.
            for first in range(max(count - size * 40, 0) // size * size, count, size):
                rows = {key: values[first : first + size] for key, values in made.inputs.items()}
                with model.network({key: values.shape for key, values in rows.items()}, engine, level) as network:
                    results = network.run(rows)
                check(results, {key: values[first : first + size] for key, values in expected.items()}, bound)


# Where the reference has other numbers than ONNX Runtime, whose Apus has.
REFERENCE_DIFFERS = {
    "boosting, raw": "its first score of two is always 1 minus the second",
    "support vectors, probabilities": "its matrix of pairs is not that of Wu, Lin and Weng",
    "largest norm": "it takes the largest magnitude, where ONNX says max(X)",
}


@pytest.mark.parametrize("name", [name for name in CONFIGURATIONS if name not in REFERENCE_DIFFERS])
def test_numbers_are_those_of_the_reference(name: str) -> None:
    made = trained(name)
    rows = {key: values[:60] for key, values in made.inputs.items()}
    expected = by_reference(made.model, rows)
    with apus.load(made.model.SerializeToString()) as model:
        check(model.run(rows), expected, max(REFERENCE_BOUND, 0 if made.is_exact else BOUND))


@pytest.mark.parametrize("name", [name for name in CONFIGURATIONS if not name.startswith("columns")])
@pytest.mark.parametrize("level", ["v2", "v3"])
def test_rows_score_like_the_network(name: str, level: str) -> None:
    made = trained(name)
    rows = made.inputs["X"]
    with apus.load(made.model.SerializeToString()) as model:
        assert model.info.feature_count == rows.shape[1]
        with model.network({"X": rows.shape}, None, level) as network:
            results = network.run({"X": rows})
        first = next(key for key, values in results.items() if values.dtype.kind == "f")
        expected = results[first].reshape(len(rows), -1).astype(np.float64)
        with model.scorer(instruction_set=level) as scorer:
            for size in (1, 7, 64, 1000):
                for start in range(max(len(rows) - 20 * size, 0), len(rows), size):
                    scores = np.asarray(scorer.score(rows[start : start + size]))
                    wanted = expected[start : start + size]
                    assert np.array_equal(scores.reshape(wanted.shape), wanted, equal_nan=True)
            one = np.array([scorer.score_row(row) for row in rows[-40:]]).reshape(40, -1)
            assert np.array_equal(one, expected[-40:], equal_nan=True)


def test_columns_have_names() -> None:
    with apus.load(trained("forest of texts").model.SerializeToString()) as model:
        assert json.loads(model.attributes["output_probability.columns"]) == ["ham", "other", "späm"]
    with apus.load(trained("forest").model.SerializeToString()) as model:
        assert json.loads(model.attributes["output_probability.columns"]) == ["0", "1"]
