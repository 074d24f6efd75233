"""Replays every conformance case of the repository: exactly the trainer's bits, however the rows are given."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Iterator

import numpy as np
import pytest

import apus

FIXTURES = Path(__file__).resolve().parents[3] / "Tests" / "Fixtures"
CASES = sorted(FIXTURES.glob("*/*/case.txt"))


class Case:
    """A parsed case.txt: the model's path, float32 rows, and what to expect of them."""

    def __init__(self, path: Path) -> None:
        lines = iter(
            line.split(" ") for line in path.read_text().splitlines() if line and not line.startswith("#")
        )
        self.model = path.parent / _field(lines, "model")
        features = int(_field(lines, "features"))
        row_count = int(_field(lines, "rows"))
        self.rows = _words([_values(lines, "row") for _ in range(row_count)], 8, "<u4", "<f4")
        self.rows = self.rows.reshape(row_count, features)
        self.expectations = []
        for keyword, output, begin, end, missing, count in lines:
            assert keyword == "expect"
            words = [_values(lines, "=") for _ in range(row_count)]
            values = _words(words, 16, "<u8", "<f8").reshape(row_count, int(count))
            iterations = "best" if int(end) == -1 else (int(begin), int(end))
            missing_value = None if missing == "-" else _double(missing)
            self.expectations.append((output, iterations, missing_value, values))


def _field(lines: Iterator[list[str]], keyword: str) -> str:
    found, value = next(lines)
    assert found == keyword
    return value


def _values(lines: Iterator[list[str]], keyword: str) -> list[str]:
    found, *values = next(lines)
    assert found == keyword
    return values


def _words(lines: list[list[str]], digits: int, bits: str, floats: str) -> np.ndarray:
    words = [word for line in lines for word in line]
    assert all(len(word) == digits for word in words)
    return np.array([int(word, 16) for word in words], bits).view(floats)


def _double(word: str) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(word))
    return value


def same_bits(found: np.ndarray, expected: np.ndarray) -> bool:
    """Bit for bit, where any NaN is any other NaN."""
    found = np.ascontiguousarray(found, np.float64).reshape(expected.shape)
    nan = np.isnan(expected)
    return bool(
        np.array_equal(np.isnan(found), nan)
        and np.array_equal(found.view(np.uint64)[~nan], expected.view(np.uint64)[~nan])
    )


def test_there_are_cases() -> None:
    assert len(CASES) > 20, f"the conformance cases are missing from {FIXTURES}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}")
def test_case(path: Path) -> None:
    case = Case(path)
    assert case.expectations
    with apus.load(case.model) as model:
        for output, iterations, missing, expected in case.expectations:
            what = (output, iterations, missing)
            with model.scorer(output, iterations, missing) as scorer:
                for rows in (case.rows, case.rows.astype(np.float64)):
                    assert same_bits(scorer.score(rows), expected), what
                    one_by_one = [scorer.score_row(row) for row in rows]
                    assert same_bits(np.array(one_by_one, np.float64), expected), what
            name = {"score": "score", "margin": "margins", "leaf": "leaf_indices"}[output]
            direct = getattr(model, name)(case.rows, iterations=iterations, missing=missing)
            assert same_bits(direct, expected), what
