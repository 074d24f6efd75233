"""What is trained in the test run: one line for each configuration, as plain data that any process can import."""

import dataclasses

# The oldest and the newest that this Python installs.
RELEASES = ("1.2", "1.2.10")

# What the default of `predict` is for these losses; without a name here scores are the margins.
PREDICTION_TYPES = {
    "Logloss": "Probability",
    "CrossEntropy": "Probability",
    "Focal": "Probability",
    "MultiClass": "Probability",
    "MultiClassOneVsAll": "Probability",
    "MultiLogloss": "Probability",
    "MultiCrossEntropy": "Probability",
    "Poisson": "Exponent",
    "Tweedie": "Exponent",
    "RMSEWithUncertainty": "RMSEWithUncertainty",
}


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    loss: str
    label: str = "signal"  # a label in catboost_training.py
    data: str = "gaps"  # a maker in catboost_training.py
    trees: int = 23
    ranges: tuple = ()  # tree ranges beside (0, 0)
    scale_and_bias: tuple = None  # set on the trained model
    parameters: tuple = ()  # pairs that go to CatBoost as they are

    @property
    def prediction_type(self):
        """What CatBoost is asked for to compare with scores."""
        return PREDICTION_TYPES.get(self.loss.split(":")[0], "RawFormulaVal")


def _c(name, loss, label="signal", data="gaps", trees=23, ranges=(), scale_and_bias=None, **parameters):
    return Configuration(name, loss, label, data, trees, ranges, scale_and_bias, tuple(parameters.items()))


COUNTERS = ("Borders", "Buckets", "BinarizedTargetMeanValue", "Counter")

LOSSGUIDE = {"grow_policy": "Lossguide", "max_leaves": 40}
DEPTHWISE = {"grow_policy": "Depthwise"}

CONFIGURATIONS = [
    # Shapes of trees.
    _c("logloss", "Logloss", "binary", ranges=((0, 5), (3, 17), (22, 23)), depth=6),
    _c("logloss-lossguide", "Logloss", "binary", ranges=((0, 5), (3, 17)), **LOSSGUIDE),
    _c("logloss-depthwise", "Logloss", "binary", ranges=((0, 5), (3, 17)), **DEPTHWISE),
    _c("deep", "RMSE", depth=10, trees=7),
    _c("deeper-than-a-byte", "RMSE", data="many-rows", depth=12, trees=3),
    _c("depth-one", "RMSE", depth=1, trees=60),
    _c("lossguide-one-sided", "RMSE", grow_policy="Lossguide", max_leaves=64, depth=16, min_data_in_leaf=1, trees=9),
    _c("many-trees", "Logloss", "binary", depth=3, learning_rate=0.05, trees=300),
    # Missing values: less than any number, more than any, without any in training.
    _c("missing-max", "RMSE", nan_mode="Max"),
    _c("missing-max-lossguide", "RMSE", nan_mode="Max", **LOSSGUIDE),
    _c("no-gaps", "RMSE", data="full"),
    _c("no-gaps-max", "RMSE", data="full", nan_mode="Max", **DEPTHWISE),
    # Many borders, few, far apart.
    _c("many-borders", "RMSE", data="many-rows", border_count=1000, depth=8),
    _c("two-borders", "RMSE", border_count=2),
    _c("tiny-values", "RMSE", data="tiny"),
    _c("huge-values", "RMSE", data="huge"),
    _c("wide", "Logloss", "binary", data="wide"),
    # Sums.
    _c("ordered", "Logloss", "binary", boosting_type="Ordered"),
    _c("scaled", "RMSE", scale_and_bias=(-0.37, [0.1]), ranges=((0, 5), (3, 17))),
    _c("scaled-without-bias", "RMSE", scale_and_bias=(-1.9, [0.0]), ranges=((3, 17),)),
    _c("bias-alone", "RMSE", scale_and_bias=(1.0, [-3.7]), ranges=((3, 17),)),
    _c("scaled-classes", "MultiClass", "classes", scale_and_bias=(0.3, [0.1, 0.0, -2.5]), ranges=((0, 9), (3, 17))),
    _c("shrunk", "Logloss", "binary", model_shrink_rate=0.1, langevin=True),
    # Several outputs.
    _c("classes", "MultiClass", "classes", ranges=((0, 5), (3, 17))),
    _c("classes-lossguide", "MultiClass", "classes", **LOSSGUIDE),
    _c("classes-depthwise", "MultiClass", "classes", **DEPTHWISE),
    _c("one-versus-all", "MultiClassOneVsAll", "classes"),
    _c("targets", "MultiRMSE", "targets"),
    _c("targets-lossguide", "MultiRMSE", "targets", **LOSSGUIDE),
    _c("targets-with-gaps", "MultiRMSEWithMissingValues", "targets"),
    _c("labels", "MultiLogloss", "labels"),
    _c("fractions", "MultiCrossEntropy", "fractions"),
    _c("quantiles", "MultiQuantile:alpha=0.1,0.5,0.9"),
    _c("uncertainty", "RMSEWithUncertainty"),
    # Losses.
    _c("cross-entropy", "CrossEntropy", "fraction"),
    _c("focal", "Focal:focal_alpha=0.5;focal_gamma=2", "binary"),
    _c("mae", "MAE"),
    _c("quantile", "Quantile:alpha=0.3"),
    _c("expectile", "Expectile:alpha=0.2"),
    _c("poisson", "Poisson", "counts"),
    _c("poisson-lossguide", "Poisson", "counts", **LOSSGUIDE),
    _c("tweedie", "Tweedie:variance_power=1.5", "positive"),
    _c("log-lin-quantile", "LogLinQuantile", "positive"),
    _c("mape", "MAPE", "positive"),
    _c("lq", "Lq:q=3"),
    _c("huber", "Huber:delta=1"),
    _c("log-cosh", "LogCosh"),
    _c("cox", "Cox", "survival"),
    _c("aft", "SurvivalAft:dist=Normal", "interval"),
    _c("query-rmse", "QueryRMSE", "grades"),
    _c("yeti-rank", "YetiRank", "grades"),
    _c("pair-logit", "PairLogit", "grades"),
]
# Categories: one-hot splits, every type of counter that the CPU trains, alone and in combinations.
CONFIGURATIONS += [
    _c(f"categories-{counter}", "Logloss", "binary", "categories", simple_ctr=[counter], combinations_ctr=[counter])
    for counter in COUNTERS
]
CONFIGURATIONS += [
    _c("categories-mixed", "Logloss", "binary", "categories", trees=60, ranges=((3, 17),), max_ctr_complexity=4),
    _c("categories-one-hot", "Logloss", "binary", "categories", one_hot_max_size=255),
    _c("categories-lossguide", "Logloss", "binary", "categories", **LOSSGUIDE),
    _c("categories-rmse", "RMSE", "signal", "categories", one_hot_max_size=4),
    _c("categories-borders", "RMSE", "signal", "categories", simple_ctr=["Borders:TargetBorderCount=3", "Counter"]),
    _c("categories-priors", "RMSE", "signal", "categories", simple_ctr=["Borders:Prior=0.3:Prior=0.01", "Counter:Prior=2/1"]),
    _c("categories-means", "RMSE", "signal", "categories", simple_ctr=["BinarizedTargetMeanValue:TargetBorderCount=4"]),
    _c("categories-classes", "MultiClass", "classes", "categories", one_hot_max_size=4),
    _c("categories-missing-max", "Logloss", "binary", "categories", nan_mode="Max", max_ctr_complexity=4),
    _c("categories-ordered", "Logloss", "binary", "categories", boosting_type="Ordered"),
    _c("texts", "Logloss", "binary", "texts", one_hot_max_size=3),
    _c("texts-one-hot", "RMSE", "signal", "texts", one_hot_max_size=255),
]
BY_NAME = {configuration.name: configuration for configuration in CONFIGURATIONS}
