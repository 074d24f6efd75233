"""ONNX Runtime, through its C functions."""

import installations
from networks.peers.contender import NetworkContender


def contenders(network):
    version = installations.version("onnxruntime")
    return [
        NetworkContender(network, "ONNX Runtime", version, "onnxruntime", installations.onnx_runtime_library())
    ]
