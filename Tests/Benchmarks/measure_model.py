"""Everything about one model, in a process of its own: parity, then times. Writes the results as JSON.

python measure_model.py NAME RESULT [--quick] [--peers NAME,...]
"""

import argparse
import functools
import json
import pathlib
import sys
import time
import warnings

import numpy as np

import peers
from driver import Driver, Refused
from measures import batch, one_row, parity
from measures.effort import FULL, QUICK, THREADS
from measures.machine import swept_bytes, waited_seconds
from models.catalogue import BY_NAME
from models.training import TrainedModel
from peers.contender import NotApplicable


def _say(text):
    print(f"  {text}", flush=True)


class Measurement:
    def __init__(self, model, effort):
        self.model = model
        self.effort = effort
        self.driver = Driver()
        self.contenders = []
        self.handles = {thread_count: {} for thread_count in THREADS}
        self.differences = {}
        self.left_out = {}

    def enter(self, peer):
        """Open the contenders of the peer and compare them with the trainer; or note why not."""
        try:
            found = peers.contenders(peer, self.model)
        except Exception as error:  # a peer's own failure of whatever kind only leaves it out
            self._leave_out(peer, error)
            return
        for contender in found:
            try:
                self._enter(contender)
            except Exception as error:
                self._leave_out(contender.name, error)

    def _enter(self, contender):
        handles = {}
        if contender.has_native:
            handles = {count: contender.open_native(self.driver, count) for count in THREADS}
        if contender.own_model:
            parity.try_out(contender, self.model)
            _say(f"{contender.name:28} scores a model of its own")
        else:
            largest, share = parity.compare(contender, handles.get(1), self.model)
            self.differences[contender] = {"largest": largest, "share": share}
            _say(
                f"{contender.name:28} largest difference {largest:.2g}"
                + (f", {share:.2%} of rows" if share else "")
            )
        for count, handle in handles.items():
            self.handles[count][contender] = handle
        self.contenders.append(contender)

    def _leave_out(self, name, error):
        said = (str(error).strip().splitlines() or ["no reason given"])[0][:200]
        expected = isinstance(error, (NotApplicable, Refused, ImportError))
        self.left_out[name] = said if expected else f"{type(error).__name__}: {said}"
        if not isinstance(error, NotApplicable):
            _say(f"{name:28} left out: {self.left_out[name]}")

    def _swept_from_python(self):
        """Of those that have no entry but Python's."""
        other_work = np.zeros(swept_bytes(), np.uint8)
        only = [contender for contender in self.contenders if not contender.has_native]
        sweep = functools.partial(self.driver.sweep, other_work)
        return one_row.from_python(only, self.model, self.effort, between=sweep)

    def run(self):
        model, effort = self.model, self.effort
        _say("one row")
        plain = one_row.from_c(self.handles[1], model, effort)
        _say("one row, caches swept")
        swept = one_row.from_c(self.handles[1], model, effort, swept_bytes=swept_bytes())
        swept.update(self._swept_from_python())
        _say("one row, from Python")
        python = one_row.from_python([one for one in self.contenders if one.has_python], model, effort)
        rates = {}
        for row_count in effort.batches:
            for count in THREADS:
                _say(f"{row_count:,} rows, threads: {count}")
                rates[row_count, count] = batch.rows_per_second(
                    self.contenders, self.handles[count], model, effort, row_count, count
                )
        return [
            {
                "name": contender.name,
                "version": contender.version,
                "own_model": contender.own_model,
                "difference": self.differences.get(contender),
                "one_row": plain.get(contender),
                "one_row_swept": swept.get(contender),
                "one_row_python": python.get(contender),
                "batches": [
                    {"rows": rows, "threads": threads, "rows_per_second": found[contender]}
                    for (rows, threads), found in rates.items()
                ],
                "entry": "C" if contender.has_native else "Python",
                **(contender.facts() if contender.name == "Apus" else {}),
            }
            for contender in self.contenders
        ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peers", default=",".join(peers.MODULES))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    effort = QUICK if arguments.quick else FULL
    specification = BY_NAME[arguments.name]
    if arguments.quick:
        specification = specification.reduced()
    model = TrainedModel(specification, effort.training_rows, effort.batches[-1])
    trees, nodes = model.shape
    _say(f"{trees:,} trees, {nodes:,} nodes")
    measurement = Measurement(model, effort)
    for peer in ["apus", *(name for name in arguments.peers.split(",") if name != "apus")]:
        measurement.enter(peer)
    begin, waited = time.monotonic(), waited_seconds()
    contenders = measurement.run()
    result = {
        "model": specification.name,
        "title": specification.title,
        "trainer": specification.trainer,
        "trees": trees,
        "nodes": nodes,
        "contenders": contenders,
        "left_out": measurement.left_out,
        "waited_share": (waited_seconds() - waited) / (time.monotonic() - begin),
    }
    arguments.result.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    sys.exit(main())
