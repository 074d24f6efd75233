"""The type hints as a client's type checker sees them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apus

GOOD = """
from pathlib import Path
from typing import Any, Optional
import numpy as np
import numpy.typing as npt
from typing import assert_type
import apus

with apus.load(Path("model.json")) as model:
    assert_type(model, apus.Model)
    assert_type(model.score([[1.0, 2.0]]), npt.NDArray[np.float64])
    margins = model.margins(np.zeros((3, 2)), threads=2, iterations=(0, 5), unseen="missing")
    assert_type(margins, npt.NDArray[np.float64])
    assert_type(model.leaf_indices(np.zeros((3, 2)), iterations="best"), npt.NDArray[np.int32])
    assert_type(model.features[0].name, Optional[str])
    assert_type(model.attributes, dict[str, str])
    assert_type(model.info.best_iteration, int)
    assert_type(model.features[0].takes_text, bool)
    with model.scorer("leaf", missing=-1, absent="zero", unseen="no_set") as scorer:
        assert_type(scorer, apus.Scorer)
        assert_type(scorer.info.engine, str)
        slot = apus.Slot(scorer)
        assert_type(slot.acquire(), apus.Scorer)
    with model.network({"events": (1, 12, 8)}, constants={"lengths": [3]}, weights="bfloat16") as network:
        assert_type(network.info.step_count, int)
        assert_type(network.inputs, tuple[apus.TensorInfo, ...])
        assert_type(network.run({"events": np.zeros((1, 12, 8))}), dict[str, npt.NDArray[Any]])
    assert_type(model.closed, bool)
apus.load(b"bytes")
apus.load("path")
try:
    apus.self_test()
except apus.ApusError as error:
    assert_type(error.status, int)
    assert_type(error.row, int)
assert_type(apus.version(), str)
"""

BAD = """
import apus
model = apus.load("model.json")
model.score([[1.0]], iterations="last")
model.scorer("probability")
model.scorer(absent="nan")
model.scorer(weights="float16")
model.score([[1.0]], unseen="ignore")
model.score([[1.0]], threads="2")
model.info.objective = "x"
apus.load(5)
model.predict([[1.0]])
"""


def check(folder: Path, source: str) -> list[str]:
    """The lines that mypy --strict complains about."""
    client = folder / "client.py"
    client.write_text(source)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            "--cache-dir",
            folder / "cache",
            client,
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert not done.stderr, done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(apus.__file__).with_name("py.typed").is_file()


def test_right_uses_pass(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == []


def test_wrong_uses_are_found(tmp_path: Path) -> None:
    found = {int(line.split(":")[1]) for line in check(tmp_path, BAD)}
    assert found == set(range(4, 13))
