"""One conformance case: a trained model, rows, and what XGBoost says of them, written as case.txt."""

import dataclasses
import pathlib
import struct

import model_rows
import numpy as np
import oracle
import scipy.sparse

FOLDER = pathlib.Path(__file__).resolve().parent
LEAF, MARGIN, SCORE = "leaf", "margin", "score"


@dataclasses.dataclass
class Case:
    name: str
    release: str
    note: str
    train: object  # () -> Booster
    format: str = "json"
    ranges: tuple = ((0, 0),)
    missing: float = None  # the value that counts as missing beside NaN
    rows: object = None  # document -> f32 rows, instead of those made from thresholds
    outputs: tuple = (MARGIN, SCORE, LEAF)
    agrees_in_place: bool = True  # inplace_predict gives the same numbers
    edit: object = None  # bytes of the saved file -> bytes of the file of this case
    sparse: bool = False  # ask through a CSR matrix that holds what is not NaN


ALL = []


def case(name, release="3.2.0", **options):
    """Register the decorated training function; its docstring is the case's note."""

    def register(train):
        note = " ".join(train.__doc__.split())
        ALL.append(Case(name, release, note, train, **options))
        return train

    return register


def hex32(value):
    return struct.pack(">f", value).hex()


def hex64(value):
    return struct.pack(">d", value).hex()


def write(path, comments, model, rows, expectations):
    """`expectations`: (output, begin, end, missing, 2-D values)."""
    lines = [f"# {comment}" for comment in comments]
    lines += [f"model {model}", f"features {rows.shape[1]}", f"rows {len(rows)}"]
    lines += ["row " + " ".join(map(hex32, row)) for row in rows]
    for output, begin, end, missing, values in expectations:
        lines.append(f"expect {output} {begin} {end} {'-' if missing is None else hex64(missing)} {values.shape[1]}")
        lines += ["= " + " ".join(hex64(float(value)) for value in row) for row in values]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def same(left, right):
    return np.array_equal(left, right, equal_nan=True)


def stored_entries(rows):
    """The rows as CSR: NaN is left out, zeros stay."""
    present = ~np.isnan(rows)
    return scipy.sparse.csr_matrix((rows[present], np.nonzero(present)), shape=rows.shape)


def check_row_by_row(case, booster, rows, expected):
    """XGBoost walks a block of rows by another path than a single row; both must give the same margins."""
    alone = [oracle.predict(booster, rows[index : index + 1], MARGIN) for index in range(rows.shape[0])]
    assert same(np.concatenate(alone), expected), f"{case.name}: a row alone scores otherwise than in a batch"


def check_in_place(case, booster, rows, output, begin, end, missing, expected):
    """XGBoost's two doors must agree, or not, as the case says."""
    if case.release < "1.4" or output == LEAF:
        return
    found = oracle.predict_in_place(booster, rows, output, begin, end, missing)
    assert same(found, expected), f"{case.name}: inplace_predict differs from predict for {output}"


def make(case):
    """Train, save, ask XGBoost, write the folder."""
    folder = FOLDER / case.name
    folder.mkdir(exist_ok=True)
    booster = case.train()
    document = oracle.as_document(booster)
    model = f"model.{case.format}"
    booster.save_model(str(folder / model))
    if case.edit:
        (folder / model).write_bytes(case.edit((folder / model).read_bytes()))
    booster = oracle.as_saved(booster, folder / model)
    random = np.random.default_rng(sum(case.name.encode()))
    rows = case.rows(document) if case.rows else model_rows.few_rows(document, random)
    asked = stored_entries(rows) if case.sparse else rows
    missing_values = [None] if case.missing is None else [None, case.missing]
    expectations = []
    for missing in missing_values:
        for begin, end in case.ranges:
            for output in case.outputs:
                value = np.nan if missing is None else missing
                expected = oracle.predict(booster, asked, output, begin, end, value)
                if case.agrees_in_place:
                    check_in_place(case, booster, rows, output, begin, end, value, expected)
                if output == MARGIN and missing is None and (begin, end) == (0, 0):
                    check_row_by_row(case, booster, asked, expected)
                expectations.append((output, begin, end, missing, expected))
    comments = [f"XGBoost {case.release}: {case.note}", "Written by Tests/Fixtures/xgboost/make.py."]
    write(folder / "case.txt", comments, model, rows, expectations)
