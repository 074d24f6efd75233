"""The LightGBM releases that serve as judges, each installed into a folder of its own and run in a process of its own.

    python releases.py 3.3.5 4.7.0     install these releases where they are missing
"""

import os
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from installations import CACHE, LIBRARIES_1X, install_into  # noqa: E402

# What each release needs beside itself: those before 4 want a NumPy and pandas of their time.
_OLD = {"libraries-1.x": [*LIBRARIES_1X, "python-dateutil==2.9.0.post0", "pytz==2024.2", "six==1.17.0"]}
_NEW = {"libraries-narwhals": ["narwhals==2.13.0"]}
RELEASES = {
    "2.0.10": _OLD,
    "2.0.12": _OLD,
    "2.1.2": _OLD,
    "2.2.3": _OLD,
    "2.3.1": _OLD,
    "3.0.0": _OLD,
    "3.2.1": _OLD,
    "3.3.5": _OLD,
    "4.6.0": {},
    "4.7.0": _NEW,
}


def _folders(release):
    return {f"lightgbm-{release}": [f"lightgbm=={release}"], **RELEASES[release]}


def environment(release):
    """Environment for a process that imports this release. One OpenMP thread: more only wait for each other here."""
    path = os.pathsep.join(str(CACHE / folder) for folder in _folders(release))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def install(release):
    """Make sure that this release can be imported with environment(release)."""
    CACHE.mkdir(exist_ok=True)
    for folder, requirements in _folders(release).items():
        install_into(CACHE / folder, requirements)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        install(name)
