"""What Apus must reach: ratios to whatever peer is fastest in the same run, one thread."""

# Model: ratio for one row, ratio for a large batch, on a machine with AVX-512.
BARS = {
    "xgboost-100": (6, 5),
    "xgboost-500": (12, 9),
    "xgboost-1000": (6, 6),
    "xgboost-lossguide": (5, 5),
    "xgboost-forest": (4, 3),
    "lightgbm-31": (6, 6),
    "lightgbm-255": (5, 6),
    "lightgbm-categorical": (4, 4),
    "catboost-symmetric": (2.5, 1.5),
    "catboost-lossguide": (4, 4),
    "sklearn-forest": (4, 4),
    "linear": (8, 2),
}
# One row with swept caches, on the models of 500 trees.
SWEPT_BAR = 3
SWEPT_MODELS = (
    "xgboost-500",
    "lightgbm-31",
    "lightgbm-255",
    "lightgbm-categorical",
    "catboost-symmetric",
    "catboost-lossguide",
)
# A large batch against YDF's own model of the same shape.
YDF_BAR = 3
# A large batch on two threads against one.
TWO_THREADS_BAR = 1.8
# Without AVX-512 Apus is still to be ahead, on AVX2 of every peer and below that of the library that trained.
AHEAD_BAR = 1
# The level of instructions that the figures in BARS are for.
FULL_LEVEL = "v4"


def verdict(ratio, bar, level, *, any_level=False):
    """In words. `any_level` is for bars that hold whatever the machine."""
    if ratio >= bar:
        return "met"
    return "not met" if any_level or level == FULL_LEVEL else "asks for AVX-512"
