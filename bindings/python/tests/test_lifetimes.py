"""close(), `with`, the end of references, and the end of the process."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import apus


def test_close_and_with(binary: Any) -> None:
    with apus.load(binary.path) as model:
        assert not model.closed
        with model.scorer() as scorer:
            assert not scorer.closed
        assert scorer.closed and not model.closed
    assert model.closed
    model.close()
    scorer.close()
    assert repr(model) == "<apus.Model, closed>" and repr(scorer) == "<apus.Scorer, closed>"


def test_with_closes_after_an_exception(binary: Any) -> None:
    with pytest.raises(KeyError), apus.load(binary.path) as model:
        raise KeyError
    assert model.closed


def test_use_after_close(binary: Any) -> None:
    model = apus.load(binary.path)
    scorer = model.scorer()
    model.score(binary.rows)
    model.close()
    scorer.close()
    row = binary.rows[0]
    uses = [
        lambda: model.info,
        lambda: model.features,
        lambda: model.attributes,
        lambda: model.score(binary.rows),
        lambda: model.margins(binary.rows),
        lambda: model.leaf_indices(binary.rows),
        lambda: model.scorer(),
        lambda: scorer.info,
        lambda: scorer.score(binary.rows),
        lambda: scorer.score_row(row),
        lambda: scorer.score_row(row.tolist()),
        lambda: scorer.score_row("no row"),
    ]
    for use in uses:
        with pytest.raises(apus.ApusError, match="this (Model|Scorer) is closed"):
            use()


def test_scorers_outlive_their_model(named: Any) -> None:
    import pandas
    from conftest import NAMES

    model = apus.load(named.path)
    scorer = model.scorer("margin")
    model.close()
    del model
    gc.collect()
    frame = pandas.DataFrame(named.rows, columns=NAMES)
    assert np.array_equal(scorer.score(frame), named.margins())


def test_bytes_are_not_kept(binary: Any) -> None:
    content = bytearray(binary.path.read_bytes())
    model = apus.load(content)
    content[:] = b"x" * len(content)
    content.clear()  # raises BufferError if the model still held the memory
    assert np.array_equal(model.margins(binary.rows), binary.margins())


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_copies_are_refused(binary: Any, duplicate: Any) -> None:
    for thing in (binary.model, binary.model.scorer()):
        with pytest.raises(TypeError, match="cannot be pickled or copied: give the other process"):
            duplicate(thing)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_comes_back(large: Any) -> None:
    """Closed, forgotten and failed objects all give their memory back."""
    content = large.path.read_bytes()
    broken = content[:-100]

    def use(rounds: int) -> None:
        for _ in range(rounds):
            with apus.load(content) as model:
                model.leaf_indices(large.rows[:3])
                model.scorer().score_row(large.rows[0])
            forgotten = apus.load(content)
            forgotten.score(large.rows[:3])
            with pytest.raises(apus.ApusError):
                apus.load(broken)

    use(5)
    before = resident_bytes()
    use(15)
    growth = resident_bytes() - before
    held = large.model.info.memory_bytes + large.model.scorer().info.memory_bytes
    assert growth < 5 * held, f"{growth} bytes more after 30 models of {held} bytes"


def test_close_beside_running_calls(large: Any) -> None:
    """Whoever runs while another thread closes gets the right numbers, or is told that it is closed."""
    rows = np.tile(large.rows[:50], (20, 1))
    expected = large.model.margins(rows)
    expected_row = float(expected[0])
    outcomes: list[str] = []

    def work(model: apus.Model, scorer: apus.Scorer, started: threading.Barrier) -> None:
        started.wait()
        try:
            while True:
                assert np.array_equal(model.margins(rows), expected)
                assert np.array_equal(scorer.score(rows), expected)
                for _ in range(50):
                    assert scorer.score_row(rows[0]) == expected_row
        except apus.ApusError as error:
            outcomes.append(error.message)
        except AssertionError:
            outcomes.append("wrong numbers")

    for _ in range(10):
        model = apus.load(large.path)
        scorer = model.scorer("margin")
        started = threading.Barrier(5)
        threads = [threading.Thread(target=work, args=(model, scorer, started)) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        scorer.score(rows)
        scorer.close()
        model.close()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    assert len(outcomes) == 40
    assert set(outcomes) <= {"this Model is closed", "this Scorer is closed"}


EXIT_WHILE_SCORING = """
import sys, threading, time
import numpy as np
import apus

model = apus.load(sys.argv[1])
scorer = model.scorer()
rows = np.zeros((2000, 8), np.float32)

def forever():
    while True:
        model.score(rows)
        scorer.score_row(rows[0])

for _ in range(3):
    threading.Thread(target=forever, daemon=True).start()
time.sleep(0.1)
"""


def test_exit_with_open_objects_and_running_threads(large: Any) -> None:
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", EXIT_WHILE_SCORING, str(large.path)], capture_output=True, text=True
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
