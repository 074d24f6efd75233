"""The peers, each installed by itself, so that one that cannot be installed is left out and the rest remain.

The trainers come with requirements.txt. An older release of XGBoost lies in a folder of its own: only its C
library is used, so one process can hold both.
"""

import functools
import importlib.metadata
import pathlib
import subprocess
import sys

CACHE = pathlib.Path(__file__).resolve().parent / ".cache"
OLDER_XGBOOST = "3.0.5"

PEERS = {
    "onnxruntime": ["onnxruntime==1.32.0", "onnx==1.23.2", "onnxmltools==1.16.0", "skl2onnx==1.20.0"],
    "tl2cgen": ["treelite==4.8.1", "tl2cgen==1.0.0"],
    # llvmlite 0.45 took away the pass manager that lleaves asks for.
    "lleaves": ["lleaves==1.3.0", "llvmlite==0.44.0", "pandas==3.1.1"],
    "onedal": ["scikit-learn-intelex==2026.2.0"],
    "lignum": ["pylignum==0.3.0"],
    "ydf": ["ydf==0.16.1"],
}


def _pip(*arguments):
    """The last line of what pip had to complain about, or None."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    result = subprocess.run([*command, "--root-user-action=ignore", *arguments], capture_output=True, text=True)
    return None if result.returncode == 0 else result.stderr.strip().splitlines()[-1]


def _installed(requirement):
    name, version = requirement.split("==")
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def install_peers():
    """The reason for each peer that is missing."""
    missing = {}
    for peer, requirements in PEERS.items():
        if not all(map(_installed, requirements)):
            complaint = _pip(*requirements)
            if complaint:
                missing[peer] = complaint
    complaint = _install_older_xgboost()
    if complaint:
        missing[f"xgboost-{OLDER_XGBOOST}"] = complaint
    return missing


def _older_xgboost_folder():
    return CACHE / f"xgboost-{OLDER_XGBOOST}"


def _install_older_xgboost():
    folder = _older_xgboost_folder()
    if folder.exists():
        return None
    # Under a temporary name first, so that a folder that exists is complete.
    unfinished = folder.with_name(folder.name + ".unfinished")
    complaint = _pip("--no-deps", "--upgrade", "--target", str(unfinished), f"xgboost-cpu=={OLDER_XGBOOST}")
    if not complaint:
        unfinished.rename(folder)
    return complaint


def older_xgboost_library():
    return _older_xgboost_folder() / "xgboost" / "lib" / "libxgboost.so"


@functools.cache
def package_folder(name):
    return pathlib.Path(importlib.metadata.distribution(name).locate_file(""))


def onnx_runtime_library():
    folder = package_folder("onnxruntime") / "onnxruntime" / "capi"
    return next(folder.glob("libonnxruntime.so.*"))


def version(name):
    return importlib.metadata.version(name)
