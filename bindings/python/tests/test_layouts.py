"""Every way to hold rows gives the numbers of the plain one, and what the header can express is not copied."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest
import scipy.sparse

import apus
from apus import _rows
from apus._layouts import DenseColumns, DenseRows


def row_strided(rows: np.ndarray) -> np.ndarray:
    wide = np.full((len(rows) * 2, rows.shape[1] + 3), 7, rows.dtype)
    wide[::2, 2:-1] = rows
    return wide[::2, 2:-1]


def column_strided(rows: np.ndarray) -> np.ndarray:
    wide = np.full((len(rows), rows.shape[1] * 2), 7, rows.dtype)
    wide[:, ::2] = rows
    return wide[:, ::2]


def unaligned(rows: np.ndarray) -> np.ndarray:
    memory = np.empty(rows.nbytes + 1, np.uint8)
    shifted = memory[1:].view(rows.dtype).reshape(rows.shape)
    shifted[...] = rows
    assert not shifted.flags.aligned
    return shifted


def read_only(rows: np.ndarray) -> np.ndarray:
    copy = rows.copy()
    copy.flags.writeable = False
    return copy


def masked(rows: np.ndarray) -> np.ma.MaskedArray:
    return np.ma.masked_array(np.where(np.isnan(rows), 5, rows), np.isnan(rows))


LAYOUTS: dict[str, Callable[[np.ndarray], Any]] = {
    "plain": lambda rows: rows,
    "double": lambda rows: rows.astype(np.float64),
    "long double": lambda rows: rows.astype(np.longdouble),
    "big-endian": lambda rows: rows.astype(">f4"),
    "big-endian double": lambda rows: rows.astype(">f8"),
    "fortran": np.asfortranarray,
    "fortran double": lambda rows: np.asfortranarray(rows, np.float64),
    "reversed fortran": lambda rows: np.asfortranarray(rows[:, ::-1])[:, ::-1],
    "row-strided": row_strided,
    "row-strided double": lambda rows: row_strided(rows.astype(np.float64)),
    "column-strided": column_strided,
    "both reversed": lambda rows: rows[::-1, ::-1].copy()[::-1, ::-1],
    "unaligned": unaligned,
    "read-only": read_only,
    "masked": masked,
    "list": lambda rows: rows.tolist(),
    "list with None": lambda rows: [[None if x != x else x for x in row] for row in rows.tolist()],
    "list of arrays": list,
    "tuple": lambda rows: tuple(map(tuple, rows.tolist())),
    "matrix": lambda rows: rows.view(np.matrix),
    "unpickled dtype": lambda rows: rows.view(np.dtype([("x", "f4")]))["x"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("threads", [1, 3])
def test_layouts_equal_plain_rows(binary: Any, layout: str, threads: int) -> None:
    rows = LAYOUTS[layout](binary.rows)
    margins = binary.model.margins(rows, threads=threads)
    assert margins.dtype == np.float64 and margins.shape == (500,)
    assert np.array_equal(margins, binary.margins())
    leaves = binary.model.leaf_indices(rows, threads=threads)
    assert np.array_equal(leaves, binary.model.leaf_indices(binary.rows))


@pytest.mark.parametrize("dtype", ["bool", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2"])
def test_other_numbers_are_converted(binary: Any, dtype: str) -> None:
    whole = np.nan_to_num(binary.rows * 3).clip(0, 5).astype(dtype)
    assert np.array_equal(binary.model.margins(whole), binary.margins(whole.astype(np.float32)))


def test_wide_integers_are_rounded_once(tmp_path: Any) -> None:
    """2**60 + 2**36 + 1 is nearest to the float 2**60 + 2**37; by way of a double it would become 2**60."""
    from conftest import train

    small, large = 2**60, 2**60 + 2**37
    rows = np.array([[small], [large]] * 20, np.float32)
    labels = np.array([0.0, 1.0] * 20)
    trained = train(tmp_path, labels, rows, rounds=1, min_child_weight=0)
    wide = np.array([[small], [2**60 + 2**36 + 1], [large]])
    assert wide.dtype == np.int64
    margins = trained.model.margins(wide)
    assert margins[0] != margins[1] == margins[2]
    assert np.array_equal(margins, trained.margins(wide))


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65])
@pytest.mark.parametrize("order", ["C", "F"])
def test_row_counts(binary: Any, count: int, order: Any) -> None:
    rows = np.array(binary.rows[:count], order=order)
    assert np.array_equal(binary.model.margins(rows), binary.margins()[:count])
    assert binary.model.leaf_indices(rows).shape == (count, 10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_expressible_layouts_are_read_in_place(binary: Any, dtype: Any) -> None:
    schema = binary.model._open().schema
    rows = binary.rows.astype(dtype)
    strided, fortran = row_strided(rows), np.asfortranarray(rows)
    for dense, stride in ((rows, 5), (strided, strided.strides[0] // strided.itemsize)):
        layout = _rows.read(dense, schema, "error")
        assert isinstance(layout, DenseRows)
        assert (layout.address, layout.row_stride) == (dense.ctypes.data, stride)
    layout = _rows.read(fortran, schema, "error")
    assert isinstance(layout, DenseColumns)
    expected = [fortran[:, feature].ctypes.data for feature in range(5)]
    assert layout.addresses.tolist() == expected


def test_overlapping_views_are_safe(binary: Any) -> None:
    windows = np.lib.stride_tricks.sliding_window_view(binary.rows.ravel(), 5)
    assert np.array_equal(binary.model.margins(windows), binary.model.margins(windows.copy()))
    repeated = np.broadcast_to(binary.rows[0], (9, 5))
    assert np.array_equal(binary.model.margins(repeated), binary.margins()[:1].repeat(9))


def test_one_row_of_one_dimension(binary: Any, multi: Any) -> None:
    for row in (binary.rows[7], binary.rows[7].tolist(), np.asfortranarray(binary.rows)[7]):
        assert np.array_equal(binary.model.margins(row), binary.margins()[7:8])
    assert multi.model.score(multi.rows[7]).shape == (1, 3)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "lil"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("make", [scipy.sparse.csr_matrix, scipy.sparse.csr_array])
def test_sparse_rows(binary: Any, kind: str, dtype: Any, make: Any) -> None:
    zeros = np.where(np.isnan(binary.rows), 0, binary.rows).astype(dtype)
    matrix = make(zeros).asformat(kind)
    missing = np.where(zeros == 0, np.nan, zeros)
    for threads in (1, 2):
        margins = binary.model.margins(matrix, threads=threads)
        assert np.array_equal(margins, binary.model.margins(missing))
        present = binary.model.margins(matrix, absent="zero", threads=threads)
        assert np.array_equal(present, binary.model.margins(zeros))
    assert np.array_equal(binary.model.leaf_indices(matrix), binary.model.leaf_indices(missing))


def test_sparse_equals_xgboost(binary: Any) -> None:
    matrix = scipy.sparse.csr_matrix(np.nan_to_num(binary.rows))
    assert np.array_equal(binary.model.margins(matrix), binary.margins(matrix))
    wide_indices = matrix.copy()
    wide_indices.indices = wide_indices.indices.astype(np.int64)
    wide_indices.indptr = wide_indices.indptr.astype(np.int64)
    assert np.array_equal(binary.model.margins(wide_indices), binary.margins(matrix))
    empty = scipy.sparse.csr_matrix((3, 5), dtype=np.float32)
    assert np.array_equal(binary.model.margins(empty), binary.margins(np.full((3, 5), np.nan)))


def test_leaf_blocks_join(binary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaf indices are made block by block; small blocks must give what one block gives."""
    from apus import scorer

    rows, margins = binary.rows, np.zeros(len(binary.rows))
    whole = binary.model.leaf_indices(rows)
    monkeypatch.setattr(scorer, "_LEAF_BLOCK", 70)
    sparse = scipy.sparse.csr_matrix(np.nan_to_num(rows))
    for layout in (rows, row_strided(rows), np.asfortranarray(rows)):
        assert np.array_equal(binary.model.leaf_indices(layout, base_margin=margins), whole)
    assert np.array_equal(
        binary.model.leaf_indices(sparse), binary.booster.predict(_matrix(sparse), pred_leaf=True)
    )
    bad = np.full((3, 2), 0, np.float32)
    with pytest.raises(apus.ApusError):
        binary.model.leaf_indices(bad)


def _matrix(rows: Any) -> Any:
    import xgboost

    return xgboost.DMatrix(rows)
