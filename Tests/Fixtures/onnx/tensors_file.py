"""A case's tensors.txt: its model, inputs, and what the trainer's own library gave for them, in hexadecimal.

    model model.onnx
    input NAME TYPE LENGTH...     then a line `= ELEMENT...` for each index of the first axis, in row-major order
    output NAME TYPE LENGTH...    likewise

TYPE is f32, f64, i64, bool or text, whose elements are the hexadecimal of their UTF-8, or - for an empty one.
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
    assert " " not in name
    lengths = " ".join(map(str, array.shape))
    if array.dtype == object:
        texts = array.reshape(len(array), -1)
        return [f"{word} {name} text {lengths}"] + ["= " + " ".join(_of_text(text) for text in row) for row in texts]
    ((kind, (_, bits, digits)),) = [pair for pair in TYPES.items() if np.dtype(pair[1][0]) == array.dtype]
    rows = np.ascontiguousarray(array).view(bits).reshape(len(array), -1)
    return [f"{word} {name} {kind} {lengths}"] + ["= " + " ".join(f"{word:0{digits}x}" for word in row) for row in rows]


def _of_text(text: str) -> str:
    return text.encode().hex() or "-"


def read(path: Path) -> Tensors:
    lines = iter(line.split(" ") for line in path.read_text().splitlines() if not line.startswith("#"))
    word, model = next(lines)
    assert word == "model"
    tensors = Tensors(path.parent / model, {}, {})
    for word, name, kind, *lengths in lines:
        shape = tuple(map(int, lengths))
        rows = [next(lines) for _ in range(shape[0])]
        assert all(row[0] == "=" for row in rows)
        array = _array([row[1:] for row in rows], kind).reshape(shape)
        {"input": tensors.inputs, "output": tensors.outputs}[word][name] = array
    return tensors


def _array(rows: list[list[str]], kind: str) -> np.ndarray:
    if kind == "text":
        return np.array([[bytes.fromhex(item.strip("-")).decode() for item in row] for row in rows], object)
    values, bits, digits = TYPES[kind]
    assert all(len(item) == digits for row in rows for item in row)
    return np.array([[int(item, 16) for item in row] for row in rows], bits).view(values)
