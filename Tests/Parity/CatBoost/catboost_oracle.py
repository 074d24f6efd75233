"""What CatBoost itself says of a model and rows."""

import catboost
import numpy as np

LEAF, MARGIN, SCORE = "leaf", "margin", "score"


def _two_dimensional(values, rows):
    count = rows.num_row() if isinstance(rows, catboost.Pool) else len(rows)
    return np.asarray(values, np.float64).reshape(count, -1)


def predict(model, rows, output, prediction_type="RawFormulaVal", begin=0, end=0):
    """Values with a row for each of `rows`, in 64-bit."""
    if output == LEAF:
        # An end of 0 means all here too.
        return _two_dimensional(model.calc_leaf_indexes(rows, ntree_start=begin, ntree_end=end), rows)
    asked = "RawFormulaVal" if output == MARGIN else prediction_type
    values = np.asarray(model.predict(rows, prediction_type=asked, ntree_start=begin, ntree_end=end, thread_count=1))
    if asked == "Probability" and np.ndim(model.predict(rows, prediction_type="RawFormulaVal")) == 1:
        # Two columns for one margin: the second is the probability.
        values = values[:, 1]
    return _two_dimensional(values, rows)


def from_json(path):
    """The file as CatBoost reads it. Its leaf values are not those of the trained model, but its leaves' numbers
    are those of the file."""
    model = catboost.CatBoost()
    model.load_model(str(path), format="json")
    return model
