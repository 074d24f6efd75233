"""Doubles that are no floats, but round to given floats."""

import numpy as np


def _neighbour(rows, direction):
    """The next float in that direction, as a double; behind the largest float, where the next would be."""
    step = np.nextafter(rows, np.float32(direction)).astype(np.float64)
    return np.where(np.isinf(step), np.copysign(2.0**128, step), step)


def doubles_that_round_to(rows, random):
    """For each f32 value a double that rounds to it: anywhere in its interval, and often at the very end of it,
    where a tie goes to the even float. NaN stays NaN, and an infinity becomes a double beyond the largest float."""
    exact = rows.astype(np.float64)
    with np.errstate(all="ignore"):
        low = (exact + _neighbour(rows, -np.inf)) / 2
        high = (exact + _neighbour(rows, np.inf)) / 2
        inside = low + (high - low) * random.uniform(0.001, 0.999, rows.shape)
        is_even = (rows.view(np.uint32) & 1) == 0
        end = np.where(random.random(rows.shape) < 0.5, low, high)
        end = np.where(is_even, end, np.nextafter(end, exact))
        result = np.where(random.random(rows.shape) < 0.5, inside, end)
        # Signs of zero, infinities and NaN have no interval around them.
        result = np.where(rows == 0, np.copysign(np.abs(random.uniform(0, 7e-46, rows.shape)), exact), result)
        result = np.where(np.isinf(rows), np.copysign(1e300, exact), result)
        result = np.where(np.isnan(rows), np.nan, result)
        rounded = result.astype(np.float32)
    assert np.array_equal(rounded.view(np.uint32)[~np.isnan(rows)], rows.view(np.uint32)[~np.isnan(rows)])
    return result
