"""What a server has before it forks its workers: the model that APUS_MODEL names, and a scorer of it."""

import os

import apus

MODEL = apus.load(os.environ["APUS_MODEL"])
SCORER = MODEL.scorer()
