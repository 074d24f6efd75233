"""A million calls for one row, and what the slowest of them took. Tests/Benchmarks/tail calls this."""

import argparse
import os
import resource

import numpy as np

from driver import Driver, Refused
from measures.effort import FULL
from measures.machine import apus_level, processor
from models.catalogue import BY_NAME
from models.training import TrainedModel
from peers.apus import Apus

PERCENTILES = {"median": 50, "p90": 90, "p99": 99, "p99.9": 99.9, "p99.99": 99.99, "max": 100}
SEED = 11


def _tail(model, driver, calls):
    """Nanoseconds of the calls, and what of the operating system came between them."""
    handle = Apus(model).open_native(driver, 1)
    rows = model.rows()
    order = np.random.default_rng(SEED).integers(0, len(rows), calls).astype(np.int32)
    handle.row_nanoseconds(rows, order[: len(rows)], 0)
    before = resource.getrusage(resource.RUSAGE_SELF)
    nanoseconds = handle.row_nanoseconds(rows, order, 0)
    after = resource.getrusage(resource.RUSAGE_SELF)
    handle.close()
    return nanoseconds, after.ru_nivcsw - before.ru_nivcsw, after.ru_minflt - before.ru_minflt


def main():
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/tail", description="The latency tail of Apus.")
    parser.add_argument("--models", default="xgboost-100,xgboost-500,xgboost-lossguide")
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--level", choices=["v2", "v3", "v4"])
    arguments = parser.parse_args()
    if arguments.level:
        os.environ["APUS_INSTRUCTION_SET"] = arguments.level
    driver = Driver()
    print(f"{arguments.calls:,} calls for one row; {processor()}, {apus_level()}; microseconds")
    header = [f"{name:>8}" for name in PERCENTILES]
    print(f"{'model':42}", *header, "preempted", "page faults")
    for name in arguments.models.split(","):
        specification = BY_NAME[name]
        model = TrainedModel(specification, FULL.training_rows, FULL.pool)
        try:
            nanoseconds, preempted, faults = _tail(model, driver, arguments.calls)
        except Refused as refused:
            print(f"{specification.title:42} {refused}")
            continue
        figures = [f"{np.percentile(nanoseconds, percentile) / 1e3:8.2f}" for percentile in PERCENTILES.values()]
        print(f"{specification.title:42}", *figures, f"{preempted:9,}", f"{faults:11,}")


if __name__ == "__main__":
    main()
