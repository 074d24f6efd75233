"""Facts about models and scorers, as plain Python values."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Union

from . import _ffi
from ._handle import Handle
from .errors import raise_error

Category = Union[str, int, float]

_FORMATS = {
    _ffi.FORMAT_XGBOOST_JSON: "xgboost-json",
    _ffi.FORMAT_XGBOOST_UBJSON: "xgboost-ubjson",
    _ffi.FORMAT_LIGHTGBM_TEXT: "lightgbm-text",
    _ffi.FORMAT_CATBOOST_JSON: "catboost-json",
    _ffi.FORMAT_CATBOOST_BINARY: "catboost-binary",
    _ffi.FORMAT_APUS: "apus",
    _ffi.FORMAT_ONNX: "onnx",
}
_FEATURE_KINDS = {
    _ffi.FEATURE_UNKNOWN: "unknown",
    _ffi.FEATURE_FLOAT: "float",
    _ffi.FEATURE_INTEGER: "integer",
    _ffi.FEATURE_INDICATOR: "indicator",
    _ffi.FEATURE_CATEGORICAL: "categorical",
}
OUTPUTS = {
    "score": _ffi.OUTPUT_SCORE,
    "margin": _ffi.OUTPUT_MARGIN,
    "leaf": _ffi.OUTPUT_LEAF,
}
_OUTPUT_NAMES = {value: name for name, value in OUTPUTS.items()}


@dataclass(frozen=True)
class ModelInfo:
    """Facts about a loaded model.

    Attributes:
        format: such as "xgboost-json", "lightgbm-text", "catboost-binary", "onnx" or "apus".
        source_library: such as "xgboost", "lightgbm", "catboost" or "scikit-learn".
        source_version_major, source_version_minor, source_version_patch: version of the library that wrote
            the file; -1 for what the file does not say.
        feature_count: columns of a row.
        objective: as the source library names it, such as "binary:logistic".
        booster: likewise, such as "gbtree".
        margin_count: margins of a row: classes or targets, 1 for most models.
        score_count: scores of a row; differs from margin_count for multi:softmax (1).
        margin_bits: precision that the source library sums in: 32 or 64.
        has_feature_names: whether the file holds them.
        iteration_count: boosting rounds; 0 for a model without trees.
        best_iteration: from 0, as early stopping recorded it; -1 if the file has none.
        tree_count: trees of all rounds.
        max_depth: splits on the longest path of any tree.
        node_count: splits and leaves that can be reached.
        leaf_count: leaves that can be reached.
        memory_bytes: heap held by the loaded model, scorers not counted.
        attribute_count: entries of Model.attributes.
        categorical_feature_count: features with a stored category table.
        input_count, output_count: tensors that a network takes and gives by name; 0 for other models.
    """

    format: str
    source_library: str
    source_version_major: int
    source_version_minor: int
    source_version_patch: int
    feature_count: int
    objective: str
    booster: str
    margin_count: int
    score_count: int
    margin_bits: int
    has_feature_names: bool
    iteration_count: int
    best_iteration: int
    tree_count: int
    max_depth: int
    node_count: int
    leaf_count: int
    memory_bytes: int
    attribute_count: int
    categorical_feature_count: int
    input_count: int
    output_count: int


@dataclass(frozen=True)
class ScorerInfo:
    """Facts about a scorer.

    Attributes:
        output: "score", "margin" or "leaf".
        feature_count: features that a row must have.
        value_count: values for each row: scores, margins, or one leaf index a tree.
        margin_count: values that a base margin has for each row.
        iteration_begin, iteration_end: the tree range in force, in boosting rounds.
        tree_count: trees in that range.
        engine: what runs, such as "ranked".
        instruction_set: the level it runs at, such as "v3".
        memory_bytes: heap held by the compiled form, the model not counted.
    """

    output: str
    feature_count: int
    value_count: int
    margin_count: int
    iteration_begin: int
    iteration_end: int
    tree_count: int
    engine: str
    instruction_set: str
    memory_bytes: int


@dataclass(frozen=True)
class NetworkInfo:
    """Facts about a network.

    Attributes:
        input_count: tensors that run() takes: those of the model, but the constant ones.
        output_count: tensors that it gives.
        step_count: pieces of work of a run; what is constant is computed already.
        engine: what runs, "network" or "reference".
        instruction_set: the level it runs at, such as "v3".
        memory_bytes: heap held by the compiled form, the model not counted.
        operation_count: about how many operations a run takes: what it costs, before it is tried.
    """

    input_count: int
    output_count: int
    step_count: int
    engine: str
    instruction_set: str
    memory_bytes: int
    operation_count: int


@dataclass(frozen=True)
class Feature:
    """One column of a row.

    Attributes:
        name: None if the file has no feature names.
        kind: "unknown" (treat as numeric), "float", "integer", "indicator" or "categorical".
        categories: the stored category table, where the position is the code; empty without one.
        has_doubtful_categories: XGBoost 3.1 to 3.3 may have cut the table's text at wrong places (categories from
            pandas that are not ASCII). Codes score as ever; text is matched only as a whole list of categories
            that gives exactly this table.
        takes_text: whether a row may hold text for the feature: its table has text, or it is a categorical feature
            of CatBoost.
    """

    name: str | None
    kind: str
    categories: tuple[Category, ...]
    has_doubtful_categories: bool = False
    takes_text: bool = False


def read_model_info(model: Handle) -> ModelInfo:
    facts = _fields(_get(_ffi.model_get_info, _ffi.ModelInfo, model.address))
    facts["format"] = _FORMATS.get(facts["format"], f"format-{facts['format']}")
    facts["has_feature_names"] = bool(facts["has_feature_names"])
    return ModelInfo(**facts)


def read_scorer_info(scorer: Handle) -> ScorerInfo:
    facts = _fields(_get(_ffi.scorer_get_info, _ffi.ScorerInfo, scorer.address))
    facts["output"] = _OUTPUT_NAMES[facts["output"]]
    return ScorerInfo(**facts)


def read_network_info(network: Handle) -> NetworkInfo:
    return NetworkInfo(**_fields(_get(_ffi.network_get_info, _ffi.NetworkInfo, network.address)))


def read_features(model: Handle, info: ModelInfo) -> tuple[Feature, ...]:
    # CatBoost hashes the text of categories, and stores no tables of them.
    takes_any_category = info.source_library == "catboost"
    return tuple(_read_feature(model, index, takes_any_category) for index in range(info.feature_count))


def read_attributes(model: Handle, count: int) -> dict[str, str]:
    notes = {}
    for index in range(count):
        note = _get(_ffi.model_get_attribute, _ffi.AttributeInfo, model.address, index)
        notes[_text(note.name, note.name_length)] = _text(note.value, note.value_length)
    return notes


def _read_feature(model: Handle, index: int, takes_any_category: bool) -> Feature:
    facts = _get(_ffi.model_get_feature, _ffi.FeatureInfo, model.address, index)
    categories = tuple(_read_category(model, index, code) for code in range(facts.category_count))
    takes_text = takes_any_category and facts.kind == _ffi.FEATURE_CATEGORICAL
    if categories:
        takes_text = isinstance(categories[0], str) and not facts.has_doubtful_categories
    return Feature(
        name=None if facts.name is None else _text(facts.name, facts.name_length),
        kind=_FEATURE_KINDS.get(facts.kind, f"kind-{facts.kind}"),
        categories=categories,
        has_doubtful_categories=bool(facts.has_doubtful_categories),
        takes_text=takes_text,
    )


def _read_category(model: Handle, feature: int, code: int) -> Category:
    facts = _get(_ffi.model_get_category, _ffi.CategoryInfo, model.address, feature, code)
    if facts.kind == _ffi.CATEGORY_TEXT:
        return _text(facts.text, facts.text_length)
    value: Category = facts.integer if facts.kind == _ffi.CATEGORY_INTEGER else facts.real
    return value


def _get(function: Any, struct: type[ctypes.Structure], *arguments: Any) -> Any:
    info = struct(ctypes.sizeof(struct))
    error = _ffi.Error()
    if function(*arguments, info, error) != _ffi.OK:
        raise_error(error)
    return info


def _fields(info: ctypes.Structure) -> dict[str, Any]:
    """A struct's fields without struct_size, texts decoded."""
    values = {}
    for name, *_ in info._fields_[1:]:
        value = getattr(info, name)
        values[name] = value.decode() if isinstance(value, bytes) else value
    return values


def _text(address: int, length: int) -> str:
    # A file may hold bytes that are not UTF-8; surrogates keep such names apart and reversible.
    return ctypes.string_at(address, length).decode("utf-8", "surrogateescape")
