"""Categorical splits, one-hot and by set, from codes and from pandas columns whose categories the file stores."""

import model_rows
import numpy as np
import oracle
import pandas
import xgboost as xgb
from case import MARGIN, case, same
from data import classes, features, signal, train

ONE_HOT = {"max_cat_to_onehot": 100}
BY_SET = {"max_cat_to_onehot": 1}


def coded(seed=3, sizes=(6, 9), missing=0.08):
    """Two numeric features, then categorical ones of so many codes."""
    random = np.random.default_rng(seed)
    x = features(2 + len(sizes))
    for column, size in enumerate(sizes, 2):
        x[:, column] = random.integers(0, size, len(x))
    x[:, 2:][random.random((len(x), len(sizes))) < missing] = np.nan
    return x


def effect(x):
    """A label that depends on the codes in no order."""
    return np.nan_to_num(np.cos(5 * x[:, 2]) + np.sin(3 * x[:, -1])) + 0.4 * signal(x)


def _train(parameters, x, y, rounds=5, **matrix):
    types = ["q", "q"] + ["c"] * (x.shape[1] - 2)
    return train(parameters, x, y, rounds, feature_types=types, enable_categorical=True, **matrix)


def _codes(name, release, kind, **options):
    @case(name, release, **options)
    def _():
        """Categorical features as numeric codes."""
        x = coded()
        return _train({"objective": "binary:logistic", **kind}, x, effect(x) > 0)


_codes("categories-one-hot-1.7.6", "1.7.6", ONE_HOT)
_codes("categories-by-set-1.7.6", "1.7.6", BY_SET, format="ubj")
_codes("categories-by-set-2.1.4", "2.1.4", BY_SET)
_codes("categories-one-hot", "3.2.0", ONE_HOT, format="ubj")
_codes("categories-by-set", "3.2.0", BY_SET)
_codes("categories-dart", "3.2.0", {**BY_SET, "booster": "dart", "rate_drop": 0.4}, agrees_in_place=False)


def _many_rows(document):
    return model_rows.few_rows(document, np.random.default_rng(14), most=110)


@case("categories-many", rows=_many_rows)
def _():
    """70 categories: sets of several 32-bit words, partitions of different lengths."""
    x = coded(sizes=(70,), missing=0.03)
    return _train({"objective": "reg:squarederror", **BY_SET, "max_depth": 2}, x, effect(x), 4)


@case("categories-multi", format="ubj")
def _():
    """Categories in a three-class model, approx, with both kinds of split."""
    x = coded()
    parameters = {
        "objective": "multi:softprob",
        "num_class": 3,
        "tree_method": "approx",
        "max_cat_to_onehot": 8,
        "max_depth": 2,
    }
    return _train(parameters, x, classes(x, 3), 3)


ASCII_CITIES = ["Bern", "Oslo", "", 'a "b"', "Rome", "x"]
CITIES = ["Zürich", "Łódź", "北京", 'a "b"', "", "Oslo"]
PORTS = [8080, 443, -1, 22, 2**40, 25, 53]


def frame(x, cities):
    """The coded features as a pandas table with categories of text and of integers."""
    text = pandas.Categorical.from_codes(np.nan_to_num(x[:, 2], nan=-1).astype(int), cities)
    integer = pandas.Categorical.from_codes(np.nan_to_num(x[:, 3], nan=-1).astype(int), PORTS)
    return pandas.DataFrame({"amount": x[:, 0], "distance": x[:, 1], "city": text, "port": integer})


def _stored(name, format, cities):
    @case(name, format=format)
    def _():
        """Trained from pandas: the file stores text and integer categories; codes are positions in its tables."""
        x = coded(sizes=(6, 7))
        table = frame(x, cities)
        booster = train({"objective": "binary:logistic", **BY_SET}, table, effect(x) > 0, enable_categorical=True)
        by_name = booster.predict(xgb.DMatrix(table, enable_categorical=True), output_margin=True)
        assert same(by_name, oracle.predict(booster, x, MARGIN)[:, 0]), "codes are not positions"
        return booster


_stored("categories-stored-json", "json", ASCII_CITIES)
# Text beyond ASCII, which XGBoost 3.1 to 3.3 store cut at wrong places.
_stored("categories-cut-json", "json", CITIES)
_stored("categories-cut-ubj", "ubj", CITIES)
