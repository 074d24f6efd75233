"""How far a contender is from the trainer, over every way that is measured later."""

import numpy as np

ONE_BY_ONE = 2_000
ROWS_FROM_PYTHON = 20
# A difference above this is not one of rounding: the row went to another leaf.
ROUNDING = 1e-3


def differences(found, expected):
    """Of each row; a NaN is infinitely far."""
    found = np.asarray(found, np.float64).reshape(-1)
    if found.shape != expected.shape:
        raise ValueError(f"{found.shape} margins for {expected.shape} rows")
    distance = np.abs(found - expected)
    return np.where(np.isnan(distance), np.inf, distance)


def compare(contender, handle, model):
    """The largest difference in any row, and the share of rows whose difference is not one of rounding.

    Over all rows in one batch, and over some of them one by one.
    """
    rows, expected = model.rows(contender.element), model.margins
    found_differences = []
    if handle:
        found = np.empty(len(rows))
        handle.margins(rows, found)
        found_differences.append(differences(found, expected))
        some = rows[:ONE_BY_ONE]
        found_differences.append(differences(handle.margins_one_by_one(some), expected[:ONE_BY_ONE]))
    if contender.has_python:
        found_differences.append(differences(contender.prepared_margins(contender.prepare(rows), 1), expected))
        first = [contender.margins_of_row(contender.row(rows, index)) for index in range(ROWS_FROM_PYTHON)]
        found_differences.append(differences(first, expected[:ROWS_FROM_PYTHON]))
    largest = max(float(one.max()) for one in found_differences)
    return largest, max(float((one > ROUNDING).mean()) for one in found_differences)


def try_out(contender, model):
    """For a contender with a model of its own there is nothing to compare, but it must run."""
    rows = model.rows(contender.element)[:ONE_BY_ONE]
    contender.prepared_margins(contender.prepare(rows), 1)
    contender.margins_of_row(contender.row(rows, 0))
