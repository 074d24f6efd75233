"""The conformance cases: small models, each for one thing that a reader can get wrong."""

import judge  # before anything that imports LightGBM
import numpy as np
from case import Case
from configurations import Configuration
from judge import lgb
from training import DATA, label, train

ALL = []
SETS = {"min_data_per_group": 5, "cat_smooth": 1}
RF = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7, "feature_fraction": 0.8}


def case(name, release, note, parameters, rounds=5, ranges=((0, 0),), edit=None, is_read_back=True, **options):
    """Register a case that trains a configuration of the parity tests, but smaller."""
    parameters = {"num_leaves": 5, "objective": "regression", **parameters}
    configuration = Configuration(name, parameters, rounds=rounds, **options)
    ALL.append(Case(name, release, note, lambda: train(configuration), ranges, edit, is_read_back))


def own(name, release, note, booster, **options):
    ALL.append(Case(name, release, note, booster, **options))


BINARY = {"objective": "binary"}
RANGES = ((0, 0), (0, 2), (1, 4))

for _release in ("2.0.10", "2.0.12", "2.1.2", "2.2.3", "2.3.1", "3.0.0", "3.2.1", "3.3.5", "4.6.0", "4.7.0"):
    case(
        f"binary-{_release}",
        _release,
        "NaN goes the default way.",
        BINARY,
        label="binary",
        ranges=RANGES if _release >= "3.2" else ((0, 0), (0, 2)),
    )
for _release in ("2.1.2", "2.2.3", "3.3.5", "4.7.0"):
    case(f"sets-{_release}", _release, "Splits by sets of categories.", {**BINARY, **SETS}, data="categories", label="binary")
    case(
        f"frame-{_release}",
        _release,
        "Categories of text, whole and real numbers from pandas: the last line holds their tables.",
        SETS,
        data="frame",
    )
for _release in ("2.1.2", "2.2.3", "4.7.0"):
    case(f"forest-{_release}", _release, "A random forest, whose score is an average.", {**RF, **BINARY}, label="binary",
         ranges=((0, 0), (0, 2)))
for _release in ("3.2.1", "4.7.0"):
    case(f"linear-{_release}", _release, "Leaves with linear functions.", {"linear_tree": True}, ranges=RANGES)

case("missing-none", "4.7.0", "NaN is 0.", {"use_missing": False})
case("missing-zero", "4.7.0", "Zero is missing.", {"zero_as_missing": True})
case("missing-zero-sets", "4.7.0", "Zero is missing, with sets of categories.", {"zero_as_missing": True, **SETS},
     data="categories")
case("tiny", "4.7.0", "Features around 1e-35.", {"min_data_in_bin": 1}, data="tiny")
case("multiclass", "4.7.0", "Three classes.", {"objective": "multiclass", "num_class": 3}, label="classes", rounds=4,
     ranges=((0, 0), (1, 3)))
case("multiclassova", "4.7.0", "One class against the others, with a slope.",
     {"objective": "multiclassova", "num_class": 3, "sigmoid": 1.35}, label="classes", rounds=3)
case("dart", "4.7.0", "Trees that were dropped.", {"boosting": "dart", "drop_rate": 0.5})
case("goss", "4.7.0", "Sampled by gradients.", {"boosting": "goss", **BINARY}, label="binary")
case("constant", "4.7.0", "Trees of one leaf.", {}, data="constant", rounds=2)
case("linear-constant", "4.7.0", "Trees of one leaf, linear ones.", {"linear_tree": True}, data="constant", rounds=2)
case("sqrt", "4.7.0", "Scores are signed squares of margins.", {"reg_sqrt": True})
case("poisson", "4.7.0", "Scores are powers.", {"objective": "poisson"}, label="counts")
case("cross-entropy", "4.7.0", "Labels between 0 and 1.", {"objective": "cross_entropy"}, label="fraction")
case("cross-entropy-lambda", "4.7.0", "Scores by log1p.", {"objective": "cross_entropy_lambda"}, label="fraction")
case("cross-entropy-lambda-3.2.1", "3.2.1", "Scores by log.", {"objective": "cross_entropy_lambda"}, label="fraction")
case("cross-entropy-lambda-2.2.3", "2.2.3", "Scores by log.", {"objective": "cross_entropy_lambda"}, label="fraction")
case("lambdarank", "4.7.0", "A ranking.", {"objective": "lambdarank"}, label="grades")
case("own-objective", "4.7.0", "An objective of the user's own.", {"objective": "own"})
case("own-objective-3.3.5", "3.3.5", "An objective of the user's own.", {"objective": "own"})


def _crlf(data):
    return data.replace(b"\n", b"\r\n")


def _without(*keys):
    """The file without lines that older or other writers leave out."""

    def edit(data):
        return b"".join(line for line in data.splitlines(True) if not line.startswith(keys))

    return edit


def _without_trailer(data):
    return data[: data.index(b"end of trees") + len(b"end of trees\n")]


case("crlf", "4.7.0", "Lines end as on Windows. LightGBM itself then misses its byte counts.", BINARY, label="binary",
     edit=_crlf, is_read_back=False)
case("crlf-frame", "4.7.0", "The same with the tables of pandas.", SETS, data="frame", edit=_crlf, is_read_back=False)
case("without-sizes", "4.7.0", "Without the byte counts of trees.", BINARY, label="binary",
     edit=_without(b"tree_sizes="))
case("without-trailer", "4.7.0", "Nothing behind the trees.", BINARY, label="binary", edit=_without_trailer)
case("bare", "4.7.0", "Without all that scoring does not need.", SETS, data="categories",
     edit=lambda data: _without_trailer(_without(b"tree_sizes=", b"split_gain=", b"internal_", b"leaf_weight=",
                                                 b"leaf_count=", b"shrinkage=", b"is_linear=", b"version=")(data)))
case("alias", "4.7.0", "An objective by another name.", {}, edit=lambda data: data.replace(
    b"\nobjective=regression\n", b"\nobjective=mse\n"))


def _no_trees():
    booster = train(Configuration("no-trees", {"objective": "regression", "num_leaves": 5}, rounds=1))
    text = booster.model_to_string()
    head, rest = text.split("\ntree_sizes=")
    return lgb.Booster(model_str=head + "\ntree_sizes=\n\nend of trees" + rest.split("end of trees")[1])


own("no-trees", "4.7.0", "A model without trees.", _no_trees)


def _odd_names():
    x = DATA["plain"](np.random.default_rng(5))
    names = ["größe", "a=b", "=", "back\\slash", "北京", "x" * 300, "'q'"]
    matrix = lgb.Dataset(x, label("signal", x, np.random.default_rng(6), None), feature_name=names)
    return lgb.train({"objective": "regression", "num_leaves": 4, "verbose": -1, "num_threads": 1}, matrix, 2)


own("odd-names", "4.7.0", "Feature names beyond ASCII, with signs of the format, and long.", _odd_names)


def _mixed_tables():
    """True and false, and numbers beside text, as categories; a column that is constant; an ordered one."""
    import pandas

    random = np.random.default_rng(8)
    codes = random.integers(0, 2, (400, 4))
    table = pandas.DataFrame(
        {
            "flag": pandas.Categorical.from_codes(codes[:, 0], [False, True]),
            "mixed": pandas.Categorical.from_codes(codes[:, 1], ["a", 1]),
            "number": random.normal(size=400),
            "size": pandas.Categorical.from_codes(codes[:, 2], ["s", "l"], ordered=True),
        }
    )
    y = codes[:, 0] + 2 * codes[:, 1] * codes[:, 2] + table["number"]
    parameters = {"objective": "regression", "num_leaves": 6, "verbose": -1, "num_threads": 1, **SETS}
    return lgb.train(parameters, lgb.Dataset(table, y), 3)


own("mixed-tables", "4.7.0", "pandas categories of several kinds, and an ordered one.", _mixed_tables)


def _text_tables():
    """Categories of text, whole and real numbers, each of which decides."""
    import pandas

    random = np.random.default_rng(9)
    codes = random.integers(-1, 4, (600, 3))
    table = pandas.DataFrame(
        {
            "amount": random.normal(size=600),
            "city": pandas.Categorical.from_codes(codes[:, 0], ["Oslo", "Zürich", "", "北京"]),
            "port": pandas.Categorical.from_codes(codes[:, 1], [8080, -1, 443, 2**40]),
            "rate": pandas.Categorical.from_codes(codes[:, 2], [0.5, 3.0, -2.0, 1e300]),
        }
    )
    y = np.cos(5 * codes[:, 0]) + np.sin(3 * codes[:, 1]) + np.cos(2 * codes[:, 2]) + 0.1 * table["amount"]
    parameters = {"objective": "regression", "num_leaves": 8, "verbose": -1, "num_threads": 1, "learning_rate": 0.5}
    return lgb.train({**parameters, **SETS}, lgb.Dataset(table, y), 4)


own("text-tables", "4.7.0", "Categories of text and numbers from pandas, each of which decides.", _text_tables)
