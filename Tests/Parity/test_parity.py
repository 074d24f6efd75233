"""Apus gives XGBoost's own bits, for models of several releases trained in this run.

The rows sit on every threshold of each model and one ulp to both sides, on every category and around it, and on
NaN, zeros, infinities, denormals and the largest numbers. What XGBoost's plain `predict` says is expected; any NaN
equals any NaN.
"""

import apus
import numpy as np
import pytest
import scipy.sparse
from configurations import BY_NAME


class Case:
    """A trained model in Apus, its rows, and what XGBoost answered."""

    def __init__(self, folder, release, name, tally):
        self.configuration = BY_NAME[name]
        self.path = next(path for path in folder.glob(f"{release}/{name}.*") if path.suffix in (".json", ".ubj"))
        self.data = np.load(folder / release / f"{name}.npz")
        self.rows, self.doubles = self.data["rows"], self.data["doubles"]
        self.model = apus.load(self.path)
        self.tally = tally
        tally["rows"] = len(self.rows)

    def outputs(self):
        return ("margin", "score", "leaf") if self.configuration.leaves else ("margin", "score")

    def scorer(self, output, **options):
        return self.model.scorer(output=output, missing=self.configuration.missing, **options)

    def compare(self, output, found, expected, way):
        """Count and refuse values whose bits differ. Doubles hold all that `expected` has, floats or leaves."""
        expected = expected.astype(np.float64)
        found = np.asarray(found, np.float64).reshape(expected.shape)
        different = (found.view(np.int64) != expected.view(np.int64)) & ~(np.isnan(found) & np.isnan(expected))
        self.tally[output] += expected.size
        self.tally[f"{output} differ"] += int(different.sum())
        if different.any():
            row, column = np.argwhere(different)[0]
            pytest.fail(
                f"{way}: {different.sum()} of {expected.size} values of {output} differ, first in row {row}:"
                f" {found[row, column]!r}, expected {expected[row, column]!r}, row {self.rows[row].tolist()}"
            )


@pytest.fixture
def case(trained, release, name, tally):
    case = Case(trained, release, name, tally)
    yield case
    case.model.close()


def engines(case):
    return [None, "reference", "node-walk" if case.configuration.leaves else "linear"]  # None: "ranked", or "linear"


def test_batches(case):
    """Floats and doubles that round to them, every engine, one and two threads, rows by row and column by column."""
    for output in case.outputs():
        expected = case.data[output]
        for engine in engines(case):
            scorer = case.scorer(output, engine=engine)
            case.compare(output, scorer.score(case.rows), expected, f"floats, engine {engine}")
            case.compare(output, scorer.score(case.doubles), expected, f"doubles, engine {engine}")
        scorer = case.scorer(output)
        case.compare(output, scorer.score(case.rows, threads=2), expected, "two threads")
        case.compare(output, scorer.score(np.asfortranarray(case.rows)), expected, "columns of floats")
        case.compare(output, scorer.score(np.asfortranarray(case.doubles)), expected, "columns of doubles")


def test_row_by_row(case):
    chosen = np.random.default_rng(1).choice(len(case.rows), min(200, len(case.rows)), replace=False)
    for output in case.outputs():
        scorer = case.scorer(output)
        for rows in (case.rows, case.doubles):
            found = np.stack([np.atleast_1d(scorer.score_row(rows[row])) for row in chosen])
            case.compare(output, found, case.data[output][chosen], "one row at a time")


def as_csr(rows, random):
    """CSR in which some NaN are stored and the others absent, and no row is in order."""
    stored = ~np.isnan(rows) | (random.random(rows.shape) < 0.2)
    counts = stored.sum(axis=1)
    columns, values = [], []
    for row, present in zip(rows, stored):
        order = random.permutation(np.flatnonzero(present))
        columns.append(order)
        values.append(row[order])
    starts = np.concatenate([[0], np.cumsum(counts)])
    return scipy.sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=rows.shape)


def test_sparse_rows(case):
    """An entry that a row does not hold is missing; a stored zero is zero."""
    random = np.random.default_rng(2)
    for output in case.outputs():
        scorer = case.scorer(output)
        case.compare(output, scorer.score(as_csr(case.rows, random)), case.data[output], "CSR of floats")
        case.compare(output, scorer.score(as_csr(case.doubles, random), threads=2), case.data[output], "CSR of doubles")


@pytest.mark.where(lambda configuration: configuration.ranges)
def test_iteration_ranges(case):
    for begin, end in case.configuration.ranges:
        iterations = "best" if end == "best" else (begin, end)
        for output in case.outputs():
            for engine in engines(case):
                scorer = case.scorer(output, iterations=iterations, engine=engine)
                case.compare(
                    output, scorer.score(case.rows), case.data[f"{output}_{begin}_{end}"], f"rounds {begin} to {end}"
                )


@pytest.mark.where(lambda configuration: configuration.base_margins)
def test_base_margins(case):
    base_margin = case.data["base_margin"].astype(np.float64)
    if base_margin.shape[1] == 1:
        base_margin = base_margin[:, 0]
    for output in ("margin", "score"):
        for engine in engines(case):
            for threads in (1, 2):
                found = case.scorer(output, engine=engine).score(case.rows, base_margin=base_margin, threads=threads)
                case.compare(output, found, case.data[f"{output}_based"], "base margins")


@pytest.mark.where(lambda configuration: configuration.missing is not None)
def test_missing_value_is_a_number_unless_declared(case):
    found = case.model.scorer(output="margin").score(case.rows)
    case.compare("margin", found, case.data["margin_unmarked"], "without the missing value")
