"""Inputs for the networks of this folder, by numpy alone: tests draw more of them where no torch is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Inputs = dict[str, np.ndarray]

CARDINALITIES = (50, 12, 7, 200)
STEPS = 12


def draw(name: str, count: int, seed: int, steps: int = STEPS) -> Inputs:
    """`count` rows of the inputs that the case takes."""
    return DRAWN_BY[name](np.random.default_rng(seed), count, steps)


def payments(random: np.random.Generator, count: int, steps: int) -> Inputs:
    # Of different sizes, as amounts and indicators are.
    rows = random.normal(size=(count, 30)) * np.geomspace(0.1, 10, 30)
    return {"payments": rows.astype(np.float32)}


def doubles(random: np.random.Generator, count: int, steps: int) -> Inputs:
    return {"payments": payments(random, count, steps)["payments"].astype(np.float64) * (1 + 2**-40)}


def payments_with_keys(random: np.random.Generator, count: int, steps: int) -> Inputs:
    keys = np.stack([random.integers(0, size, count) for size in CARDINALITIES], axis=1)
    return {"amounts": random.normal(size=(count, 10)).astype(np.float32), "keys": keys.astype(np.int64)}


def events(random: np.random.Generator, count: int, steps: int) -> Inputs:
    return {"events": random.normal(size=(count, steps, 8)).astype(np.float32)}


def events_of_some_length(random: np.random.Generator, count: int, steps: int) -> Inputs:
    lengths = random.integers(1, steps + 1, count).astype(np.int64)
    return {**events(random, count, steps), "lengths": lengths}


def events_with_padding(random: np.random.Generator, count: int, steps: int) -> Inputs:
    lengths = random.integers(1, steps + 1, count)
    return {**events(random, count, steps), "padding": np.arange(steps)[None] >= lengths[:, None]}


DRAWN_BY: dict[str, Callable[[np.random.Generator, int, int], Inputs]] = {
    "mlp": payments,
    "mlp-script": payments,
    "mlp-doubles": doubles,
    "mlp-batch-norm": payments,
    "mlp-batch-norm-script": payments,
    "wide-and-deep": payments_with_keys,
    "dcn": payments_with_keys,
    "tabular-transformer": payments_with_keys,
    "gru": events_of_some_length,
    "lstm": events,
    "lstm-script": events,
    "convolutions": events,
    "transformer-encoder": events_with_padding,
    "scikit-learn-mlp": payments,
    "scikit-learn-mlp-regressor": payments,
}
