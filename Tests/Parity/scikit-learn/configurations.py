"""Estimators to compare, each fitted on a data set of data.py: (name, estimator, data)."""

from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

SEED = {"random_state": 7}
BOOST = {"n_estimators": 25, **SEED}
HIST = {"max_iter": 30, **SEED}

TREES = [
    ("tree-classes", DecisionTreeClassifier(**SEED), "classes"),
    ("tree-weights", DecisionTreeClassifier(max_depth=5, class_weight="balanced", **SEED), "classes"),
    ("tree-regression", DecisionTreeRegressor(**SEED), "regression"),
    ("tree-targets", DecisionTreeRegressor(max_depth=6, **SEED), "targets"),
    ("tree-stump", DecisionTreeRegressor(max_depth=1, **SEED), "regression"),
    ("extra-tree-classes", ExtraTreeClassifier(**SEED), "binary"),
    ("extra-tree-regression", ExtraTreeRegressor(**SEED), "regression"),
    ("forest-binary", RandomForestClassifier(30, **SEED), "binary"),
    ("forest-classes", RandomForestClassifier(30, max_depth=8, **SEED), "classes"),
    ("forest-outputs", RandomForestClassifier(12, **SEED), "class-outputs"),
    ("forest-regression", RandomForestRegressor(30, **SEED), "regression"),
    ("forest-targets", RandomForestRegressor(12, **SEED), "targets"),
    ("extra-trees-classes", ExtraTreesClassifier(20, **SEED), "classes"),
    ("extra-trees-regression", ExtraTreesRegressor(20, **SEED), "regression"),
    ("boosting-binary", GradientBoostingClassifier(learning_rate=0.17, **BOOST), "binary"),
    ("boosting-exponential", GradientBoostingClassifier(loss="exponential", **BOOST), "binary"),
    ("boosting-classes", GradientBoostingClassifier(**BOOST), "classes"),
    ("boosting-zero", GradientBoostingRegressor(init="zero", **BOOST), "regression"),
    ("boosting-huber", GradientBoostingRegressor(loss="huber", subsample=0.7, **BOOST), "regression"),
    ("boosting-quantile", GradientBoostingRegressor(loss="quantile", **BOOST), "regression"),
    ("hist-binary", HistGradientBoostingClassifier(**HIST), "binary-missing"),
    ("hist-classes", HistGradientBoostingClassifier(**HIST), "classes"),
    ("hist-regression", HistGradientBoostingRegressor(**HIST), "regression-missing"),
    ("hist-absolute", HistGradientBoostingRegressor(loss="absolute_error", **HIST), "regression"),
    ("hist-poisson", HistGradientBoostingRegressor(loss="poisson", **HIST), "counts"),
    ("hist-categories", HistGradientBoostingRegressor(categorical_features=[2, 5], **HIST), "categories"),
]

LINEAR = [
    ("linear-regression", LinearRegression(), "regression"),
    ("linear-targets", Ridge(), "targets"),
    ("lasso", Lasso(0.01), "regression"),
    ("elastic-net", ElasticNet(0.01), "regression"),
    ("sgd-regression", SGDRegressor(**SEED), "regression"),
    ("svr", LinearSVR(max_iter=20000, **SEED), "regression"),
    ("no-intercept", LinearRegression(fit_intercept=False), "regression"),
    ("logistic-binary", LogisticRegression(), "binary"),
    ("logistic-classes", LogisticRegression(max_iter=500), "classes"),
    ("ridge-classes", RidgeClassifier(), "classes"),
    ("sgd-hinge", SGDClassifier(**SEED), "classes"),
    ("svc-binary", LinearSVC(max_iter=20000, **SEED), "binary"),
]
