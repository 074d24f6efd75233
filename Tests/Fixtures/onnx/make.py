"""Make every case: train a network briefly, export it once, and write down what its own library gives.

    python make.py                 all cases
    python make.py gru lstm ...    only these

It needs the packages of Tests/Parity/ONNX/requirements-long.txt. Seeds are fixed, but another processor may train other
weights: commit model.onnx and tensors.txt together.
"""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from network_inputs import Inputs, draw
from networks import (
    BatchNormMlp,
    Convolutions,
    CrossNetwork,
    Gru,
    Lstm,
    Mlp,
    TabularTransformer,
    TransformerEncoder,
    WideAndDeep,
)
from tensors_file import Tensors, write
from torch import nn

FOLDER = Path(__file__).resolve().parent
ROWS = 16

# More would not fit the idea of a small fixture.
MOST_BYTES = 200_000


@dataclass
class Case:
    name: str
    network: Callable[[], nn.Module]
    outputs: tuple[str, ...] = ("score",)
    steps_are_open: bool = False
    # The exporter that traces with torch.export; else the older one, which traces into TorchScript.
    dynamo: bool = True
    dtype: torch.dtype = torch.float32


CASES = [
    Case("mlp", Mlp),
    Case("mlp-script", lambda: Mlp(nn.ELU), dynamo=False),
    Case("mlp-doubles", lambda: Mlp(nn.Tanh), dtype=torch.float64),
    Case("mlp-batch-norm", BatchNormMlp),
    Case("mlp-batch-norm-script", BatchNormMlp, dynamo=False),
    Case("wide-and-deep", WideAndDeep),
    Case("dcn", CrossNetwork),
    Case("tabular-transformer", TabularTransformer, ("score", "gathered")),
    Case("gru", Gru, ("score", "embedding"), steps_are_open=True),
    Case("lstm", Lstm),
    Case("lstm-script", Lstm, dynamo=False),
    Case("convolutions", Convolutions),
    Case("transformer-encoder", TransformerEncoder, ("score", "embedding"), steps_are_open=True),
]


def tensors_of(inputs: Inputs) -> tuple[torch.Tensor, ...]:
    return tuple(torch.from_numpy(array) for array in inputs.values())


def train(case: Case, seed: int) -> nn.Module:
    """Some steps towards a label that depends on all inputs, so that weights are no longer those of a fresh network."""
    torch.manual_seed(seed)
    network = case.network().to(case.dtype)
    optimizer = torch.optim.Adam(network.parameters(), 0.003)
    for step in range(150):
        inputs = tensors_of(draw(case.name, 64, 1000 * seed + step))
        labels = sum(tensor.to(case.dtype).flatten(1).sin().mean(1) if tensor.ndim > 1 else 0 for tensor in inputs) > 0
        result = network(*inputs)
        score = (result[0] if isinstance(result, tuple) else result).reshape(64, -1)[:, 0]
        loss = ((score - labels.to(case.dtype)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


def export(case: Case, network: nn.Module, inputs: Inputs, path: Path) -> None:
    names = {"input_names": list(inputs), "output_names": list(case.outputs)}
    if case.dynamo:
        batch, steps = torch.export.Dim("batch"), torch.export.Dim("steps")
        open_axes = {0: batch, 1: steps} if case.steps_are_open else {0: batch}
        shapes = tuple({axis: open_axes[axis] for axis in open_axes if axis < array.ndim} for array in inputs.values())
        how = {"dynamo": True, "dynamic_shapes": shapes, "external_data": False}
    else:
        axes = {name: {0: "batch"} for name in (*inputs, *case.outputs)}
        how = {"dynamo": False, "dynamic_axes": axes}
    torch.onnx.export(network, tensors_of(inputs), path, **how, **names)


def run(case: Case, network: nn.Module, inputs: Inputs) -> dict[str, np.ndarray]:
    with torch.no_grad():
        results = network(*tensors_of(inputs))
    results = results if isinstance(results, tuple) else (results,)
    return {name: result.numpy() for name, result in zip(case.outputs, results, strict=True)}


def make(case: Case) -> None:
    folder = FOLDER / case.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    network = train(case, seed=1)
    inputs = draw(case.name, ROWS, 1)
    path = folder / "model.onnx"
    export(case, network, inputs, path)
    outputs = run(case, network, inputs)
    exporter = "torch.export" if case.dynamo else "TorchScript"
    finish(folder, [f"PyTorch {torch.__version__.split('+')[0]}, exported through {exporter}."], Tensors(path, inputs, outputs))


def finish(folder: Path, notes: list[str], tensors: Tensors) -> None:
    model = onnx.load(tensors.model)
    versions = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
    notes += [f"Operator sets: {', '.join(f'{domain} {version}' for domain, version in versions.items())}."]
    # Where the exporter found each node in its source, paths of this machine among it.
    graph = model.graph
    for holder in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        del holder.metadata_props[:]
    for node in graph.node:
        node.ClearField("doc_string")
    onnx.save(model, tensors.model)
    write(folder, [*notes, "Written by Tests/Fixtures/onnx/make.py."], tensors)
    operators = sorted({node.op_type for node in graph.node})
    size = tensors.model.stat().st_size
    assert size < MOST_BYTES, f"{folder.name} has {size} bytes"
    print(f"{folder.name:24s} {size:7d} bytes  {' '.join(operators)}")


def make_scikit_learn(name: str, estimator: type, output: str) -> None:
    """The dense networks of scikit-learn, whose exporter is skl2onnx."""
    import skl2onnx
    import sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs

    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows = draw(name, 500, 1000)["payments"]
    labels = np.sin(rows).mean(axis=1)
    if output == "probabilities":
        labels = np.digitize(labels, [-0.1, 0.1])
    trained = estimator(hidden_layer_sizes=(24, 12), random_state=1, max_iter=40).fit(rows, labels)
    model = skl2onnx.to_onnx(
        trained,
        initial_types=[("payments", FloatTensorType([None, rows.shape[1]]))],
        options={"zipmap": False} if output == "probabilities" else None,
    )
    path = folder / "model.onnx"
    path.write_bytes(select_model_inputs_outputs(model, output).SerializeToString())
    inputs = draw(name, ROWS, 1)
    if output == "probabilities":
        results = trained.predict_proba(inputs["payments"])
    else:
        results = trained.predict(inputs["payments"])[:, None]
    outputs = {output: results.astype(np.float32)}
    finish(folder, [f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}."], Tensors(path, inputs, outputs))


def main() -> None:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    wanted = sys.argv[1:]
    for case in CASES:
        if not wanted or case.name in wanted:
            make(case)
    for name, estimator, output in (
        ("scikit-learn-mlp", MLPClassifier, "probabilities"),
        ("scikit-learn-mlp-regressor", MLPRegressor, "variable"),
    ):
        if not wanted or name in wanted:
            make_scikit_learn(name, estimator, output)


if __name__ == "__main__":
    main()
