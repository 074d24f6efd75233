"""Networks as ONNX files, exported once and kept in the cache, with rows and PyTorch's own scores for them."""

import functools
import hashlib
import inspect
import pathlib

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from networks import modules

CACHE = pathlib.Path(__file__).resolve().parent.parent / ".cache" / "networks"
SEED = 20240607
OUTPUT = "score"
# What the others call the axis of rows; native/onnxruntime.c fixes its length by this name.
ROW_AXIS = "batch"
# Rows that are scored at once to know what is expected.
EXPECTED_ROWS = 1_000


class Network:
    """An exported network. Rows lie as native/contender.h says: one behind the other, or in blocks by input."""

    def __init__(self, specification, row_count):
        self.specification = specification
        self.name = specification.name
        self.inputs = specification.inputs
        torch.manual_seed(SEED)
        self.module = specification.module().eval()
        self._arrays = _draw(specification, row_count)
        self._blocks = {}
        self.file = self._export()

    def _export(self):
        made_of = (inspect.getsource(modules), repr(self.specification.module), torch.__version__, SEED)
        mark = hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]
        path = CACHE / f"{self.name}-{mark}.onnx"
        if not path.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            # Under a temporary name first, so that a file that exists is complete.
            unfinished = path.with_name(path.name + ".unfinished")
            axis = torch.export.Dim(ROW_AXIS, min=1, max=1 << 20)
            torch.onnx.export(
                self.module,
                self.tensors(3),
                unfinished,
                input_names=[one.name for one in self.inputs],
                output_names=[OUTPUT],
                dynamo=True,
                dynamic_shapes=tuple({0: axis} for _ in self.inputs),
                external_data=False,
                verbose=False,
            )
            unfinished.rename(path)
        return path

    def tensors(self, count, first=0):
        """Some rows as PyTorch takes them."""
        return tuple(torch.from_numpy(array[first : first + count]) for array in self._arrays)

    def rows(self, element=None):
        """The rows one behind the other, as bytes. The element is the inputs' own."""
        return self._records

    @functools.cached_property
    def _records(self):
        parts = [array.reshape(len(array), -1).view(np.uint8) for array in self._arrays]
        return np.ascontiguousarray(np.concatenate(parts, axis=1))

    def blocks(self, row_count):
        """The rows in blocks of so many, as bytes in the same shape."""
        if row_count not in self._blocks:
            parts = [
                array[first : first + row_count].reshape(-1).view(np.uint8)
                for first in range(0, len(self.rows()), row_count)
                for array in self._arrays
            ]
            self._blocks[row_count] = np.concatenate(parts).reshape(self.rows().shape)
        return self._blocks[row_count]

    @functools.cached_property
    def expected(self):
        """PyTorch's scores of all rows."""
        with torch.inference_mode():
            parts = range(0, len(self.rows()), EXPECTED_ROWS)
            scores = [self.module(*self.tensors(EXPECTED_ROWS, first)).numpy() for first in parts]
        return np.concatenate(scores).reshape(-1).astype(np.float64)

    @functools.cached_property
    def matrix_operations(self):
        """Of the matrix products of one row, as PyTorch counts them."""
        # Whole layers in one operator are not counted.
        has_fast_path = torch.backends.mha.get_fastpath_enabled()
        torch.backends.mha.set_fastpath_enabled(False)
        with (
            FlopCounterMode(display=False) as counter,
            torch.no_grad(),
            torch.backends.mkldnn.flags(enabled=False),
        ):
            self.module(*self.tensors(1))
        torch.backends.mha.set_fastpath_enabled(has_fast_path)
        return counter.get_total_flops()


def _draw(specification, row_count):
    """Numbers as they are when they have been scaled; of the categories some are frequent."""
    random = np.random.default_rng(SEED)
    arrays = []
    for one in specification.inputs:
        shape = (row_count, *one.lengths)
        if one.type == "i8":
            sizes = np.array(specification.table_sizes)
            arrays.append((sizes * random.random(shape) ** 3).astype(np.int64))
        else:
            arrays.append(random.standard_normal(shape).astype(np.float32))
    return arrays
