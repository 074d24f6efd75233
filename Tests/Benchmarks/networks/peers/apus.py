"""Apus itself, by rows where the network takes them and by tensors' names."""

import os

from networks.peers.contender import NetworkContender
from networks.report.figures import ROUNDED

# Rows of which the vectors between the layers stay in the second-level cache.
RUN_ROWS = 20
# As include/apus.h numbers them.
WEIGHTS_BFLOAT16 = 1


class ApusRows(NetworkContender):
    """Like any other model: a scorer."""

    has_threads = True

    def __init__(self, network, name, weights=0):
        super().__init__(network, name, _version(), "apus", _library())
        self._weights = weights

    def _settings(self, row_count):
        return {
            "library": self._library,
            "model": self.model.file,
            "feature_count": self.model.inputs[0].lengths[0],
            "weights": self._weights,
        }


class ApusTensors(NetworkContender):
    """An apus_network, compiled for all rows of a call, or for `run_rows` and run several times."""

    has_threads = True

    def __init__(self, network, name, run_rows=0):
        super().__init__(network, name, _version(), "apus_network", _library())
        self._run_rows = run_rows
        self.has_load = not run_rows

    def _settings(self, row_count):
        return {**super()._settings(row_count), "run_rows": min(row_count, self._run_rows)}


def _version():
    import apus

    return apus.__version__


def _library():
    return os.environ["APUS_LIBRARY"]


def contenders(network):
    """The first is the one that a service would take; the others are not compared with peers."""
    in_runs = ApusTensors(network, f"Apus, {RUN_ROWS} rows a run", RUN_ROWS)
    if network.specification.takes_rows:
        rounded = [ApusRows(network, ROUNDED, WEIGHTS_BFLOAT16)] if network.specification.has_rounded else []
        return [ApusRows(network, "Apus"), *rounded, ApusTensors(network, "Apus, by tensors"), in_runs]
    return [ApusTensors(network, "Apus"), in_runs]
