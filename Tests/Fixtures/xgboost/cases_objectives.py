"""One case for each objective: its base score, its sum and its link."""

import numpy as np
import xgboost as xgb
from case import case
from data import binary, classes, features, positive, signal, train


@case("binary-logistic-json")
def _():
    """binary:logistic, saved as JSON."""
    x = features()
    return train({"objective": "binary:logistic"}, x, binary(x))


@case("binary-logistic-ubj", format="ubj")
def _():
    """binary:logistic, saved as UBJSON."""
    x = features()
    return train({"objective": "binary:logistic"}, x, binary(x))


@case("binary-logistic-base-score")
def _():
    """binary:logistic with an explicit base_score of 0.02."""
    x = features()
    return train({"objective": "binary:logistic", "base_score": 0.02}, x, binary(x))


@case("binary-logistic-one-class")
def _():
    """All labels are 1: the base score is 1, which this release moves to 1 - 1e-6 before it takes the logit."""
    x = features(3)
    return train({"objective": "binary:logistic"}, x, np.ones(len(x)), 2)


@case("binary-logitraw")
def _():
    """binary:logitraw: the score is the margin."""
    x = features()
    return train({"objective": "binary:logitraw"}, x, binary(x))


@case("binary-hinge")
def _():
    """binary:hinge: scores are 0 and 1."""
    x = features()
    return train({"objective": "binary:hinge", "eta": 1}, x, binary(x))


@case("reg-logistic")
def _():
    """reg:logistic with fractional labels."""
    x = features()
    return train({"objective": "reg:logistic"}, x, 1 / (1 + np.exp(-signal(x))))


@case("reg-squarederror")
def _():
    """reg:squarederror with the estimated base score."""
    x = features()
    return train({"objective": "reg:squarederror"}, x, signal(x) + 3)


@case("reg-squarederror-base-score")
def _():
    """reg:squarederror with an explicit base_score of -7.25."""
    x = features()
    return train({"objective": "reg:squarederror", "base_score": -7.25}, x, signal(x))


@case("reg-squaredlogerror")
def _():
    """reg:squaredlogerror."""
    x = features()
    return train({"objective": "reg:squaredlogerror"}, x, positive(x))


@case("reg-pseudohubererror")
def _():
    """reg:pseudohubererror."""
    x = features()
    return train({"objective": "reg:pseudohubererror", "huber_slope": 0.5}, x, signal(x))


@case("reg-absoluteerror")
def _():
    """reg:absoluteerror: leaves are refitted to medians."""
    x = features()
    return train({"objective": "reg:absoluteerror"}, x, signal(x))


@case("reg-quantileerror")
def _():
    """reg:quantileerror with one alpha."""
    x = features()
    return train({"objective": "reg:quantileerror", "quantile_alpha": 0.7}, x, signal(x))


@case("reg-quantileerror-three-alphas")
def _():
    """reg:quantileerror with three alphas, one output each; this release does not sort them."""
    x = features()
    parameters = {
        "objective": "reg:quantileerror",
        "quantile_alpha": np.array([0.3, 0.5, 0.6]),
        "eta": 1,
        "max_depth": 2,
    }
    return train(parameters, x, signal(x), 4)


@case("count-poisson")
def _():
    """count:poisson: exp link."""
    x = features()
    return train({"objective": "count:poisson"}, x, np.floor(positive(x)))


@case("count-poisson-no-counts")
def _():
    """All labels are 0: the base score is 0, and margins are minus infinity."""
    x = features(3)
    return train({"objective": "count:poisson"}, x, np.zeros(len(x)), 2)


@case("reg-gamma")
def _():
    """reg:gamma: exp link."""
    x = features()
    return train({"objective": "reg:gamma"}, x, positive(x))


@case("reg-tweedie")
def _():
    """reg:tweedie with variance power 1.3: exp link."""
    x = features()
    label = positive(x) * (signal(x) > 0)
    return train({"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, x, label)


@case("survival-cox")
def _():
    """survival:cox: exp link; negative labels are censored."""
    x = features()
    label = positive(x) * np.where(signal(x, 5) > 1, -1, 1)
    order = np.argsort(np.abs(label))
    return train({"objective": "survival:cox"}, x[order], label[order])


@case("survival-aft")
def _():
    """survival:aft with interval-censored labels: exp link."""
    x = features()
    low = positive(x)
    data = xgb.DMatrix(x)
    data.set_float_info("label_lower_bound", low)
    data.set_float_info("label_upper_bound", np.where(signal(x, 5) > 0.5, np.inf, low * 1.5))
    parameters = {"objective": "survival:aft", "aft_loss_distribution": "logistic", "aft_loss_distribution_scale": 1.1}
    return train(parameters, None, None, training_matrix=data)


@case("multi-softprob")
def _():
    """multi:softprob, four classes."""
    x = features()
    return train({"objective": "multi:softprob", "num_class": 4, "max_depth": 2}, x, classes(x, 4), 4)


@case("multi-softmax")
def _():
    """multi:softmax, three classes; the score is one class label."""
    x = features()
    return train({"objective": "multi:softmax", "num_class": 3}, x, classes(x, 3), 4)


def _ranking(objective):
    x = features()
    groups = np.full(len(x) // 10, 10)
    return train({"objective": objective}, x, classes(x, 4), group=groups)


@case("rank-ndcg")
def _():
    """rank:ndcg: the score is the margin."""
    return _ranking("rank:ndcg")


@case("rank-pairwise")
def _():
    """rank:pairwise: the score is the margin."""
    return _ranking("rank:pairwise")


@case("rank-map")
def _():
    """rank:map on binary relevance: the score is the margin."""
    x = features()
    return train({"objective": "rank:map"}, x, binary(x), group=np.full(len(x) // 10, 10))


@case("custom-objective")
def _():
    """Trained with a Python objective and no named one: the file says reg:squarederror."""
    x = features()
    data = xgb.DMatrix(x, label=signal(x))

    def squared(prediction, matrix):
        return prediction - matrix.get_label(), np.ones_like(prediction)

    return xgb.train({"max_depth": 3, "eta": 0.5, "disable_default_eval_metric": True}, data, 5, obj=squared)
