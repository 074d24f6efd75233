"""Rows of Python's own values: dicts and lists with text, and numbers that are categories."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from test_conformance import CASES, FIXTURES, Case, same_bits

import apus


def has_categories(path: Path) -> bool:
    with apus.load(Case(path).model) as model:
        return any(feature.categories or feature.takes_text for feature in model.features)


def value_of(number: float, feature: apus.Feature, place: int) -> Any:
    """The category that a code stands for; with CatBoost the text of a whole number. Anything else as it is."""
    if math.isnan(number):
        return None
    if not float(number).is_integer():
        return float(number)
    if not feature.categories:
        return (str(int(number)), int(number))[place % 2] if feature.takes_text else float(number)
    is_code = 0 <= number < len(feature.categories) and not isinstance(feature.categories[0], float)
    if is_code and not feature.has_doubtful_categories:
        category = feature.categories[int(number)]
        return category if feature.categories.index(category) == number else float(number)
    return float(number)


@pytest.mark.parametrize(
    "path", [path for path in CASES if has_categories(path)], ids=lambda path: f"{path.parts[-3]}/{path.parts[-2]}"
)
def test_conformance(path: Path) -> None:
    """The trainers' own numbers, with the categories themselves in place of their codes."""
    case = Case(path)
    with apus.load(case.model) as model:
        features = model.features
        rows = [
            [value_of(number, feature, place) for place, (number, feature) in enumerate(zip(row, features))]
            for row in case.rows
        ]
        names = [feature.name for feature in features]
        dicts = [dict(zip(names, row)) for row in rows] if len(set(names)) == len(names) else None
        for output, iterations, missing, expected in case.expectations:
            with model.scorer(output, iterations, missing) as scorer:
                assert same_bits(scorer.score(rows, threads=2), expected)
                assert same_bits(np.array([scorer.score_row(row) for row in rows], np.float64), expected)
                if dicts and model.info.has_feature_names:
                    assert same_bits(scorer.score(dicts), expected)
                    assert same_bits(np.array([scorer.score_row(row) for row in dicts], np.float64), expected)
                    # A frame with the same values: object columns where they mix.
                    if model.info.source_library == "catboost":
                        assert same_bits(scorer.score(pandas.DataFrame(dicts, dtype=object)), expected)


@pytest.fixture(scope="module")
def stored() -> Any:
    """amount, distance, city with a table of text, port with one of whole numbers; XGBoost's."""
    with apus.load(FIXTURES / "xgboost/categories-stored-json/model.json") as model:
        yield model


@pytest.fixture(scope="module")
def tables() -> Any:
    """amount, and tables of text, of whole and of real numbers; LightGBM's."""
    with apus.load(FIXTURES / "lightgbm/text-tables/model.txt") as model:
        yield model


@pytest.fixture(scope="module")
def hashed() -> Any:
    """CatBoost's, whose features 1, 4, 5 and 6 take any text."""
    with apus.load(FIXTURES / "catboost/categories/model.json") as model:
        yield model


OSLO = {"amount": 0.5, "distance": 2, "city": "Oslo", "port": 8080}


def test_what_a_value_means(stored: apus.Model) -> None:
    expected = stored.score(np.array([0.5, 2, 1, 0]))[0]
    assert stored.scorer().score_row(OSLO) == expected
    assert stored.scorer().score_row(dict(reversed(OSLO.items()))) == expected
    same: list[list[Any]] = [
        [0.5, 2, "Oslo", 8080],
        [Decimal("0.5"), Fraction(2), 1, 0.0],
        [np.float32(0.5), np.int8(2), np.str_("Oslo"), np.int64(8080)],
        [0.5, 2.0, 1.0, 0.0],
    ]
    for row in same:
        assert stored.score([row, row]).tolist() == [expected] * 2, row
        assert stored.score(row).tolist() == [expected]
        assert stored.scorer().score_row(row) == expected
        assert stored.scorer().score_row(tuple(row)) == expected
    assert stored.score(np.array([same[0]], object)).tolist() == [expected]
    missing = stored.score(np.array([0.5, 2, np.nan, 0]))[0]
    assert stored.score([{**OSLO, "city": None}, {**OSLO, "city": math.nan}]).tolist() == [missing] * 2


def test_which_features_take_text(stored: apus.Model, hashed: apus.Model) -> None:
    assert [feature.takes_text for feature in stored.features] == [False, False, True, False]
    assert [feature.takes_text for feature in hashed.features] == [False, True, False, False, True, True, True]
    with apus.load(FIXTURES / "xgboost/categories-cut-json/model.json") as cut:
        assert [feature.takes_text for feature in cut.features] == [False] * 4
        with pytest.raises(
            apus.ApusError, match=r"^APUS_INVALID_MODEL: row 0, feature 2 \('city'\): .*give codes"
        ):
            cut.score([OSLO])


def test_unseen_categories(stored: apus.Model, tables: apus.Model) -> None:
    row = {**OSLO, "city": "Bergen"}
    missing, no_set = (stored.score(np.array([0.5, 2, code, 0]))[0] for code in (np.nan, -1))
    assert missing != no_set
    assert stored.score(row, unseen="missing")[0] == missing
    assert stored.score(row, unseen="no_set")[0] == no_set
    assert stored.scorer(unseen="no_set").score_row(row) == no_set
    assert stored.scorer(unseen="no_set").score(row, unseen="missing")[0] == missing
    # In a column of numbers they are codes.
    frame = pandas.DataFrame([row]).astype({"port": object})
    assert stored.score(frame, unseen="no_set")[0] == no_set
    slot = apus.Slot(stored.scorer(unseen="missing"))
    assert slot.score_row(row) == slot.score(row)[0] == slot.acquire().score_row(row) == missing
    for refused, feature in ((row, 2), ({**OSLO, "port": 80}, 3)):
        with pytest.raises(apus.ApusError) as caught:
            stored.score([OSLO, refused])
        error = caught.value
        assert (error.status_name, error.row, error.feature) == ("APUS_NOT_FOUND", 1, feature)
        what = "feature 2 ('city'): 'Bergen'" if feature == 2 else "feature 3 ('port'): 80"
        assert error.message.startswith(f"row 1, {what} is a category that training did not see")
    for policy in ("ignore", ["missing"]):
        with pytest.raises((apus.ApusError, TypeError)):
            stored.scorer(unseen=policy)

    known = {"amount": 0.5, "city": "北京", "port": 2**40, "rate": -2}
    expected = tables.score(np.array([0.5, 3, 3, 2]))[0]
    frame = pandas.DataFrame([known]).astype({"port": object, "rate": object})
    assert tables.score(known)[0] == tables.score(frame)[0] == expected
    for name, value in (("city", "Bergen"), ("port", 80), ("rate", 7)):
        absent = tables.score({**known, name: None})[0]
        assert absent != expected
        assert tables.score({**known, name: value})[0] == absent
        frame = pandas.DataFrame([{**known, name: value}], dtype=object).astype({"amount": float})
        assert tables.score(frame)[0] == absent
        with pytest.raises(apus.ApusError, match=f"'{name}'"):
            tables.score({**known, name: value}, unseen="error")


def test_rows_that_are_refused(stored: apus.Model, hashed: apus.Model) -> None:
    without = {name: value for name, value in OSLO.items() if name != "city"}
    cases: list[tuple[Any, type[Exception], str]] = [
        ({**OSLO, "amount": "much"}, TypeError, r"row 0, feature 0 \('amount'\): 'much' is text, but"),
        (
            {**OSLO, "amount": "much" * 1000},
            TypeError,
            r"'(much){19}muc\.\.\. is text, but the feature takes numbers",
        ),
        ({**OSLO, "port": "8080"}, TypeError, r"row 0, feature 3 \('port'\): '8080' is text, but"),
        ({**OSLO, "port": [1]}, TypeError, "a value of type list is neither a number nor text"),
        ({**OSLO, "amount": 1j}, TypeError, "a value of type complex is neither a number nor text"),
        ({**OSLO, "amount": 10**400}, TypeError, r"row 0, feature 0 \('amount'\): int too large"),
        (without, apus.ApusError, r"row 0 has no key for feature 2 \('city'\): give None where it is missing"),
        ({**OSLO, "town": 1}, apus.ApusError, "row 0 has a key 'town', which is no feature of the model"),
        ([OSLO, [1, 2, 3, 4]], TypeError, "row 1 is of type list, beside rows that are dicts"),
        ([0.5, 2, "Oslo"], apus.ApusError, "row 0 has 3 values, the model 4 features"),
        ([[0.5, 2, "Oslo", 8080], [1]], apus.ApusError, "row 1 has 1 values, the model 4 features"),
    ]
    for rows, kind, message in cases:
        with pytest.raises(kind, match=message):
            stored.score(rows)
        if isinstance(rows, dict):
            with pytest.raises(kind, match=message):
                stored.scorer().score_row(rows)
    for row in ([0.5, 2, "Oslo"], [0.5, 2, "Oslo", 8080, 1]):
        with pytest.raises(apus.ApusError, match=f"row 0 has {len(row)} values, the model 4 features"):
            stored.scorer().score_row(row)
    with pytest.raises(TypeError, match=r"row 1, feature 2 \('2'\): 'x' is text, but the feature takes numbers"):
        hashed.score([[0, "a", 0, 0, 0, 0, 0], [0, "a", "x", 0, 0, 0, 0]])
    with pytest.raises(TypeError, match=r"row 0, feature 1 \('1'\): a value of type bytes is neither"):
        hashed.score([0, b"a", "x", 0, 0, 0, 0])
    with apus.load(FIXTURES / "xgboost/reg-squarederror/model.json") as nameless:
        if not nameless.info.has_feature_names:
            with pytest.raises(apus.ApusError, match="holds no feature names: give rows as lists or arrays"):
                nameless.score({"a": 1})
