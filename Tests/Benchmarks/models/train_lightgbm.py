"""LightGBM models: as trained, and a copy with the identity for a link, which some peers need to give margins."""

import lightgbm

FILE = "model.txt"
IDENTITY = "identity.txt"
ELEMENT = "f8"


def train(specification, rows, labels, folder):
    first = specification.feature_count - specification.categorical
    categorical = list(range(first, specification.feature_count))
    data = lightgbm.Dataset(rows.astype("f8"), labels, categorical_feature=categorical or "auto")
    parameters = {"objective": "binary", "seed": 1, "num_threads": 1, "verbose": -1, **specification.parameters}
    booster = lightgbm.train(parameters, data, specification.rounds)
    text = booster.model_to_string()
    (folder / FILE).write_text(text)
    (folder / IDENTITY).write_text(text.replace("objective=binary sigmoid:1", "objective=regression", 1))


def load(folder, file=FILE):
    return lightgbm.Booster(model_file=folder / file)


def margins(folder, rows):
    return load(folder).predict(rows, raw_score=True, num_threads=1)


def shape(folder):
    """Trees, and nodes of all of them."""
    leaves = [
        int(line.split("=")[1])
        for line in (folder / FILE).read_text().splitlines()
        if line.startswith("num_leaves=")
    ]
    return len(leaves), sum(2 * count - 1 for count in leaves)
