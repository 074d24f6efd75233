"""Everything about one network, in a process of its own: parity, then times. Writes the results as JSON.

python -m networks.measure_network NAME RESULT [--quick] [--peers NAME,...]
"""

import argparse
import json
import logging
import pathlib
import sys
import time
import warnings

from driver import Driver, Refused
from measures import blocks, load, one_row
from measures.effort import THREADS
from measures.machine import waited_seconds
from networks import parity, peers
from networks.catalogue import BY_NAME
from networks.effort import BATCH, FULL, PEAK_MILLISECONDS, QUICK
from networks.export import Network


def _say(text):
    print(f"  {text}", flush=True)


class Measurement:
    def __init__(self, network, effort):
        self.network = network
        self.effort = effort
        self.driver = Driver()
        self.contenders = []
        self.handles = {}
        self.differences = {}
        self.left_out = {}

    def enter(self, peer):
        """Open the contenders of the peer and compare them with PyTorch; or note why not."""
        try:
            found = peers.contenders(peer, self.network)
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
            for sizes in [(1, 1), *((BATCH, count) for count in THREADS if count == 1 or contender.has_threads)]:
                handles[sizes] = contender.open_native(self.driver, *sizes)
        largest, share = parity.compare(contender, handles, self.network, BATCH)
        self.differences[contender] = {"largest": largest, "share": share}
        _say(f"{contender.name:28} largest difference {largest:.2g}" + (f", {share:.2%} of rows" if share else ""))
        self.handles[contender] = handles
        self.contenders.append(contender)

    def _leave_out(self, name, error):
        said = (str(error).strip().splitlines() or ["no reason given"])[0][:200]
        self.left_out[name] = (
            said if isinstance(error, (Refused, ImportError)) else f"{type(error).__name__}: {said}"
        )
        _say(f"{name:28} left out: {self.left_out[name]}")

    def _handles(self, *sizes):
        return {one: handles[sizes] for one, handles in self.handles.items() if sizes in handles}

    def _rates(self, threads):
        """On several threads, of those that were opened for them; on one, of all."""
        handles = self._handles(BATCH, threads)
        entered = self.contenders if threads == 1 else list(handles)
        return blocks.rows_per_second(entered, handles, self.network, self.effort, BATCH, threads)

    def run(self):
        network, effort = self.network, self.effort
        _say("load")
        loaded = [one for one in self.contenders if one.has_native and one.has_load]
        loads = load.milliseconds(loaded, self.driver, effort)
        _say("one row")
        rows = one_row.from_c(self._handles(1, 1), network, effort)
        from_python = one_row.from_python([one for one in self.contenders if not one.has_native], network, effort)
        rates = {}
        for threads in THREADS:
            _say(f"{BATCH:,} rows, threads: {threads}")
            rates[threads] = self._rates(threads)
        return [
            {
                "name": contender.name,
                "version": contender.version,
                "own_model": False,
                "difference": self.differences[contender],
                "load": loads.get(contender),
                "one_row": rows.get(contender),
                "one_row_python": from_python.get(contender),
                "batches": [
                    {"rows": BATCH, "threads": threads, "rows_per_second": found[contender]}
                    for threads, found in rates.items()
                    if contender in found
                ],
                "entry": "C" if contender.has_native else "Python",
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
    logging.disable(logging.WARNING)  # of the exporter
    effort = QUICK if arguments.quick else FULL
    specification = BY_NAME[arguments.name]
    network = Network(specification, effort.pool)
    _say(f"{network.matrix_operations / 1e6:.3g} million operations of matrix products a row")
    measurement = Measurement(network, effort)
    for peer in ["apus", *(name for name in arguments.peers.split(",") if name != "apus")]:
        measurement.enter(peer)
    begin, waited = time.monotonic(), waited_seconds()
    peaks = [measurement.driver.peak_operations(PEAK_MILLISECONDS)]
    contenders = measurement.run()
    peaks.append(measurement.driver.peak_operations(PEAK_MILLISECONDS))
    result = {
        "model": specification.name,
        "title": specification.title,
        "trainer": "pytorch",
        "matrix_operations": network.matrix_operations,
        "peak": max(peaks),
        "contenders": contenders,
        "left_out": measurement.left_out,
        "waited_share": (waited_seconds() - waited) / (time.monotonic() - begin),
    }
    arguments.result.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    sys.exit(main())
