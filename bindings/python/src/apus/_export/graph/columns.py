"""Transformers that put others together, and those that choose or multiply columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from .builder import Graph, NotRepresentable, Table
from .registry import PREDICTORS, Prediction, is_known, predict, predicts, transform, transforms


def _through_steps(graph: Graph, steps: Any, table: Table) -> Table:
    for _, step in steps:
        table = transform(graph, step, table)
    return table


@transforms("Pipeline")
def _pipeline(graph: Graph, pipeline: Any, table: Table) -> Table:
    return _through_steps(graph, pipeline.steps, table)


@predicts("Pipeline")
def _predicting_pipeline(graph: Graph, pipeline: Any, table: Table) -> Prediction:
    return predict(graph, pipeline.steps[-1][1], _through_steps(graph, pipeline.steps[:-1], table))


def ends_in_predictor(estimator: Any) -> bool:
    """Whether it predicts; else it transforms."""
    while type(estimator).__name__ == "Pipeline" and is_known(estimator, PREDICTORS):
        estimator = estimator.steps[-1][1]
    return is_known(estimator, PREDICTORS)


def _weighted(graph: Graph, table: Table, weight: Any) -> Table:
    if weight is None:
        return table
    return graph.of(graph.binary("Mul", graph.numbers(table), float(weight)), graph.width(table))


@transforms("ColumnTransformer")
def _column_transformer(graph: Graph, transformer: Any, table: Table) -> Table:
    weights = transformer.transformer_weights or {}
    result: Table = ()
    for name, step, _ in transformer.transformers_:
        indices = transformer._transformer_to_input_indices[name]
        if (isinstance(step, str) and step == "drop") or len(indices) == 0:
            continue
        part = transform(graph, step, graph.select(table, indices))
        result += _weighted(graph, part, weights.get(name))
    return result


@transforms("FeatureUnion")
def _union(graph: Graph, union: Any, table: Table) -> Table:
    weights = union.transformer_weights or {}
    result: Table = ()
    for name, step in union.transformer_list:
        if isinstance(step, str) and step == "drop":
            continue
        result += _weighted(graph, transform(graph, step, table), weights.get(name))
    return result


@transforms("SelectKBest", "SelectPercentile", "SelectFpr", "SelectFdr", "SelectFwe", "GenericUnivariateSelect")
@transforms("SelectFromModel", "RFE", "RFECV", "SequentialFeatureSelector", "VarianceThreshold")
def _select(graph: Graph, selector: Any, table: Table) -> Table:
    return graph.select(table, selector.get_support(indices=True))


@transforms("PolynomialFeatures")
def _polynomial(graph: Graph, features: Any, table: Table) -> Table:
    """Products of columns: each is its first column times the product of the others, as in scikit-learn."""
    value = graph.numbers(table)
    width = graph.width(table)
    powers = features.powers_
    combinations = [tuple(np.repeat(np.arange(width), row).tolist()) for row in powers]
    degrees = sorted({len(combination) for combination in combinations})
    # For each degree, the products that are made and where they are.
    level: dict[tuple[int, ...], int] = {(column,): column for column in range(width)}
    levels = {1: (value, level)}
    tails: set[tuple[int, ...]] = set(combinations)
    for degree in range(max(degrees, default=0), 1, -1):
        tails |= {combination[1:] for combination in tails if len(combination) == degree}
    for degree in range(2, max(degrees, default=0) + 1):
        wanted = sorted(combination for combination in tails if len(combination) == degree)
        tensor, known = levels[degree - 1]
        first = graph.columns(value, [combination[0] for combination in wanted], width)
        rest = graph.columns(tensor, [known[combination[1:]] for combination in wanted], len(known))
        product = graph.add("Mul", rest, first)
        levels[degree] = (product, {combination: place for place, combination in enumerate(wanted)})
    result: Table = ()
    for degree in degrees:
        chosen = [combination for combination in combinations if len(combination) == degree]
        if degree == 0:
            result += graph.of(graph.same_in_all_rows(graph.columns(value, [0], width), [1.0]), 1)
            continue
        tensor, known = levels[degree]
        places = [known[combination] for combination in chosen]
        result += graph.of(graph.columns(tensor, places, len(known)), len(places))
    if combinations != sorted(combinations, key=len):
        raise NotRepresentable("PolynomialFeatures whose columns do not follow their degrees cannot be exported")
    return result


@transforms("PCA", "TruncatedSVD")
def _components(graph: Graph, decomposition: Any, table: Table) -> Table:
    value = graph.numbers(table)
    if type(decomposition).__name__ == "PCA":
        if decomposition.whiten:
            raise NotRepresentable("PCA with whiten=True cannot be exported")
        value = graph.binary("Sub", value, decomposition.mean_)
    components = np.asarray(decomposition.components_, np.float64)
    return graph.of(graph.add("MatMul", value, graph.constant(components.T)), len(components))
