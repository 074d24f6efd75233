"""Scorers that take each other's place."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import threading
from typing import Any

import numpy as np
import pytest

import apus


def test_published_scorers_may_be_closed(binary: Any) -> None:
    scores, margins = binary.model.scorer("score"), binary.model.scorer("margin")
    row = binary.rows[0]
    expected = scores.score_row(row), margins.score_row(row)
    with apus.Slot(scores) as slot:
        scores.close()
        assert slot.score_row(row) == expected[0]
        slot.publish(margins)
        margins.close()
        assert slot.score_row(row) == expected[1]
        assert np.array_equal(slot.score(binary.rows, threads=2), binary.model.margins(binary.rows))
        assert "margin of 10 trees" in repr(slot)
    assert slot.closed
    assert repr(slot) == "<apus.Slot, closed>"


def test_acquired_scorers_outlive_the_slot(binary: Any) -> None:
    slot = apus.Slot(binary.model.scorer("score"))
    acquired = slot.acquire()
    slot.publish(binary.model.scorer("leaf"))
    latest = slot.acquire()
    latest.close()
    assert slot.acquire().info.output == "leaf"
    slot.close()
    assert np.array_equal(acquired.score(binary.rows), binary.model.score(binary.rows))


def test_the_former_scorer_is_freed(binary: Any) -> None:
    first = binary.model.scorer()
    handle = first._open().handle
    freed: list[int] = []
    release = handle._release
    handle._release = lambda address: (freed.append(address), release(address))
    address = handle.address
    del handle
    slot = apus.Slot(first)
    del first
    slot.publish(binary.model.scorer())
    gc.collect()
    assert freed == [address]


def test_wrong_calls(binary: Any) -> None:
    scorer, closed = binary.model.scorer(), binary.model.scorer()
    closed.close()
    slot = apus.Slot(scorer)
    for value in (None, binary.model, slot):
        with pytest.raises(TypeError, match="a slot holds an apus.Scorer, not"):
            apus.Slot(value)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="a slot holds an apus.Scorer, not"):
            slot.publish(value)  # type: ignore[arg-type]
    with pytest.raises(apus.ApusError, match="this Scorer is closed"):
        apus.Slot(closed)
    with pytest.raises(apus.ApusError, match="this Scorer is closed"):
        slot.publish(closed)
    with pytest.raises(apus.ApusError, match="APUS_FEATURE_COUNT_MISMATCH"):
        slot.score_row([1.0])
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(slot)
    slot.close()
    row = binary.rows[0]
    for use in (
        lambda: slot.score_row(row),
        lambda: slot.score([row]),
        slot.acquire,
        lambda: slot.publish(scorer),
    ):
        with pytest.raises(apus.ApusError, match="this Slot is closed"):
            use()


def test_swaps_while_threads_score(binary: Any) -> None:
    """A reader never meets a closed scorer, and never goes back to an earlier one."""
    row = binary.rows[0]
    values = [binary.model.scorer("margin", (0, rounds)).score_row(row) for rounds in range(1, 11)]
    ranks = {value: rank for rank, value in enumerate(values)}
    assert len(ranks) == 10
    slot = apus.Slot(binary.model.scorer("margin", (0, 1)))
    stop, failures, calls = threading.Event(), [], []

    def read(number: int) -> None:
        last, count = 0, 0
        while not stop.is_set() or count == 0:
            if number % 2:
                value = slot.score_row(row)
            else:
                with slot.acquire() as scorer:
                    value = scorer.score_row(row)
            if ranks[value] < last:
                failures.append((value, last))
            last = ranks[value]
            count += 1
        calls.append(count)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for rounds in range(1, 11):
        with binary.model.scorer("margin", (0, rounds)) as scorer:
            slot.publish(scorer)
        assert slot.score_row(row) == values[rounds - 1]
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(calls) == 4


inherited: dict[str, Any] = {}


def publish_inherited(_: int) -> list[float]:
    slot, row = inherited["slot"], inherited["row"]
    before = slot.score_row(row)
    slot.publish(inherited["other"])
    return [before, slot.score_row(row)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_fork(binary: Any) -> None:
    row = binary.rows[0]
    score, margin = binary.model.scorer("score"), binary.model.scorer("margin")
    slot = apus.Slot(score)
    inherited.update(slot=slot, row=row, other=margin)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(publish_inherited, (0,)) == [score.score_row(row), margin.score_row(row)]
    assert slot.score_row(row) == score.score_row(row)
