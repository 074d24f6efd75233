"""From the file to what can score: milliseconds."""

import time

import numpy as np

from measures.interleaving import interleave

LOADS = 5


def milliseconds(contenders, driver, effort):
    """The median over loads and rounds. The libraries are in memory already."""

    def measure(contender):
        result = []
        for _ in range(LOADS):
            begin = time.perf_counter()
            handle = contender.open_native(driver, 1)
            result.append(time.perf_counter() - begin)
            handle.close()
        return float(np.median(result))

    results = interleave(contenders, measure, effort.rounds, effort.budget)
    return {contender: float(np.median(seconds)) * 1e3 for contender, seconds in results.items()}
