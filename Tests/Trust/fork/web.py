"""A web service for gunicorn --preload: /?SEED scores a row; the answer is the worker's number and the score."""

import os

import numpy
from preloaded import MODEL, SCORER


def row(seed):
    return numpy.random.default_rng(seed).normal(size=MODEL.info.feature_count).astype(numpy.float32)


def application(environment, start_response):
    score = float(SCORER.score_row(row(int(environment["QUERY_STRING"]))))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {score!r}".encode()]
