"""What is trained in the test run: one line for each configuration."""

import dataclasses

from releases import RELEASES


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    parameters: dict
    data: str = "plain"  # a maker in training.py
    label: str = "signal"  # a label in training.py
    rounds: int = 15
    since: str = "2.0.12"  # the first of RELEASES that can train it
    ranges: tuple = ()  # iteration ranges beside all; those that do not begin at 0 need 3.2

    @property
    def releases(self):
        names = list(RELEASES)
        return names[names.index(self.since) :]


def _c(name, objective, **options):
    """Parameters that are no fields of Configuration are LightGBM's."""
    fields = {field.name for field in dataclasses.fields(Configuration)}
    own = {key: options.pop(key) for key in list(options) if key in fields}
    return Configuration(name, {"objective": objective, **options}, **own)


SETS = {"data": "categories", "min_data_per_group": 5, "cat_smooth": 1}
RF = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7, "feature_fraction": 0.8}
DART = {"boosting": "dart", "drop_rate": 0.3}

CONFIGURATIONS = [
    # How missing values and zeros go.
    _c("missing-nan", "binary", label="binary", since="2.0.10", num_leaves=31, ranges=((0, 4), (3, 9), (5, 6))),
    _c("missing-none", "regression", use_missing=False, since="2.0.10"),
    _c("missing-none-gapless", "regression", data="gapless"),
    _c("missing-zero", "binary", label="binary", zero_as_missing=True),
    _c("missing-zero-sparse", "regression", data="sparse", zero_as_missing=True),
    _c("tiny", "regression", data="tiny", min_data_in_bin=1),
    _c("tiny-zero", "regression", data="tiny", zero_as_missing=True, min_data_in_bin=1),
    _c("huge", "regression", data="huge"),
    _c("single", "binary", label="binary", data="single"),
    _c("sparse", "binary", label="binary", data="sparse"),
    _c("wide", "binary", label="binary", data="wide"),
    _c("few-bins", "regression", max_bin=4, rounds=30),
    # Categories.
    _c("sets", "binary", label="binary", since="2.1.2", **SETS),
    _c("sets-zero", "regression", zero_as_missing=True, since="2.1.2", **SETS),
    _c("sets-none", "regression", use_missing=False, since="2.1.2", **SETS),
    _c("one-hot", "regression", max_cat_to_onehot=100, since="2.1.2", **SETS),
    _c("sets-multiclass", "multiclass", label="classes", num_class=3, rounds=6, since="2.1.2", **SETS),
    _c("frame", "binary", label="binary", since="2.1.2", **{**SETS, "data": "frame"}),
    # Boosting.
    _c("dart", "binary", label="binary", **DART),
    _c("dart-multiclass", "multiclass", label="classes", num_class=4, rounds=6, **DART),
    _c("forest", "regression", ranges=((0, 5), (4, 9)), **RF),
    _c("forest-binary", "binary", label="binary", since="2.2.3", ranges=((0, 1), (2, 7)), **RF),
    _c("forest-binary-before-2.2", "binary", label="binary", **RF),
    _c("forest-multiclass", "multiclass", label="classes", num_class=3, since="2.2.3", **RF),
    _c("goss", "binary", label="binary", boosting="goss"),
    _c("constant", "regression", data="constant", rounds=3, since="2.2.3"),
    _c("stumps", "regression", num_leaves=2, rounds=40),
    _c("extra-trees", "regression", extra_trees=True, since="3.0.0"),
    _c("monotone", "regression", monotone_constraints=[1, -1, 0, 0, 0, 0, 0], since="2.2.3"),
    _c("quantised", "binary", label="binary", use_quantized_grad=True, since="4.6.0"),
    # Linear leaves.
    _c("linear", "regression", linear_tree=True, since="3.2.1", ranges=((0, 3), (2, 6))),
    _c("linear-binary", "binary", label="binary", linear_tree=True, linear_lambda=0.1, since="3.2.1"),
    _c("linear-tiny", "regression", linear_tree=True, data="tiny", since="3.2.1"),
    _c("linear-sets", "regression", linear_tree=True, since="3.2.1", **SETS),
    _c("linear-multiclass", "multiclass", label="classes", num_class=3, rounds=5, linear_tree=True, since="3.2.1"),
    # Objectives.
    _c("sigmoid", "binary", label="binary", sigmoid=0.7),
    _c("multiclass", "multiclass", label="classes", num_class=5, rounds=6, ranges=((0, 2), (1, 5))),
    _c("multiclassova", "multiclassova", label="classes", num_class=3, sigmoid=1.3, rounds=6),
    _c("sqrt", "regression", reg_sqrt=True),
    _c("l1", "regression_l1"),
    _c("huber", "huber"),
    _c("fair", "fair"),
    _c("quantile", "quantile", alpha=0.3),
    _c("mape", "mape", label="positive", since="2.1.2"),
    _c("poisson", "poisson", label="counts"),
    _c("gamma", "gamma", label="positive", since="2.1.2"),
    _c("tweedie", "tweedie", label="counts", since="2.1.2"),
    _c("cross-entropy", "xentropy", label="fraction"),
    _c("cross-entropy-lambda", "xentlambda", label="fraction"),
    _c("lambdarank", "lambdarank", label="grades"),
    _c("rank-xendcg", "rank_xendcg", label="grades", since="3.0.0"),
    _c("own", "own", since="2.1.2"),
]
BY_NAME = {configuration.name: configuration for configuration in CONFIGURATIONS}
