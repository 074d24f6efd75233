"""Apus against scikit-learn: the exported file's numbers are the estimator's own."""

import apus
import numpy as np
import pytest
import sklearn
from apus._export import content_of
from configurations import LINEAR, TREES
from data import make, rows
from sklearn.base import clone

EPSILON = np.finfo(float).eps


def fitted(estimator, data):
    x, y = make(data)
    return clone(estimator).fit(x, y), x


def exported(estimator, folder):
    """The model. The library wrote its file, from bytes that Python had made: the same."""
    path = folder / "model.apus"
    apus.export(estimator, path)
    assert path.read_bytes() == content_of(estimator)
    return apus.load(path)


def asked(function, x):
    """What scikit-learn says, as a matrix; without its refusal of NaN and infinity, which trees have an answer to."""
    with sklearn.config_context(assume_finite=True), np.errstate(all="ignore"):
        value = function(x)
    value = np.concatenate(value, axis=1) if isinstance(value, list) else np.asarray(value)
    return value.reshape(len(x), -1)


def scores(estimator, x):
    for name in ("predict_proba", "decision_function", "predict"):
        if hasattr(estimator, name):
            return asked(getattr(estimator, name), x)
    raise AssertionError


def same(left, right):
    return np.array_equal(np.asarray(left, float).view("u8"), np.asarray(right, float).view("u8")) or np.array_equal(
        left, right, equal_nan=True
    )


def close(left, right, allowed):
    return np.all((np.abs(left - right) <= allowed) | (np.isnan(left) & np.isnan(right)))


@pytest.mark.parametrize("name,estimator,data", TREES, ids=[name for name, _, _ in TREES])
def test_trees(name, estimator, data, tmp_path):
    estimator, x = fitted(estimator, data)
    x = rows(estimator, x, categorical=data == "categories")
    model = exported(estimator, tmp_path)
    assert model.scorer().info.engine != "reference"
    ours = model.score(x).reshape(len(x), -1)
    theirs = scores(estimator, x)
    if ours.shape[1] == 1 and theirs.shape[1] == 2:
        theirs = theirs[:, 1:]
    assert ours.shape == theirs.shape
    if hasattr(estimator, "decision_function"):
        assert same(model.margins(x).reshape(len(x), -1), asked(estimator.decision_function, x))
    if name in ("boosting-classes", "hist-classes", "hist-poisson"):
        # NumPy's exp is its own where the processor has AVX-512, and within an ulp or two of the C library's; 1.1's
        # softmax goes through a logarithm of the sum as well.
        assert close(ours, theirs, 8 * EPSILON * np.maximum(1, np.abs(theirs)))
    else:
        assert same(ours, theirs)
    if hasattr(estimator, "apply"):
        # GradientBoosting's apply sends NaN elsewhere than its predict does.
        known = x[~np.isnan(x).any(axis=1)] if name.startswith("boosting") else x
        assert same(model.leaf_indices(known), asked(estimator.apply, known))
    for engine in ("ranked", "node-walk", "reference"):
        assert same(model.scorer(engine=engine).score(x[::7]).reshape(-1, ours.shape[1]), ours[::7])


@pytest.mark.parametrize("name,estimator,data", LINEAR, ids=[name for name, _, _ in LINEAR])
def test_linear(name, estimator, data, tmp_path):
    estimator, x = fitted(estimator, data)
    x = np.concatenate([x, x * 1e6, x * 1e-310, np.zeros((1, x.shape[1])), -np.zeros((1, x.shape[1]))])
    model = exported(estimator, tmp_path)
    # NumPy leaves the order of a dot product, and whether it fuses, to the BLAS, which decides by the size of the batch.
    # Any two orders of n products differ by no more than this ("Accuracy and Stability of Numerical Algorithms", 3.1).
    coefficients = np.atleast_2d(estimator.coef_)
    size = np.abs(x) @ np.abs(coefficients).T + np.abs(np.ravel(estimator.intercept_))
    allowed = 2 * (x.shape[1] + 1) * EPSILON * size
    decide = getattr(estimator, "decision_function", estimator.predict)
    assert close(model.margins(x).reshape(len(x), -1), asked(decide, x), allowed)
    theirs = scores(estimator, x)
    ours = model.score(x).reshape(len(x), -1)
    # A link is no steeper than 1; see test_trees for exp.
    allowed = np.max(allowed, axis=1, keepdims=True) + 8 * EPSILON * np.maximum(1, np.abs(theirs[:, -ours.shape[1] :]))
    assert close(ours, theirs[:, -ours.shape[1] :], allowed)


@pytest.mark.skipif(sklearn.__version__ < "1.4", reason="trees take missing values since 1.3, forests since 1.4")
@pytest.mark.parametrize("kind", ["RandomForestClassifier", "DecisionTreeClassifier"])
def test_missing_values_in_trees(kind, tmp_path):
    from configurations import SEED, DecisionTreeClassifier, RandomForestClassifier

    estimator = {"RandomForestClassifier": RandomForestClassifier(15, **SEED), "DecisionTreeClassifier": DecisionTreeClassifier(**SEED)}
    estimator, x = fitted(estimator[kind], "binary-missing")
    x = rows(estimator, x)
    assert same(exported(estimator, tmp_path).score(x), scores(estimator, x))


@pytest.mark.skipif(sklearn.__version__ < "1.4", reason="HistGradientBoosting takes text since 1.4")
def test_text_categories(tmp_path):
    """Texts stand in a table of the file; a row of numbers holds their places."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    x, y = make("categories")
    rows = x.astype(object)
    names = np.array(["DE", "FR", "straße", "", "Q"], object)
    rows[:, 2] = [np.nan if value != value else names[int(value) % 5] for value in x[:, 2]]
    estimator = HistGradientBoostingRegressor(max_iter=20, categorical_features=[2], random_state=7).fit(rows, y)
    model = exported(estimator, tmp_path)
    categories = model.features[2].categories
    assert sorted(categories) == sorted(names)
    coded = rows.copy()
    coded[:, 2] = [categories.index(value) if isinstance(value, str) else np.nan for value in rows[:, 2]]
    assert same(model.score(coded.astype(float)), asked(estimator.predict, rows).ravel())
    unseen = np.concatenate([rows[:50]] * 2)
    unseen[:, 2] = ["never"] * 50 + [np.nan] * 50
    coded = unseen.copy()
    coded[:, 2] = np.nan
    assert same(model.score(coded.astype(float)), asked(estimator.predict, unseen).ravel())


def test_what_cannot_be_exported_is_named(tmp_path):
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    x, y = make("classes")
    with pytest.raises(TypeError, match="KNeighborsClassifier"):
        apus.export(KNeighborsClassifier().fit(x, y), tmp_path / "model.apus")
    with pytest.raises(ValueError, match="not fitted"):
        apus.export(LogisticRegression(), tmp_path / "model.apus")
    with pytest.raises(ValueError, match="an estimator as init"):
        boosting = GradientBoostingClassifier(n_estimators=2, init=LogisticRegression(max_iter=500))
        apus.export(boosting.fit(x, y), tmp_path / "model.apus")
    assert list(tmp_path.iterdir()) == []
