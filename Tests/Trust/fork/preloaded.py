"""What a server has before it forks its workers: the model that APUS_MODEL names, a scorer of it, and the network of text
and numbers that APUS_NETWORK names."""

import os

import apus
import numpy

MODEL = apus.load(os.environ["APUS_MODEL"])
SCORER = MODEL.scorer()
NETWORK = apus.load(os.environ["APUS_NETWORK"]).network()


def run(value):
    """What the network gives for a number and its text, in hexadecimal digits."""
    inputs = {}
    for tensor in NETWORK.inputs:
        elements = str(int(value)) if tensor.dtype == object else value
        inputs[tensor.name] = numpy.full(tensor.shape, elements, tensor.dtype)
    results = NETWORK.run(inputs)
    return "".join(("|".join(a.flat).encode() if a.dtype == object else a.tobytes()).hex() for _, a in sorted(results.items()))
