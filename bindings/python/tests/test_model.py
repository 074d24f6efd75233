"""Models and scorers: what they tell, and their options, compared with XGBoost."""

from __future__ import annotations

import dataclasses
import json
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import xgboost
from conftest import NAMES

import apus


def test_version_and_self_test() -> None:
    assert apus.version() == apus.__version__ == "0.1.0"
    assert apus.instruction_set() in ("v2", "v3", "v4", "neon")
    assert apus.self_test() is None


def test_model_info(named: Any, multi: Any) -> None:
    info = named.model.info
    document = json.loads(named.path.read_text())
    trees = document["learner"]["gradient_booster"]["model"]["trees"]
    assert (info.format, info.source_library) == ("xgboost-json", "xgboost")
    version = (info.source_version_major, info.source_version_minor, info.source_version_patch)
    assert version == tuple(document["version"]) == (3, 2, 0)
    assert (info.objective, info.booster) == ("binary:logistic", "gbtree")
    assert (info.feature_count, info.has_feature_names) == (5, True)
    assert (info.margin_count, info.score_count, info.margin_bits) == (1, 1, 32)
    assert (info.iteration_count, info.tree_count, info.best_iteration) == (10, 10, -1)
    assert info.leaf_count == sum(tree["left_children"].count(-1) for tree in trees)
    assert info.node_count == sum(len(tree["left_children"]) for tree in trees)
    assert info.max_depth == 4
    assert info.memory_bytes > 0
    assert dataclasses.is_dataclass(info) and dataclasses.replace(info) == info
    assert (multi.model.info.score_count, multi.model.info.tree_count) == (3, 30)
    assert "binary:logistic, 5 features, 10 trees" in repr(named.model)


def test_features_and_attributes(named: Any, binary: Any, tmp_path: Path) -> None:
    assert [feature.name for feature in named.model.features] == NAMES
    assert [feature.name for feature in binary.model.features] == [None] * 5
    assert {feature.kind for feature in binary.model.features} == {"unknown"}
    notes = {"best_score": "0.5", "größe": "naïve\n☃", "empty": ""}
    booster = binary.booster.copy()
    booster.set_attr(best_iteration="3", **notes)
    booster.save_model(tmp_path / "model.ubj")
    model = apus.load(tmp_path / "model.ubj")
    assert model.info.format == "xgboost-ubjson"
    assert model.info.best_iteration == 3
    assert model.attributes == {"best_iteration": "3", **notes}
    model.attributes.clear()
    assert len(model.attributes) == 4


def test_load_takes_paths_and_bytes(binary: Any, tmp_path: Path) -> None:
    content = binary.path.read_bytes()
    odd = tmp_path / "modèle ☃.json"
    odd.write_bytes(content)
    with open(odd, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        sources = [odd, str(odd), content, bytearray(content), memoryview(content), mapped]
        sources.append(memoryview(bytearray(content + content))[: len(content)])
        for source in sources:
            with apus.load(source) as model:
                assert np.array_equal(model.margins(binary.rows), binary.margins())
        model = apus.load(mapped)
    odd.unlink()
    assert np.array_equal(model.margins(binary.rows), binary.margins())


def test_outputs_equal_xgboost(binary: Any, multi: Any) -> None:
    for trained, shape in ((binary, (500,)), (multi, (400, 3))):
        scores = trained.model.score(trained.rows)
        assert (scores.shape, scores.dtype) == (shape, np.float64)
        matrix = xgboost.DMatrix(trained.rows)
        assert np.array_equal(scores, trained.booster.predict(matrix))
        assert np.array_equal(trained.model.margins(trained.rows), trained.margins())
        leaves = trained.model.leaf_indices(trained.rows)
        assert leaves.dtype == np.int32
        assert np.array_equal(leaves, trained.booster.predict(matrix, pred_leaf=True))


def test_iterations(multi: Any, tmp_path: Path) -> None:
    for begin, end in ((0, 0), (0, 1), (2, 5), (9, 10), (3, 0)):
        iterations = (begin, end)
        expected = multi.margins(iteration_range=(begin, end or 10))
        assert np.array_equal(multi.model.margins(multi.rows, iterations=iterations), expected)
        info = multi.model.scorer(iterations=np.array(iterations)).info
        assert (info.iteration_begin, info.iteration_end) == (begin, end or 10)
        assert info.tree_count == 3 * ((end or 10) - begin)
    booster = multi.booster.copy()
    booster.set_attr(best_iteration="6")
    booster.save_model(tmp_path / "best.json")
    with apus.load(tmp_path / "best.json") as best:
        expected = multi.margins(iteration_range=(0, 7))
        assert np.array_equal(best.margins(multi.rows, iterations="best"), expected)
    assert multi.model.scorer(iterations="best").info.iteration_end == 10


def test_missing_value(binary: Any) -> None:
    rows = np.where(np.isnan(binary.rows), -999, binary.rows)
    expected = binary.margins(xgboost.DMatrix(rows, missing=-999))
    for missing in (-999, -999.0, np.float32(-999)):
        assert np.array_equal(binary.model.margins(rows, missing=missing), expected)
    nan = binary.model.margins(binary.rows, missing=float("nan"))
    assert np.array_equal(nan, binary.margins())


def test_base_margin(binary: Any, multi: Any) -> None:
    margin = np.linspace(-2, 2, 500).astype(np.float32)
    expected = binary.margins(xgboost.DMatrix(binary.rows, base_margin=margin))
    for given in (margin, margin.astype(np.float64), margin.reshape(-1, 1), margin.tolist()):
        for threads in (1, 2):
            found = binary.model.margins(binary.rows, base_margin=given, threads=threads)
            assert np.array_equal(found, expected)
    margins = np.random.default_rng(8).normal(size=(400, 3)).astype(np.float32)
    expected = multi.margins(xgboost.DMatrix(multi.rows, base_margin=margins))
    for given in (margins, np.asfortranarray(margins)):
        assert np.array_equal(multi.model.margins(multi.rows, base_margin=given), expected)


def test_out_receives_the_result(binary: Any, multi: Any) -> None:
    out = np.full(500, 7.0)
    assert binary.model.margins(binary.rows, out=out) is out
    assert np.array_equal(out, binary.margins())
    table = np.zeros((800, 3))
    multi.model.margins(multi.rows, out=table[400:])
    assert np.array_equal(table[400:], multi.margins()) and not table[:400].any()
    leaves = np.zeros((500, 10), np.int32)
    assert binary.model.leaf_indices(binary.rows, out=leaves) is leaves
    assert np.array_equal(leaves, binary.model.leaf_indices(binary.rows))


def test_engines_and_instruction_sets_agree(binary: Any) -> None:
    levels = ["v2", "v3", "v4"]
    best = apus.instruction_set()
    available = levels[: levels.index(best) + 1] if best in levels else [best]
    for engine in ("ranked", "node-walk", "reference"):
        for level in available:
            with binary.model.scorer("margin", engine=engine, instruction_set=level) as scorer:
                assert (scorer.info.engine, scorer.info.instruction_set) == (engine, level)
                assert np.array_equal(scorer.score(binary.rows), binary.margins())


def test_scorer_info(multi: Any) -> None:
    with multi.model.scorer("leaf", (2, 5)) as scorer:
        info = scorer.info
        assert (info.output, info.feature_count, info.value_count) == ("leaf", 4, 9)
        assert (info.margin_count, info.tree_count) == (3, 9)
        assert info.memory_bytes > 0
        assert "leaf of 9 trees" in repr(scorer)


def test_the_model_keeps_its_scorers(binary: Any) -> None:
    with apus.load(binary.path) as model:
        scorers = model._open().scorers
        for _ in range(3):
            model.score(binary.rows)
            model.score(binary.rows, missing=float("nan"), iterations=(0, 5))
            model.score(binary.rows, iterations=[0, 5])
        assert len(scorers) == 2
        for end in range(1, 11):
            expected = binary.margins(iteration_range=(0, end))
            found = model.margins(binary.rows, iterations=(0, end))
            assert np.array_equal(found, expected)
        assert len(model._open().scorers) <= 8


def test_score_row(binary: Any, multi: Any) -> None:
    expected = binary.margins()
    with binary.model.scorer("margin") as scorer:
        for index, row in enumerate(binary.rows[:50]):
            given = [row, row.astype(np.float64), row.tolist(), tuple(row.tolist())]
            given += [[None if x != x else x for x in row.tolist()], row.astype(">f4")]
            given += [binary.rows[index], np.asfortranarray(binary.rows)[index], row.view(np.matrix).A1]
            for kind in given:
                margin = scorer.score_row(kind)
                assert type(margin) is float and margin == expected[index]
        assert scorer.score_row([1, 2, 3, True, 5]) == scorer.score_row([1.0, 2.0, 3.0, 1.0, 5.0])
        assert scorer.score_row(range(5)) == scorer.score_row(np.arange(5.0))
    for output in ("score", "margin", "leaf"):
        with multi.model.scorer(output) as scorer:
            batch = scorer.score(multi.rows)
            rows = [scorer.score_row(row) for row in multi.rows]
            assert {row.dtype for row in rows} == {batch.dtype}
            assert np.array_equal(rows, batch)
    with binary.model.scorer("leaf", (0, 1)) as scorer:
        assert scorer.score_row(binary.rows[0]).shape == (1,)


def test_score_row_results_are_independent(multi: Any) -> None:
    with multi.model.scorer() as scorer:
        first = scorer.score_row(multi.rows[0])
        copy = first.copy()
        scorer.score_row(multi.rows[1])
        assert np.array_equal(first, copy)
