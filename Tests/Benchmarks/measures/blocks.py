"""Calls for one block of rows after another: rows a second. Timed in C where there is a handle."""

import time

import numpy as np

from measures.interleaving import interleave

# So many calls that they take as long, within bounds.
LEAST_SECONDS = 0.1
FEWEST_CALLS = 3
MOST_CALLS = 400
WARM_CALLS = 2


def rows_per_second(contenders, handles, network, effort, row_count, thread_count):
    """The median over calls and rounds.

    On one thread the time is the process's on any processor, which others on the machine do not change; on several
    it is the time that passed.
    """
    by_the_wall = thread_count > 1

    def measure(contender):
        if contender in handles:
            blocks = network.blocks(row_count)

            def nanoseconds(calls):
                return handles[contender].block_nanoseconds(blocks, row_count, calls, by_the_wall=by_the_wall)
        else:
            clock = time.perf_counter_ns if by_the_wall else time.process_time_ns

            def nanoseconds(calls):
                return _from_python(contender, row_count, calls, clock)

        expected = np.median(nanoseconds(WARM_CALLS)) / 1e9
        calls = int(np.clip(LEAST_SECONDS / expected, FEWEST_CALLS, MOST_CALLS))
        return row_count * 1e9 / np.median(nanoseconds(calls))

    results = interleave(contenders, measure, effort.rounds, effort.budget)
    return {contender: float(np.median(rates)) for contender, rates in results.items()}


def _from_python(contender, row_count, calls, clock):
    """Whose blocks are tensors over the same rows."""
    block_count = len(contender.model.rows()) // row_count
    blocks = [contender.block(row_count, index) for index in range(block_count)]
    result = np.empty(calls)
    for call in range(calls):
        begin = clock()
        contender.margins(blocks[call % block_count])
        result[call] = clock() - begin
    return result
