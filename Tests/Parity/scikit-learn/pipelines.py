"""Estimators that become graphs, each fitted on a data set of data.py or of mixed(): (name, estimator, data, exact).

`exact` is None where every bit is the same, else the reason why a few units in the last place may differ:
- BLAS: NumPy leaves the order of a sum of products to it;
- EXP: NumPy's exp, log, pow are its own on some processors;
- LOG1P: Apus has no operator for log1p and expm1, and composes them.
"""

import numpy as np
from configurations import SEED
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

BLAS, EXP, LOG1P = "BLAS", "EXP", "LOG1P"
FOREST = RandomForestClassifier(12, max_depth=7, **SEED)
REGRESSION_FOREST = RandomForestRegressor(12, max_depth=7, **SEED)
TREE = DecisionTreeClassifier(max_depth=5, **SEED)


def columns(*parts, **arguments):
    return ColumnTransformer([(str(index), step, chosen) for index, (step, chosen) in enumerate(parts)], **arguments)


def absolute_then(*functions):
    # In elder versions only validation tells how many columns there are.
    start = FunctionTransformer(np.abs, validate=True)
    return make_pipeline(start, make_union(*[FunctionTransformer(each) for each in functions]))


NUMBERS = [
    ("standard-forest", make_pipeline(StandardScaler(), FOREST), "classes", None),
    ("imputed-forest", make_pipeline(SimpleImputer(add_indicator=True), RobustScaler(), FOREST), "binary-missing", None),
    ("imputed-zero", make_pipeline(SimpleImputer(missing_values=0, strategy="median"), DecisionTreeRegressor(max_depth=6)), "categories-whole", None),
    ("indicators", make_pipeline(make_union(MissingIndicator(), SimpleImputer(strategy="constant")), FOREST), "binary-missing", None),
    ("scalers", make_pipeline(MinMaxScaler((-1, 3), clip=True), MaxAbsScaler(), REGRESSION_FOREST), "regression", None),
    (
        "scalers-without",
        make_pipeline(
            FeatureUnion(
                [("a", StandardScaler(with_mean=False)), ("b", RobustScaler(with_scaling=False)), ("c", Binarizer(threshold=0.25))],
                transformer_weights={"a": 0.3},
            ),
            REGRESSION_FOREST,
        ),
        "regression",
        None,
    ),
    (
        "columns",
        make_pipeline(
            columns((StandardScaler(), [4, 0]), (MinMaxScaler(), [1, 6]), ("drop", [5]), remainder="passthrough"), FOREST
        ),
        "binary",
        None,
    ),
    (
        "one-hot-numbers",
        make_pipeline(
            columns((OneHotEncoder(handle_unknown="ignore"), [2, 5]), (StandardScaler(), [0, 1, 3])), REGRESSION_FOREST
        ),
        "categories-whole",
        None,
    ),
    (
        "one-hot-infrequent",
        make_pipeline(
            columns((OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=15), [2, 5]), remainder="passthrough"),
            REGRESSION_FOREST,
        ),
        "categories-whole",
        None,
    ),
    (
        "one-hot-dropped",
        make_pipeline(
            columns((OneHotEncoder(drop="first", max_categories=9, handle_unknown="ignore"), [2, 5]), remainder="passthrough"),
            REGRESSION_FOREST,
        ),
        "categories-whole",
        None,
    ),
    (
        "ordinal",
        make_pipeline(
            columns(
                (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-7), [2, 5]), remainder="passthrough"
            ),
            HistGradientBoostingRegressor(max_iter=20, categorical_features=None, **SEED),
        ),
        "categories",
        None,
    ),
    (
        "bins",
        make_pipeline(
            make_union(KBinsDiscretizer(5, strategy="uniform"), KBinsDiscretizer(7, encode="ordinal", strategy="quantile")),
            REGRESSION_FOREST,
        ),
        "regression",
        None,
    ),
    ("polynomial", make_pipeline(PolynomialFeatures(3), REGRESSION_FOREST), "regression", None),
    ("interactions", make_pipeline(PolynomialFeatures((2, 3), interaction_only=True), REGRESSION_FOREST), "regression", None),
    ("selected", make_pipeline(SelectKBest(k=3), FOREST), "binary", None),
    ("quantiles", make_pipeline(QuantileTransformer(n_quantiles=90, **SEED), FOREST), "classes", None),
    ("functions-exact", make_pipeline(absolute_then(np.sqrt, np.square, None), REGRESSION_FOREST), "regression", None),
    ("functions", make_pipeline(absolute_then(np.log1p, np.sqrt, np.expm1, np.exp), Ridge()), "regression", LOG1P),
    ("power", make_pipeline(PowerTransformer(), Ridge()), "regression", LOG1P),
    ("normalised", make_pipeline(Normalizer(), LogisticRegression()), "classes", BLAS),
    ("hist-in-pipeline", make_pipeline(StandardScaler(), HistGradientBoostingClassifier(max_iter=15, **SEED)), "binary-missing", None),
    (
        "hist-categorical",
        make_pipeline(
            FunctionTransformer(), HistGradientBoostingRegressor(max_iter=20, categorical_features=[2, 5], **SEED)
        ),
        "categories",
        None,
    ),
    ("boosting-in-pipeline", make_pipeline(RobustScaler(), GradientBoostingClassifier(n_estimators=15, **SEED)), "binary", None),
    ("boosting-init", GradientBoostingClassifier(n_estimators=15, init=FOREST, **SEED), "binary", EXP),
    ("boosting-init-regression", GradientBoostingRegressor(n_estimators=15, init=REGRESSION_FOREST, **SEED), "regression", None),
    ("isolation", IsolationForest(n_estimators=25, **SEED), "regression", EXP),
    ("isolation-features", IsolationForest(n_estimators=25, max_features=4, contamination=0.1, **SEED), "regression", EXP),
    ("ada-boost", AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=15, **SEED), "classes", EXP),
    ("ada-boost-binary", AdaBoostClassifier(n_estimators=15, **SEED), "binary", EXP),
    ("ada-boost-regression", AdaBoostRegressor(n_estimators=12, **SEED), "regression", None),
    ("bagging", BaggingClassifier(TREE, 11, max_features=4, max_samples=0.1, **SEED), "classes", None),
    ("bagging-regression", BaggingRegressor(DecisionTreeRegressor(max_depth=6), 11, **SEED), "regression", None),
    ("bagging-pipelines", BaggingClassifier(make_pipeline(StandardScaler(), TREE), 5, **SEED), "classes", None),
    ("bagging-linear", BaggingClassifier(LogisticRegression(), 5, max_features=5, **SEED), "binary", BLAS),
    ("calibrated-sigmoid", CalibratedClassifierCV(FOREST, cv=3), "classes", EXP),
    ("calibrated-isotonic", CalibratedClassifierCV(FOREST, method="isotonic", cv=3), "classes", None),
    ("calibrated-isotonic-binary", CalibratedClassifierCV(TREE, method="isotonic", cv=4), "binary", None),
    ("calibrated-linear", CalibratedClassifierCV(LinearSVC(**SEED), cv=2), "binary", BLAS),
    ("voting", VotingClassifier([("a", FOREST), ("b", TREE)], voting="soft", weights=[2, 0.7]), "classes", None),
    ("voting-hard", VotingClassifier([("a", FOREST), ("b", TREE), ("c", AdaBoostClassifier(n_estimators=5))]), "classes", None),
    ("voting-regression", VotingRegressor([("a", REGRESSION_FOREST), ("b", DecisionTreeRegressor(max_depth=4))]), "regression", None),
    ("stacking", StackingClassifier([("a", FOREST), ("b", TREE)], RandomForestClassifier(9, max_depth=4), passthrough=True), "classes", None),
    ("stacking-binary", StackingClassifier([("a", FOREST), ("b", LinearSVC(**SEED))], LogisticRegression()), "binary", BLAS),
    ("stacking-regression", StackingRegressor([("a", REGRESSION_FOREST), ("b", LinearRegression())]), "regression", BLAS),
    ("targets", MultiOutputRegressor(GradientBoostingRegressor(n_estimators=8)), "targets", None),
    ("class-outputs", MultiOutputClassifier(FOREST), "class-outputs", None),
    ("forest-outputs", make_pipeline(StandardScaler(), FOREST), "class-outputs", None),
    ("one-versus-rest", OneVsRestClassifier(LogisticRegression()), "classes", BLAS),
    ("one-versus-rest-trees", OneVsRestClassifier(TREE), "classes", None),
    ("huber", make_pipeline(StandardScaler(), SGDClassifier(loss="modified_huber", **SEED)), "classes", BLAS),
    ("log-target", TransformedTargetRegressor(REGRESSION_FOREST, func=np.exp, inverse_func=np.log), "regression", EXP),
    ("scaled-target", TransformedTargetRegressor(REGRESSION_FOREST, transformer=StandardScaler()), "regression", None),
    ("transformer", Pipeline([("a", StandardScaler()), ("b", PolynomialFeatures(2))]), "regression", None),
]

TEXTS = [
    (
        "text-one-hot",
        make_pipeline(columns((StandardScaler(), [0, 1, 3]), (OneHotEncoder(handle_unknown="ignore"), [2, 5])), FOREST),
        None,
    ),
    (
        "text-grouped",
        make_pipeline(
            columns(
                (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=60, drop="first"), [5, 2]),
                remainder="passthrough",
            ),
            FOREST,
        ),
        None,
    ),
    (
        "text-ordinal",
        make_pipeline(
            columns(
                (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), [2, 5]),
                (make_pipeline(SimpleImputer(), MinMaxScaler()), [0, 1, 3, 4, 6]),
            ),
            HistGradientBoostingClassifier(max_iter=15, categorical_features=[0, 1], **SEED),
        ),
        None,
    ),
    (
        "text-filled",
        make_pipeline(
            columns(
                (make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), [2]),
                (make_pipeline(SimpleImputer(strategy="constant", fill_value="none"), OneHotEncoder(handle_unknown="ignore")), [5]),
                (SimpleImputer(strategy="mean"), [0, 1, 3]),
            ),
            LogisticRegression(max_iter=500),
        ),
        BLAS,
    ),
    ("text-missing", make_pipeline(columns((OneHotEncoder(handle_unknown="ignore"), [2, 5]), ("passthrough", [0])), TREE), None),
]
