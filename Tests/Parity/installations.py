"""The XGBoost releases that serve as judges, each installed into a folder of its own.

One interpreter cannot import two XGBoosts, so every release runs in its own process with its folder on
PYTHONPATH. Releases 1.x need a NumPy and pandas of their time; they share one folder for those.

    python installations.py 1.7.6 3.2.0     install these releases where they are missing
"""

import os
import pathlib
import subprocess
import sys

CACHE = pathlib.Path(__file__).resolve().parent / ".cache"

RELEASES = {
    "1.0.2": "xgboost==1.0.2",
    "1.3.3": "xgboost==1.3.3",
    "1.7.6": "xgboost==1.7.6",
    "2.1.4": "xgboost-cpu==2.1.4",
    "3.0.5": "xgboost-cpu==3.0.5",
    "3.2.0": "xgboost-cpu==3.2.0",
}
LIBRARIES_1X = ["numpy==1.23.5", "scipy==1.10.1", "pandas==1.5.3"]


def folders(release):
    """The folders that go on PYTHONPATH for this release."""
    own = [CACHE / f"xgboost-{release}"]
    return own + [CACHE / "libraries-1.x"] if release.startswith("1.") else own


def environment(release):
    """Environment for a process that imports this release. One OpenMP thread: more only wait for each other here."""
    path = os.pathsep.join(str(folder) for folder in folders(release))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def install_into(folder, requirements):
    """pip into a temporary name first, so that a folder that exists is complete."""
    if folder.exists():
        return
    unfinished = folder.with_name(folder.name + ".unfinished")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            "--no-deps",
            "--upgrade",
            "--target",
            str(unfinished),
            *requirements,
        ],
        check=True,
    )
    unfinished.rename(folder)


def install(release):
    """Make sure that this release can be imported with environment(release)."""
    CACHE.mkdir(exist_ok=True)
    install_into(CACHE / f"xgboost-{release}", [RELEASES[release]])
    if release.startswith("1."):
        # Without --no-deps pip would resolve the rest; these three need only what is listed.
        install_into(
            CACHE / "libraries-1.x", LIBRARIES_1X + ["python-dateutil==2.9.0.post0", "pytz==2024.2", "six==1.17.0"]
        )


if __name__ == "__main__":
    for name in sys.argv[1:]:
        install(name)
