"""Calls for many rows: rows a second."""

import functools
import time

import numpy as np

from measures.interleaving import interleave

# A call that takes less is repeated within its turn.
LEAST_SECONDS = 0.02
MOST_REPETITIONS = 20


def rows_per_second(contenders, handles, model, effort, row_count, thread_count):
    """The median over the rounds. Through C where a contender has a handle, else from Python.

    On one thread the time is the process's on any processor: what others run on the machine does not count, and
    a library that uses more threads than it was told does. On several threads it is the time that passed.
    """
    clock = time.process_time if thread_count == 1 else time.perf_counter

    def measure(contender):
        rows = model.rows(contender.element)[:row_count]
        if contender in handles:
            call = functools.partial(handles[contender].margins, rows, np.empty(row_count))
        else:
            prepared = contender.prepare(rows)
            call = functools.partial(contender.prepared_margins, prepared, thread_count)
        if row_count < effort.batches[-1]:
            call()
        return row_count / _median_seconds(call, clock)

    results = interleave(contenders, measure, effort.rounds, effort.budget)
    return {contender: float(np.median(rates)) for contender, rates in results.items()}


def _median_seconds(call, clock):
    seconds = []
    while sum(seconds) < LEAST_SECONDS and len(seconds) < MOST_REPETITIONS:
        begin = clock()
        call()
        seconds.append(clock() - begin)
    return float(np.median(seconds))
