"""Rows that look like card payments: skewed amounts, counts, gaps, categories, and a rare fraud to find.

A column's kind repeats along the row. Values are ones that a 32-bit float holds, so that peers which read floats
only are not told apart by the rounding of their input.
"""

import numpy as np

FRAUD_SHARE = 0.03
CATEGORY_SIZES = (12, 40, 150, 400)


def _amount(random, count):
    return np.round(random.lognormal(3.2, 1.4, count), 2)


def _counter(random, count):
    return random.negative_binomial(1, 0.15, count)


def _hours_since(random, count):
    return random.exponential(90.0, count)


def _ratio(random, count):
    return random.beta(0.8, 3.0, count)


def _hour_of_day(random, count):
    return np.round(np.mod(random.normal(15, 5, count), 24), 2)


def _deviation(random, count):
    return random.standard_t(4, count)


def _flag(random, count):
    return random.random(count) < 0.2


def _distance(random, count):
    return np.where(random.random(count) < 0.5, 0, random.pareto(1.2, count) * 10)


KINDS = [_amount, _counter, _hours_since, _ratio, _hour_of_day, _deviation, _flag, _distance]
MISSING_SHARES = [0.0, 0.0, 0.15, 0.05, 0.0, 0.3, 0.0, 0.1]


def payments(row_count, feature_count, seed, *, categorical=0, missing=True):
    """Rows as float32; the last `categorical` columns hold category codes."""
    random = np.random.default_rng(seed)
    rows = np.empty((row_count, feature_count), np.float32)
    for feature in range(feature_count - categorical):
        kind = feature % len(KINDS)
        column = KINDS[kind](random, row_count).astype(np.float32)
        column[random.random(row_count) < MISSING_SHARES[kind] * missing] = np.nan
        rows[:, feature] = column
    for index in range(categorical):
        size = CATEGORY_SIZES[index % len(CATEGORY_SIZES)]
        weights = 1 / np.arange(1, size + 1)
        codes = random.choice(size, row_count, p=weights / weights.sum()).astype(np.float32)
        codes[random.random(row_count) < 0.02 * missing] = np.nan
        rows[:, feature_count - categorical + index] = codes
    return rows


def fraud(rows, seed):
    """Which rows are fraud. The same rule for every set of rows of one width."""
    weights = np.random.default_rng(seed).normal(size=rows.shape[1])
    values = np.nan_to_num(rows.astype(np.float64), nan=-1.0)
    signs = np.sign(weights)
    risk = np.abs(np.sin(np.log1p(np.abs(values)) * signs * 3)) @ weights
    pairs = np.arange(rows.shape[1] - 1)
    logs = np.log1p(np.abs(values))
    risk += (
        0.5
        * ((logs[:, pairs] > logs.mean(axis=0)[pairs]) & (logs[:, pairs + 1] < logs.mean(axis=0)[pairs + 1]))
        @ weights[:-1]
    )
    risk += np.random.default_rng(seed + 1).normal(scale=0.3 * risk.std(), size=len(rows))
    return risk > np.quantile(risk, 1 - FRAUD_SHARE)
