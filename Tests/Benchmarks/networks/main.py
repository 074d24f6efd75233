"""Export, compare, measure, and show: Tests/Benchmarks/networks/run calls this.

run [--quick] [--networks NAME,...] [--peers NAME,...] [--level v2|v3|v4] [--output FOLDER] [--list]
"""

import argparse
import os
import pathlib
import sys

import processes
from measures import machine
from networks import peers
from networks.catalogue import BY_NAME, SPECIFICATIONS
from networks.export import CACHE
from networks.report import table
from networks.report.figures import ROUNDED
from report import written
from report.figures import apus

# Scores are probabilities. Sums of up to some hundred products in another order move them by a few units of 2^-24,
# through the layers of the encoder by some ten; what is further off is another network.
MOST_DIFFERENCE = 2e-6
# Rounding to bfloat16 moves each weight by at most 2^-9 of itself, up or down; the moves of many weights cancel
# each other, so that a score moves by no more than one of them does.
MOST_ROUNDED = 2**-9


def _arguments():
    parser = argparse.ArgumentParser(
        prog="Tests/Benchmarks/networks/run", description="Apus beside its peers on networks, in one run."
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--networks", default=",".join(BY_NAME), help="some of the networks")
    parser.add_argument("--peers", default=",".join(peers.MODULES), help="some of the peers")
    parser.add_argument("--level", choices=["v2", "v3", "v4"], help="lower Apus's instruction set")
    parser.add_argument("--output", type=pathlib.Path, default=CACHE / "results", help="where the results go")
    parser.add_argument("--list", action="store_true", help="the networks and the peers")
    arguments = parser.parse_args()
    for asked, known, what in (
        (arguments.networks.split(","), BY_NAME, "network"),
        (arguments.peers.split(","), peers.MODULES, "peer"),
    ):
        for name in asked:
            if name not in known:
                parser.error(f"no {what} is called {name}")
    return arguments


def _measure(name, arguments):
    """The results of one network, or None if its process failed."""
    command, result = ["-m", "networks.measure_network", name], CACHE / f"result-{name}.json"
    return processes.measured(command, BY_NAME[name].title, result, quick=arguments.quick, peers=arguments.peers)


def _complaint(result):
    """What is wrong with Apus's answers, or None."""
    if apus(result) is None:
        return f"Apus was left out: {result['left_out'].get('Apus', 'for no reason given')}"
    if ROUNDED in result["left_out"]:
        return f"{ROUNDED} was left out: {result['left_out'][ROUNDED]}"
    for one in result["contenders"]:
        most = MOST_ROUNDED if one["name"] == ROUNDED else MOST_DIFFERENCE
        if one["name"].startswith("Apus") and one["difference"]["largest"] > most:
            return f"{one['name']} differs from PyTorch by {one['difference']['largest']:.2g}"
    return None


def main():
    arguments = _arguments()
    if arguments.list:
        for specification in SPECIFICATIONS:
            print(f"{specification.name:12} {specification.title}")
        print("peers:", ", ".join(peers.MODULES))
        return 0
    CACHE.mkdir(parents=True, exist_ok=True)
    # Threads that wait do not spin: they would take the processor from whoever is measured next.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    if arguments.level:
        os.environ["APUS_INSTRUCTION_SET"] = arguments.level
    names = arguments.networks.split(",")
    results = [result for result in (_measure(name, arguments) for name in names) if result]
    run = {
        "machine": machine.facts(),
        "quick": arguments.quick,
        "level": machine.apus_level(),
        "models": results,
    }
    written.write(run, table.text(run), arguments.output, row="row")
    complaints = {result["title"]: _complaint(result) for result in results}
    for title, complaint in complaints.items():
        if complaint:
            print(f"FAILED: {title}: {complaint}")
    return 1 if any(complaints.values()) or len(results) < len(names) else 0


if __name__ == "__main__":
    sys.exit(main())
