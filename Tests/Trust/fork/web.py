"""A web service for gunicorn --preload: /?VALUE scores a row of that value; the answer is the worker's number and the
score."""

import os

import numpy
from preloaded import MODEL, SCORER


def row(value):
    return numpy.full(MODEL.info.feature_count, value, dtype=numpy.float32)


def application(environment, start_response):
    score = float(SCORER.score_row(row(float(environment["QUERY_STRING"]))))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {score!r}".encode()]
