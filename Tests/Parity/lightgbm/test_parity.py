"""Apus gives LightGBM's own bits, for models of several releases trained in this run.

The rows sit on every threshold of each model and one ulp to both sides, of a double and of a float, on every category
and around it, and on NaN, zeros, infinities, denormals and what is almost zero. Sparse rows are compared with
LightGBM's answers to sparse rows, which differ there. Any NaN equals any NaN.
"""

import apus
import numpy as np
import pytest
import scipy.sparse
from configurations import BY_NAME
from frames import categories, frame

OUTPUTS = ("margin", "score", "leaf")


class Case:
    """A trained model in Apus, its rows, and what LightGBM answered."""

    def __init__(self, folder, release, name, tally):
        self.configuration = BY_NAME[name]
        self.model = apus.load(folder / release / f"{name}.txt")
        self.data = np.load(folder / release / f"{name}.npz")
        self.doubles, self.floats = self.data["doubles"], self.data["floats"]
        self.csr = scipy.sparse.csr_matrix(
            (self.data["csr_values"], self.data["csr_columns"], self.data["csr_offsets"]), shape=self.doubles.shape
        )
        self.tally = tally
        tally["rows"] = len(self.doubles)

    def compare(self, output, found, expected, way):
        """Count and refuse values whose bits differ."""
        found = np.asarray(found, np.float64).reshape(expected.shape)
        different = (found.view(np.int64) != expected.view(np.int64)) & ~(np.isnan(found) & np.isnan(expected))
        self.tally[output] += expected.size
        self.tally[f"{output} differ"] += int(different.sum())
        if different.any():
            row, column = np.argwhere(different)[0]
            pytest.fail(
                f"{way}: {different.sum()} of {expected.size} values of {output} differ, first in row {row}:"
                f" {found[row, column]!r}, expected {expected[row, column]!r}"
            )


@pytest.fixture
def case(trained, release, name, tally):
    case = Case(trained, release, name, tally)
    yield case
    case.model.close()


ENGINES = (None, "reference", "node-walk")


def test_batches(case):
    """Doubles and floats, every engine, one and two threads, rows by row and column by column."""
    for output in OUTPUTS:
        for kind, rows in (("doubles", case.doubles), ("floats", case.floats)):
            expected = case.data[f"{output}_{kind}"]
            for engine in ENGINES:
                found = case.model.scorer(output=output, engine=engine).score(rows)
                case.compare(output, found, expected, f"{kind}, engine {engine}")
            scorer = case.model.scorer(output=output)
            case.compare(output, scorer.score(rows, threads=2), expected, "two threads")
            case.compare(output, scorer.score(np.asfortranarray(rows)), expected, f"columns of {kind}")


def test_row_by_row(case):
    chosen = np.random.default_rng(1).choice(len(case.doubles), min(200, len(case.doubles)), replace=False)
    for output in OUTPUTS:
        scorer = case.model.scorer(output=output)
        for kind, rows in (("doubles", case.doubles), ("floats", case.floats)):
            found = np.stack([np.atleast_1d(scorer.score_row(rows[row])) for row in chosen])
            case.compare(output, found, case.data[f"{output}_{kind}"][chosen], "one row at a time")


def test_sparse_rows(case):
    """An entry that a row does not hold is zero; what is almost zero counts as itself."""
    for output in OUTPUTS:
        for engine in ENGINES:
            scorer = case.model.scorer(output=output, engine=engine)
            case.compare(output, scorer.score(case.csr), case.data[f"{output}_csr"], f"CSR, engine {engine}")


@pytest.mark.where(lambda configuration: configuration.ranges)
def test_iteration_ranges(case):
    for begin, end in case.configuration.ranges:
        for output in OUTPUTS:
            if f"{output}_{begin}_{end}" not in case.data:
                continue
            for engine in ENGINES:
                scorer = case.model.scorer(output=output, iterations=(begin, end), engine=engine)
                expected = case.data[f"{output}_{begin}_{end}"]
                case.compare(output, scorer.score(case.doubles), expected, f"iterations {begin} to {end}")


@pytest.mark.where(lambda configuration: configuration.data == "frame")
def test_categories_from_a_frame(case):
    """The tables of `pandas_categorical` give the codes."""
    table = frame(categories(np.random.default_rng(7)))
    assert [feature.kind for feature in case.model.features[-3:]] == ["categorical"] * 3
    found = case.model.margins(table)
    case.compare("margin", found, case.data["margin_frame"], "a table with categories")
    # The same categories as plain text and numbers, in columns that pandas does not call categories.
    kinds = [str(kind) for kind in table.dtypes]
    assert kinds[-3:] == ["category"] * 3
    table[table.columns[-3]] = table[table.columns[-3]].astype(object)
    case.compare("margin", case.model.margins(table), case.data["margin_frame"], "a table with text")
