"""A case's tensors.txt: its model, inputs, and what the trainer's own library gave for them, in hexadecimal.

    model model.onnx
    input NAME TYPE LENGTH...     then a line `= ELEMENT...` for each index of the first axis, in row-major order
    output NAME TYPE LENGTH...    likewise

TYPE is f32, f64, i64 or bool.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

# The type, an integer of the same bits, and its digits.
TYPES = {"f32": ("<f4", "<u4", 8), "f64": ("<f8", "<u8", 16), "i64": ("<i8", "<u8", 16), "bool": ("?", "u1", 2)}


@dataclass
class Tensors:
    model: Path
    inputs: dict[str, np.ndarray]
    outputs: dict[str, np.ndarray]

    @property
    def row_count(self) -> int:
        return len(next(iter(self.inputs.values())))


def write(folder: Path, notes: list[str], tensors: Tensors) -> None:
    lines = [f"# {note}" for note in notes] + [f"model {tensors.model.name}"]
    for word, arrays in (("input", tensors.inputs), ("output", tensors.outputs)):
        for name, array in arrays.items():
            lines += _lines(word, name, array)
    (folder / "tensors.txt").write_text("\n".join(lines) + "\n")


def _lines(word: str, name: str, array: np.ndarray) -> list[str]:
    ((kind, (_, bits, digits)),) = [pair for pair in TYPES.items() if np.dtype(pair[1][0]) == array.dtype]
    assert " " not in name
    lengths = " ".join(map(str, array.shape))
    rows = np.ascontiguousarray(array).view(bits).reshape(len(array), -1)
    return [f"{word} {name} {kind} {lengths}"] + ["= " + " ".join(f"{word:0{digits}x}" for word in row) for row in rows]


def read(path: Path) -> Tensors:
    lines = iter(line.split(" ") for line in path.read_text().splitlines() if not line.startswith("#"))
    word, model = next(lines)
    assert word == "model"
    tensors = Tensors(path.parent / model, {}, {})
    for word, name, kind, *lengths in lines:
        shape = tuple(map(int, lengths))
        values, bits, digits = TYPES[kind]
        rows = [next(lines) for _ in range(shape[0])]
        assert all(row[0] == "=" and all(len(item) == digits for item in row[1:]) for row in rows)
        array = np.array([[int(item, 16) for item in row[1:]] for row in rows], bits).view(values).reshape(shape)
        {"input": tensors.inputs, "output": tensors.outputs}[word][name] = array
    return tensors
