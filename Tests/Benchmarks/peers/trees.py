"""The models as treelite reads them, which has a reader for all of the trainers but CatBoost."""

import treelite

from models import train_lightgbm, train_scikit_learn, train_xgboost
from peers.contender import NotApplicable


def load(model):
    trainer = model.specification.trainer
    if trainer == "xgboost" and model.specification.parameters.get("booster") != "gblinear":
        return treelite.frontend.load_xgboost_model(model.folder / train_xgboost.IDENTITY)
    if trainer == "lightgbm":
        return treelite.frontend.load_lightgbm_model(model.folder / train_lightgbm.IDENTITY)
    if trainer == "scikit-learn":
        return treelite.sklearn.import_model(train_scikit_learn.load(model.folder))
    raise NotApplicable("treelite reads no such model")
