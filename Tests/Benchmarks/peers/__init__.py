"""The peers, a module each, in the order in which they are shown."""

import importlib

MODULES = {
    "apus": "peers.apus",
    "xgboost": "peers.xgboost",
    "lightgbm": "peers.lightgbm",
    "catboost": "peers.catboost",
    "scikit-learn": "peers.scikit_learn",
    "onnxruntime": "peers.onnx_runtime",
    "tl2cgen": "peers.tl2cgen",
    "lleaves": "peers.lleaves",
    "lignum": "peers.lignum",
    "onedal": "peers.onedal",
    "ydf": "peers.ydf",
}


def contenders(peer, model):
    """The contenders of that peer for the model; none if it reads other trainers' models only.

    Raises NotApplicable where that needs saying, or ImportError where the peer is not installed.
    """
    return importlib.import_module(MODULES[peer]).contenders(model)
