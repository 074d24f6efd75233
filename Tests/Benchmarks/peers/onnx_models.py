"""ONNX models of the trained ones, cut to the one operator that scores, with names that the driver knows."""

import json
import math

import onnx

from models import train_catboost, train_lightgbm, train_scikit_learn, train_xgboost
from peers.contender import NotApplicable

INPUT = "rows"
OUTPUT = "margins"
OPERATORS = ("TreeEnsembleRegressor", "TreeEnsembleClassifier", "LinearRegressor")
OPSET = 15
ML_OPSET = 3


def output_width(model):
    """A classifier gives the probability of each class, the others one margin."""
    return 2 if model.specification.trainer == "scikit-learn" else 1


def write(model, path):
    converted = _convert(model)
    node = next(node for node in converted.graph.node if node.op_type in OPERATORS)
    node.input[:] = [INPUT]
    node.output[-1] = OUTPUT
    value_type = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [node],
        model.name,
        [onnx.helper.make_tensor_value_info(INPUT, value_type, [None, model.specification.feature_count])],
        [onnx.helper.make_tensor_value_info(OUTPUT, value_type, [None, output_width(model)])],
    )
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=converted.opset_import, ir_version=converted.ir_version), path
    )


def _convert(model):
    trainer = model.specification.trainer
    if model.specification.parameters.get("booster") == "gblinear":
        return _linear(model)
    return {
        "xgboost": _from_xgboost,
        "lightgbm": _from_lightgbm,
        "catboost": _from_catboost,
        "scikit-learn": _from_scikit_learn,
    }[trainer](model)


def _rows_of(model, tensor_type):
    return [(INPUT, tensor_type([None, model.specification.feature_count]))]


def _from_xgboost(model):
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    booster = train_xgboost.load(model.folder, train_xgboost.IDENTITY)
    return onnxmltools.convert_xgboost(booster, initial_types=_rows_of(model, FloatTensorType), target_opset=OPSET)


def _from_lightgbm(model):
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    booster = train_lightgbm.load(model.folder, train_lightgbm.IDENTITY)
    return onnxmltools.convert_lightgbm(
        booster, initial_types=_rows_of(model, FloatTensorType), target_opset=OPSET
    )


def _from_catboost(model):
    path = model.folder / "whole.onnx"
    try:
        train_catboost.load_identity(model.folder).save_model(str(path), format="onnx")
    except Exception as error:
        raise NotApplicable(str(error)) from error
    return onnx.load(path)


def _from_scikit_learn(model):
    import skl2onnx
    from skl2onnx.common.data_types import FloatTensorType

    forest = train_scikit_learn.load(model.folder)
    options = {id(forest): {"zipmap": False}}
    return skl2onnx.convert_sklearn(
        forest, initial_types=_rows_of(model, FloatTensorType), options=options, target_opset=OPSET
    )


def _linear(model):
    """No converter knows XGBoost's linear booster; it is one operator."""
    learner = json.loads((model.folder / train_xgboost.FILE).read_text())["learner"]
    *weights, bias = learner["gradient_booster"]["model"]["weights"]
    (base_score,) = json.loads(learner["learner_model_param"]["base_score"])
    intercept = bias + math.log(base_score / (1 - base_score))
    node = onnx.helper.make_node(
        "LinearRegressor",
        [INPUT],
        [OUTPUT],
        domain="ai.onnx.ml",
        coefficients=weights,
        intercepts=[intercept],
        targets=1,
    )
    graph = onnx.helper.make_graph([node], model.name, [], [])
    imports = [onnx.helper.make_opsetid("", OPSET), onnx.helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    return onnx.helper.make_model(graph, opset_imports=imports, ir_version=8)
