"""The command `apus`: info, demo, and what every command has in common."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import NAMES

import apus
from apus.cli import demo, main

COMMAND = str(Path(sys.executable).with_name("apus"))


def run(*arguments: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, **options)


def failing(*arguments: Any) -> str:
    """The only line on stderr of a command that must exit with 2."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, ""), done
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("apus: "), done.stderr
    return lines[0][len("apus: ") :]


def test_version() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout == f"apus 0.1.0 (library {apus.version()}, {apus.instruction_set()})\n"
    module = subprocess.run([sys.executable, "-m", "apus", "--version"], capture_output=True, text=True)
    assert module.stdout == done.stdout


@pytest.mark.parametrize("command", [[], ["info"], ["score"], ["demo"]])
def test_help(command: list[str]) -> None:
    done = run(*command, "-h")
    assert done.returncode == 0 and done.stdout.startswith("usage: apus")


def test_usage_errors() -> None:
    for arguments in ([], ["guess"], ["info"], ["score", "model.json"], ["score", "m", "d", "--output", "x"]):
        done = run(*arguments)
        assert done.returncode == 2 and "usage: apus" in done.stderr


def test_demo() -> None:
    done = run("demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "200 of 200 margins equal XGBoost's own, bit for bit" in done.stdout
    assert "amount_to_average" in done.stdout
    assert " microseconds, called from Python" in done.stdout


def test_demo_reports_differences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in demo._DATA.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    margins = tmp_path / "margins.csv"
    lines = margins.read_text().splitlines()
    lines[3] = repr(float(lines[3]) + 1e-15)
    margins.write_text("\n".join(lines))
    monkeypatch.setattr(demo, "_DATA", tmp_path)
    assert main(["demo"]) == 1
    assert "199 of 200 margins equal" in capsys.readouterr().out


def test_info(named: Any) -> None:
    done = run("info", named.path)
    assert done.returncode == 0
    for text in ("xgboost-json, written by xgboost 3.2.0", "binary:logistic", "10 in 10 rounds", *NAMES):
        assert text in done.stdout


def test_info_shows_categories_and_attributes(binary: Any, tmp_path: Path) -> None:
    import pandas
    import xgboost

    letters = [f"letter {letter}" for letter in "abcdefg"]
    frame = pandas.DataFrame({"letter": pandas.Categorical(letters * 9)})
    matrix = xgboost.DMatrix(frame, list(range(63)), enable_categorical=True)
    booster = xgboost.train({"nthread": 1}, matrix, 1)
    booster.set_attr(author="somebody")
    booster.save_model(tmp_path / "model.json")
    output = run("info", tmp_path / "model.json").stdout
    assert "letter a, letter b, letter c, letter d, letter e and 2 more" in output
    assert "attribute author" in output and "somebody" in output


def test_names_that_the_terminal_cannot_show(binary: Any, tmp_path: Path) -> None:
    booster = binary.booster.copy()
    booster.feature_names = ["größe", "☃", "a", "b", "c"]
    booster.save_model(tmp_path / "model.json")
    done = run(
        "info", tmp_path / "model.json", env={**os.environ, "PYTHONIOENCODING": "latin-1"}, encoding="latin-1"
    )
    assert done.returncode == 0 and "größe" in done.stdout and r"\u2603" in done.stdout


def test_info_json(named: Any) -> None:
    document = json.loads(run("info", named.path, "--json").stdout)
    assert [feature["name"] for feature in document.pop("features")] == NAMES
    assert document.pop("attributes") == named.model.attributes
    assert document == dataclasses.asdict(named.model.info)


def test_model_errors(tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text("hello")
    assert failing("info", tmp_path / "none.json").startswith("APUS_FILE_UNREADABLE: ")
    assert failing("info", tmp_path).startswith("APUS_FILE_UNREADABLE: ")
    assert failing("info", tmp_path / "text.json").startswith("APUS_UNKNOWN_FORMAT: ")


def test_a_reader_that_goes_away(named: Any) -> None:
    process = subprocess.Popen(
        [COMMAND, "info", named.path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.wait(60) == 128 + 13
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_full_disk(named: Any) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([COMMAND, "info", named.path], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == f"apus: {os.strerror(28)}\n"
