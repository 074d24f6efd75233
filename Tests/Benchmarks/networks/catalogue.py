"""The networks that are measured: those that a payments company has beside its trees, in the sizes that it has."""

import dataclasses
import functools
from collections.abc import Callable

from torch import nn

from driver import Input
from networks.modules import DeepAndCross, Encoder, MultilayerPerceptron, Recurrent, WideAndDeep

TABLE_SIZES = (20_000, 5_000, 1_000, 250, 250, 60, 30, 12)
NUMBERS = 20
EVENTS = Input("events", "f4", (32, 16))


@dataclasses.dataclass(frozen=True)
class Specification:
    name: str
    title: str
    module: Callable
    inputs: tuple
    # Of an input of integers, how many values each of its columns may have.
    table_sizes: tuple = ()
    # Whether Apus scores it with weights in bfloat16 too.
    has_rounded: bool = False

    @property
    def takes_rows(self):
        """Whether Apus scores it like any other model, by rows."""
        return len(self.inputs) == 1 and len(self.inputs[0].lengths) == 1


def _rows(width):
    return (Input("rows", "f4", (width,)),)


SPECIFICATIONS = [
    Specification(
        "mlp-60",
        "MLP 60-128-64-1",
        functools.partial(MultilayerPerceptron, 60, 128, 64, 1),
        _rows(60),
    ),
    Specification(
        "mlp-200",
        "MLP 200-512-256-128-1",
        functools.partial(MultilayerPerceptron, 200, 512, 256, 128, 1),
        _rows(200),
        has_rounded=True,
    ),
    Specification(
        "wide-deep",
        "Wide & deep, 8 embedding tables, 20 numbers",
        functools.partial(WideAndDeep, TABLE_SIZES, NUMBERS),
        (Input("ids", "i8", (len(TABLE_SIZES),)), Input("numbers", "f4", (NUMBERS,))),
        TABLE_SIZES,
    ),
    Specification("dcn", "DCN-v2, 3 cross layers of 60", functools.partial(DeepAndCross, 60, 3), _rows(60)),
    Specification("gru", "GRU, 32 steps × 16, hidden 32", functools.partial(Recurrent, nn.GRU, 16, 32), (EVENTS,)),
    Specification(
        "lstm", "LSTM, 32 steps × 16, hidden 32", functools.partial(Recurrent, nn.LSTM, 16, 32), (EVENTS,)
    ),
    Specification(
        "encoder",
        "Transformer encoder, 4 layers, d = 64, 32 tokens",
        functools.partial(Encoder, 32, 16, 64, 4, 256, 4),
        (EVENTS,),
    ),
]

BY_NAME = {specification.name: specification for specification in SPECIFICATIONS}
