"""Boosters and shapes of trees: dart, linear, forests, pruned, lossguide, tiny; ranges; missing values; names."""

import model_rows
import numpy as np
import oracle
import scipy.sparse
import xgboost as xgb
from case import MARGIN, SCORE, case
from data import binary, classes, features, signal, train

DART = {"booster": "dart", "rate_drop": 0.4, "one_drop": 1}


def _dart(release, **options):
    @case(f"dart-{release}", release, agrees_in_place=False, **options)
    def _():
        """dart with dropped trees. inplace_predict of this release rounds otherwise; plain predict is the judge."""
        x = features()
        return train({**DART, "objective": "binary:logistic", "normalize_type": "forest"}, x, binary(x), 8)


_dart("1.7.6")
_dart("2.1.4", format="ubj")
_dart("3.2.0")


@case("dart-multi", agrees_in_place=False, ranges=((0, 0), (1, 3)))
def _():
    """dart, three classes, two parallel trees: tree weights and classes together."""
    x = features()
    parameters = {**DART, "objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2, "max_depth": 2}
    return train(parameters, x, classes(x, 3), 3)


@case("forest")
def _():
    """A random forest: one round of many parallel trees, sampled rows and columns."""
    x = features()
    parameters = {
        "objective": "binary:logistic",
        "num_parallel_tree": 8,
        "subsample": 0.6,
        "colsample_bynode": 0.6,
        "eta": 1,
    }
    return train(parameters, x, binary(x), 1)


@case("forest-boosted-multi", ranges=((0, 0), (1, 3), (2, 0)))
def _():
    """Three rounds of two parallel trees for each of three classes, with tree ranges."""
    x = features()
    parameters = {
        "objective": "multi:softprob",
        "num_class": 3,
        "num_parallel_tree": 2,
        "subsample": 0.6,
        "max_depth": 2,
    }
    return train(parameters, x, classes(x, 3), 3)


@case("early-stopping", ranges=((0, 0), (0, 1), (2, 5), (3, 0)))
def _():
    """Early stopping: the file records best_iteration, and there are rounds after it."""
    x = features()
    y = binary(x)
    training, validation = xgb.DMatrix(x[:200], label=y[:200]), xgb.DMatrix(x[200:], label=y[200:])
    parameters = {"objective": "binary:logistic", "max_depth": 2, "max_bin": 16, "eta": 1, "eval_metric": "logloss"}
    booster = xgb.train(
        parameters, training, 50, evals=[(validation, "v")], early_stopping_rounds=3, verbose_eval=False
    )
    assert booster.best_iteration < booster.num_boosted_rounds() - 1
    return booster


def _rows_with(value):
    """Finite rows in which `value` occurs: XGBoost refuses infinities when a finite value means missing."""

    def rows(document):
        random = np.random.default_rng(12)
        made = model_rows.few_rows(document, random)
        made[np.isinf(made)] = 1.5
        made[random.random(made.shape) < 0.25] = value
        return made

    return rows


@case("missing-value", missing=-999.0, rows=_rows_with(-999.0))
def _():
    """Trained and asked with missing=-999, and asked without it, when -999 is a number like others."""
    x = np.nan_to_num(features(), nan=-999.0)
    return train({"objective": "binary:logistic"}, x, binary(x), missing=-999.0)


@case("missing-value-rounded", missing=0.1, rows=_rows_with(np.float32(0.1)))
def _():
    """missing=0.1, a number that f32 does not hold: it is rounded to f32 before it is compared."""
    x = np.nan_to_num(features(), nan=np.float32(0.1))
    return train({"objective": "binary:logistic"}, x, binary(x), missing=0.1)


@case("missing-value-zero", missing=0.0, rows=_rows_with(np.float32(-0.0)))
def _():
    """missing=0: both zeros are missing."""
    x = np.nan_to_num(features(), nan=0.0)
    return train({"objective": "reg:squarederror"}, x, signal(x), missing=0.0)


def _present_and_absent(document):
    """Many absent entries (NaN here) and some stored zeros."""
    random = np.random.default_rng(13)
    rows = model_rows.few_rows(document, random)
    chance = random.random(rows.shape)
    rows[chance < 0.4] = np.nan
    rows[chance > 0.9] = 0
    return rows


@case("sparse", rows=_present_and_absent, sparse=True)
def _():
    """Trained on CSR and asked through CSR: absent is missing (written NaN here), a stored zero is zero."""
    x = features(missing=0.5)
    stored = ~np.isnan(x)
    matrix = scipy.sparse.csr_matrix((x[stored], np.nonzero(stored)), shape=x.shape)
    return train({"objective": "binary:logistic"}, matrix, binary(x))


def _pruned(name, release, **options):
    @case(name, release, **options)
    def _():
        """tree_method exact with gamma: the pruner leaves deleted nodes in the file."""
        x = np.round(features(3), 1)
        booster = train(
            {"objective": "reg:squarederror", "tree_method": "exact", "gamma": 12, "max_depth": 4}, x, signal(x), 5
        )
        trees = model_rows.trees_of(oracle.as_document(booster))
        assert any(2**31 - 1 in tree["split_indices"] for tree in trees), "no node was deleted"
        return booster


_pruned("pruned-1.0.2", "1.0.2")
_pruned("pruned-1.7.6", "1.7.6")
_pruned("pruned", "3.2.0", format="ubj")


@case("lossguide")
def _():
    """grow_policy lossguide: deep and lopsided trees, nodes not in level order."""
    x = features()
    parameters = {"objective": "binary:logistic", "grow_policy": "lossguide", "max_leaves": 12, "max_depth": 0}
    return train(parameters, x, binary(x), 4)


@case("approx-monotone")
def _():
    """tree_method approx, monotone and interaction constraints."""
    x = features()
    parameters = {"objective": "reg:squarederror", "tree_method": "approx", "monotone_constraints": "(1,0,-1,0,0)"}
    return train({**parameters, "interaction_constraints": "[[0,1],[2,3,4]]"}, x, signal(x))


@case("single-leaf")
def _():
    """Trees without a split: gamma forbids them all."""
    x = features(3)
    return train({"objective": "binary:logistic", "gamma": 1e9}, x, binary(x), 3)


@case("some-single-leaves")
def _():
    """Three classes, one of which never occurs: its trees are single leaves among larger ones."""
    x = features(3)
    y = binary(x) * 2
    return train({"objective": "multi:softprob", "num_class": 3, "gamma": 2}, x, y, 4)


@case("no-trees", outputs=(MARGIN, SCORE))
def _():
    """No boosting round at all: only the base score."""
    x = features(3)
    return train({"objective": "binary:logistic", "base_score": 0.25}, x, binary(x), 0)


@case("one-feature")
def _():
    """One feature, deep trees."""
    x = features()
    return train({"objective": "reg:squarederror", "max_depth": 6, "max_bin": 11}, x[:, :1], signal(x), 4)


@case("base-margin-training")
def _():
    """Trained from a base margin: the file's base_score is the default one."""
    x = features()
    return train({"objective": "binary:logistic"}, x, binary(x), base_margin=np.linspace(-1, 1, len(x)))


ODD_NAMES = ["größe", 'say "hi"', "back\\slash/", "日本語 😀", "tab\tnew\nline\x01", ""]


def _odd_names(name, format):
    @case(name, format=format)
    def _():
        """Feature names with umlauts, quotes, a backslash, emoji, control characters, and an empty one."""
        x = features(6)
        return train(
            {"objective": "binary:logistic"},
            x,
            binary(x),
            feature_names=ODD_NAMES,
            feature_types=["float", "q", "int", "i", "float", "q"],
        )


_odd_names("odd-names-json", "json")
_odd_names("odd-names-ubj", "ubj")


def _linear(name, release, objective, **options):
    @case(name, release, outputs=(MARGIN, SCORE), agrees_in_place=False, **options)
    def _():
        """booster gblinear: a weight for each feature and output; there are no leaves to compare."""
        x = features()
        x[:, [1, 2, 4]] /= np.nanstd(x[:, [1, 2, 4]], axis=0)
        many = objective.startswith("multi")
        y = np.maximum(classes(x, 5) - 2, 0) if many else binary(x)
        parameters = {"booster": "gblinear", "objective": objective, "updater": "coord_descent", "eta": 0.5}
        return xgb.train({**parameters, "num_class": 3} if many else parameters, xgb.DMatrix(x, label=y), 10)


_linear("linear-1.7.6", "1.7.6", "binary:logistic")
_linear("linear", "3.2.0", "binary:logistic", format="ubj")
_linear("linear-multi-1.7.6", "1.7.6", "multi:softprob", format="ubj")
_linear("linear-multi", "3.2.0", "multi:softprob")
