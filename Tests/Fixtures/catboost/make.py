"""Make every conformance case: train with real CatBoost releases and write down what they answer.

    python make.py                    all cases
    python make.py classes-1.2 ...    only these

Run it with the Python of Tests/Parity/.venv (Tests/Parity/run makes it). Each release runs in a process of its own.
The models are seeded, but another machine's compiler may train others: commit model and case.txt together.
"""

import dataclasses
import json
import pathlib
import struct
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PARITY = FOLDER.parents[1] / "Parity" / "CatBoost"
sys.path[:0] = [str(PARITY)]

import numpy as np  # noqa: E402
from catboost_configurations import BY_NAME, RELEASES  # noqa: E402

OLD, NEW = RELEASES
MARGIN, SCORE, LEAF = "margin", "score", "leaf"
# Where CatBoost's own score is that of an approximate exponential function.
WITHOUT_SCORE = (MARGIN, LEAF)


@dataclasses.dataclass
class Case:
    name: str
    configuration: str  # in Tests/Parity/CatBoost/catboost_configurations.py
    suffix: str = "json"
    release: str = NEW
    outputs: tuple = (MARGIN, SCORE, LEAF)
    trees: int = 5


CASES = [
    Case("logloss", "logloss"),
    Case("logloss-1.2", "logloss", release=OLD),
    Case("lossguide", "logloss-lossguide"),
    Case("depthwise-1.2", "logloss-depthwise", release=OLD),
    Case("missing-max", "missing-max"),
    Case("no-gaps", "no-gaps"),
    Case("depth-one", "depth-one"),
    Case("tiny-values", "tiny-values"),
    Case("huge-values", "huge-values"),
    Case("scaled", "scaled"),
    Case("scaled-without-bias", "scaled-without-bias"),
    Case("scaled-classes", "scaled-classes", outputs=WITHOUT_SCORE),
    Case("classes-1.2", "classes", release=OLD, outputs=WITHOUT_SCORE),
    Case("classes-lossguide", "classes-lossguide", outputs=WITHOUT_SCORE),
    Case("one-versus-all", "one-versus-all"),
    Case("targets", "targets"),
    Case("uncertainty", "uncertainty", outputs=WITHOUT_SCORE),
    Case("poisson", "poisson", outputs=WITHOUT_SCORE),
    Case("logloss-cbm", "logloss", "cbm"),
    Case("logloss-1.2-cbm", "logloss", "cbm", OLD),
    Case("lossguide-cbm", "logloss-lossguide", "cbm"),
    Case("depthwise-1.2-cbm", "logloss-depthwise", "cbm", OLD),
    Case("missing-max-cbm", "missing-max", "cbm"),
    Case("scaled-classes-cbm", "scaled-classes", "cbm", outputs=WITHOUT_SCORE),
    Case("classes-lossguide-cbm", "classes-lossguide", "cbm", outputs=WITHOUT_SCORE),
    Case("targets-cbm", "targets", "cbm"),
    Case("categories", "categories-mixed"),
    Case("categories-cbm", "categories-mixed", "cbm"),
    Case("categories-one-hot", "categories-one-hot"),
    Case("categories-one-hot-cbm", "categories-one-hot", "cbm"),
    Case("categories-buckets-1.2", "categories-Buckets", release=OLD),
    Case("categories-buckets-1.2-cbm", "categories-Buckets", "cbm", OLD),
    Case("categories-means", "categories-means"),
    Case("categories-means-cbm", "categories-means", "cbm"),
    Case("categories-counter", "categories-Counter"),
    Case("categories-counter-cbm", "categories-Counter", "cbm"),
]


def hex32(value):
    return struct.pack(">f", value).hex()


def hex64(value):
    return struct.pack(">d", value).hex()


def write(case, rows, expectations):
    lines = [f"# CatBoost {case.release}: configuration '{case.configuration}' of Tests/Parity/CatBoost."]
    lines += ["# Written by Tests/Fixtures/catboost/make.py."]
    lines += [f"model model.{case.suffix}", f"features {rows.shape[1]}", f"rows {len(rows)}"]
    lines += ["row " + " ".join(map(hex32, row)) for row in rows]
    for output, begin, end, values in expectations:
        lines.append(f"expect {output} {begin} {end} - {values.shape[1]}")
        lines += ["= " + " ".join(hex64(float(value)) for value in row) for row in values]
    (FOLDER / case.name / "case.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make(case):
    """Train, save, ask CatBoost, write the folder."""
    import catboost
    import catboost_oracle as oracle
    import catboost_rows
    from catboost_frames import CATEGORICAL_COLUMNS, as_pool_rows
    from catboost_training import train
    from catboost_worker import pool_for

    configuration = dataclasses.replace(BY_NAME[case.configuration], trees=case.trees)
    model = train(configuration)
    folder = FOLDER / case.name
    folder.mkdir(exist_ok=True)
    path = folder / f"model.{case.suffix}"
    pool = pool_for(model, configuration)
    model.save_model(str(path), format="json" if case.suffix == "json" else "cbm", pool=pool)
    model.save_model(str(FOLDER / "unfinished.json"), format="json", pool=pool)
    document = json.loads((FOLDER / "unfinished.json").read_text(encoding="utf-8"))
    is_free = "grow_policy" in dict(configuration.parameters)
    counting = oracle.from_json(path) if case.suffix == "json" and is_free else model
    (FOLDER / "unfinished.json").unlink()
    random = np.random.default_rng(sum(case.name.encode()))
    rows = catboost_rows.few_rows(document, random)
    columns = CATEGORICAL_COLUMNS.get(configuration.data, [])
    asked = rows
    if columns:
        rows[:, columns] = catboost_rows.categories(len(rows), len(columns), random)
        asked = catboost.Pool(as_pool_rows(configuration.data, rows.astype(np.float64)), cat_features=columns)
    ranges = [(0, 0)] + ([(2, 4)] if configuration.ranges else [])
    expectations = [
        (
            output,
            begin,
            end,
            oracle.predict(
                counting if output == LEAF else model, asked, output, configuration.prediction_type, begin, end
            ),
        )
        for begin, end in ranges
        for output in case.outputs
    ]
    write(case, rows, expectations)
    print(f"{case.release}  {case.name}", flush=True)


def main(names):
    import catboost_installations

    for release in RELEASES:
        catboost_installations.install(release)
        command = [sys.executable, str(FOLDER / "make.py"), "--release", release, *names]
        subprocess.run(command, check=True, env=catboost_installations.environment(release))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--release"]:
        for chosen in CASES:
            if chosen.release == sys.argv[2] and (not sys.argv[3:] or chosen.name in sys.argv[3:]):
                make(chosen)
    else:
        main(sys.argv[1:])
