"""Apus gives CatBoost's own bits, for models of two releases trained in this run.

The rows sit on borders of each model and one ulp to both sides, on NaN, zeros, infinities, denormals and the
largest numbers. Margins and leaves are compared bit for bit. So are scores, except where CatBoost itself computes
them with an approximate exponential function: there Apus is nearer to the truth, and the bound is CatBoost's error.
"""

import apus
import numpy as np
import pytest
import scipy.sparse
from catboost_configurations import BY_NAME
from catboost_frames import as_pool_rows

# Softmax and Exponent go through CatBoost's own exponential; the sigmoid through the C library's.
APPROXIMATE_ULP = {"MultiClass": 16, "Poisson": 4, "Tweedie": 4, "RMSEWithUncertainty": 4}


class Case:
    """A trained model in Apus, its rows, and what CatBoost answered."""

    def __init__(self, folder, release, name, suffix, tally):
        self.configuration = BY_NAME[name]
        self.data = np.load(folder / release / f"{name}.npz")
        self.rows, self.doubles = self.data["rows"], self.data["doubles"]
        self.has_text = self.configuration.data == "texts"
        if self.has_text:
            self.rows = as_pool_rows("texts", self.rows)
        self.model = apus.load(folder / release / f"{name}.{suffix}")
        # JSON keeps the numbers of leaves of oblivious trees alone. CatBoost numbers the others when it reads it.
        is_free = "grow_policy" in dict(self.configuration.parameters)
        self.leaves = "json_leaf" if suffix == "json" and is_free else "leaf"
        self.tally = tally
        tally["rows"] = len(self.rows)

    def expected(self, output, begin=0, end=0):
        return self.data[f"{self.leaves if output == 'leaf' else output}_{begin}_{end}"]

    def compare(self, output, found, way, begin=0, end=0, chosen=slice(None)):
        """Count and refuse values whose bits differ."""
        expected = self.expected(output, begin, end)[chosen]
        found = np.asarray(found, np.float64).reshape(expected.shape)
        different = (found.view(np.int64) != expected.view(np.int64)) & ~(np.isnan(found) & np.isnan(expected))
        self.tally[output] += expected.size
        self.tally[f"{output} differ"] += int(different.sum())
        if output == "score" and different.any():
            distance = int(np.abs(found.view(np.int64) - expected.view(np.int64))[different].max())
            self.tally["ulp"] = max(self.tally["ulp"], distance)
            if distance <= APPROXIMATE_ULP.get(self.configuration.loss.split(":")[0], 0):
                return
        if different.any():
            row, column = np.argwhere(different)[0]
            pytest.fail(
                f"{way}: {different.sum()} of {expected.size} values of {output} differ, first in row {row}:"
                f" {found[row, column]!r}, expected {expected[row, column]!r}"
            )


@pytest.fixture(params=["json", "cbm"])
def case(request, trained, release, name, tally):
    case = Case(trained, release, name, request.param, tally)
    yield case
    case.model.close()


OUTPUTS = ("margin", "score", "leaf")


def test_batches(case):
    """Floats and doubles that round to them, every engine, one and two threads, rows and columns."""
    for output in OUTPUTS:
        for engine in (None, "reference", "node-walk"):
            scorer = case.model.scorer(output=output, engine=engine)
            if case.has_text:
                case.compare(output, scorer.score(case.rows), f"a frame with text, engine {engine}")
                case.compare(output, scorer.score(case.rows.values.tolist(), threads=2), "lists with text")
                continue
            case.compare(output, scorer.score(case.rows), f"floats, engine {engine}")
            case.compare(output, scorer.score(case.doubles), f"doubles, engine {engine}")
        if case.has_text:
            continue
        scorer = case.model.scorer(output=output)
        case.compare(output, scorer.score(case.rows, threads=2), "two threads")
        case.compare(output, scorer.score(np.asfortranarray(case.rows)), "columns of floats")
        case.compare(output, scorer.score(np.asfortranarray(case.doubles)), "columns of doubles")


def test_row_by_row(case):
    chosen = np.random.default_rng(1).choice(len(case.rows), min(200, len(case.rows)), replace=False)
    for output in OUTPUTS:
        scorer = case.model.scorer(output=output)
        rows = case.rows.values.tolist() if case.has_text else case.rows
        found = np.stack([np.atleast_1d(scorer.score_row(rows[row])) for row in chosen])
        case.compare(output, found, "one row at a time", chosen=chosen)


def test_sparse_rows(case):
    """An entry that a row does not hold is 0, as in CatBoost."""
    if case.has_text:
        pytest.skip("a sparse matrix holds no text")
    stored = (case.rows != 0) | np.signbit(case.rows) | (np.random.default_rng(2).random(case.rows.shape) < 0.2)
    csr = scipy.sparse.csr_matrix((case.rows[stored], np.nonzero(stored)), shape=case.rows.shape)
    for output in OUTPUTS:
        case.compare(output, case.model.scorer(output=output).score(csr), "CSR of floats")


def test_tree_ranges(case):
    for begin, end in case.configuration.ranges:
        for output in OUTPUTS:
            for engine in (None, "reference"):
                scorer = case.model.scorer(output=output, iterations=(begin, end), engine=engine)
                case.compare(output, scorer.score(case.rows), f"trees {begin} to {end}", begin, end)


def test_facts(case, name):
    info = case.model.info
    assert info.source_library == "catboost"
    assert info.objective == case.configuration.loss.split(":")[0]
    assert info.booster == dict(case.configuration.parameters).get("grow_policy", "SymmetricTree")
    assert info.iteration_count == info.tree_count
    assert info.feature_count == case.rows.shape[1]
