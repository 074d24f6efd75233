"""CatBoost models: as trained, and a copy with the identity for a link, which some peers need to give margins."""

import json

import catboost

FILE = "model.cbm"
DOCUMENT = "model.json"
IDENTITY = "identity.json"
ELEMENT = "f4"


def train(specification, rows, labels, folder):
    model = catboost.CatBoostClassifier(
        iterations=specification.rounds,
        learning_rate=0.1,
        random_seed=1,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
        **specification.parameters,
    )
    model.fit(rows, labels)
    model.save_model(folder / FILE)
    model.save_model(folder / DOCUMENT, format="json")
    document = json.loads((folder / DOCUMENT).read_text())
    del document["model_info"]["class_params"]
    document["model_info"]["params"]["loss_function"] = {"type": "RMSE", "params": {}}
    (folder / IDENTITY).write_text(json.dumps(document))


def load(folder):
    return catboost.CatBoost().load_model(str(folder / FILE))


def load_identity(folder):
    return catboost.CatBoost().load_model(str(folder / IDENTITY), format="json")


def margins(folder, rows):
    return load(folder).predict(rows, prediction_type="RawFormulaVal", thread_count=1)


def shape(folder):
    """Trees, and nodes of all of them."""
    document = json.loads((folder / DOCUMENT).read_text())
    if "oblivious_trees" in document:
        leaves = [len(tree["leaf_values"]) for tree in document["oblivious_trees"]]
    else:
        leaves = [_leaf_count(tree) for tree in document["trees"]]
    return len(leaves), sum(2 * count - 1 for count in leaves)


def _leaf_count(node):
    return 1 if "value" in node else _leaf_count(node["left"]) + _leaf_count(node["right"])
