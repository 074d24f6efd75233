"""Apus scores trained models inside your process, with the numbers of the library that trained them.

    import apus

    model = apus.load("fraud.json")
    scores = model.score(rows)

Models and scorers may be used by any number of threads at the same time, and after a fork.
"""

from __future__ import annotations

from . import _ffi
from ._export import export
from .errors import ApusError, raise_error
from .info import Feature, ModelInfo, NetworkInfo, ScorerInfo
from .model import Model, load
from .network import Network, TensorInfo
from .scorer import Scorer
from .slot import Slot

__version__ = "0.1.0"

__all__ = [
    "ApusError",
    "Feature",
    "Model",
    "ModelInfo",
    "Network",
    "NetworkInfo",
    "Scorer",
    "ScorerInfo",
    "Slot",
    "TensorInfo",
    "export",
    "instruction_set",
    "load",
    "self_test",
    "version",
]


def version() -> str:
    """The version of the library that is running, such as "0.1.0"."""
    text: bytes = _ffi.version_string()
    return text.decode()


def instruction_set() -> str:
    """The level that new scorers run at on this machine: "v2", "v3", "v4" or "neon".

    The environment variable APUS_INSTRUCTION_SET, read when apus is imported, lowers it.
    """
    text: bytes = _ffi.instruction_set_name()
    return text.decode()


def self_test() -> None:
    """Compare every engine, at every instruction set that this CPU has, with the reference scorer.

    Takes some milliseconds. Raises ApusError with APUS_SELF_TEST_FAILED, naming the engine: do not use this
    build on this machine then.
    """
    error = _ffi.Error()
    if _ffi.self_test(error) != _ffi.OK:
        raise_error(error)
