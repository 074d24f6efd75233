"""Apus against scikit-learn: graphs of pipelines, votes, stacks and calibrated classifiers."""

import apus
import numpy as np
import onnx
import pytest
import sklearn
from data import SPECIAL, make
from flips import flips
from pipelines import BLAS, EXP, LOG1P, NUMBERS, TEXTS
from sklearn.base import clone
from test_parity import EPSILON, asked, same

# Of the largest number that is added on the way: the same sums in another order, functions that are right to a few units.
ALLOWED = {BLAS: 64 * EPSILON, EXP: 16 * EPSILON, LOG1P: 4096 * EPSILON}


def fitted(estimator, data):
    x, y = make(data.replace("-whole", ""))
    if data.endswith("-whole"):
        x[:, [2, 5]] = np.nan_to_num(x[:, [2, 5]], nan=1.0)
        x = np.nan_to_num(x, nan=0.5)
    return clone(estimator).fit(x, y), x


def answers(estimator, x):
    for name in ("predict_proba", "decision_function", "predict", "transform"):
        if hasattr(estimator, name):
            return asked(getattr(estimator, name), x)
    raise AssertionError


def strange(estimator, x):
    """Rows with a special value that scikit-learn has an answer to."""
    made = []
    for value in [*SPECIAL, np.inf, -np.inf, 1e300, 4.0, 1e6, -3.0]:
        rows = x[: x.shape[1]].copy()
        np.fill_diagonal(rows, value)
        made += accepted(estimator, rows)
    return np.array(made).reshape(-1, x.shape[1])


def accepted(estimator, rows):
    """Those of some rows that scikit-learn does not refuse. Of NaN in sparse matrices it must be allowed to."""
    function = estimator.predict if hasattr(estimator, "predict") else estimator.transform
    try:
        function(rows) if np.isnan(rows).any() else asked(function, rows)
    except ValueError:
        return [row for part in rows for row in accepted(estimator, part[np.newaxis])] if len(rows) > 1 else []
    return list(rows)


def agrees(ours, theirs, reason):
    if reason is None:
        return same(ours, theirs)
    allowed = ALLOWED[reason] * np.maximum(1, np.abs(theirs))
    with np.errstate(invalid="ignore"):
        return np.all((np.abs(ours - theirs) <= allowed) | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name,estimator,data,reason", NUMBERS, ids=[name for name, *_ in NUMBERS])
def test_numbers(name, estimator, data, reason, tmp_path):
    estimator, x = fitted(estimator, data)
    path = tmp_path / "model.onnx"
    apus.export(estimator, path)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    model = apus.load(path)
    # A column of a BLAS product or of an exponential changes at every number: there is nothing to look for.
    found = x[:0]
    if reason is None and name != "voting-hard":
        found = flips(lambda rows: answers(estimator, rows), x)
        assert len(found) > 20
    # Numbers whose products overflow in one order and not in another are no test of sums.
    extreme = strange(estimator, x) if reason is None else x[:0]
    if name == "hist-categorical" and sklearn.__version__ < "1.4":
        # Elder versions cast categories to 8 bits, whatever C makes of numbers that have more.
        extreme = extreme[(np.abs(extreme[:, [2, 5]]) < 256).all(axis=1)]
    rows = np.concatenate([x, found, extreme])
    ours = model.score(rows).reshape(len(rows), -1)
    if name != "voting-hard":
        theirs = answers(estimator, rows)
        assert ours.shape == theirs.shape
        assert agrees(ours, theirs, reason)
    # The same bits alone and among others.
    scorer = model.scorer()
    for index in range(0, len(rows), 41):
        assert same(np.ravel(scorer.score_row(rows[index])), ours[index])
    results = model.run({"X": rows})
    if "label" in results:
        assert np.array_equal(results["label"], asked(estimator.predict, rows).ravel())
    if "score_samples" in results:
        assert agrees(results["score_samples"], asked(estimator.score_samples, rows), reason)


def texts():
    """Rows with two columns of text, in one of which some are missing."""
    x, _ = make("binary")
    random = np.random.default_rng(2)
    rows = x.astype(object)
    rows[:, 2] = np.array(["DE", "FR", "", "it", "straße 😀"], object)[random.choice(5, len(x), p=[0.4, 0.3, 0.05, 0.2, 0.05])]
    rows[:, 5] = np.array(["a", "b", "c", "d"], object)[random.integers(0, 4, len(x))]
    y = x[:, 0] + np.isin(rows[:, 2], ["FR", "it"]) + 0.7 * (rows[:, 5] == "c") > 0.8
    return rows, np.where(y, "fraud", "fine")


def named(model, rows):
    """Rows by the names of the columns."""
    result = {}
    for tensor in model.inputs:
        column = rows[:, int(tensor.name[1:])][:, np.newaxis]
        if tensor.dtype == object:
            column = np.array([["" if value is None or value != value else value] for value in column[:, 0]], object)
            result[tensor.name] = column
        else:
            result[tensor.name] = column.astype(float)
    return result


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name,estimator,reason", TEXTS, ids=[name for name, *_ in TEXTS])
def test_texts(name, estimator, reason, tmp_path):
    rows, y = texts()
    if name in ("text-filled", "text-missing"):
        rows[:, 2] = [np.nan if value == "" else value for value in rows[:, 2]]
    estimator = clone(estimator).fit(rows, y)
    apus.export(estimator, tmp_path / "model.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"), full_check=True)
    model = apus.load(tmp_path / "model.onnx")
    unseen = rows[:40].copy()
    unseen[:20, 2] = "XX"
    unseen[10:, 5] = "A"
    asked_rows = np.concatenate([rows, unseen])
    results = model.run(named(model, asked_rows))
    assert agrees(results["probabilities"], asked(estimator.predict_proba, asked_rows), reason)
    assert results["label"].tolist() == estimator.predict(asked_rows).tolist()
    alone = model.run(named(model, asked_rows[:1]))
    assert same(alone["probabilities"], results["probabilities"][:1])


@pytest.mark.filterwarnings("ignore")
def test_a_category_that_scikit_learn_refuses_has_no_score(tmp_path):
    from pipelines import FOREST, OneHotEncoder, OrdinalEncoder, columns, make_pipeline

    rows, y = texts()
    for encoder in (OneHotEncoder(), OrdinalEncoder()):
        estimator = make_pipeline(columns((encoder, [2, 5]), ("passthrough", [0, 1])), FOREST).fit(rows, y)
        apus.export(estimator, tmp_path / "model.onnx")
        model = apus.load(tmp_path / "model.onnx")
        changed = rows[:9].copy()
        changed[3, 2] = "XX"
        with pytest.raises(ValueError, match="unknown categories"):
            estimator.predict_proba(changed)
        scores = model.run(named(model, changed))["probabilities"]
        assert np.isnan(scores[3]).all()
        known = np.delete(np.arange(9), 3)
        assert same(scores[known], estimator.predict_proba(rows[known]))


@pytest.mark.filterwarnings("ignore")
def test_what_graphs_do_not_take_is_named(tmp_path):
    from pipelines import (
        CalibratedClassifierCV,
        FunctionTransformer,
        GradientBoostingClassifier,
        LogisticRegression,
        QuantileTransformer,
        make_pipeline,
    )
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import SplineTransformer

    x, y = make("binary")
    refused = [
        (make_pipeline(SplineTransformer(), LogisticRegression()), x, TypeError, "SplineTransformer as a transformer"),
        (CalibratedClassifierCV(KNeighborsClassifier()), x, TypeError, "KNeighborsClassifier as a predictor"),
        (make_pipeline(FunctionTransformer(np.sin), LogisticRegression()), x, ValueError, "func=sin"),
        (make_pipeline(FunctionTransformer(lambda x: x), LogisticRegression()), x, ValueError, "func=<lambda>"),
        (make_pipeline(QuantileTransformer(n_quantiles=10, output_distribution="normal"), LogisticRegression()), x, ValueError, "'normal'"),
        (GradientBoostingClassifier(n_estimators=2, init=LogisticRegression()), x, ValueError, "init=LogisticRegression"),
    ]
    for estimator, rows, kind, words in refused:
        with pytest.raises(kind, match=words):
            apus.export(estimator.fit(rows, y), tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
