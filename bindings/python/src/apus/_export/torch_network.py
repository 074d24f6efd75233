"""Networks of PyTorch: exported as ONNX by torch itself, compared with the module, and only then written."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..model import Model, load
from .whole_file import write

# Of the largest number of an output, in units of its type's precision. A sum of n products that is made in another
# order differs by up to about the root of n such units; Apus's functions (exp, tanh ...) by 2. The fixtures of
# Tests/Fixtures/onnx, trained networks of up to 10 layers, differ by 9 at most. What is wrong differs by millions.
MOST_UNITS = 256


def is_module(model: Any) -> bool:
    # Whoever has a module has imported torch.
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def export(module: Any, example_inputs: Any, path: str | os.PathLike[str]) -> None:
    import torch

    names, examples = _tensors_of(example_inputs)
    with _evaluating(module), torch.no_grad(), tempfile.TemporaryDirectory(prefix="apus-") as folder:
        # A batch of one would be taken for a constant.
        arguments = [_rows(tensor, examples[0], 2 * max(len(examples[0]), 1)) for tensor in examples]
        file = Path(folder) / "model.onnx"
        _to_onnx(module, names, arguments, file)
        with load(file) as model:
            for count in (len(examples[0]), 2 * max(len(examples[0]), 1) + 1, 1):
                _compare(module, model, names, [_rows(tensor, examples[0], count) for tensor in examples])
            _write(model, file, path)


def _tensors_of(example_inputs: Any) -> tuple[list[str] | None, list[Any]]:
    """Names, if inputs are given by name, and tensors."""
    import torch

    if isinstance(example_inputs, Mapping):
        names, tensors = [str(name) for name in example_inputs], list(example_inputs.values())
    else:
        names = None
        tensors = list(example_inputs) if isinstance(example_inputs, (tuple, list)) else [example_inputs]
    if not tensors or not all(isinstance(tensor, torch.Tensor) for tensor in tensors):
        raise TypeError("example_inputs are a torch.Tensor, a tuple of them, or a dict of them by name")
    if tensors[0].dim() == 0 or len(tensors[0]) == 0:
        raise ValueError("the first of example_inputs has no rows: its first axis is the batch")
    return names, tensors


def _rows(tensor: Any, first: Any, count: int) -> Any:
    """`count` rows of a tensor whose first axis is the batch, repeated where there are fewer; else the tensor."""
    import torch

    if not _has_batch(tensor, first):
        return tensor
    return tensor[torch.arange(count) % len(tensor)]


def _has_batch(tensor: Any, first: Any) -> bool:
    return tensor.dim() > 0 and len(tensor) == len(first)


@contextlib.contextmanager
def _evaluating(module: Any) -> Iterator[None]:
    """Dropout and batch normalisation as in use, and afterwards as they were."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, was_training in modes:
            part.training = was_training


def _to_onnx(module: Any, names: list[str] | None, tensors: list[Any], file: Path) -> None:
    import torch

    batch = torch.export.Dim("batch", min=1)
    axes = [{0: batch} if _has_batch(tensor, tensors[0]) else None for tensor in tensors]
    # Numbers beside the file, in its folder: Protocol Buffers end at 2 GiB.
    options: dict[str, Any] = {"dynamo": True, "verbose": False, "external_data": True, "optimize": True}
    if names is None:
        torch.onnx.export(module, tuple(tensors), file, dynamic_shapes=tuple(axes), **options)
    else:
        kwargs, shapes = dict(zip(names, tensors)), dict(zip(names, axes))
        torch.onnx.export(module, (), file, kwargs=kwargs, dynamic_shapes=shapes, input_names=names, **options)


def _compare(module: Any, model: Model, names: list[str] | None, tensors: list[Any]) -> None:
    """Run both; raises ValueError if they differ by more than sums in another order do."""
    from torch.utils._pytree import tree_leaves

    given = module(*tensors) if names is None else module(**dict(zip(names, tensors)))
    expected = [leaf.detach().cpu().numpy() for leaf in tree_leaves(given) if leaf is not None]
    if len(model.inputs) != len(tensors):
        raise ValueError(f"the module takes {len(tensors)} tensors, but its ONNX form {len(model.inputs)}")
    found = model.run({port.name: tensor.detach().cpu().numpy() for port, tensor in zip(model.inputs, tensors)})
    if len(found) != len(expected):
        raise ValueError(f"the module gives {len(expected)} tensors, but its ONNX form {len(found)}")
    for (name, ours), theirs in zip(found.items(), expected):
        if (ours.dtype, ours.shape) != (theirs.dtype, theirs.shape):
            raise ValueError(
                f"the output '{name}' is {ours.dtype} {ours.shape} instead of {theirs.dtype} {theirs.shape}"
            )
        units = _distance(ours, theirs)
        if not units <= MOST_UNITS:
            raise ValueError(
                f"the output '{name}' of {len(tensors[0])} rows differs from PyTorch's by {units:.3g} units of its"
                f" largest number: at most {MOST_UNITS} were expected, and nothing is written"
            )


def _distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.size == 0:
        return 0.0
    if not np.issubdtype(theirs.dtype, np.floating):
        return 0.0 if np.array_equal(ours, theirs) else np.inf
    finite = np.isfinite(theirs)
    if not np.array_equal(ours[~finite], theirs[~finite], equal_nan=True):
        return np.inf
    if not finite.any():
        return 0.0
    difference = np.abs(ours[finite].astype(np.float64) - theirs[finite].astype(np.float64)).max()
    largest = np.abs(theirs[finite]).max()
    unit = np.spacing(largest) if largest > 0 else np.finfo(theirs.dtype).tiny
    return float(difference / unit)


def _write(model: Model, file: Path, path: str | os.PathLike[str]) -> None:
    """Apus's own file; or ONNX, if the path ends so, with the numbers inside."""
    if not os.fspath(path).endswith(".onnx"):
        model.save(path)
        return
    import onnx

    write(onnx.load(file).SerializeToString(), path)
