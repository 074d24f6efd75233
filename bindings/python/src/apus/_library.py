"""Finds and loads the shared library."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

# The header's APUS_ABI_VERSION that this package was written for; _ffi.py declares what it means.
ABI_VERSION = 1

OVERRIDE = "APUS_LIBRARY"
FILE_NAME = "libapus.dylib" if sys.platform == "darwin" else "libapus.so"


def path() -> Path:
    """Where the library is: the file that APUS_LIBRARY names, else the one inside this package.

    There is no fall-back from the first to the second: who names a library wants that one.
    """
    named = os.environ.get(OVERRIDE)
    return Path(named) if named else Path(__file__).with_name(FILE_NAME)


def load() -> tuple[ctypes.CDLL, ctypes.PyDLL]:
    """Load the library, check that it speaks this package's ABI, and return two views of it.

    A call through the first releases the GIL, a call through the second keeps it.
    Raises ImportError with a sentence that says what to do.
    """
    file = path()
    try:
        library = ctypes.CDLL(str(file))
    except OSError as error:
        raise ImportError(_why_not_loaded(file, error)) from error
    try:
        abi_version = library.apus_abi_version
    except AttributeError as error:
        raise ImportError(f"{file} is not the Apus library: it has no symbol apus_abi_version.") from error
    abi_version.restype = ctypes.c_uint32
    if abi_version() != ABI_VERSION:
        raise ImportError(
            f"{file} has Apus ABI {abi_version()}, but this package was made for ABI {ABI_VERSION}: "
            "install the package and the library of one release."
        )
    return library, ctypes.PyDLL(str(file))


def _why_not_loaded(file: Path, error: OSError) -> str:
    if os.environ.get(OVERRIDE):
        return f"the Apus library that {OVERRIDE} names cannot be loaded: {error}"
    if file.exists():
        return f"the Apus library cannot be loaded: {error}"
    return (
        f"the Apus library is not in this package: {file} does not exist. Install the package with "
        f"`pip install ./bindings/python`, or set {OVERRIDE} to the path of {FILE_NAME}."
    )
