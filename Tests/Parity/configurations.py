"""What is trained in the test run: one line for each configuration, as plain data that any process can import."""

import dataclasses

RELEASES = ("1.0.2", "1.7.6", "2.1.4", "3.0.5", "3.2.0")


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    parameters: dict
    data: str = "plain"  # a maker in training.py
    label: str = "signal"  # a label in training.py
    rounds: int = 20
    since: str = "1.0.2"  # the first of RELEASES that can train it
    format: str = "json"  # from release 1.7 on; before, files are JSON
    ranges: tuple = ()  # iteration ranges beside (0, 0); (0, "best") needs early stopping
    missing: float = None
    base_margins: tuple = ()  # a base margin for each row is drawn from these
    early_stopping: int = None
    leaves: bool = True  # gblinear has none

    @property
    def releases(self):
        return RELEASES[RELEASES.index(self.since) :]


def _c(name, objective, **options):
    """Parameters that are no fields of Configuration are XGBoost's."""
    fields = {field.name for field in dataclasses.fields(Configuration)}
    own = {key: options.pop(key) for key in list(options) if key in fields}
    return Configuration(
        name, {"objective": objective, "max_depth": 5, "tree_method": "hist", "eta": 0.3, **options}, **own
    )


DART = {"booster": "dart", "rate_drop": 0.3, "rounds": 10}
LINEAR = {"booster": "gblinear", "updater": "coord_descent", "leaves": False, "rounds": 15}
TARGETS = {"data": "plain", "label": "targets", "since": "2.1.4"}

CONFIGURATIONS = [
    # Tree methods and growth.
    _c("binary-exact", "binary:logistic", label="binary", tree_method="exact"),
    _c("binary-hist", "binary:logistic", label="binary", max_bin=256, format="ubj", max_depth=6),
    _c("binary-approx", "binary:logistic", label="binary", tree_method="approx", max_bin=64),
    _c(
        "binary-lossguide",
        "binary:logistic",
        label="binary",
        grow_policy="lossguide",
        max_leaves=40,
        max_depth=0,
        format="ubj",
    ),
    _c("few-bins", "reg:squarederror", max_bin=4, rounds=40),
    _c("many-trees", "binary:logistic", label="binary", max_depth=3, eta=0.05, rounds=250, format="ubj"),
    _c("pruned-exact", "reg:squarederror", tree_method="exact", gamma=3.0, max_depth=6),
    _c(
        "constraints",
        "reg:squarederror",
        monotone_constraints="(1,-1,0,0,0,0,1,0)",
        subsample=0.7,
        colsample_bytree=0.6,
    ),
    _c("stumps", "reg:squarederror", max_depth=1, rounds=60),
    _c("tiny-numbers", "reg:squarederror", data="tiny", tree_method="exact", format="ubj"),
    _c("huge-numbers", "reg:squarederror", data="huge", tree_method="exact"),
    _c("wide", "binary:logistic", data="wide", label="binary", max_depth=4),
    _c("very-wide", "binary:logistic", data="very-wide", label="binary", max_depth=3, rounds=10, since="3.0.5"),
    _c(
        "deep-forest",
        "reg:squarederror",
        data="many-rows",
        num_parallel_tree=20,
        subsample=0.6,
        tree_method="exact",
        max_depth=14,
        eta=1,
        rounds=1,
    ),
    _c("sparse", "binary:logistic", data="sparse", label="binary", format="ubj"),
    # Objectives.
    _c("softprob", "multi:softprob", label="classes", num_class=5, rounds=8, format="ubj"),
    _c("softmax", "multi:softmax", label="classes", num_class=5, rounds=8),
    _c("rank-ndcg", "rank:ndcg", label="grades"),
    _c("rank-pairwise", "rank:pairwise", label="grades", format="ubj"),
    _c("poisson", "count:poisson", label="counts"),
    _c("gamma", "reg:gamma", label="positive"),
    _c("tweedie", "reg:tweedie", label="counts", tweedie_variance_power=1.6, format="ubj"),
    _c("cox", "survival:cox", label="survival"),
    _c("aft", "survival:aft", label="interval", aft_loss_distribution="normal", since="1.7.6"),
    _c("hinge", "binary:hinge", label="binary", format="ubj"),
    _c("logitraw", "binary:logitraw", label="binary"),
    _c("logistic-regression", "reg:logistic", label="fraction"),
    _c("squaredlogerror", "reg:squaredlogerror", label="positive"),
    _c("pseudohuber", "reg:pseudohubererror", since="1.7.6", format="ubj"),
    _c("absoluteerror", "reg:absoluteerror", since="1.7.6"),
    _c("quantiles", "reg:quantileerror", quantile_alpha="[0.1, 0.5, 0.9]", since="2.1.4", rounds=8),
    _c("base-score", "binary:logistic", label="binary", base_score=0.003, min_child_weight=0.001),
    # Boosters.
    _c("dart", "binary:logistic", label="binary", base_score=0.3, **DART),
    _c(
        "dart-forest",
        "reg:squarederror",
        normalize_type="forest",
        sample_type="weighted",
        one_drop=1,
        format="ubj",
        **DART,
    ),
    _c("dart-softprob", "multi:softprob", label="classes", num_class=3, since="1.7.6", ranges=((0, 4), (2, 7)), **DART),
    _c("linear", "binary:logistic", label="binary", **LINEAR),
    _c("linear-regression", "reg:squarederror", reg_lambda=0.1, format="ubj", **LINEAR),
    _c("linear-softprob", "multi:softprob", label="classes", num_class=4, **LINEAR),
    _c(
        "forest",
        "binary:logistic",
        label="binary",
        num_parallel_tree=25,
        subsample=0.6,
        colsample_bynode=0.5,
        eta=1,
        rounds=1,
        max_depth=9,
    ),
    _c(
        "forest-softprob",
        "multi:softprob",
        label="classes",
        num_class=3,
        num_parallel_tree=3,
        subsample=0.7,
        rounds=5,
        since="1.7.6",
        ranges=((0, 2), (1, 4)),
        format="ubj",
    ),
    # Categories.
    _c("one-hot", "binary:logistic", data="categories", label="binary", max_cat_to_onehot=100, since="1.7.6"),
    _c(
        "by-set", "binary:logistic", data="categories", label="binary", max_cat_to_onehot=1, since="1.7.6", format="ubj"
    ),
    _c(
        "by-set-approx",
        "reg:squarederror",
        data="many-categories",
        tree_method="approx",
        max_cat_to_onehot=3,
        since="1.7.6",
    ),
    _c(
        "by-set-lossguide",
        "multi:softprob",
        data="many-categories",
        label="classes",
        num_class=3,
        grow_policy="lossguide",
        max_leaves=20,
        max_cat_to_onehot=2,
        rounds=6,
        since="1.7.6",
        format="ubj",
    ),
    _c("by-set-dart", "reg:squarederror", data="categories", max_cat_to_onehot=1, since="1.7.6", **DART),
    _c("stored-categories", "binary:logistic", data="frame", label="binary", max_cat_to_onehot=1, since="1.7.6"),
    # Several outputs.
    _c("targets", "reg:squarederror", rounds=8, **TARGETS),
    _c(
        "vector-leaf", "reg:squarederror", multi_strategy="multi_output_tree", format="ubj", ranges=((3, 9),), **TARGETS
    ),
    _c(
        "vector-leaf-classes",
        "multi:softprob",
        label="classes",
        num_class=4,
        multi_strategy="multi_output_tree",
        grow_policy="lossguide",
        max_leaves=12,
        since="2.1.4",
    ),
    _c(
        "vector-leaf-labels",
        "binary:logistic",
        label="labels",
        multi_strategy="multi_output_tree",
        num_parallel_tree=2,
        subsample=0.6,
        since="2.1.4",
    ),
    # Ways of asking.
    _c("missing-value", "binary:logistic", data="marked", label="binary", missing=-999.0),
    _c("missing-value-rounded", "reg:squarederror", data="marked-rounded", missing=0.1, format="ubj"),
    _c(
        "early-stopping",
        "binary:logistic",
        label="binary",
        early_stopping=4,
        eta=0.8,
        rounds=60,
        since="1.7.6",
        ranges=((0, "best"), (0, 1), (1, 3), (2, 0)),
        format="ubj",
    ),
    _c(
        "early-stopping-softprob",
        "multi:softprob",
        label="classes",
        num_class=3,
        early_stopping=4,
        eta=0.8,
        rounds=60,
        since="1.7.6",
        ranges=((0, "best"), (0, 1), (1, 3)),
    ),
    _c(
        "base-margin",
        "binary:logistic",
        label="binary",
        base_margins=(0.0, -0.0, 0.5, -3.0, 1e-40, 40.0, -40.0, 87.0, -88.8, 120.0, -120.0, 1e30, -1e30),
    ),
    _c(
        "base-margin-softprob",
        "multi:softprob",
        label="classes",
        num_class=3,
        rounds=6,
        base_margins=(0.0, 1.5, -2.0, 90.0, -90.0, 1e4),
        format="ubj",
    ),
    _c("base-margin-poisson", "count:poisson", label="counts", base_margins=(0.0, 1.0, -90.0, 88.0, 89.0, -104.0)),
]
BY_NAME = {configuration.name: configuration for configuration in CONFIGURATIONS}
assert len(BY_NAME) == len(CONFIGURATIONS)
