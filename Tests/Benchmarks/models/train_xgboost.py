"""XGBoost models: as trained, and two copies for peers that cannot take the file as it is."""

import json
import math

import xgboost

FILE = "model.json"
# The same trees with the identity for a link: peers that only give what is after the link give margins.
IDENTITY = "identity.json"
# Releases before 3.1 know the base score as one number, later ones as a list.
OLDER = "older.json"
ELEMENT = "f4"
# The order of sums, and with it the model, depends on the number of threads.
ONE_THREAD = {"nthread": 1}


def train(specification, rows, labels, folder):
    parameters = {
        "objective": "binary:logistic",
        "seed": 1,
        **ONE_THREAD,
        "verbosity": 0,
        **specification.parameters,
    }
    booster = xgboost.train(parameters, xgboost.DMatrix(rows, labels), specification.rounds)
    booster.save_model(folder / FILE)
    _write_copies(folder)


def _write_copies(folder):
    document = json.loads((folder / FILE).read_text())
    facts = document["learner"]["learner_model_param"]
    base_score = json.loads(facts["base_score"])[0]
    facts["base_score"] = repr(base_score)
    (folder / OLDER).write_text(json.dumps(document))
    document["learner"]["objective"] = {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}}
    facts["base_score"] = f"[{math.log(base_score / (1 - base_score))!r}]"
    (folder / IDENTITY).write_text(json.dumps(document))


def load(folder, file=FILE):
    return xgboost.Booster(ONE_THREAD, model_file=folder / file)


def margins(folder, rows):
    return load(folder).predict(xgboost.DMatrix(rows), output_margin=True)


def shape(folder):
    """Trees, and nodes of all of them."""
    booster = json.loads((folder / FILE).read_text())["learner"]["gradient_booster"]
    trees = booster["model"].get("trees", [])
    return len(trees), sum(int(tree["tree_param"]["num_nodes"]) for tree in trees)
