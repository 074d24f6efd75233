"""Several outputs a row: a tree for each, or one tree with a vector in each leaf, in both file layouts."""

import numpy as np
import xgboost as xgb
from case import case
from data import binary, classes, features, signal, train


def targets(x):
    s = signal(x)
    return np.stack([s, s * s - 1, np.abs(s) + 0.1 * signal(x, 9)], axis=1).astype(np.float32)


@case("targets-one-tree-each")
def _():
    """Three regression targets, multi_strategy one_output_per_tree."""
    x = features()
    return train({"objective": "reg:squarederror", "max_depth": 2}, x, targets(x), 4)


@case("targets-labels")
def _():
    """Two binary labels, multi_strategy one_output_per_tree, UBJSON."""
    x = features()
    labels = np.stack([binary(x), 1 - binary(np.flip(x, 1))], axis=1)
    return train({"objective": "binary:logistic", "max_depth": 2}, x, labels, 4)


def _vector_leaf(name, release, **options):
    @case(name, release, ranges=((0, 0), (1, 3)), **options)
    def _():
        """multi_strategy multi_output_tree: each leaf holds a value for each of three targets."""
        x = features()
        parameters = {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree"}
        return train(parameters, x, targets(x), 4)


_vector_leaf("vector-leaf-2.1.4", "2.1.4")
_vector_leaf("vector-leaf-3.0.5", "3.0.5", format="ubj")
_vector_leaf("vector-leaf", "3.2.0")
_vector_leaf("vector-leaf-ubj", "3.2.0", format="ubj")


def _vector_leaf_classes(name, release):
    @case(name, release)
    def _():
        """multi_output_tree with multi:softprob, lossguide and two parallel trees."""
        x = features()
        parameters = {"objective": "multi:softprob", "num_class": 3, "multi_strategy": "multi_output_tree"}
        parameters.update(grow_policy="lossguide", max_leaves=5, num_parallel_tree=2, subsample=0.7)
        return train(parameters, x, classes(x, 3), 3)


_vector_leaf_classes("vector-leaf-classes-2.1.4", "2.1.4")
_vector_leaf_classes("vector-leaf-classes", "3.2.0")


@case("vector-leaf-single")
def _():
    """multi_output_tree whose trees have no split."""
    x = features(3)
    parameters = {"objective": "reg:squarederror", "multi_strategy": "multi_output_tree", "gamma": 1e9}
    return train(parameters, x, targets(x) + 2, 2)


def _mixed(name, release, **options):
    @case(name, release, ranges=((0, 0), (1, 3)), **options)
    def _():
        """Rounds with one vector-leaf tree and rounds with a tree for each target take turns."""
        x = features()
        data = xgb.DMatrix(x, label=targets(x))
        booster = xgb.Booster({"objective": "reg:squarederror", "max_depth": 2, "max_bin": 16, "seed": 7}, [data])
        for round_ in range(4):
            booster.set_param("multi_strategy", ("multi_output_tree", "one_output_per_tree")[round_ % 2])
            booster.update(data, round_)
        return booster


_mixed("vector-leaf-mixed-2.1.4", "2.1.4")
_mixed("vector-leaf-mixed", "3.2.0")
