"""PyTorch, from Python: as it is, frozen by its script compiler, and compiled by Inductor."""

import os

import torch

from networks.export import CACHE
from peers.contender import Contender


class PyTorch(Contender):
    def __init__(self, network, name, function):
        super().__init__(network, name, torch.__version__)
        self._function = function

    def row(self, rows, index):
        """A copy, as a service has a row of its own."""
        return tuple(tensor.clone() for tensor in self.model.tensors(1, index))

    def margins_of_row(self, row):
        with torch.inference_mode():
            return self._function(*row).item()

    def block(self, row_count, index):
        return self.model.tensors(row_count, index * row_count)

    def margins(self, rows, thread_count=1):
        """The scores of a block."""
        with torch.inference_mode():
            return self._function(*rows).numpy().reshape(-1)


def _frozen(network):
    with torch.inference_mode():
        traced = torch.jit.freeze(torch.jit.trace(network.module, network.tensors(3)))
        # Three calls, after which it is specialised as far as it will be.
        for _ in range(3):
            traced(*network.tensors(3))
    return traced


def _compiled(network):
    """Compiled anew for each number of rows, when it is first called with it."""
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(CACHE / "inductor"))
    torch._inductor.config.freezing = True
    return torch.compile(network.module, dynamic=False)


def contenders(network):
    torch.set_num_threads(1)
    return [
        PyTorch(network, "PyTorch", network.module),
        PyTorch(network, "PyTorch, frozen", _frozen(network)),
        PyTorch(network, "PyTorch, compiled", _compiled(network)),
    ]
