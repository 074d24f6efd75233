"""The ONNX project's backend tests: Apus gives the reference's answer, or refuses the model and says why."""

from __future__ import annotations

from collections import Counter

import ml_dtypes
import numpy as np
import pytest
from backend_cases import Case, as_apus_has_it, cases, paths

import apus

# What the ONNX project's own runner allows; the reference computes in float what Apus computes in double.
RELATIVE, ABSOLUTE = 1e-3, 1e-7

# At least as many as passed when this was written: a change that refuses more is seen.
LEAST_PASSED = 1240

# Why a model may be refused, by the words of the message.
REASONS = (
    "the operator '",
    "version",
    "is a sequence, a map or optional",
    "has an 8-bit float type",
    "has a type of less than 8 bits",
    "has the type float4e2m1",
    "has the unknown type",
    "sparse initializers",
    "as in training",
    "must be constant",
    "elements of type",
    "of a kind that is not supported",
    "only output",
)


def run(case: Case, engine: str | None, instruction_set: str | None) -> dict[str, np.ndarray]:
    inputs = {name: as_apus_has_it(array) for name, array in case.inputs.items()}
    shapes = {name: array.shape for name, array in inputs.items()}
    with apus.load(case.path) as model:
        try:
            network = model.network(shapes, engine, instruction_set)
        except apus.ApusError as error:
            if "must be constant" not in str(error):
                raise
            # Axes, lengths and the like.
            known = {name: array for name, array in inputs.items() if array.dtype.kind in "iub" or array.ndim == 0}
            network = model.network(shapes, engine, instruction_set, known)
            inputs = {name: array for name, array in inputs.items() if name not in known}
        with network:
            return network.run(inputs)


def difference(case: Case, results: dict[str, np.ndarray]) -> str | None:
    for name, expected in case.outputs.items():
        actual = results[name]
        if actual.dtype == np.uint16 and expected.dtype == ml_dtypes.bfloat16:
            actual, expected = actual.view(ml_dtypes.bfloat16).astype(np.float32), expected.astype(np.float32)
        if actual.dtype != expected.dtype or actual.shape != expected.shape:
            return f"{name}: {actual.dtype}{actual.shape} and not {expected.dtype}{expected.shape}"
        if expected.dtype.kind == "f":
            # The last bit of a 16-bit number is more than the tolerance.
            relative = max(RELATIVE, float(ml_dtypes.finfo(expected.dtype).eps))
            wide = actual.astype(np.float64), expected.astype(np.float64)
            if not np.allclose(*wide, rtol=relative, atol=ABSOLUTE, equal_nan=True):
                return f"{name}: differs by {np.nanmax(np.abs(wide[0] - wide[1]))}"
        elif not np.array_equal(actual, expected):
            return f"{name}: {actual.ravel()[:5]} and not {expected.ravel()[:5]}"
    return None


@pytest.mark.parametrize("engine, instruction_set", [("reference", None), ("network", None), ("network", "v2")])
def test_backend(engine: str, instruction_set: str | None) -> None:
    passed, wrong, unexplained = 0, [], []
    refused: Counter[str] = Counter()
    for path in paths():
        try:
            # Refused by its types, whose data numpy may not be able to read.
            apus.load(path / "model.onnx").close()
            for case in cases(path):
                found = difference(case, run(case, engine, instruction_set))
                if found is None:
                    passed += 1
                else:
                    wrong.append(f"{case.name} {found}")
        except apus.ApusError as error:
            reason = next((reason for reason in REASONS if reason in str(error)), None)
            refused[reason or "?"] += 1
            if reason is None:
                unexplained.append(f"{path.name}: {error}")
    print(f"\n{engine} {instruction_set or ''}: {passed} cases passed, {len(wrong)} wrong, {sum(refused.values())} refused")
    for reason, count in refused.most_common():
        print(f"  {count:4d}  {reason}")
    assert not wrong, "\n".join(wrong)
    assert not unexplained, "\n".join(unexplained)
    assert passed >= LEAST_PASSED
