"""Calls for one row: how long they take in the middle and in the tail."""

import time

import numpy as np

from measures.interleaving import interleave

PERCENTILES = {"p50": 50, "p99": 99, "p99.9": 99.9}
WARM_CALLS = 64
# Of a large processor's last-level cache a small machine has a share.
MOST_SWEPT_BYTES = 48 << 20


def _summary(rounds):
    """Each percentile: the median over the rounds, in microseconds."""
    return {
        name: float(np.median([np.percentile(nanoseconds, percentile) for nanoseconds in rounds])) / 1e3
        for name, percentile in PERCENTILES.items()
    }


def _summaries(results):
    return {contender: _summary(rounds) for contender, rounds in results.items()}


def _orders(effort, calls):
    """A fresh order of rows for each call of the result; the same sequence of orders in every run."""
    random = np.random.default_rng(7)
    return lambda: random.integers(0, effort.pool, calls).astype(np.int32)


def from_c(handles, model, effort, *, swept_bytes=0):
    """`handles` are the open handles by contender."""
    order = _orders(effort, effort.swept_calls if swept_bytes else effort.calls)
    warm = _orders(effort, WARM_CALLS)

    def measure(contender):
        rows, handle = model.rows(contender.element), handles[contender]
        handle.row_nanoseconds(rows, warm(), 0)
        return handle.row_nanoseconds(rows, order(), swept_bytes)

    return _summaries(interleave(list(handles), measure, effort.rounds, effort.budget))


def from_python(contenders, model, effort, *, between=None):
    """`between` is called before each call, unmeasured."""
    order = _orders(effort, effort.swept_calls if between else effort.python_calls)

    def measure(contender):
        rows = model.rows(contender.element)
        function = contender.margins_of_row
        prepared = [contender.row(rows, index) for index in order()]
        nanoseconds = np.empty(len(prepared))
        function(prepared[0])
        for call, row in enumerate(prepared):
            if between:
                between()
            begin = time.perf_counter_ns()
            function(row)
            nanoseconds[call] = time.perf_counter_ns() - begin
        return nanoseconds

    return _summaries(interleave(contenders, measure, effort.rounds, effort.budget))
