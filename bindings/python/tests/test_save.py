"""Model.save: a copy that load() reads, and refusals."""

from __future__ import annotations

import pathlib

import pytest

import apus

DEMO = pathlib.Path(apus.__file__).parent / "demo_data" / "model.json"


def test_a_saved_model_gives_the_same_numbers(tmp_path: pathlib.Path) -> None:
    row = [18.77, 0.683, 21, float("nan"), 1, 1, 2979, 489, 0, 0, 0.03629, 21.2]
    path = tmp_path / "model.apus"
    path.write_bytes(b"what was there before")
    with apus.load(DEMO) as model:
        model.save(path)
        expected = model.scorer().score_row(row)
        names = [feature.name for feature in model.features]
    with apus.load(path) as copy:
        assert copy.info.format == "apus"
        assert copy.info.source_library == "xgboost"
        assert [feature.name for feature in copy.features] == names
        assert copy.scorer().score_row(row) == expected
    assert [file.name for file in tmp_path.iterdir()] == ["model.apus"]


def test_a_file_that_cannot_be_written(tmp_path: pathlib.Path) -> None:
    with apus.load(DEMO) as model:
        with pytest.raises(apus.ApusError, match="No such file") as raised:
            model.save(tmp_path / "nowhere" / "model.apus")
        assert raised.value.status_name == "APUS_FILE_UNWRITABLE"
        # A folder of that name: nothing is left beside it.
        (tmp_path / "folder").mkdir()
        with pytest.raises(apus.ApusError, match="cannot be written"):
            model.save(tmp_path / "folder")
        with pytest.raises(apus.ApusError, match="zero byte"):
            model.save("model\0.apus")
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]
