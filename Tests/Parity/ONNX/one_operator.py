"""Models of one operator of ai.onnx.ml, and what ONNX's reference, ONNX Runtime and Apus make of them."""

from __future__ import annotations

from typing import Any

import apus
import numpy as np
import onnxruntime
from onnx import ModelProto, TensorProto, helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)

FLOAT, DOUBLE, INT, TEXT = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
KINDS = {"f4": FLOAT, "f8": DOUBLE, "i8": INT, "i4": TensorProto.INT32, "O": TEXT, "i2": TensorProto.INT16}

# Units in the last place of floats that two libraries' exponentials, logarithms and roots may differ by.
ULPS = 4 * 2.0**-23


def model(
    operation: str, inputs: dict[str, np.ndarray], outputs: dict[str, int], version: int = 3, **attributes: Any
) -> ModelProto:
    node = helper.make_node(operation, list(inputs), list(outputs), name="it", domain="ai.onnx.ml", **attributes)
    graph = helper.make_graph(
        [node],
        "g",
        [
            helper.make_tensor_value_info(name, KINDS[array.dtype.str[1:].replace("O8", "O")], [None] * array.ndim)
            for name, array in inputs.items()
        ],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs.items()],
    )
    sets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", version)]
    return helper.make_model(graph, opset_imports=sets, ir_version=10)


def texts(*values: str) -> np.ndarray:
    return np.array(values, object)


def by_reference(made: ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    with np.errstate(all="ignore"):
        return [np.asarray(result) for result in ReferenceEvaluator(made).run(None, inputs)]


def by_runtime(made: ModelProto, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return [np.asarray(result) for result in session.run(None, inputs)]


def check(made: ModelProto, inputs: dict[str, np.ndarray], expected: list[np.ndarray], bound: float = 0) -> None:
    shapes = {name: array.shape for name, array in inputs.items()}
    with apus.load(made.SerializeToString()) as loaded:
        for engine, level in (("reference", None), ("network", "v2"), ("network", "v3")):
            with loaded.network(shapes, engine, level) as network:
                actual = list(network.run(inputs).values())
            assert len(actual) == len(expected)
            for found, wanted in zip(actual, expected):
                assert found.shape == wanted.shape
                if wanted.dtype.kind == "f":
                    assert found.dtype == wanted.dtype
                    np.testing.assert_allclose(found, wanted, rtol=bound, atol=bound, equal_nan=True)
                else:
                    assert found.tolist() == wanted.tolist()
