"""Which figure of a result stands for what."""

import math

APUS = "Apus"


def apus(result):
    """Apus's figures, or None if it does not read the model."""
    return named(result, APUS)


def named(result, name):
    """The figures of the contender, or None."""
    return next((one for one in result["contenders"] if one["name"] == name), None)


def refusal(result, name=APUS):
    """The status with which Apus refused the model; its sentence is among the notes of the model."""
    return result["left_out"].get(name, "not measured").split(":")[0]


def peers(result):
    """Those that scored this very model, the wrong ones too: they walk the same trees.

    Other ways to call Apus are no peers: "Apus, ..." in the benchmark of networks.
    """
    return [one for one in result["contenders"] if one["name"].split(",")[0] != APUS and not one["own_model"]]


def wrong_share(contender):
    """In words, or nothing if all differences are of rounding."""
    share = contender["difference"]["share"]
    return f"wrong in {share:.2%} of rows" if share else ""


def row_microseconds(contender):
    """The middle of one row's time through C, or else from Python."""
    return (contender["one_row"] or contender["one_row_python"])["p50"]


def swept_microseconds(contender):
    return contender["one_row_swept"]["p50"]


def largest_batch(contender):
    return max(batch["rows"] for batch in contender["batches"])


def batch_rate(contender, threads=1):
    """Rows a second in the largest batch."""
    rows = largest_batch(contender)
    return next(
        batch["rows_per_second"]
        for batch in contender["batches"]
        if batch["rows"] == rows and batch["threads"] == threads
    )


def fastest(candidates, figure, best=min):
    """The best contender and its figure, or (None, nan)."""
    found = [(one, figure(one)) for one in candidates]
    found = [pair for pair in found if math.isfinite(pair[1])]
    return best(found, key=lambda pair: pair[1]) if found else (None, math.nan)


def entry(contender):
    """A mark on the figures of those that have no entry but Python's."""
    return "" if contender["entry"] == "C" else " (Python)"


def times_better(mine, other, best):
    """How many times better the first of two figures is."""
    return other / mine if best is min else mine / other


def is_of_trainer(contender, result):
    """Whether this is the library that trained the model."""
    return contender["name"].lower().startswith(result["trainer"])
