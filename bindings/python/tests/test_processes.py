"""Models and other processes: a fork inherits them, a new process loads its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import apus

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")

inherited: dict[str, Any] = {}


def score_inherited(index: int) -> list[float]:
    rows, model, scorer = inherited["rows"], inherited["model"], inherited["scorer"]
    part = rows[index * 50 : index * 50 + 50]
    one_by_one = [scorer.score_row(row) for row in part]
    assert one_by_one == model.margins(part, threads=2).tolist()
    return one_by_one


def test_fork_inherits(binary: Any) -> None:
    model = apus.load(binary.path)
    scorer = model.scorer("margin")
    scorer.score_row(binary.rows[0])
    inherited.update(rows=binary.rows, model=model, scorer=scorer)
    with multiprocessing.get_context("fork").Pool(3) as pool:
        parts = pool.map(score_inherited, range(10))
    assert np.array_equal(np.concatenate(parts), binary.margins())
    model.close()
    scorer.close()


def test_fork_while_other_threads_score(large: Any) -> None:
    """No lock can be left locked in the child."""
    scorer, stop = large.model.scorer("margin"), threading.Event()
    expected = large.model.margins(large.rows[:20]).tolist()

    def work() -> None:
        while not stop.is_set():
            scorer.score_row(large.rows[0])
            large.model.margins(large.rows[:100], threads=2)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    rows = [scorer.score_row(row) for row in large.rows[:20]]
                    fresh = apus.load(large.path).margins(large.rows[:20], threads=2)
                    code = int(not rows == fresh.tolist() == expected)
                finally:
                    os._exit(code)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def load_and_score(path: Path, rows: np.ndarray) -> np.ndarray:
    with apus.load(path) as model:
        return model.margins(rows)


def fail_to_load(path: Path) -> None:
    apus.load(path)


def test_spawned_processes_load_their_own(binary: Any, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        parts = pool.starmap(load_and_score, [(binary.path, part) for part in np.split(binary.rows, 4)])
        assert np.array_equal(np.concatenate(parts), binary.margins())
        with pytest.raises(apus.ApusError) as caught:
            pool.apply(fail_to_load, (tmp_path / "none.json",))
        assert caught.value.status_name == "APUS_FILE_UNREADABLE"
        with pytest.raises(TypeError, match="cannot be pickled"):
            pool.apply(fail_to_load, (binary.model,))
