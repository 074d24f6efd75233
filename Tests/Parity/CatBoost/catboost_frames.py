"""Rows with categories, for processes with and without CatBoost."""

import numpy as np
import pandas

# Categories of every length that the hash treats in its own way.
TEXTS = ["", "a", "ab", "abc", "abcd", "7", "-12", " 7 ", "é", "naïve 東京", "x" * 8, "x" * 9, "x" * 16, "x" * 17, "x" * 32]
TEXTS += ["x" * 33, "x" * 64, "x" * 65, "y" * 128, "z" * 129, "w" * 400]
CATEGORICAL_COLUMNS = {"categories": [1, 4, 5, 6], "texts": [1, 4, 5, 6]}



def as_pool_rows(data, x):
    """The rows as CatBoost takes them: a frame, if there are categories."""
    if data not in CATEGORICAL_COLUMNS:
        return x
    columns = {}
    for column in range(x.shape[1]):
        if column not in CATEGORICAL_COLUMNS[data]:
            columns[column] = x[:, column].astype(np.float32)
        elif data == "texts" and column > 1:
            columns[column] = [text_of(number) for number in x[:, column]]
        else:
            columns[column] = x[:, column].astype(np.int64)
    return pandas.DataFrame(columns)


def text_of(number):
    return TEXTS[int(number) % len(TEXTS)] if abs(number) < 1000 else f"category {number:.0f}"
