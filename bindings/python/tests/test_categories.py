"""Category columns: text becomes the model's codes, as XGBoost's own re-coder does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest
import xgboost

import apus

COUNTRIES = ["DE", "FR", "AX", "US", "", "zz"]
TIERS = [30, 10, 20]


def draw_frame(seed: int, count: int) -> pandas.DataFrame:
    random = np.random.default_rng(seed)
    country = random.integers(-1, len(COUNTRIES), count)
    tier = random.integers(-1, len(TIERS), count)
    return pandas.DataFrame(
        {
            "amount": random.normal(size=count),
            "country": pandas.Categorical.from_codes(country, COUNTRIES),
            "tier": pandas.Categorical.from_codes(tier, TIERS),
        }
    )


class Categorical:
    """A model whose file holds a text and an integer category table."""

    def __init__(self, folder: Path) -> None:
        self.frame = draw_frame(6, 400)
        labels = (self.frame["country"].cat.codes % 2 + self.frame["tier"].cat.codes) * 1.5
        matrix = xgboost.DMatrix(self.frame, labels, enable_categorical=True)
        self.booster = xgboost.train({"nthread": 1, "max_cat_to_onehot": 1}, matrix, 8)
        self.path = folder / "model.json"
        self.booster.save_model(self.path)
        self.model = apus.load(self.path)
        self.margins = self.of_xgboost(self.frame)

    def of_xgboost(self, frame: pandas.DataFrame) -> np.ndarray:
        matrix = xgboost.DMatrix(frame, enable_categorical=True)
        return self.booster.predict(matrix, output_margin=True)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Categorical:
    return Categorical(tmp_path_factory.mktemp("categorical"))


@pytest.fixture(scope="module")
def polars_frame(trained: Categorical) -> polars.DataFrame:
    """The same rows with text in `country` and codes in `tier`."""
    country = [None if value != value else value for value in trained.frame["country"]]
    tier = trained.frame["tier"].cat.codes.to_numpy().astype(np.float32)
    return polars.DataFrame(
        {
            "amount": trained.frame["amount"].to_numpy(),
            "country": country,
            "tier": np.where(tier < 0, np.nan, tier),
        }
    )


def test_the_model_holds_its_tables(trained: Categorical) -> None:
    amount, country, tier = trained.model.features
    assert (amount.name, amount.kind, amount.categories) == ("amount", "float", ())
    assert (country.kind, sorted(country.categories)) == ("categorical", sorted(COUNTRIES))
    assert (tier.kind, sorted(tier.categories)) == ("categorical", sorted(TIERS))
    assert trained.model.info.categorical_feature_count == 2


def test_pandas_categories(trained: Categorical) -> None:
    frame = trained.frame
    assert np.array_equal(trained.model.margins(frame), trained.margins)
    reordered = frame.assign(
        country=frame["country"].cat.reorder_categories(COUNTRIES[::-1]),
        tier=frame["tier"].cat.reorder_categories(sorted(TIERS)),
    )
    assert np.array_equal(trained.of_xgboost(reordered), trained.margins)
    assert np.array_equal(trained.model.margins(reordered), trained.margins)
    fewer = frame[frame["country"].isin(["DE", "US"])]
    fewer = fewer.assign(country=fewer["country"].cat.remove_unused_categories())
    assert np.array_equal(trained.model.margins(fewer), trained.of_xgboost(fewer))


@pytest.mark.parametrize("dtype", [object, "str", "string", "string[pyarrow]"])
def test_pandas_text(trained: Categorical, dtype: Any) -> None:
    frame = trained.frame.assign(country=trained.frame["country"].astype(dtype))
    assert np.array_equal(trained.model.margins(frame), trained.margins)


def test_arrow_backed_text(trained: Categorical) -> None:
    values = [None if value != value else value for value in trained.frame["country"]]
    text = pyarrow.array(values)
    for array in (text, text.dictionary_encode(), text.cast(pyarrow.large_string())):
        series = pandas.Series(pandas.arrays.ArrowExtensionArray(array))
        assert np.array_equal(trained.model.margins(trained.frame.assign(country=series)), trained.margins)


@pytest.mark.parametrize("dtype", [polars.String, polars.Categorical, polars.Enum([*COUNTRIES[::-1], "more"])])
def test_polars_and_arrow_text(trained: Categorical, polars_frame: polars.DataFrame, dtype: Any) -> None:
    frame = polars_frame.with_columns(polars.col("country").cast(dtype))
    assert np.array_equal(trained.model.margins(frame), trained.margins)
    assert np.array_equal(trained.model.margins(frame.to_arrow()), trained.margins)
    pieces = polars.concat([frame[:7], frame[7:]], rechunk=False)
    assert np.array_equal(trained.model.margins(pieces.to_arrow()), trained.margins)


def test_numbers_in_a_category_column_are_codes(trained: Categorical) -> None:
    codes = {
        name: trained.frame[name].cat.codes.astype(np.float64).replace(-1, np.nan) for name in ("country", "tier")
    }
    assert np.array_equal(trained.model.margins(trained.frame.assign(**codes)), trained.margins)


@pytest.mark.parametrize("kind", ["pandas categorical", "pandas text", "polars", "arrow"])
def test_unseen_categories(trained: Categorical, polars_frame: polars.DataFrame, kind: str) -> None:
    country = trained.frame["country"].astype(object).to_numpy(copy=True)
    country[[11, 30]] = "Atlantis"
    text = [None if value != value else value for value in country]
    frame = {
        "pandas categorical": trained.frame.assign(country=pandas.Categorical(country)),
        "pandas text": trained.frame.assign(country=country),
        "polars": polars_frame.with_columns(country=polars.Series(text)),
        "arrow": polars_frame.with_columns(country=polars.Series(text)).to_arrow(),
    }[kind]
    with pytest.raises(
        apus.ApusError, match="column 'country' has the category 'Atlantis', which training did not see"
    ) as caught:
        trained.model.margins(frame)
    error = caught.value
    assert (error.status_name, error.feature, error.row) == ("APUS_NOT_FOUND", 1, 11)
    country[[11, 30]] = None
    expected = trained.of_xgboost(trained.frame.assign(country=pandas.Categorical(country, COUNTRIES)))
    assert np.array_equal(trained.model.margins(frame, unseen="missing"), expected)
    assert np.array_equal(trained.model.scorer("margin").score(frame, unseen="missing"), expected)


@pytest.mark.parametrize("code", [-1, 3, 30])
def test_codes_that_the_table_does_not_hold(trained: Categorical, code: int) -> None:
    codes = trained.frame["tier"].cat.codes.astype(np.float64).replace(-1, np.nan)
    codes[17] = code
    frame = trained.frame.assign(tier=codes)
    with pytest.raises(apus.ApusError, match=f"column 'tier' has the category code {code}, ") as caught:
        trained.model.margins(frame)
    assert (caught.value.feature, caught.value.row) == (2, 17)
    expected = trained.model.margins(frame.assign(tier=codes.replace(code, np.nan)))
    assert np.array_equal(trained.model.margins(frame, unseen="missing"), expected)


def test_a_category_that_no_row_has_is_no_error(trained: Categorical) -> None:
    wider = trained.frame.assign(country=trained.frame["country"].cat.add_categories("Atlantis"))
    assert np.array_equal(trained.model.margins(wider), trained.margins)


def test_the_policy_is_checked(trained: Categorical) -> None:
    with pytest.raises(apus.ApusError, match='unseen must be None, "error", "missing" or "no_set"') as caught:
        trained.model.margins(trained.frame, unseen="ignore")
    assert caught.value.status_name == "APUS_INVALID_OPTION"


def test_without_a_table_codes_stand(tmp_path: Path) -> None:
    """A model trained on codes: pandas categoricals and polars enums give their codes, text gives none."""
    frame = draw_frame(7, 300).drop(columns="tier")
    codes = frame["country"].cat.codes.astype(np.float32).replace(-1, np.nan)
    rows = np.column_stack([frame["amount"], codes]).astype(np.float32)
    names = ["amount", "country"]
    matrix = xgboost.DMatrix(
        rows, codes.fillna(9), feature_names=names, feature_types=["q", "c"], enable_categorical=True
    )
    booster = xgboost.train({"nthread": 1}, matrix, 4)
    booster.save_model(tmp_path / "model.json")
    model, expected = apus.load(tmp_path / "model.json"), booster.predict(matrix)
    assert (model.features[1].kind, model.features[1].categories) == ("categorical", ())
    assert np.array_equal(model.margins(frame), expected)
    text = [None if value != value else value for value in frame["country"]]
    columns = {"amount": frame["amount"].to_numpy(), "country": text}
    enum = polars.DataFrame(columns).with_columns(polars.col("country").cast(polars.Enum(COUNTRIES)))
    assert np.array_equal(model.margins(enum), expected)
    for refused in (
        frame.assign(country=frame["country"].astype(object)),
        polars.DataFrame(columns),
        enum.with_columns(polars.col("country").cast(polars.Categorical)),
        enum.to_arrow(),
    ):
        with pytest.raises(TypeError, match="column 'country' .* no category table"):
            model.margins(refused)


BEYOND_ASCII = ["Århus", "Bonn", "Åbo", "Łódź", "LU"]


def test_letters_beyond_ascii_from_pandas(tmp_path: Path) -> None:
    """XGBoost 3.2 cuts such a table in wrong places; the same list of categories must still be found."""
    city = pandas.Categorical.from_codes(np.arange(-1, 299) % 6 - 1, BEYOND_ASCII)
    frame = pandas.DataFrame({"city": city})
    matrix = xgboost.DMatrix(frame, frame["city"].cat.codes, enable_categorical=True)
    booster = xgboost.train({"nthread": 1, "min_child_weight": 0}, matrix, 3)
    booster.save_model(tmp_path / "model.json")
    model = apus.load(tmp_path / "model.json")
    assert list(model.features[0].categories) != BEYOND_ASCII
    assert np.array_equal(model.margins(frame), booster.predict(matrix))
    assert len(np.unique(model.margins(frame))) == 6


def test_letters_beyond_ascii_from_arrow(tmp_path: Path) -> None:
    """From Arrow the table is right, but the file cannot tell: codes alone are taken."""
    codes = np.arange(300) % 6
    city = [None if code == 5 else BEYOND_ASCII[code] for code in codes]
    table = pyarrow.table({"city": pyarrow.array(city).dictionary_encode()})
    matrix = xgboost.DMatrix(table, codes, enable_categorical=True)
    booster = xgboost.train({"nthread": 1, "min_child_weight": 0}, matrix, 3)
    booster.save_model(tmp_path / "model.json")
    model = apus.load(tmp_path / "model.json")
    assert model.features[0].has_doubtful_categories
    for frame in (table, polars.DataFrame({"city": city}), pandas.DataFrame({"city": city})):
        with pytest.raises(apus.ApusError, match="give codes") as failure:
            model.margins(frame)
        assert failure.value.status_name == "APUS_INVALID_MODEL"
    rows = np.where(codes == 5, np.nan, codes)[:, None]
    assert np.array_equal(model.margins(rows), booster.predict(matrix))
