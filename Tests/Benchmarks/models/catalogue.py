"""The models that are measured: a set as a payments company has it, in the sizes that it has."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Specification:
    name: str
    title: str
    trainer: str
    feature_count: int
    rounds: int
    parameters: dict
    categorical: int = 0
    missing: bool = True

    def reduced(self):
        """A tenth of the rounds, for a run that only shows that everything works."""
        return dataclasses.replace(self, rounds=max(1, self.rounds // 10), parameters=self._reduced_parameters())

    def _reduced_parameters(self):
        reduced = dict(self.parameters)
        for name in ("num_parallel_tree", "n_estimators"):
            if name in reduced:
                reduced[name] //= 10
        return reduced


def _xgboost(name, title, feature_count, rounds, **parameters):
    parameters = {"tree_method": "hist", "eta": 0.1, "subsample": 0.8, "colsample_bytree": 0.8, **parameters}
    return Specification(name, f"XGBoost {title}", "xgboost", feature_count, rounds, parameters)


def _lightgbm(name, title, rounds, categorical=0, **parameters):
    parameters = {"learning_rate": 0.05, "bagging_fraction": 0.8, "bagging_freq": 1, **parameters}
    return Specification(name, f"LightGBM {title}", "lightgbm", 60, rounds, parameters, categorical)


SPECIFICATIONS = [
    _xgboost("xgboost-100", "100 trees, depth 6, 30 features", 30, 100, max_depth=6),
    _xgboost("xgboost-500", "500 trees, depth 6, 60 features", 60, 500, max_depth=6),
    _xgboost("xgboost-1000", "1000 trees, depth 8, 200 features", 200, 1000, max_depth=8, eta=0.05),
    _xgboost(
        "xgboost-lossguide",
        "lossguide 300 × 255 leaves",
        60,
        300,
        grow_policy="lossguide",
        max_leaves=255,
        max_depth=0,
        min_child_weight=0.1,
    ),
    _xgboost(
        "xgboost-forest",
        "random forest 200 × depth 10",
        60,
        1,
        num_parallel_tree=200,
        max_depth=10,
        eta=1.0,
        colsample_bynode=0.4,
    ),
    _lightgbm("lightgbm-31", "500 × 31 leaves", 500, num_leaves=31),
    _lightgbm("lightgbm-255", "500 × 255 leaves", 500, num_leaves=255),
    _lightgbm("lightgbm-categorical", "500 × 31 leaves, 8 of 60 features categorical", 500, 8, num_leaves=31),
    Specification(
        "catboost-symmetric",
        "CatBoost 500 × depth 6",
        "catboost",
        60,
        500,
        {"grow_policy": "SymmetricTree", "depth": 6},
    ),
    Specification(
        "catboost-lossguide",
        "CatBoost lossguide 500 × 31 leaves",
        "catboost",
        60,
        500,
        {"grow_policy": "Lossguide", "max_leaves": 31},
    ),
    Specification(
        "sklearn-forest", "scikit-learn forest 200 × unlimited depth", "scikit-learn", 60, 1, {"n_estimators": 200}
    ),
    Specification(
        "linear",
        "XGBoost linear, 60 features",
        "xgboost",
        60,
        30,
        {"booster": "gblinear", "updater": "coord_descent", "eta": 0.5},
        missing=False,
    ),
]

BY_NAME = {specification.name: specification for specification in SPECIFICATIONS}
