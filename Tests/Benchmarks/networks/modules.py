"""The networks as PyTorch has them, with the weights that its own initialisation gives."""

import torch
from torch import nn


def _layers(*widths):
    """Linear layers with Relu between them."""
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class MultilayerPerceptron(nn.Module):
    def __init__(self, *widths):
        super().__init__()
        self.layers = _layers(*widths)

    def forward(self, rows):
        return torch.sigmoid(self.layers(rows))


class WideAndDeep(nn.Module):
    """Categories look up vectors for the deep part and single weights for the wide one."""

    def __init__(self, table_sizes, number_count, vector=16):
        super().__init__()
        self.vectors = nn.ModuleList(nn.Embedding(size, vector) for size in table_sizes)
        self.weights = nn.ModuleList(nn.Embedding(size, 1) for size in table_sizes)
        self.wide = nn.Linear(number_count, 1)
        self.deep = _layers(number_count + vector * len(table_sizes), 128, 64, 1)

    def forward(self, ids, numbers):
        found = [table(ids[:, place]) for place, table in enumerate(self.vectors)]
        deep = self.deep(torch.cat([*found, numbers], 1))
        wide = self.wide(numbers)
        for place, table in enumerate(self.weights):
            wide = wide + table(ids[:, place])
        return torch.sigmoid(deep + wide)


class DeepAndCross(nn.Module):
    """The second version: cross layers with full matrices, beside a deep part."""

    def __init__(self, width, cross_count):
        super().__init__()
        self.cross = nn.ModuleList(nn.Linear(width, width) for _ in range(cross_count))
        self.deep = nn.Sequential(_layers(width, 128, 64), nn.ReLU())
        self.output = nn.Linear(width + 64, 1)

    def forward(self, rows):
        crossed = rows
        for layer in self.cross:
            crossed = rows * layer(crossed) + crossed
        return torch.sigmoid(self.output(torch.cat([crossed, self.deep(rows)], 1)))


class Recurrent(nn.Module):
    """A GRU or an LSTM over events; the last state decides."""

    def __init__(self, kind, width, hidden):
        super().__init__()
        self.states = kind(width, hidden, batch_first=True)
        self.output = nn.Linear(hidden, 1)

    def forward(self, events):
        states, _ = self.states(events)
        return torch.sigmoid(self.output(states[:, -1]))


class Encoder(nn.Module):
    """A transformer over events; the mean of what it makes of them decides."""

    def __init__(self, event_count, event_width, width, heads, forward_width, layer_count):
        super().__init__()
        self.input = nn.Linear(event_width, width)
        self.places = nn.Parameter(torch.randn(event_count, width) * 0.1)
        layer = nn.TransformerEncoderLayer(width, heads, forward_width, 0.0, "gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, layer_count, enable_nested_tensor=False)
        self.output = nn.Linear(width, 1)

    def forward(self, events):
        encoded = self.layers(self.input(events) + self.places)
        return torch.sigmoid(self.output(encoded.mean(1)))
