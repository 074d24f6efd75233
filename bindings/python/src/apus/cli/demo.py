"""`apus demo`: a small real model, its rows, and the numbers that the trainer gives for them."""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import Any

import numpy as np

import apus
from apus._types import Doubles

from .table import format_table

# Made by bindings/python/demo/make.py.
_DATA = Path(__file__).parents[1] / "demo_data"

_SHOWN_ROWS = 8
_SHOWN_FEATURES = 5


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "demo",
        help="score a small model and compare with XGBoost's own numbers",
        description="Score a small payment model that comes with this package, compare its margins with those "
        "that XGBoost gives, bit for bit, and time one row. Exit code 1 if any margin differs.",
    )
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    with apus.load(_DATA / "model.json") as model:
        names = [feature.name or "" for feature in model.features]
        rows = _read_columns(_DATA / "rows.csv", names)
        expected = _read_columns(_DATA / "margins.csv", ["margin"]).ravel()
        margins, scores = model.margins(rows), model.score(rows)
        info = model.info
        print(f"{info.objective} model by XGBoost, {info.tree_count} trees, {info.feature_count} features\n")
        print(_table(names, rows, scores))
        equal = int((margins.view(np.uint64) == expected.view(np.uint64)).sum())
        print(f"\n{equal} of {len(expected)} margins equal XGBoost's own, bit for bit")
        microseconds = _time_one_row(model, rows)
        level = apus.instruction_set()
        print(f"one row in {microseconds:.2f} microseconds, called from Python (instruction set {level})")
    return 0 if equal == len(expected) else 1


def _read_columns(path: Path, names: list[str]) -> Doubles:
    with open(path, encoding="utf-8", newline="") as file:
        return np.array([[float(record[name] or "nan") for name in names] for record in csv.DictReader(file)])


def _table(names: list[str], rows: Doubles, scores: Doubles) -> str:
    """The rows with the highest and the lowest scores, and their first features."""
    by_score = np.argsort(-scores, kind="stable")
    shown = [*by_score[: _SHOWN_ROWS // 2], *by_score[-_SHOWN_ROWS // 2 :]]
    table = [["row", *names[:_SHOWN_FEATURES], "score"]]
    for row in shown:
        values = [f"{value:g}" for value in rows[row, :_SHOWN_FEATURES]]
        table.append([str(row), *values, f"{scores[row]:.6f}"])
    return format_table(table, right="r" * (_SHOWN_FEATURES + 2))


def _time_one_row(model: apus.Model, rows: Doubles) -> float:
    """Microseconds for one row: the fastest of several passes."""
    score_row = model.scorer().score_row
    single_rows = list(rows.astype(np.float32))
    fastest = float("inf")
    for _ in range(50):
        begin = time.perf_counter()
        for row in single_rows:
            score_row(row)
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest / len(single_rows) * 1e6
