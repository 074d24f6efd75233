"""One conformance case: a trained model, rows, and what LightGBM says of them, written as case.txt."""

import dataclasses
import struct

import judge
import model_text
import numpy as np
from judge import lgb

OUTPUTS = ("margin", "score", "leaf")


def hex32(value):
    return struct.pack(">f", value).hex()


def hex64(value):
    return struct.pack(">d", value).hex()


@dataclasses.dataclass
class Case:
    name: str
    release: str
    note: str
    train: object  # () -> Booster
    ranges: tuple = ((0, 0),)
    edit: object = None  # bytes of the saved file -> bytes of the file of this case, which LightGBM reads alike
    is_read_back: bool = True  # LightGBM can load the edited file

    def make(self, folder):
        """Train, save, ask LightGBM, write the folder."""
        folder.mkdir(exist_ok=True)
        path = folder / "model.txt"
        self.train().save_model(str(path))
        booster = lgb.Booster(model_file=str(path))
        text = model_text.Text(path.read_bytes())
        rows = model_text.few_rows(text, np.random.default_rng(sum(self.name.encode())))
        if judge.VERSION < (2, 1):
            # See FORMAT.md: what counted as zero in 2.0 was larger.
            rows[(np.abs(rows) < 1e-15) & (rows != 0)] = 0
        expected = [
            (output, begin, end, judge.predict(booster, rows, output, begin, end))
            for begin, end in self.ranges
            for output in OUTPUTS
        ]
        if self.edit:
            path.write_bytes(self.edit(path.read_bytes()))
            if self.is_read_back:
                again = lgb.Booster(model_file=str(path))
                assert np.array_equal(judge.predict(again, rows, "margin"), expected[0][3], equal_nan=True), self.name
        comments = [f"LightGBM {self.release}: {self.note}", "Written by Tests/Fixtures/lightgbm/make.py."]
        write(folder / "case.txt", comments, rows, expected)


def write(path, comments, rows, expected):
    """`expected`: (output, begin, end, 2-D values)."""
    lines = [f"# {comment}" for comment in comments]
    lines += ["model model.txt", f"features {rows.shape[1]}", f"rows {len(rows)}"]
    lines += ["row " + " ".join(map(hex32, row)) for row in rows]
    for output, begin, end, values in expected:
        lines.append(f"expect {output} {begin} {end} - {values.shape[1]}")
        lines += ["= " + " ".join(hex64(float(value)) for value in row) for row in values]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
