"""Features with gaps, zeros and categories, as arrays and as a pandas table."""

import numpy as np

ROWS = 600


def plain(random, columns=7):
    """Features of several scales; some coarse, so that thresholds hit values; gaps and zeros."""
    x = random.normal(size=(ROWS, columns)) * np.resize([1.0, 30.0, 0.01, 5.0, 1e4, 1.0], columns)
    x[:, 0] = np.round(x[:, 0], 1)
    x[:, 1] = np.round(x[:, 1])
    x[random.random(x.shape) < 0.07] = np.nan
    x[random.random(x.shape) < 0.07] = 0
    return x


def categories(random, sizes=(4, 12, 70)):
    x = plain(random)
    for column, size in enumerate(sizes, x.shape[1] - len(sizes)):
        codes = random.integers(0, size, ROWS).astype(float)
        x[:, column] = np.where(np.isnan(x[:, column]), np.nan, codes)
    return x


def frame(x):
    """The same features as a pandas table: categories of text, of whole numbers, and of real ones."""
    import pandas

    table = pandas.DataFrame({f"n{index}": x[:, index] for index in range(x.shape[1])})
    names = (lambda code: f"kind {code} \u00e9\"", lambda code: 7 * code - 10, lambda code: code / 4 + 0.125)
    for column, name in zip(range(x.shape[1] - 3, x.shape[1]), names):
        codes = np.nan_to_num(x[:, column], nan=-1).astype(int)
        table[f"n{column}"] = pandas.Categorical.from_codes(codes, [name(code) for code in range(codes.max() + 1)])
    return table
