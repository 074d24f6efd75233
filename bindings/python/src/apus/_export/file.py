"""Apus's own file, as Sources/ApusFormats/Apus/FORMAT.md describes it."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Iterable

import numpy as np
import numpy.typing as npt

MAGIC = b"\x89APUS\r\n\x1a"
VERSION = 1
ALIGNMENT = 64

LEAF, VECTOR_LEAF, LINEAR_LEAF, LESS_OR_EQUAL, CATEGORY_SET = 0, 1, 2, 4, 5
IDENTITY, SIGMOID, EXPONENTIAL, SOFTMAX = (0, 0.0), (9, 1.0), (10, 0.0), (11, 0.0)
_CATEGORICAL, _TEXTS = 4, 1
BASE_THEN_SUM, SUM_THEN_BASE, SUM_THEN_AVERAGED_SCORES = 0, 1, 2

NODE = np.dtype(
    [
        ("kind", "u1"),
        ("default_left", "u1"),
        ("zero_is_missing", "u1"),
        ("zero", "u1"),
        ("feature", "<i4"),
        ("left", "<i4"),
        ("source", "<i4"),
        ("payload", "<u8"),
    ]
)


class NotInThisFile(ValueError):
    """An estimator that Apus's file has no form for, other than as a graph."""


@dataclass
class ModelFile:
    """A model of 64-bit sums, to be written as a file. Trees are added with add_tree, in order."""

    version: str
    objective: str
    booster: str
    feature_count: int
    base_margins: npt.NDArray[np.float64]
    double_rows: bool
    link: tuple[int, float] = IDENTITY
    aggregation: int = BASE_THEN_SUM
    iterations: list[int] | None = None
    feature_names: list[str] | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    nodes: list[npt.NDArray[Any]] = field(default_factory=list)
    trees: list[int] = field(default_factory=list)
    category_sets: list[npt.NDArray[np.uint32]] = field(default_factory=list)
    leaf_vectors: list[npt.NDArray[np.float64]] = field(default_factory=list)
    linear_leaves: list[bytes] = field(default_factory=list)
    # The texts that codes of a column stand for.
    categories: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, estimator: Any, **arguments: Any) -> ModelFile:
        """The model of a fitted estimator, with what all estimators have."""
        names = getattr(estimator, "feature_names_in_", None)
        classes = getattr(estimator, "classes_", None)
        return cls(
            version=metadata.version("scikit-learn"),
            booster=type(estimator).__name__,
            feature_count=int(estimator.n_features_in_),
            feature_names=None if names is None else [str(name) for name in names],
            attributes={} if classes is None else {"classes": json.dumps(classes, default=_plain)},
            **arguments,
        )

    def add_tree(self, nodes: npt.NDArray[Any], output: int = 0) -> None:
        """Add a tree of NODE, numbered breadth-first."""
        self.nodes.append(nodes)
        self.trees += [len(nodes), output]

    def add_linear_leaf(self, features: npt.NDArray[np.int32], coefficients: npt.NDArray[np.float64]) -> int:
        """Add a leaf that adds coefficient * value for each feature, and give its index."""
        self.linear_leaves.append(
            _reals([0.0, np.nan])[8:] + _halves(features) + _reals(np.asarray(coefficients, "<f8"))
        )
        return len(self.linear_leaves) - 1

    def content(self) -> bytes:
        """The bytes of the file."""
        iterations = self.iterations or list(range(len(self.trees) // 2 + 1))
        sections = {
            1: self._model(),
            2: self._features(),
            4: b"".join(nodes.tobytes() for nodes in self.nodes),
            5: _integers(*self.trees),
            6: _integers(len(iterations), *iterations),
        }
        if self.category_sets:
            sections[7] = _halves([len(words) for words in self.category_sets]) + _halves(
                np.concatenate(self.category_sets)
            )
        if self.leaf_vectors:
            sections[8] = _reals(np.concatenate([vectors.ravel() for vectors in self.leaf_vectors]))
        if self.linear_leaves:
            sections[9] = _integers(len(self.linear_leaves)) + b"".join(self.linear_leaves)
        return _frame(sorted((number, bytes_) for number, bytes_ in sections.items() if bytes_))

    def _features(self) -> bytes:
        """Names and categories, if there are any."""
        if self.feature_names is None and not self.categories:
            return b""
        content = b""
        for index in range(self.feature_count):
            texts = self.categories.get(index)
            content += _integers(0 if texts is None else _CATEGORICAL, 0, self.feature_names is not None)
            if self.feature_names is not None:
                content += _text(self.feature_names[index])
            content += _integers(*([0] if texts is None else [_TEXTS, len(texts)]))
            content += b"".join(_text(text) for text in texts or [])
        return content

    def _model(self) -> bytes:
        version = [int(part) if part.isdigit() else -1 for part in [*self.version.split("."), "", ""][:3]]
        flags = (self.double_rows, True, False, False, True, False)
        text = b"".join(_text(name) + _text(value) for name, value in self.attributes.items())
        return (
            _text("scikit-learn")
            + _integers(*version)
            + _text(self.objective)
            + _text(self.booster)
            + _integers(self.feature_count, -1, *flags)
            + _code(*self.link)
            + _code(self.aggregation)
            + _reals(self.base_margins)
            + _integers(len(self.attributes))
            + text
        )


def _plain(value: Any) -> Any:
    """What json has no form for: arrays and scalars of NumPy."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _integers(*values: int) -> bytes:
    return np.asarray(values, "<i8").tobytes()


def _code(number: int, first: float = 0.0) -> bytes:
    return struct.pack("<qdd", number, first, 0.0)


def _padded(content: bytes, size: int) -> bytes:
    return content + bytes(-len(content) % size)


def _text(text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    return _integers(len(content)) + _padded(content, 8)


def _halves(values: npt.ArrayLike) -> bytes:
    array = np.asarray(values).astype("<i8").astype("<u4")
    return _integers(len(array)) + _padded(array.tobytes(), 8)


def _reals(values: npt.ArrayLike) -> bytes:
    array = np.asarray(values, "<f8")
    return _integers(len(array)) + array.tobytes()


def _checksum(content: bytes) -> int:
    words = np.frombuffer(content, "<u8")
    total = 0
    # In parts, so that the working memory stays small.
    for start in range(0, len(words), 1 << 20):
        part = words[start : start + (1 << 20)]
        z = np.arange(start + 1, start + 1 + len(part), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + part
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        total += int(np.sum(z ^ (z >> np.uint64(31)), dtype=np.uint64))
    return total % 2**64


def _frame(sections: Iterable[tuple[int, bytes]]) -> bytes:
    sections = list(sections)
    place = start = -(-(64 + 32 * len(sections)) // ALIGNMENT) * ALIGNMENT
    table = b""
    for number, content in sections:
        table += struct.pack("<QQQQ", number, place, len(content), _checksum(content))
        place += -(-len(content) // ALIGNMENT) * ALIGNMENT
    header = MAGIC + struct.pack("<IIQQ", VERSION, len(sections), place, 0) + bytes(32)
    checksum = _checksum(header + table)
    header = header[:24] + struct.pack("<Q", checksum) + header[32:]
    body = b"".join(_padded(content, ALIGNMENT) for _, content in sections)
    return (header + table).ljust(start, b"\0") + body
