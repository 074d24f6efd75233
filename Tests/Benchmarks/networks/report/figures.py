"""Which figure of a network's result stands for what."""

from report.figures import batch_rate, fastest, named, peers

# Apus with weights in bfloat16.
ROUNDED = "Apus, bfloat16 weights"


def has_rounded(result):
    """Whether it was to be measured."""
    return ROUNDED in result["left_out"] or named(result, ROUNDED) is not None


def load(result, name):
    """Milliseconds, or None."""
    return next((one["load"] for one in result["contenders"] if one["name"] == name), None)


def fastest_batch(result):
    return fastest(peers(result), batch_rate, max)


def operations(result, contender):
    """Operations of matrix products a nanosecond, in batches on one thread."""
    return batch_rate(contender) * result["matrix_operations"] / 1e9
