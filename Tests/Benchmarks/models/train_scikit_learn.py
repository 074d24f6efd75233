"""The scikit-learn forest. What stands for its margin is the probability of fraud, the mean over its trees."""

import joblib
from sklearn.ensemble import RandomForestClassifier

FILE = "model.joblib"
ELEMENT = "f4"


def train(specification, rows, labels, folder):
    forest = RandomForestClassifier(random_state=1, n_jobs=2, **specification.parameters).fit(rows, labels)
    forest.n_jobs = 1
    export(forest, folder / FILE)


def export(forest, path):
    """The file that Apus is given. scikit-learn has none but the pickle that joblib writes."""
    joblib.dump(forest, path)


def apus_file(folder):
    """The same as Apus's own file, which its Python package exports, made once."""
    import apus

    path = folder / "model.apus"
    if not path.exists():
        apus.export(load(folder), path)
    return path


def load(folder):
    return joblib.load(folder / FILE)


def margins(folder, rows):
    return load(folder).predict_proba(rows)[:, 1]


def shape(folder):
    """Trees, and nodes of all of them."""
    trees = load(folder).estimators_
    return len(trees), sum(tree.tree_.node_count for tree in trees)
