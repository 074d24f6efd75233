"""The peers, a module each, in the order in which they are shown."""

import importlib

MODULES = {
    "apus": "networks.peers.apus",
    "onnxruntime": "networks.peers.onnx_runtime",
    "openvino": "networks.peers.openvino",
    "pytorch": "networks.peers.pytorch",
}


def contenders(peer, network):
    return importlib.import_module(MODULES[peer]).contenders(network)
