"""apus.export of PyTorch's modules. Long, and not part of a usual run: see `run`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import apus


class TwoTowers(nn.Module):
    """Inputs of two types, a number without axes, two outputs, and parts that training changes."""

    def __init__(self) -> None:
        super().__init__()
        self.merchants = nn.Embedding(1000, 8)
        self.layers = nn.Sequential(nn.Linear(12, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 1))

    def forward(self, amounts: torch.Tensor, merchant: torch.Tensor) -> dict[str, torch.Tensor]:
        embedding = self.merchants(merchant)
        return {"score": self.layers(torch.cat([amounts, embedding], 1)).sigmoid(), "embedding": embedding}


class Sequence(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
        self.head = nn.Linear(16, 1)

    def forward(self, events: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(events).mean(1))


def towers(rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(rows, 4), torch.randint(0, 1000, (rows,))


@pytest.mark.parametrize("rows", (1, 2, 5))
def test_a_module_with_two_inputs(rows: int, tmp_path: Path) -> None:
    torch.manual_seed(rows)
    module = TwoTowers().train()
    apus.export(module, towers(rows), tmp_path / "model.apus")
    assert all(part.training for part in module.modules())
    amounts, merchant = towers(33)
    with torch.no_grad():
        expected = module.eval()(amounts, merchant)
    with apus.load(tmp_path / "model.apus") as model:
        assert (model.info.format, model.info.booster) == ("apus", "pytorch")
        assert [port.name for port in model.inputs] == ["amounts", "merchant"]
        found = model.run({"amounts": amounts.numpy(), "merchant": merchant.numpy()})
    for ours, theirs in zip(found.values(), expected.values()):
        # The bound of the export.
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=256 * np.spacing(theirs.abs().max().numpy()))
    assert [file.name for file in tmp_path.iterdir()] == ["model.apus"]


def test_inputs_by_name(tmp_path: Path) -> None:
    amounts, merchant = towers(3)
    apus.export(TwoTowers(), {"merchant": merchant, "amounts": amounts}, tmp_path / "model.apus")
    with apus.load(tmp_path / "model.apus") as model:
        assert {port.name for port in model.inputs} == {"amounts", "merchant"}


def test_a_sequence_as_onnx(tmp_path: Path) -> None:
    torch.manual_seed(1)
    apus.export(Sequence(), torch.randn(4, 6, 16), tmp_path / "model.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"))
    with apus.load(tmp_path / "model.onnx") as model:
        assert model.info.format == "onnx"
        assert model.score(np.zeros((9, 96), np.float32)).shape == (9,)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


def test_what_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(nn.Module):
        """Another function each time that it is called in Python."""

        calls = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            Wrong.calls += 1
            return x * Wrong.calls

    with pytest.raises(ValueError, match="differs from PyTorch's by"):
        apus.export(Wrong(), torch.ones(2, 3), tmp_path / "model.apus")
    assert not list(tmp_path.iterdir())


def test_operators_that_apus_has_not(tmp_path: Path) -> None:
    class Complex(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.fft.rfft(x).abs()

    with pytest.raises(apus.ApusError, match="operator"):
        apus.export(Complex(), torch.ones(2, 8), tmp_path / "model.apus")
    assert not list(tmp_path.iterdir())


def test_arguments() -> None:
    module = nn.Linear(2, 1)
    with pytest.raises(TypeError, match="example_inputs"):
        apus.export(module, [[1.0, 2.0]], "model.apus")
    with pytest.raises(ValueError, match="no rows"):
        apus.export(module, torch.zeros(0, 2), "model.apus")
