"""What is refused, with which status, and where."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest
import scipy.sparse

import apus


def refused(status_name: str, call: Callable[[], Any]) -> apus.ApusError:
    with pytest.raises(apus.ApusError) as caught:
        call()
    error = caught.value
    assert error.status_name == status_name, error
    assert error.message and str(error) == f"{status_name}: {error.message}"
    return error


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, str(tmp_path / "none.json"), "a\0b"):
        error = refused("APUS_FILE_UNREADABLE", lambda: apus.load(path))
        assert error.status == 30


def test_bytes_that_are_no_model(binary: Any) -> None:
    content = binary.path.read_bytes()
    refused("APUS_UNKNOWN_FORMAT", lambda: apus.load(b"hello"))
    refused("APUS_TRUNCATED", lambda: apus.load(content[:1000]))
    error = refused("APUS_MALFORMED", lambda: apus.load(content[:1000] + b"}" * 99))
    assert 0 < error.byte_offset <= 1100
    for empty in (b"", bytearray()):
        with pytest.raises(apus.ApusError):
            apus.load(empty)


def test_a_contradictory_model_names_the_place(binary: Any) -> None:
    document = json.loads(binary.path.read_bytes())
    trees = document["learner"]["gradient_booster"]["model"]["trees"]
    trees[3]["left_children"][0] = 10_000
    error = refused("APUS_INVALID_MODEL", lambda: apus.load(json.dumps(document).encode()))
    assert (error.tree, error.node) == (3, 0)


def test_sources_of_another_type() -> None:
    for source in (None, 5, 1.5, ["model.json"]):
        with pytest.raises(TypeError):
            apus.load(source)  # type: ignore[arg-type]


def test_rows_of_another_width(binary: Any) -> None:
    scorer = binary.model.scorer()
    for rows in (
        np.zeros((3, 4)),
        np.zeros((3, 6), np.float32, order="F"),
        np.zeros(4),
        [[1.0]],
        np.zeros((0, 4)),
    ):
        refused("APUS_FEATURE_COUNT_MISMATCH", lambda: binary.model.score(rows))
    refused("APUS_FEATURE_COUNT_MISMATCH", lambda: binary.model.leaf_indices(np.zeros((3, 6))))
    refused("APUS_FEATURE_COUNT_MISMATCH", lambda: binary.model.score(scipy.sparse.csr_array(np.eye(4))))
    for row in (np.zeros(4), np.zeros(6, np.float32), [1.0] * 6, (), [None]):
        refused("APUS_FEATURE_COUNT_MISMATCH", lambda: scorer.score_row(row))


def test_rows_of_another_shape(binary: Any) -> None:
    scorer = binary.model.scorer()
    for rows in (np.zeros((1, 1, 5)), np.float64(1), 5):
        refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score(rows))
    for row in (np.zeros((1, 5)), np.zeros((5, 1), np.float32), [[1.0] * 5]):
        refused("APUS_INVALID_ARGUMENT", lambda: scorer.score_row(row))


def test_rows_that_hold_no_numbers(binary: Any) -> None:
    rows = [
        np.zeros((3, 5), complex),
        np.zeros((3, 5), "datetime64[s]"),
        np.full((3, 5), "1"),
        np.full((3, 5), 1.0, object),
        [["1"] * 5],
        [[object()] * 5],
        "text",
        None,
        object(),
    ]
    for given in rows:
        with pytest.raises(TypeError):
            binary.model.score(given)
    # Of a model without names.
    refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score({"a": 1}))
    scorer = binary.model.scorer()
    for row in (["1"] * 5, np.zeros(5, complex), "12345", None, 5.0, [object()] * 5):
        with pytest.raises(TypeError):
            scorer.score_row(row)


def test_csr_with_bad_indices(binary: Any) -> None:
    matrix = scipy.sparse.csr_array(np.eye(5, dtype=np.float32))
    matrix.indices[3] = 9
    error = refused("APUS_INDEX_OUT_OF_RANGE", lambda: binary.model.score(matrix))
    assert error.row == 3
    refused("APUS_INDEX_OUT_OF_RANGE", lambda: binary.model.leaf_indices(matrix))
    flat = scipy.sparse.coo_array(np.ones(5))
    refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score(flat))


def test_csr_whose_arrays_contradict_each_other(binary: Any) -> None:
    for part, cut in (("indices", 3), ("data", 3), ("indptr", 4), ("indptr", 0)):
        matrix = scipy.sparse.csr_array(np.eye(5, dtype=np.float32))
        setattr(matrix, part, getattr(matrix, part)[:cut])
        refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score(matrix))
    for offsets in ([0, 1, 2, 3, 4, 9], [0, 3, 2, 3, 4, 5], [-1, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 2**60]):
        matrix = scipy.sparse.csr_array(np.eye(5, dtype=np.float32))
        matrix.indptr = np.array(offsets)
        refused("APUS_INDEX_OUT_OF_RANGE", lambda: binary.model.score(matrix))
    matrix = scipy.sparse.csr_array(np.eye(5, dtype=np.float32))
    for index in (2**32 + 1, -(2**32) + 1, -1):
        matrix.indices = np.array([0, 1, 2, index, 4])
        assert refused("APUS_INDEX_OUT_OF_RANGE", lambda: binary.model.score(matrix)).row == 3


def test_lists_of_different_lengths(binary: Any) -> None:
    refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score([[1.0] * 5, [1.0] * 4]))
    refused("APUS_INVALID_ARGUMENT", lambda: binary.model.scorer().score_row([1.0, [2.0], 3.0, 4.0, 5.0]))


def test_the_row_of_a_later_block_is_counted_from_the_start(binary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from apus import scorer

    monkeypatch.setattr(scorer, "_LEAF_BLOCK", 20)
    matrix = scipy.sparse.csr_array(np.ones((50, 5), np.float32))
    matrix.indices[5 * 41 + 2] = 9
    error = refused("APUS_INDEX_OUT_OF_RANGE", lambda: binary.model.leaf_indices(matrix))
    assert error.row == 41


def test_options_out_of_range(binary: Any) -> None:
    scorer, rows = binary.model.scorer, binary.rows
    for call in (
        lambda: scorer("probability"),
        lambda: scorer(absent="nan"),
        lambda: scorer(engine="steam"),
        lambda: scorer(instruction_set="v9"),
        lambda: scorer(weights="float16"),
        lambda: scorer(iterations="worst"),
        lambda: scorer(iterations=(0, 11)),
        lambda: scorer(iterations=(5, 3)),
        lambda: scorer(iterations=(0, -1)),
        lambda: scorer(iterations=(-1, 3)),
        lambda: scorer(iterations=(0, 2**40)),
        lambda: binary.model.score(rows, threads=-1),
        lambda: binary.model.score(rows, threads=1025),
        lambda: binary.model.score(rows, threads=2**32),
    ):
        refused("APUS_INVALID_OPTION", call)
    for iterations in (5, (1,), (1.5, 2)):
        with pytest.raises((TypeError, ValueError)):
            scorer(iterations=iterations)


def test_out_that_does_not_fit(binary: Any) -> None:
    score, rows = binary.model.score, binary.rows
    for out in (
        np.zeros(499),
        np.zeros((500, 1)),
        np.zeros(1000)[::2],
        np.frombuffer(bytes(4000)),
    ):
        refused("APUS_INVALID_ARGUMENT", lambda: score(rows, out=out))
    for out in (np.zeros(500, np.float32), [0.0] * 500, np.zeros(500, ">f8")):
        with pytest.raises(TypeError, match="out must be an array of float64"):
            score(rows, out=out)
    with pytest.raises(TypeError, match="out must be an array of int32"):
        binary.model.leaf_indices(rows, out=np.zeros((500, 10)))
    both = np.zeros(2500)
    refused("APUS_INVALID_ARGUMENT", lambda: score(both.reshape(500, 5), out=both[:500]))


def test_base_margin_that_does_not_fit(binary: Any, multi: Any) -> None:
    for margin in (np.zeros(499), np.zeros((500, 2)), 0.0, np.zeros((1, 500))):
        refused("APUS_INVALID_ARGUMENT", lambda: binary.model.score(binary.rows, base_margin=margin))
    for margin in (np.zeros(1200), np.zeros((3, 400)), np.zeros((400, 1))):
        refused("APUS_INVALID_ARGUMENT", lambda: multi.model.score(multi.rows, base_margin=margin))
    with pytest.raises(TypeError, match="base_margin must hold numbers"):
        binary.model.score(binary.rows, base_margin=["a"] * 500)


def test_errors_can_be_pickled(binary: Any) -> None:
    error = refused("APUS_MALFORMED", lambda: apus.load(b'{"learner": nothing}'))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is apus.ApusError and str(copy) == str(error)
    assert vars(copy) == vars(error) and copy.byte_offset > 0
    assert (copy.tree, copy.node, copy.feature, copy.row) == (-1, -1, -1, -1)
