"""Models of scikit-learn, XGBoost and LightGBM, trained and converted to ONNX in the run."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import onnxmltools
import pandas as pd
import skl2onnx.common._container as container
import xgboost
from onnx import ModelProto, TensorProto
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloatTensorType
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn import ensemble, preprocessing
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SEED, ROWS, COLUMNS = 20, 400, 6
TEXTS = ["ham", "späm", "other"]
VERSIONS = {"": 21, "ai.onnx.ml": 3}

# skl2onnx hands flags and numbers of numpy's to onnx, which takes Python's alone.
_make_node = container.make_node


def _make_node_of_numbers(*arguments: Any, **attributes: Any) -> Any:
    for name, value in attributes.items():
        if isinstance(value, list) and value and isinstance(value[0], (bool, np.bool_, np.integer)):
            attributes[name] = [int(number) for number in value]
    return _make_node(*arguments, **attributes)


container.make_node = _make_node_of_numbers


@dataclass
class Trained:
    """A converted model.

    Attributes:
        inputs: rows of training data by the names of inputs.
        is_exact: trees, and what is computed in one order alone: every bit is the judge's.
        takes_all: NaN and infinities too, of which ONNX Runtime may not know what an operator makes.
    """

    model: ModelProto
    inputs: dict[str, np.ndarray]
    is_exact: bool
    takes_all: bool


def data(classes: int, has_missing: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows of few distinct values, so that thresholds are met, and classes, or numbers if there are 0 of those."""
    random = np.random.default_rng(SEED)
    rows = random.integers(-20, 21, (ROWS, COLUMNS)).astype(np.float32) / 8
    rows[:, 1] = random.normal(size=ROWS).astype(np.float32)
    rows[:, 2] *= np.float32(1e-3)
    score = rows[:, 0] - rows[:, 1] * rows[:, 3] + random.normal(size=ROWS) / 4
    target = np.searchsorted(np.quantile(score, np.arange(1, classes) / classes), score) if classes else score
    if has_missing:
        rows[random.random(rows.shape) < 0.1] = np.nan
    return rows, target


def sklearn(
    estimator: Any,
    classes: int = 2,
    *,
    is_exact: bool = True,
    takes_all: bool | None = None,
    has_missing: bool = False,
    is_double: bool = False,
    labels: Sequence[str] | None = None,
    options: dict[str, Any] | None = None,
) -> Trained:
    rows, target = data(classes, has_missing)
    if labels is not None:
        target = np.array(labels)[target]
    kind = DoubleTensorType if is_double else FloatTensorType
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.fit(rows, target)
        types = [("X", kind([None, COLUMNS]))]
        if is_double and classes:
            options = {"zipmap": False}
        model = to_onnx(estimator, initial_types=types, options=options, target_opset=VERSIONS)
    if is_double and is_exact:
        # Results of trees are floats, whatever skl2onnx declares.
        for output in model.graph.output:
            if output.type.tensor_type.elem_type == TensorProto.DOUBLE:
                output.type.tensor_type.elem_type = TensorProto.FLOAT
    inputs = {"X": rows.astype(np.float64) if is_double else rows}
    return Trained(model, inputs, is_exact, is_exact if takes_all is None else takes_all)


def table() -> tuple[pd.DataFrame, np.ndarray]:
    """Numbers, some missing, texts, one of them empty, and whole numbers."""
    random = np.random.default_rng(SEED)
    rows, target = data(2, False)
    frame = pd.DataFrame(
        {
            "amount": rows[:, 0],
            "age": rows[:, 1],
            "country": np.array(["DE", "FR", "", "日本", "US"], object)[random.integers(0, 5, ROWS)],
            "device": np.array(["phone", "laptop"], object)[random.integers(0, 2, ROWS)],
            "count": random.integers(0, 6, ROWS),
        }
    )
    frame.loc[::9, "amount"] = np.nan
    return frame, target


def columns(
    final: Any, labels: Sequence[str] | None = None, *, is_ordinal: bool = False, is_exact: bool = True
) -> Trained:
    """A pipeline whose columns are inputs of their own."""
    frame, target = table()
    if labels is not None:
        target = np.array(labels)[target]
    one_hot = preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    ordinal = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    pipeline = make_pipeline(
        ColumnTransformer(
            [
                ("number", make_pipeline(SimpleImputer(), preprocessing.StandardScaler()), ["amount", "age"]),
                ("text", ordinal if is_ordinal else one_hot, ["country", "device"]),
                ("count", preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["count"]),
            ]
        ),
        final,
    )
    kinds = [FloatTensorType, FloatTensorType, StringTensorType, StringTensorType, Int64TensorType]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.fit(frame, target)
        types = [(name, kind([None, 1])) for name, kind in zip(frame, kinds)]
        model = to_onnx(pipeline, initial_types=types, target_opset=VERSIONS)
    inputs = {name: frame[[name]].to_numpy() for name in frame}
    for name in ("amount", "age"):
        inputs[name] = inputs[name].astype(np.float32)
    for name in ("country", "device"):
        inputs[name] = inputs[name].astype(object)
    return Trained(model, inputs, is_exact, False)


def tools(convert: Any, estimator: Any, classes: int, *, categories: Sequence[int] = ()) -> Trained:
    """By onnxmltools. Columns of `categories` hold whole numbers."""
    rows, target = data(classes, not categories)
    rows[:, list(categories)] = np.random.default_rng(SEED).integers(0, 9, (ROWS, len(categories)))
    if categories:
        estimator.fit(rows, target, categorical_feature=list(categories))
    else:
        estimator.fit(rows, target)
    types = [("X", ToolsFloatTensorType([None, COLUMNS]))]
    return Trained(convert(estimator, initial_types=types, target_opset=15), {"X": rows}, True, True)


def xgb(estimator: Any, classes: int) -> Trained:
    return tools(onnxmltools.convert_xgboost, estimator, classes)


def lgbm(estimator: Any, classes: int, **options: Any) -> Trained:
    return tools(onnxmltools.convert_lightgbm, estimator, classes, **options)


_TREE = DecisionTreeClassifier(max_depth=4, random_state=0)
_SEED = {"random_state": 0}

CONFIGURATIONS: dict[str, Callable[[], Trained]] = {
    "tree": lambda: sklearn(DecisionTreeClassifier(max_depth=5, **_SEED)),
    "tree, double": lambda: sklearn(DecisionTreeClassifier(max_depth=5, **_SEED), 3, is_double=True),
    "tree of numbers": lambda: sklearn(DecisionTreeRegressor(max_depth=6, **_SEED), 0),
    "tree of numbers, double": lambda: sklearn(DecisionTreeRegressor(max_depth=6, **_SEED), 0, is_double=True),
    "tree, missing": lambda: sklearn(DecisionTreeClassifier(max_depth=5, **_SEED), has_missing=True),
    "forest": lambda: sklearn(ensemble.RandomForestClassifier(20, max_depth=6, **_SEED)),
    "forest of three classes": lambda: sklearn(ensemble.RandomForestClassifier(20, max_depth=6, **_SEED), 3),
    "forest of texts": lambda: sklearn(ensemble.RandomForestClassifier(10, **_SEED), 3, labels=TEXTS),
    "forest, double": lambda: sklearn(ensemble.RandomForestClassifier(20, max_depth=6, **_SEED), 3, is_double=True),
    "forest of numbers": lambda: sklearn(ensemble.RandomForestRegressor(20, max_depth=6, **_SEED), 0),
    "extra trees": lambda: sklearn(ensemble.ExtraTreesRegressor(20, max_depth=6, **_SEED), 0),
    "boosting": lambda: sklearn(ensemble.GradientBoostingClassifier(n_estimators=30, **_SEED)),
    "boosting of three classes": lambda: sklearn(ensemble.GradientBoostingClassifier(n_estimators=20, **_SEED), 3),
    "boosting, raw": lambda: sklearn(
        ensemble.GradientBoostingClassifier(n_estimators=20, **_SEED), options={"raw_scores": True}
    ),
    "boosting of numbers": lambda: sklearn(ensemble.GradientBoostingRegressor(n_estimators=30, **_SEED), 0),
    "histograms": lambda: sklearn(ensemble.HistGradientBoostingClassifier(max_iter=20), has_missing=True),
    "histograms of three classes": lambda: sklearn(
        ensemble.HistGradientBoostingClassifier(max_iter=20), 3, has_missing=True
    ),
    "histograms of numbers": lambda: sklearn(ensemble.HistGradientBoostingRegressor(max_iter=20), 0, has_missing=True),
    "isolation forest": lambda: sklearn(ensemble.IsolationForest(n_estimators=10, **_SEED), is_exact=False),
    "adaptive boosting": lambda: sklearn(ensemble.AdaBoostClassifier(n_estimators=10, **_SEED), is_exact=False),
    "bagging": lambda: sklearn(ensemble.BaggingClassifier(_TREE, 5, **_SEED), is_exact=False),
    "voting": lambda: sklearn(
        ensemble.VotingClassifier([("a", LogisticRegression()), ("b", _TREE)], voting="soft", flatten_transform=False),
        is_exact=False,
    ),
    "stacking": lambda: sklearn(
        ensemble.StackingClassifier([("a", LogisticRegression()), ("b", _TREE)]), is_exact=False
    ),
    "calibrated": lambda: sklearn(CalibratedClassifierCV(_TREE, cv=2), is_exact=False),
    "calibrated, isotonic": lambda: sklearn(CalibratedClassifierCV(_TREE, cv=2, method="isotonic"), is_exact=False),
    "logistic regression": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), LogisticRegression()), is_exact=False
    ),
    "logistic regression of texts": lambda: sklearn(
        make_pipeline(preprocessing.RobustScaler(), LogisticRegression()), 3, labels=TEXTS, is_exact=False
    ),
    "linear regression": lambda: sklearn(
        make_pipeline(preprocessing.MinMaxScaler(), LinearRegression()), 0, is_exact=False
    ),
    "ridge, double": lambda: sklearn(Ridge(), 0, is_double=True, is_exact=False),
    "linear support vectors": lambda: sklearn(LinearSVC(**_SEED), is_exact=False),
    "linear support vectors of three classes": lambda: sklearn(LinearSVC(**_SEED), 3, is_exact=False),
    "stochastic gradient": lambda: sklearn(
        make_pipeline(preprocessing.Normalizer(), SGDClassifier(loss="log_loss", **_SEED)), 3, is_exact=False
    ),
    "support vectors": lambda: sklearn(make_pipeline(preprocessing.StandardScaler(), SVC()), is_exact=False),
    "support vectors, probabilities": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), SVC(probability=True, **_SEED)), 3, is_exact=False
    ),
    "support vectors, polynomial": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), SVC(kernel="poly", degree=2)), 3, is_exact=False
    ),
    "support vectors, sigmoid": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), SVC(kernel="sigmoid")), is_exact=False
    ),
    "support vectors of numbers": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), SVR()), 0, is_exact=False
    ),
    "network": lambda: sklearn(
        make_pipeline(preprocessing.StandardScaler(), MLPClassifier((8, 4), max_iter=50, **_SEED)), 3, is_exact=False
    ),
    "network of numbers": lambda: sklearn(
        MLPRegressor(hidden_layer_sizes=(8, 4), max_iter=50, **_SEED), 0, is_exact=False
    ),
    "naive bayes": lambda: sklearn(GaussianNB(), 3, is_exact=False),
    "imputer": lambda: sklearn(
        make_pipeline(SimpleImputer(strategy="median"), ensemble.RandomForestClassifier(10, **_SEED)), has_missing=True
    ),
    "bins": lambda: sklearn(make_pipeline(preprocessing.KBinsDiscretizer(4, encode="ordinal"), _TREE), takes_all=False),
    "polynomials": lambda: sklearn(make_pipeline(preprocessing.PolynomialFeatures(2), Ridge()), 0, is_exact=False),
    "selection": lambda: sklearn(
        make_pipeline(
            SelectKBest(k=3),
            preprocessing.MaxAbsScaler(),
            ensemble.GradientBoostingClassifier(n_estimators=10, **_SEED),
        )
    ),
    "binarizer": lambda: sklearn(
        make_pipeline(preprocessing.Normalizer("l1"), preprocessing.Binarizer(threshold=0.1), _TREE), takes_all=False
    ),
    "largest norm": lambda: sklearn(make_pipeline(preprocessing.Normalizer("max"), _TREE)),
    "columns": lambda: columns(ensemble.GradientBoostingClassifier(n_estimators=20, **_SEED)),
    "columns of logistic regression": lambda: columns(LogisticRegression(), TEXTS, is_exact=False),
    "columns, ordinal": lambda: columns(ensemble.RandomForestClassifier(10, **_SEED), TEXTS, is_ordinal=True),
    "xgboost": lambda: xgb(xgboost.XGBClassifier(n_estimators=120, max_depth=4), 2),
    "xgboost of three classes": lambda: xgb(xgboost.XGBClassifier(n_estimators=15, max_depth=4), 3),
    "xgboost of numbers": lambda: xgb(xgboost.XGBRegressor(n_estimators=30, max_depth=4), 0),
    "lightgbm": lambda: lgbm(lightgbm.LGBMClassifier(n_estimators=30, verbose=-1), 2),
    "lightgbm of three classes": lambda: lgbm(lightgbm.LGBMClassifier(n_estimators=15, verbose=-1), 3),
    "lightgbm of numbers": lambda: lgbm(lightgbm.LGBMRegressor(n_estimators=30, verbose=-1), 0),
    "lightgbm, categories": lambda: lgbm(
        lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, min_data_per_group=5, cat_smooth=1), 2, categories=[0, 3]
    ),
}
