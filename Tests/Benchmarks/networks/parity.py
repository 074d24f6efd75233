"""How far a contender is from PyTorch, over every way that is measured later."""

import numpy as np

from measures.parity import ROUNDING, differences

ONE_BY_ONE = 500
ROWS_FROM_PYTHON = 20


def compare(contender, handles, network, row_count):
    """The largest difference in any row, and the share of rows whose difference is not one of rounding.

    Over all rows in blocks on every number of threads, and over some rows one by one. `handles` are those of the
    contender by the number of rows and of threads that they were opened for; none if it is called from Python.
    """
    expected = network.expected
    block_count = len(expected) // row_count
    found = []
    if handles:
        blocks = network.blocks(row_count).reshape(block_count, row_count, -1)
        for (rows, _), handle in handles.items():
            if rows == 1:
                found.append(handle.margins_one_by_one(network.rows()[:ONE_BY_ONE]))
            else:
                scores = np.empty((block_count, row_count))
                for block, own in zip(blocks, scores):
                    handle.margins(block, own)
                found.append(scores.reshape(-1))
    else:
        blocks = [contender.margins(contender.block(row_count, index)) for index in range(block_count)]
        rows = [contender.row(network.rows(), index) for index in range(ROWS_FROM_PYTHON)]
        found += [np.concatenate(blocks), [contender.margins_of_row(row) for row in rows]]
    distances = [differences(one, expected[: len(one)]) for one in found]
    largest = max(float(one.max()) for one in distances)
    return largest, max(float((one > ROUNDING).mean()) for one in distances)
