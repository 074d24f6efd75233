"""A web service for gunicorn --preload: /?VALUE scores a row of that value and runs the network; the answer is the worker's
number, the score and what the network gives."""

import os

import numpy
from preloaded import MODEL, SCORER, run


def row(value):
    return numpy.full(MODEL.info.feature_count, value, dtype=numpy.float32)


def application(environment, start_response):
    value = float(environment["QUERY_STRING"])
    score = float(SCORER.score_row(row(value)))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {score!r} {run(value)}".encode()]
