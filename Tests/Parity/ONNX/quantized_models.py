"""Dense networks that ONNX Runtime's tools quantise, in the forms that they have with ONNX's own operators."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

logging.getLogger().setLevel(logging.ERROR)  # the tools advise to prepare models that need no preparation

WIDTHS = (23, 64, 70, 33, 3)


def rows(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, WIDTHS[0])).astype(np.float32)


def dense(has_gemm: bool) -> ModelProto:
    """Layers with Relu between them, as two nodes each or as one."""
    random = np.random.default_rng(3)
    nodes, constants, value = [], [], "x"
    for index, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        weights = random.standard_normal((inputs, outputs)).astype(np.float32) / np.float32(np.sqrt(inputs))
        bias = random.standard_normal(outputs).astype(np.float32) / 8
        constants += [numpy_helper.from_array(weights, f"w{index}"), numpy_helper.from_array(bias, f"b{index}")]
        if has_gemm:
            nodes.append(helper.make_node("Gemm", [value, f"w{index}", f"b{index}"], [f"s{index}"]))
        else:
            nodes.append(helper.make_node("MatMul", [value, f"w{index}"], [f"p{index}"]))
            nodes.append(helper.make_node("Add", [f"p{index}", f"b{index}"], [f"s{index}"]))
        value = f"s{index}"
        if index + 2 < len(WIDTHS):
            nodes.append(helper.make_node("Relu", [value], [f"r{index}"]))
            value = f"r{index}"
    graph = helper.make_graph(
        nodes,
        "dense",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", WIDTHS[0]])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["batch", WIDTHS[-1]])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


class Calibration(CalibrationDataReader):
    def __init__(self) -> None:
        self.batches: Iterator[np.ndarray] = iter([rows(64, seed) for seed in range(4)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"x": batch}


def quantized(model: ModelProto, tool: Callable[[Path, Path], None]) -> ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.onnx", Path(folder) / "target.onnx"
        onnx.save(model, source)
        tool(source, target)
        return onnx.load(target)


def dynamic(has_gemm: bool, kind: QuantType, per_channel: bool) -> ModelProto:
    return quantized(
        dense(has_gemm),
        lambda source, target: quantize_dynamic(source, target, weight_type=kind, per_channel=per_channel),
    )


def static(form: QuantFormat, has_gemm: bool, activations: QuantType, per_channel: bool) -> ModelProto:
    return quantized(
        dense(has_gemm),
        lambda source, target: quantize_static(
            source,
            target,
            Calibration(),
            quant_format=form,
            per_channel=per_channel,
            activation_type=activations,
            weight_type=QuantType.QInt8,
        ),
    )
