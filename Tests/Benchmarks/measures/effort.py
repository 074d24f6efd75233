"""How much is measured: all of it, or as much as shows that everything works."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Effort:
    training_rows: int
    # Rows for calls of one row, in random order. More than branch predictors can learn by heart.
    pool: int
    # Every repetition of a measurement: how often all contenders are measured in turn ...
    rounds: int
    # ... and calls of one contender within one, plain, with swept caches, and from Python.
    calls: int
    swept_calls: int
    python_calls: int
    batches: tuple
    # Seconds of one contender in one measurement after which it is left out of further rounds.
    budget: float


FULL = Effort(120_000, 8192, 5, 4096, 120, 300, (1_000, 100_000), 8.0)
QUICK = Effort(20_000, 4096, 2, 1024, 30, 50, (1_000, 10_000), 1.0)
THREADS = (1, 2)
