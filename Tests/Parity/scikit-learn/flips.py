"""Rows at which a function of rows changes, and their neighbours: thresholds of whatever stands in a pipeline."""

import numpy as np


def _order(values):
    """Integers in the order of the numbers."""
    bits = np.asarray(values, np.float64).view(np.int64)
    return np.where(bits < 0, np.int64(-(2**63)) - bits, bits)


def _number(order):
    return np.where(order < 0, np.int64(-(2**63)) - order, order).view(np.float64)


def flips(function, rows, limit=60):
    """Pairs of rows that differ in one number, by one unit in its last place, of which the function gives two answers."""
    random = np.random.default_rng(11)
    bases, columns, lows, highs = [], [], [], []
    for column in range(rows.shape[1]):
        known = rows[:, column][np.isfinite(rows[:, column])]
        grid = np.unique(np.quantile(known, np.linspace(0, 1, 10)))
        for base in rows[random.integers(0, len(rows), 3)]:
            made = np.repeat(base[np.newaxis], len(grid), axis=0)
            made[:, column] = grid
            answers = function(made)
            for index in np.flatnonzero(np.any(answers[1:] != answers[:-1], axis=1)):
                bases.append(base)
                columns.append(column)
                lows.append(grid[index])
                highs.append(grid[index + 1])
    if not bases:
        return rows[:0]
    chosen = random.permutation(len(bases))[:limit]
    base, column = np.array(bases)[chosen], np.array(columns)[chosen]
    low, high = _order(np.array(lows)[chosen]), _order(np.array(highs)[chosen])

    def with_value(order):
        made = base.copy()
        made[np.arange(len(made)), column] = _number(order)
        return made

    start = function(with_value(low))
    for _ in range(64):
        middle = low // 2 + high // 2 + (low % 2 + high % 2) // 2
        is_same = np.all(function(with_value(middle)) == start, axis=1)
        low, high = np.where(is_same, middle, low), np.where(is_same, high, middle)
    return np.concatenate([with_value(low), with_value(high)])
