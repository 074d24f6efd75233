"""What every contender is to the measurements of networks."""

from networks.export import OUTPUT
from peers.contender import Contender


class NetworkContender(Contender):
    """One with a C entry point, whose library is `kind` to the driver. A handle is for one number of rows."""

    has_native = True
    has_python = False
    # Whether it is opened for several threads too, and whether the time to open it is shown.
    has_threads = False
    has_load = True

    def __init__(self, network, name, version, kind, library):
        super().__init__(network, name, version)
        self._kind = kind
        self._library = library

    def open_native(self, driver, row_count, thread_count=1):
        return driver.open(self._kind, thread_count=thread_count, **self._settings(row_count))

    def _settings(self, row_count):
        return {
            "library": self._library,
            "model": self.model.file,
            "inputs": self.model.inputs,
            "output": OUTPUT,
            "row_count": row_count,
        }
