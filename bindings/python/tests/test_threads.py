"""One model in many threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import apus


@pytest.mark.parametrize("threads", [0, 1, 2, 7, 64])
def test_results_do_not_depend_on_threads(large: Any, threads: int) -> None:
    expected = large.margins()
    assert np.array_equal(large.model.margins(large.rows, threads=threads), expected)
    assert np.array_equal(
        large.model.leaf_indices(large.rows, threads=threads), large.model.leaf_indices(large.rows)
    )


def test_one_scorer_in_many_threads(multi: Any) -> None:
    """Every thread must get its own row's results, through every kind of call."""
    expected = multi.margins()
    scorer = multi.model.scorer("margin")

    def work(seed: int) -> bool:
        order = np.random.default_rng(seed).permutation(len(multi.rows))
        for index in order:
            if not np.array_equal(scorer.score_row(multi.rows[index]), expected[index]):
                return False
        return np.array_equal(scorer.score(multi.rows[order]), expected[order])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))


def test_first_use_in_many_threads(binary: Any) -> None:
    """Threads that ask a new model at once may compile the same scorer, and agree."""
    expected = binary.model.score(binary.rows)
    for _ in range(20):
        with apus.load(binary.path) as model:
            together = threading.Barrier(6)

            def work(_: int) -> bool:
                together.wait()
                return np.array_equal(model.score(binary.rows), expected)

            with ThreadPoolExecutor(6) as pool:
                assert all(pool.map(work, range(6)))


def test_long_calls_release_the_gil(large: Any) -> None:
    rows = np.tile(large.rows, (20, 1))
    begin = time.perf_counter()
    large.model.score(rows)
    repeats = 1 + int(0.3 / (time.perf_counter() - begin))
    rows = np.tile(rows, (repeats, 1))
    span: list[float] = []

    def work() -> None:
        span.append(time.perf_counter())
        large.model.score(rows)
        span.append(time.perf_counter())

    thread = threading.Thread(target=work)
    ticks = []
    thread.start()
    while thread.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0.002)
    within = [tick for tick in ticks if span[0] < tick < span[1]]
    assert len(within) >= 10, "no other thread ran while a batch was scored"


def test_one_row_does_not_wait_for_busy_threads(binary: Any) -> None:
    """A call of a microsecond that gave the GIL away would get it back only after the switch interval."""
    scorer, row = binary.model.scorer(), binary.rows[0]
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            sum(range(1000))

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        begin = time.perf_counter()
        for _ in range(2000):
            scorer.score_row(row)
        seconds = time.perf_counter() - begin
    finally:
        stop.set()
        thread.join()
    assert seconds < 1, f"2000 rows took {seconds:.1f} s; a hand-over of 5 ms each would be 10 s"
