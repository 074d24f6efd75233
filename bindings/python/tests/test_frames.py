"""Data frames: columns by name, and every column type that holds numbers."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pandas
import polars
import pyarrow
import pytest
from conftest import NAMES

import apus


def pandas_frame(rows: np.ndarray) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=NAMES)


def polars_frame(rows: np.ndarray) -> polars.DataFrame:
    return polars.DataFrame(rows, schema=NAMES)


def nullable(rows: np.ndarray) -> pandas.DataFrame:
    """Nullable, Arrow-backed and sparse columns in one frame."""
    frame = pandas_frame(rows)
    return frame.astype(
        {
            "amount": "Float64",
            "hour": "Float32",
            "distance": pandas.ArrowDtype(pyarrow.float64()),
            "age": pandas.SparseDtype("float32", np.nan),
        }
    )


FRAMES: dict[str, Callable[[np.ndarray], Any]] = {
    "pandas": pandas_frame,
    "pandas, double": lambda rows: pandas_frame(rows.astype(np.float64)),
    "pandas, one column after the other": lambda rows: pandas.DataFrame(
        {name: rows[:, index].copy() for index, name in enumerate(NAMES)}
    ),
    "pandas, mixed": lambda rows: pandas_frame(rows).astype({"age": np.float64}),
    "pandas, nullable": nullable,
    "pandas, other order": lambda rows: pandas_frame(rows)[NAMES[::-1]],
    "pandas, more columns": lambda rows: pandas_frame(rows).assign(
        comment="text", at=pandas.Timestamp("2024-02-29")
    ),
    "pandas, every second row": lambda rows: pandas_frame(rows.repeat(2, axis=0))[::2],
    "pandas, odd index": lambda rows: pandas_frame(rows).set_index(np.arange(len(rows))[::-1]),
    "polars": polars_frame,
    "polars, double": lambda rows: polars_frame(rows.astype(np.float64)),
    "polars, chunks": lambda rows: polars.concat([polars_frame(rows[:9]), polars_frame(rows[9:])]),
    "polars, nulls": lambda rows: polars_frame(rows).fill_nan(None),
    "polars, other order": lambda rows: polars_frame(rows)[NAMES[::-1]],
    "polars, more columns": lambda rows: polars_frame(rows).with_columns(
        comment=polars.lit("text"), at=polars.date(2024, 2, 29)
    ),
    "arrow table": lambda rows: polars_frame(rows).fill_nan(None).to_arrow(),
    "arrow chunks": lambda rows: pyarrow.concat_tables(
        [polars_frame(part).to_arrow() for part in (rows[:9], rows[9:])]
    ),
    "arrow batch": lambda rows: polars_frame(rows).to_arrow().to_batches()[0],
}


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_equal_arrays(named: Any, frame: str) -> None:
    rows = FRAMES[frame](named.rows)
    assert np.array_equal(named.model.margins(rows), named.margins())
    assert np.array_equal(named.model.leaf_indices(rows, threads=2), named.model.leaf_indices(named.rows))


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("make", [pandas_frame, polars_frame, lambda rows: polars_frame(rows).to_arrow()])
def test_small_frames(named: Any, make: Any, count: int) -> None:
    assert np.array_equal(named.model.margins(make(named.rows[:count])), named.margins()[:count])


INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool"]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_and_bools_with_and_without_nulls(named: Any, dtype: str) -> None:
    hours = np.nan_to_num(named.rows[:, 1]).clip(0, 5).astype(dtype)
    rows = named.rows.copy()
    rows[:, 1] = hours
    hidden = np.arange(len(rows)) % 7 == 0
    holes = np.where(hidden, None, hours.astype(object))
    with_holes = rows.copy()
    with_holes[hidden, 1] = np.nan
    nullable_name = {"bool": "boolean"}.get(dtype, dtype.replace("int", "Int").replace("uI", "UI"))
    arrow_type = getattr(pyarrow, {"bool": "bool_"}.get(dtype, dtype))()
    pandas_rows, polars_rows = pandas_frame(rows), polars_frame(rows)
    hours_of = {
        "plain": pandas_rows.assign(hour=hours),
        "nullable": pandas_rows.assign(hour=pandas.array(holes, nullable_name)),
        "arrow-backed": pandas_rows.assign(hour=pandas.Series(holes, dtype=pandas.ArrowDtype(arrow_type))),
        "polars": polars_rows.with_columns(hour=polars.Series(hours)),
        "polars nulls": polars_rows.with_columns(hour=polars.Series(hours).set(polars.Series(hidden), None)),
        "arrow": polars_rows.to_arrow().set_column(1, "hour", pyarrow.array(holes, arrow_type)),
    }
    for kind, frame in hours_of.items():
        expected = rows if kind in ("plain", "polars") else with_holes
        assert np.array_equal(named.model.margins(frame), named.model.margins(expected)), kind


def test_wide_integers_are_rounded_once(tmp_path: Any) -> None:
    """The same as for arrays: see test_layouts."""
    from conftest import train

    small, between, large = 2**60, 2**60 + 2**36 + 1, 2**60 + 2**37
    rows = np.array([[small], [large]] * 20, np.float32)
    model = train(tmp_path, np.array([0.0, 1.0] * 20), rows, rounds=1, names=["id"], min_child_weight=0).model
    expected = model.margins(np.array([[small], [large], [large]], np.float32))
    assert expected[0] != expected[1]
    values = [small, between, large]
    columns = {
        "int64": pandas.DataFrame({"id": np.array(values)}),
        "Int64": pandas.DataFrame({"id": pandas.array([*values, None], "Int64")}),
        "int64[pyarrow]": pandas.DataFrame({"id": pandas.array(values, pandas.ArrowDtype(pyarrow.int64()))}),
        "polars": polars.DataFrame({"id": [*values, None]}),
        "arrow": pyarrow.table({"id": [*values, None]}),
    }
    for kind, frame in columns.items():
        assert np.array_equal(model.margins(frame)[:3], expected), kind


def test_decimals(named: Any) -> None:
    rows = named.rows.copy()
    rows[:, 3] = [2.5, -1.25] * 250
    decimals = polars_frame(rows).with_columns(polars.col("age").cast(polars.Decimal(9, 2)))
    assert np.array_equal(named.model.margins(decimals), named.model.margins(rows))
    assert np.array_equal(named.model.margins(decimals.to_arrow()), named.model.margins(rows))


def test_columns_in_place(named: Any) -> None:
    """A frame of one type is read where it lies."""
    from apus import _rows

    schema = named.model._open().schema
    by_column = polars_frame(named.rows)
    layout = _rows.read(by_column, schema, "error")
    assert layout.addresses.tolist() == [by_column[name].to_numpy().ctypes.data for name in NAMES]
    by_row = pandas.DataFrame(named.rows, columns=NAMES, copy=False)
    layout = _rows.read(by_row, schema, "error")
    assert (layout.address, layout.row_stride) == (by_row.to_numpy().ctypes.data, 5)
    wider = pandas.DataFrame(
        np.ascontiguousarray(named.rows[:, [4, 0, 1, 2, 3, 4]]), columns=["more", *NAMES], copy=False
    )
    layout = _rows.read(wider, schema, "error")
    assert (layout.address, layout.row_stride) == (wider["amount"].to_numpy().ctypes.data, 6)


def test_labels_are_spelled_as_xgboost_spells_them(tmp_path: Any) -> None:
    import xgboost
    from conftest import draw_rows

    rows = draw_rows(5, 200, 2)
    for columns in ([10, 20], pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)])):
        frame = pandas.DataFrame(rows, columns=columns)
        matrix = xgboost.DMatrix(frame, np.nan_to_num(rows[:, 0]) > 0)
        booster = xgboost.train({"nthread": 1}, matrix, 3)
        booster.save_model(tmp_path / "model.json")
        model = apus.load(tmp_path / "model.json")
        swapped = frame[frame.columns[::-1]]
        assert np.array_equal(model.margins(swapped), booster.predict(matrix))


def test_a_model_without_names_takes_columns_in_order(binary: Any) -> None:
    frame = pandas.DataFrame(binary.rows, columns=list("zyxwv"))
    assert np.array_equal(binary.model.margins(frame), binary.margins())
    with pytest.raises(apus.ApusError, match="the data has 4 columns, the model 5 features") as caught:
        binary.model.margins(frame.drop(columns="w"))
    assert caught.value.status_name == "APUS_FEATURE_COUNT_MISMATCH"


@pytest.mark.parametrize("make", [pandas_frame, polars_frame])
def test_missing_columns_are_named(named: Any, make: Any) -> None:
    rows = make(named.rows)
    with pytest.raises(apus.ApusError, match="the data lacks the column 'age'") as caught:
        named.model.score(rows[[name for name in NAMES if name != "age"]])
    assert (caught.value.status_name, caught.value.feature) == ("APUS_NOT_FOUND", 3)
    with pytest.raises(apus.ApusError, match="the columns 'hour', 'distance', 'age', 'logins'"):
        named.model.score(rows[["amount"]])


def test_a_column_twice_is_refused(named: Any) -> None:
    frame = pandas_frame(named.rows)
    twice = pandas.concat([frame, frame[["hour"]]], axis=1)
    with pytest.raises(apus.ApusError, match="more than one column 'hour'"):
        named.model.score(twice)


REFUSED = {
    "pandas datetime": lambda rows: pandas_frame(rows).assign(hour=pandas.Timestamp("2024-02-29")),
    "pandas timedelta": lambda rows: pandas_frame(rows).assign(hour=pandas.Timedelta("1h")),
    "pandas zone": lambda rows: pandas_frame(rows).assign(hour=pandas.Timestamp("2024-02-29", tz="UTC")),
    "pandas complex": lambda rows: pandas_frame(rows).assign(hour=1j),
    "pandas text": lambda rows: pandas_frame(rows).assign(hour="noon"),
    "pandas object": lambda rows: pandas_frame(rows).assign(hour=pandas.Series([object()] * len(rows))),
    "polars date": lambda rows: polars_frame(rows).with_columns(hour=polars.date(2024, 2, 29)),
    "polars text": lambda rows: polars_frame(rows).with_columns(hour=polars.lit("noon")),
    "polars list": lambda rows: polars_frame(rows).with_columns(hour=polars.lit([1.0])),
    "polars categorical": lambda rows: polars_frame(rows).with_columns(
        hour=polars.lit("noon", polars.Categorical)
    ),
    "arrow time": lambda rows: polars_frame(rows).with_columns(hour=polars.time(1)).to_arrow(),
    "arrow text": lambda rows: polars_frame(rows).with_columns(hour=polars.lit("noon")).to_arrow(),
}


@pytest.mark.parametrize("frame", REFUSED)
def test_columns_that_hold_no_numbers_are_named(named: Any, frame: str) -> None:
    with pytest.raises(TypeError, match="column 'hour' has type "):
        named.model.score(REFUSED[frame](named.rows))


def test_series_and_lazy_frames_are_refused(named: Any) -> None:
    for rows in (
        pandas.Series(named.rows[0], NAMES),
        polars.Series(named.rows[0]),
        polars_frame(named.rows).lazy(),
    ):
        with pytest.raises(TypeError, match=f"rows cannot be a {type(rows).__name__}: pass a data frame"):
            named.model.score(rows)
