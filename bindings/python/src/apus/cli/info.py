"""`apus info`: what a model file holds."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

import apus

from .table import format_table

_SHOWN_CATEGORIES = 5


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "info",
        help="show what a model file holds",
        description="Show what a model file holds: its origin, its shape and its features.",
    )
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    with apus.load(options.model) as model:
        if options.json:
            print(json.dumps(_as_json(model), indent=2))
        else:
            print(_as_text(options.model, model))
    return 0


def _as_json(model: apus.Model) -> dict[str, Any]:
    return {
        **dataclasses.asdict(model.info),
        "features": [dataclasses.asdict(feature) for feature in model.features],
        "attributes": model.attributes,
    }


def _as_text(path: str, model: apus.Model) -> str:
    info = model.info
    facts = [
        ("model", path),
        ("format", f"{info.format}, written by {_origin(info)}"),
        ("objective", info.objective),
        ("booster", info.booster),
        ("output", f"{info.score_count} score(s), {info.margin_count} margin(s) of {info.margin_bits} bits"),
        ("trees", f"{info.tree_count} in {info.iteration_count} rounds, depth {info.max_depth}"),
        ("best iteration", "none" if info.best_iteration < 0 else str(info.best_iteration)),
        ("nodes", f"{info.node_count}, of which {info.leaf_count} leaves"),
        ("memory", f"{info.memory_bytes / 1024:.1f} KiB"),
        ("features", f"{info.feature_count}, {'named' if info.has_feature_names else 'without names'}"),
    ]
    facts += [(f"attribute {name}", value) for name, value in model.attributes.items()]
    columns = [("", "feature", "kind", "categories")]
    columns += [
        (str(index), feature.name or "-", feature.kind, _summary(feature.categories))
        for index, feature in enumerate(model.features)
    ]
    return f"{format_table(facts)}\n\n{format_table(columns, right='r')}"


def _origin(info: apus.ModelInfo) -> str:
    version = (info.source_version_major, info.source_version_minor, info.source_version_patch)
    if version[0] < 0:
        return f"{info.source_library} of an unknown version"
    # LightGBM's files say the first part alone.
    return f"{info.source_library} {'.'.join(str(part) for part in version if part >= 0)}"


def _summary(categories: tuple[Any, ...]) -> str:
    shown = ", ".join(str(category) for category in categories[:_SHOWN_CATEGORIES])
    hidden = len(categories) - _SHOWN_CATEGORIES
    return f"{shown} and {hidden} more" if hidden > 0 else shown
