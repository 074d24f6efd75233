"""Make every conformance case: train with real XGBoost releases and write down what they answer.

    python make.py                    all cases
    python make.py dart-3.2.0 ...     only these

Run it with the Python of Tests/Parity/.venv (Tests/Parity/run makes it). Each release runs in a process of
its own. The models are seeded, but another machine's compiler may train others: commit model and case.txt together.
"""

import importlib
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PARITY = FOLDER.parents[1] / "Parity"
sys.path[:0] = [str(PARITY)]


def make_here(release, names):
    """Make the cases of the one release that this process imports."""
    for module in ("objectives", "boosters", "categories", "edited", "outputs", "releases"):
        importlib.import_module(f"cases_{module}")
    from case import ALL, make

    for case in ALL:
        if case.release == release and (not names or case.name in names):
            make(case)
            print(f"{release}  {case.name}", flush=True)
    if release == "3.2.0":
        from cases_relaid import make_relaid

        make_relaid(names)


def main(names):
    import installations

    for release in installations.RELEASES:
        installations.install(release)
        command = [sys.executable, str(FOLDER / "make.py"), "--release", release, *names]
        subprocess.run(command, check=True, env=installations.environment(release))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--release"]:
        make_here(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1:])
