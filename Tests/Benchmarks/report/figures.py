"""Which figure of a result stands for what."""

import math

# A contender that is wrong in so many rows does not score this model.
MOST_WRONG_ROWS = 0.5
APUS = "Apus"


def apus(result):
    """Apus's figures, or None if it does not read the model."""
    return next((one for one in result["contenders"] if one["name"] == APUS), None)


def peers(result):
    """Those that scored this very model."""
    return [
        one
        for one in result["contenders"]
        if one["name"] != APUS and not one["own_model"] and one["difference"]["share"] < MOST_WRONG_ROWS
    ]


def row_microseconds(contender):
    """The middle of one row's time through C, or else from Python."""
    return (contender["one_row"] or contender["one_row_python"])["p50"]


def swept_microseconds(contender):
    return contender["one_row_swept"]["p50"] if contender["one_row_swept"] else math.inf


def batch_rate(contender, threads=1):
    """Rows a second in the largest batch."""
    return list(contender["batch"].values())[threads - 3]


def fastest(candidates, figure, best=min):
    """The best contender and its figure, or (None, nan)."""
    found = [(one, figure(one)) for one in candidates]
    found = [pair for pair in found if math.isfinite(pair[1])]
    return best(found, key=lambda pair: pair[1]) if found else (None, math.nan)


def row_entry(contender):
    """A mark on figures that are Python's."""
    return "" if contender["one_row"] else " (Python)"


def batch_entry(contender):
    return "" if contender["batch_from"] == "C" else " (Python)"
