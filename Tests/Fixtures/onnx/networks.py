"""The networks of this folder's cases, small ones of the kinds that payments teams use."""

from __future__ import annotations

import torch
from network_inputs import CARDINALITIES
from torch import Tensor, nn


class Mlp(nn.Sequential):
    def __init__(self, activation: type[nn.Module] = nn.ReLU) -> None:
        super().__init__(
            nn.Linear(30, 64), activation(), nn.Linear(64, 32), activation(), nn.Linear(32, 1), nn.Sigmoid()
        )


class BatchNormMlp(nn.Module):
    """Three classes, normalised on the way in and between the layers, with dropout that use leaves out."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm1d(30),
            nn.Linear(30, 48, bias=False),
            nn.BatchNorm1d(48),
            nn.GELU(),
            nn.Dropout(0.1),
            nn.Linear(48, 24),
            nn.BatchNorm1d(24),
            nn.SiLU(),
            nn.Linear(24, 3),
        )

    def forward(self, payments: Tensor) -> Tensor:
        return self.layers(payments).softmax(dim=1)


class Embeddings(nn.Module):
    """A table for each key, side by side."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in CARDINALITIES)

    def forward(self, keys: Tensor) -> Tensor:
        return torch.cat([table(keys[:, index]) for index, table in enumerate(self.tables)], dim=1)


class WideAndDeep(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.wide = Embeddings(1)
        self.wide_amounts = nn.Linear(10, 1)
        self.embeddings = Embeddings(8)
        self.deep = nn.Sequential(
            nn.Linear(42, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1, bias=False)
        )

    def forward(self, amounts: Tensor, keys: Tensor) -> Tensor:
        wide = self.wide(keys).sum(dim=1, keepdim=True) + self.wide_amounts(amounts)
        deep = self.deep(torch.cat([amounts, self.embeddings(keys)], dim=1))
        return torch.sigmoid(wide + deep).squeeze(1)


class CrossNetwork(nn.Module):
    """DCN-v2: x <- x0 * (W x + b) + x, beside a deep part."""

    def __init__(self, width: int = 42) -> None:
        super().__init__()
        self.embeddings = Embeddings(8)
        self.crosses = nn.ModuleList(nn.Linear(width, width) for _ in range(3))
        self.deep = nn.Sequential(nn.Linear(width, 48), nn.ReLU(), nn.Linear(48, 24), nn.ReLU())
        self.head = nn.Linear(width + 24, 1)

    def forward(self, amounts: Tensor, keys: Tensor) -> Tensor:
        first = torch.cat([amounts, self.embeddings(keys)], dim=1)
        crossed = first
        for cross in self.crosses:
            crossed = first * cross(crossed) + crossed
        return torch.sigmoid(self.head(torch.cat([crossed, self.deep(first)], dim=1)))


class TabularBlock(nn.Module):
    """Attention, then a gated feed-forward part, each on what was normalised before it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.projections = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.before_feed_forward = nn.LayerNorm(width)
        self.feed_forward = nn.Linear(width, 4 * width)
        self.fed = nn.Linear(2 * width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        batch, count, width = tokens.shape
        projected = self.projections(self.before_attention(tokens))
        query, key, value = (
            part.reshape(batch, count, self.heads, width // self.heads).transpose(1, 2)
            for part in projected.chunk(3, dim=-1)
        )
        attended = nn.functional.scaled_dot_product_attention(query, key, value)
        tokens = tokens + self.attended(attended.transpose(1, 2).reshape(batch, count, width))
        gate, values = self.feed_forward(self.before_feed_forward(tokens)).chunk(2, dim=-1)
        return tokens + self.fed(values * torch.relu(gate))


class TabularTransformer(nn.Module):
    """After FT-Transformer: a token for each number and each key, and one that gathers what they tell."""

    def __init__(self, width: int = 24, heads: int = 4) -> None:
        super().__init__()
        self.scales = nn.Parameter(torch.randn(10, width) * 0.3)
        self.offsets = nn.Parameter(torch.randn(10, width) * 0.3)
        self.embeddings = nn.Embedding(sum(CARDINALITIES), width)
        starts = torch.tensor((0, *CARDINALITIES[:-1])).cumsum(0)
        self.register_buffer("starts", starts)
        self.gathering = nn.Parameter(torch.randn(1, 1, width) * 0.3)
        self.blocks = nn.ModuleList(TabularBlock(width, heads) for _ in range(2))
        self.head = nn.Sequential(nn.LayerNorm(width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, amounts: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
        numbers = amounts[:, :, None] * self.scales + self.offsets
        tokens = torch.cat(
            [self.gathering.expand(amounts.shape[0], -1, -1), numbers, self.embeddings(keys + self.starts)], dim=1
        )
        for block in self.blocks:
            tokens = block(tokens)
        gathered = tokens[:, 0]
        return torch.sigmoid(self.head(gathered)), gathered


class Gru(nn.Module):
    """What the last event of each row's own length leaves behind."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.GRU(8, 24, batch_first=True)
        self.head = nn.Linear(24, 1)

    def forward(self, events: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        states, _ = self.recurrent(events)
        last = (lengths - 1)[:, None, None].expand(-1, 1, states.shape[2])
        embedding = states.gather(1, last).squeeze(1)
        return torch.sigmoid(self.head(embedding)), embedding


class Lstm(nn.Module):
    """Two layers that run both ways."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(64, 2)

    def forward(self, events: Tensor) -> Tensor:
        states, (last, _) = self.recurrent(events)
        ends = torch.cat([last[-2], last[-1]], dim=1)
        return self.head(torch.cat([states.mean(dim=1), ends], dim=1)).log_softmax(dim=1)


class Convolutions(nn.Module):
    """Along the events, widening, with what is largest over time."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(8, 16, 3, padding=1),
            nn.BatchNorm1d(16),
            nn.ReLU(),
            nn.Conv1d(16, 16, 3, padding=2, dilation=2),
            nn.LeakyReLU(0.1),
            nn.MaxPool1d(2),
            nn.Conv1d(16, 16, 3, stride=2, groups=4),
            nn.Hardswish(),
        )
        self.head = nn.Linear(16, 1)

    def forward(self, events: Tensor) -> Tensor:
        return torch.sigmoid(self.head(self.layers(events.transpose(1, 2)).amax(dim=2)))


class TransformerEncoder(nn.Module):
    """torch's own encoder over events of which some are padding."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.embedded = nn.Linear(8, width)
        self.places = nn.Parameter(torch.randn(1, 64, width) * 0.1)
        layer = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.1, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, 1)

    def forward(self, events: Tensor, padding: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.embedded(events) + self.places[:, : events.shape[1]]
        encoded = self.encoder(tokens, src_key_padding_mask=padding)
        kept = (~padding).to(encoded.dtype)[:, :, None]
        embedding = (encoded * kept).sum(dim=1) / kept.sum(dim=1)
        return torch.sigmoid(self.head(embedding)), embedding
