"""Train, compare, measure, and show: Tests/Benchmarks/run calls this.

run [--quick] [--models NAME,...] [--peers NAME,...] [--level v2|v3|v4] [--output FOLDER] [--list]
"""

import argparse
import os
import pathlib
import sys

import installations
import peers
import processes
from measures import machine
from models.catalogue import BY_NAME, SPECIFICATIONS

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache"


def _arguments():
    parser = argparse.ArgumentParser(prog="Tests/Benchmarks/run", description="Apus beside its peers, in one run.")
    parser.add_argument("--quick", action="store_true", help="models of a tenth of the size, few repetitions")
    parser.add_argument("--models", default=",".join(BY_NAME), help="some of the models")
    parser.add_argument("--peers", default=",".join(peers.MODULES), help="some of the peers")
    parser.add_argument("--level", choices=["v2", "v3", "v4"], help="lower Apus's instruction set")
    parser.add_argument("--output", type=pathlib.Path, default=CACHE / "results", help="where the results go")
    parser.add_argument("--list", action="store_true", help="the models and the peers")
    arguments = parser.parse_args()
    for asked, known, what in (
        (arguments.models.split(","), BY_NAME, "model"),
        (arguments.peers.split(","), peers.MODULES, "peer"),
    ):
        for name in asked:
            if name not in known:
                parser.error(f"no {what} is called {name}")
    return arguments


def _measure(name, arguments):
    """The results of one model, or None if its process failed."""
    command, result = ["measure_model.py", name], CACHE / f"result-{name}.json"
    return processes.measured(command, BY_NAME[name].title, result, quick=arguments.quick, peers=arguments.peers)


def _show(run, output):
    from report import table, written

    written.write(run, table.text(run), output)


def _differing(result):
    """Whether Apus gave anything but the trainer's bits."""
    return any(one["name"] == "Apus" and one["difference"]["largest"] != 0 for one in result["contenders"])


def main():
    arguments = _arguments()
    if arguments.list:
        for specification in SPECIFICATIONS:
            print(f"{specification.name:22} {specification.title}")
        print("peers:", ", ".join(peers.MODULES))
        return 0
    CACHE.mkdir(exist_ok=True)
    # Threads that wait do not spin: they would take the processor from whoever is measured next.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    if arguments.level:
        os.environ["APUS_INSTRUCTION_SET"] = arguments.level
    missing = installations.install_peers()
    for peer, reason in missing.items():
        print(f"left out: {peer}: {reason}")
    names = arguments.models.split(",")
    results = [result for result in (_measure(name, arguments) for name in names) if result]
    run = {
        "machine": machine.facts(),
        "quick": arguments.quick,
        "level": machine.apus_level(),
        "missing": missing,
        "models": results,
    }
    _show(run, arguments.output)
    wrong = [result for result in results if _differing(result)]
    for result in wrong:
        print(f"FAILED: Apus differs from the trainer: {result['title']}")
    return 1 if wrong or len(results) < len(names) else 0


if __name__ == "__main__":
    sys.exit(main())
