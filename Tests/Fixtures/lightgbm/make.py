"""Make every conformance case: train with real LightGBM releases and write down what they answer.

    python make.py                    all cases
    python make.py forest-4.7.0 ...   only these

Run it with the Python of Tests/Parity/.venv (Tests/Parity/run makes it). Each release runs in a process of
its own. The models are seeded, but another machine's compiler may train others: commit model and case.txt together.
"""

import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[1] / "Parity" / "lightgbm")]


def make_here(release, names):
    """Make the cases of the one release that this process imports."""
    import cases

    for case in cases.ALL:
        if case.release == release and (not names or case.name in names):
            case.make(FOLDER / case.name)
            print(f"{release}  {case.name}", flush=True)


def main(names):
    import releases

    for release in releases.RELEASES:
        releases.install(release)
        command = [sys.executable, str(FOLDER / "make.py"), "--release", release, *names]
        subprocess.run(command, check=True, env=releases.environment(release))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--release"]:
        make_here(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1:])
