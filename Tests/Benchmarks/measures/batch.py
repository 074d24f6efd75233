"""Calls for many rows: rows a second."""

import time

import numpy as np

from measures.interleaving import interleave

# A call that takes less is repeated within its turn.
LEAST_SECONDS = 0.02
MOST_REPETITIONS = 20


def rows_per_second(contenders, handles, model, effort, row_count, thread_count):
    """The median over the rounds. Through C where a contender has a handle, else from Python."""

    def measure(contender):
        rows = model.rows(contender.element)[:row_count]
        if contender in handles:
            once = lambda: handles[contender].batch_seconds(rows)[0]
        else:
            prepared = contender.prepare(rows)
            once = lambda: _seconds(contender, prepared, thread_count)
        if row_count < effort.batches[-1]:
            once()
        return row_count / _median_seconds(once)

    results = interleave(contenders, measure, effort.rounds, effort.budget)
    return {contender: float(np.median(rates)) for contender, rates in results.items()}


def _seconds(contender, prepared, thread_count):
    begin = time.perf_counter()
    contender.prepared_margins(prepared, thread_count)
    return time.perf_counter() - begin


def _median_seconds(once):
    seconds = [once()]
    while sum(seconds) < LEAST_SECONDS and len(seconds) < MOST_REPETITIONS:
        seconds.append(once())
    return float(np.median(seconds))
