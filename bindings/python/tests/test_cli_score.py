"""`apus score`: every kind of input and output gives the numbers of Model.score, in full precision."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pyarrow.parquet
import pytest
from conftest import NAMES
from test_categories import COUNTRIES, Categorical, draw_frame
from test_cli import COMMAND, failing, run


def write_csv(path: Path, rows: np.ndarray, names: list[str] | None) -> Path:
    """Each float32 in the shortest text of its double; NaN as an empty field, NA or nan, in turn."""
    missing = ["", "NA", "nan"]
    lines = [] if names is None else [",".join(names)]
    for index, row in enumerate(rows.tolist()):
        lines.append(",".join(missing[index % 3] if x != x else repr(x) for x in row))
    path.write_text("\n".join(lines) + "\n")
    return path


def doubles(text: str, name: str) -> np.ndarray:
    header, *lines = text.splitlines()
    assert header == name
    return np.array([float(line) for line in lines])


@pytest.fixture
def rows_csv(named: Any, tmp_path: Path) -> Path:
    return write_csv(tmp_path / "rows.csv", named.rows, NAMES)


def test_csv_to_stdout(named: Any, rows_csv: Path) -> None:
    done = run("score", named.path, rows_csv)
    assert (done.returncode, done.stderr) == (0, "")
    expected = named.model.score(named.rows)
    assert np.array_equal(doubles(done.stdout, "score"), expected)
    assert done.stdout.splitlines()[1:] == [repr(score) for score in expected.tolist()]


def test_columns_are_found_by_name(named: Any, tmp_path: Path) -> None:
    columns = np.column_stack([np.arange(500.0), named.rows[:, ::-1], np.arange(500.0)])
    data = write_csv(tmp_path / "shuffled.csv", columns, ["id", *NAMES[::-1], "comment, quoted"])
    text = data.read_text().replace("comment, quoted", '"comment, quoted"', 1)
    data.write_text("\ufeff" + text)
    done = run("score", named.path, data, "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), named.margins())
    parquet = tmp_path / "shuffled.parquet"
    frame = pandas.DataFrame(columns[:, :6], columns=["id", *NAMES[::-1]])
    frame.assign(text="x", at=pandas.Timestamp("2024-02-29")).to_parquet(parquet)
    done = run("score", named.path, parquet, "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), named.margins())


def test_columns_by_position(named: Any, binary: Any, tmp_path: Path) -> None:
    headless = write_csv(tmp_path / "headless.csv", named.rows, None)
    done = run("score", named.path, headless, "--no-header", "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), named.margins())
    other_names = write_csv(tmp_path / "other.csv", binary.rows, ["v", "w", "x", "y", "z"])
    done = run("score", binary.path, other_names, "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), binary.margins())
    parquet = tmp_path / "other.parquet"
    pandas.DataFrame(binary.rows, columns=["v", "w", "x", "y", "z"]).to_parquet(parquet)
    done = run("score", binary.path, parquet, "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), binary.margins())


def test_outputs_and_options(multi: Any, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "rows.csv", multi.rows, ["a", "b", "c", "d"])
    done = run("score", multi.path, data, "--output", "leaf", "--iterations", "2:5", "--threads", 2)
    header, *lines = done.stdout.splitlines()
    assert header == ",".join(f"leaf_{index}" for index in range(9))
    leaves = np.array([line.split(",") for line in lines]).astype(np.int32)
    assert np.array_equal(leaves, multi.model.leaf_indices(multi.rows, iterations=(2, 5)))
    for text, iterations in (("best", "best"), (":3", (0, 3)), ("8:", (8, 0))):
        done = run("score", multi.path, data, "--iterations", text)
        header, *lines = done.stdout.splitlines()
        assert header == "score_0,score_1,score_2"
        scores = np.array([line.split(",") for line in lines]).astype(np.float64)
        assert np.array_equal(scores, multi.model.score(multi.rows, iterations=iterations))
    filled = np.nan_to_num(multi.rows, nan=-999)
    done = run("score", multi.path, write_csv(data, filled, list("abcd")), "--missing", "-999")
    scores = np.array([line.split(",") for line in done.stdout.splitlines()[1:]]).astype(np.float64)
    assert np.array_equal(scores, multi.model.score(multi.rows))


@pytest.mark.parametrize("output", ["margin", "leaf"])
def test_files_out(multi: Any, tmp_path: Path, output: str) -> None:
    data = write_csv(tmp_path / "rows.csv", multi.rows, ["a", "b", "c", "d"])
    plain = run("score", multi.path, data, "--output", output).stdout
    for name in ("out.csv", "out.parquet"):
        done = run("score", multi.path, data, "--output", output, "-o", tmp_path / name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out.csv").read_text() == plain
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pandas()
    expected = multi.model.margins(multi.rows) if output == "margin" else multi.model.leaf_indices(multi.rows)
    assert list(table.columns) == plain.splitlines()[0].split(",")
    assert set(table.dtypes) == {expected.dtype}
    assert np.array_equal(table.to_numpy(), expected)
    assert not list(tmp_path.glob("*.partial"))


def test_categories(tmp_path: Path) -> None:
    trained = Categorical(tmp_path)
    csv = tmp_path / "rows.csv"
    # An empty field would be missing; here "" is a category of the model, and NA is missing.
    trained.frame.to_csv(csv, index=False, na_rep="NA")
    parquet = tmp_path / "rows.parquet"
    trained.frame.to_parquet(parquet)
    for data in (csv, parquet):
        done = run("score", trained.path, data, "--output", "margin")
        assert done.returncode == 0, done.stderr
        assert np.array_equal(doubles(done.stdout, "margin"), trained.margins)
    # `score` for categories in a file without names of columns.
    headless = tmp_path / "headless.csv"
    headless.write_text(csv.read_text().split("\n", 1)[1])
    done = run("score", trained.path, headless, "--no-header", "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), trained.margins)


def test_unseen_categories(tmp_path: Path) -> None:
    trained = Categorical(tmp_path)
    frame = draw_frame(9, 100).astype({"country": object})
    frame.loc[70, "country"] = "Atlantis"
    data = tmp_path / "rows.csv"
    frame.to_csv(data, index=False, na_rep="NA")
    sentence = failing("score", trained.path, data, "-o", tmp_path / "out.csv")
    assert sentence.startswith("APUS_NOT_FOUND: column 'country' has the category 'Atlantis'")
    assert sentence.endswith("(data row 70, from 0)")
    done = run("score", trained.path, data, "--unseen", "missing", "--output", "margin")
    frame.loc[70, "country"] = None
    frame["country"] = pandas.Categorical(frame["country"], COUNTRIES)
    assert np.array_equal(doubles(done.stdout, "margin"), trained.of_xgboost(frame))


def test_empty_files(named: Any, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "rows.csv", named.rows[:0], NAMES)
    assert run("score", named.path, data).stdout == "score\n"
    parquet = tmp_path / "rows.parquet"
    pandas.DataFrame(named.rows[:0], columns=NAMES).to_parquet(parquet)
    done = run("score", named.path, parquet, "-o", tmp_path / "out.parquet")
    assert done.returncode == 0
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").column_names == ["score"]
    data.write_text("")
    assert "rows.csv" in failing("score", named.path, data)


def test_large_files_take_little_memory(named: Any, tmp_path: Path) -> None:
    """Many chunks are scored in order, and four times the rows take no more memory."""
    block = write_csv(tmp_path / "block.csv", named.rows, None).read_text()
    expected = named.model.score(named.rows)
    peaks = []
    for blocks in (1000, 4000):
        data, out = tmp_path / "large.csv", tmp_path / "out.parquet"
        data.write_text(",".join(NAMES) + "\n" + block * blocks)
        pid = os.spawnv(os.P_NOWAIT, COMMAND, [COMMAND, "score", str(named.path), str(data), "-o", str(out)])
        _, status, usage = os.wait4(pid, 0)
        assert status == 0
        peaks.append(usage.ru_maxrss)
        scores = pyarrow.parquet.read_table(out)["score"].to_numpy()
        assert np.array_equal(scores, np.tile(expected, blocks))
    assert data.stat().st_size > 150e6
    unit = 1024 if sys.platform.startswith("linux") else 1
    assert (peaks[1] - peaks[0]) * unit < 40e6, f"peaks of {peaks}"


def test_parquet_in_many_batches(named: Any, tmp_path: Path) -> None:
    data = tmp_path / "rows.parquet"
    rows = np.tile(named.rows, (200, 1))
    table = pyarrow.Table.from_pandas(pandas.DataFrame(rows, columns=NAMES))
    pyarrow.parquet.write_table(table, data, row_group_size=30_011)
    done = run("score", named.path, data, "--output", "margin")
    assert np.array_equal(doubles(done.stdout, "margin"), np.tile(named.margins(), 200))


def test_errors(named: Any, rows_csv: Path, tmp_path: Path) -> None:
    def score(*arguments: Any) -> str:
        return failing("score", named.path, *arguments)

    assert score(tmp_path / "none.csv") == f"{tmp_path}/none.csv: No such file or directory"
    assert score(tmp_path / "none.parquet").startswith(f"{tmp_path}/none.parquet: ")
    assert score("rows.txt") == "rows.txt: the name must end in .csv or .parquet"
    assert score(rows_csv, "-o", "out.txt") == "out.txt: the name must end in .csv or .parquet"
    assert score(rows_csv, "--iterations", "0:99").startswith("APUS_INVALID_OPTION: ")
    assert score(rows_csv, "--threads", "9999").startswith("APUS_INVALID_OPTION: ")
    assert "No such file or directory" in score(rows_csv, "-o", tmp_path / "none" / "out.csv")
    out = tmp_path / "out.csv"
    out.write_text("what was there")
    bad = tmp_path / "bad.csv"
    bad.write_text(rows_csv.read_text() + "1,2,three,4,5\n")
    assert "'three'" in score(bad, "-o", out)
    bad.write_text(rows_csv.read_text() + "1,2,3\n")
    assert "Expected 5 columns, got 3" in score(bad, "-o", out)
    bad.write_bytes(b"amount,\xff\xfe\n1,2\n")
    assert score(bad) == f"{bad}: the file is not UTF-8 text"
    write_csv(bad, named.rows[:, :3], NAMES[:3])
    assert score(bad) == "APUS_NOT_FOUND: the data lacks the columns 'age', 'logins'"
    assert score(bad, "--no-header") == (f"APUS_FEATURE_COUNT_MISMATCH: {bad} has 3 columns, the model 5 features")
    write_csv(bad, named.rows[:, [0, 1, 2, 3, 4, 0]], [*NAMES, "amount"])
    assert score(bad) == f"APUS_INVALID_ARGUMENT: {bad} has more than one column 'amount'"
    parquet = tmp_path / "bad.parquet"
    parquet.write_text("no parquet")
    assert score(parquet).startswith(f"{parquet}: ")
    pandas.DataFrame(named.rows, columns=NAMES).assign(age="old").to_parquet(parquet)
    assert score(parquet).startswith("column 'age' has type ")
    assert score(parquet, "--no-header").startswith("--no-header is for CSV files")
    assert out.read_text() == "what was there"
    assert not list(tmp_path.glob("*.partial"))


def test_a_reader_that_goes_away(named: Any, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "rows.csv", np.tile(named.rows, (200, 1)), NAMES)
    process = subprocess.Popen(
        [COMMAND, "score", named.path, data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stderr
    assert process.stdout.readline() == "score\n"
    process.stdout.close()
    assert process.wait(60) == 128 + 13
    assert process.stderr.read() == ""
    process.stderr.close()


def test_progress_on_a_terminal(named: Any, rows_csv: Path) -> None:
    primary, secondary = os.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    done = subprocess.run([COMMAND, "score", named.path, rows_csv], stdout=subprocess.DEVNULL, stderr=secondary)
    os.close(secondary)
    shown = os.read(primary, 100_000).decode()
    os.close(primary)
    assert done.returncode == 0 and "100%" in shown


def test_without_the_extra(named: Any, rows_csv: Path, tmp_path: Path) -> None:
    """The package works without pyarrow, and says how to get it."""
    (tmp_path / "pyarrow.py").write_text("raise ModuleNotFoundError('hidden', name='pyarrow')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = run("score", named.path, rows_csv, env=environment)
    assert done.returncode == 2
    assert done.stderr == "apus: apus score needs pyarrow: pip install 'apus[cli]'\n"
    assert run("demo", env=environment).returncode == 0
