"""The CatBoost releases that serve as judges, each installed into a folder of its own in ../.cache.

    python catboost_installations.py     install those that are missing
"""

import os
import pathlib
import subprocess
import sys

from catboost_configurations import RELEASES

FOLDER = pathlib.Path(__file__).resolve().parent
CACHE = FOLDER.parent / ".cache"
# 1.2 is of the time before NumPy 2.
LIBRARIES = {
    "1.2": ["numpy==1.26.4", "pandas==2.1.4", "scipy==1.11.4"],
    "1.2.10": ["numpy==2.2.6", "pandas==2.2.3", "scipy==1.15.3"],
}
COMMON = ["six==1.17.0", "python-dateutil==2.9.0.post0", "pytz==2024.2", "tzdata==2024.2"]


def environment(release):
    """Environment for a process that imports this release."""
    path = os.pathsep.join([str(CACHE / f"catboost-{release}"), str(FOLDER)])
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def install(release):
    """Into a temporary name first, so that a folder that exists is complete."""
    folder = CACHE / f"catboost-{release}"
    if folder.exists():
        return
    CACHE.mkdir(exist_ok=True)
    unfinished = folder.with_name(folder.name + ".unfinished")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Without --no-deps pip would bring plotting libraries.
    command += ["--root-user-action=ignore", "--no-deps", "--upgrade", "--target", str(unfinished)]
    subprocess.run([*command, f"catboost=={release}", *LIBRARIES[release], *COMMON], check=True)
    unfinished.rename(folder)


if __name__ == "__main__":
    for name in RELEASES:
        install(name)
