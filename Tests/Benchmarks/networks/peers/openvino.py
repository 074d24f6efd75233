"""OpenVINO, through its C functions."""

import installations
from networks.peers.contender import NetworkContender


def contenders(network):
    folder = installations.package_folder("openvino") / "openvino" / "libs"
    library = next(folder.glob("libopenvino_c.so*"))
    return [NetworkContender(network, "OpenVINO", installations.version("openvino"), "openvino", library)]
