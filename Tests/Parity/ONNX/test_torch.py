"""PyTorch itself, in the run: trains and exports the networks of the fixtures from other seeds, and tells by the same
network in double whose error is whose. Long, and not part of a usual run: see `run`."""

from __future__ import annotations

import copy
import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import apus

sys.path.append(str(Path(__file__).resolve().parents[2] / "Fixtures" / "onnx"))

import make  # noqa: E402
from network_inputs import draw  # noqa: E402

# Both round each sum of a layer some times, in other orders, so that either may be the luckier one.
MOST_TIMES, LEAST_UNITS = 4, 8


@pytest.mark.parametrize("seed", (2, 3, 4))
@pytest.mark.parametrize("case", make.CASES, ids=lambda case: case.name)
def test_torch(case: make.Case, seed: int, tmp_path: Path) -> None:
    network = make.train(case, seed)
    path = tmp_path / "model.onnx"
    make.export(case, network, draw(case.name, make.ROWS, seed), path)
    exact_network = copy.deepcopy(network).double()
    exact_case = dataclasses.replace(case, dtype=torch.float64)
    with apus.load(path) as model:
        for batch in (1, 7, 64, 1000):
            inputs = draw(case.name, batch, 100 * seed + batch)
            theirs = make.run(case, network, inputs)
            wide = {name: array.astype(np.float64) if array.dtype == np.float32 else array for name, array in inputs.items()}
            exact = make.run(exact_case, exact_network, wide)
            shapes = {name: array.shape for name, array in inputs.items()}
            for level in ("v2", "v3", "v4"):
                if level > apus.instruction_set():
                    continue
                with model.network(shapes, instruction_set=level) as compiled:
                    ours = compiled.run(inputs)
                for name, right in exact.items():
                    unit = np.spacing(np.abs(theirs[name]).max())
                    their_error, our_error = (np.abs(found[name] - right).max() for found in (theirs, ours))
                    assert our_error <= max(MOST_TIMES * their_error, LEAST_UNITS * unit), (name, batch, level)
