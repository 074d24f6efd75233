"""Score in workers of Python's own: processes that fork, and those of a fork server that has loaded the model.

APUS_MODEL names the model.
"""

import multiprocessing
import os
import sys

import numpy
from preloaded import MODEL, SCORER, run


def score(rows):
    """What a worker gets, with the scorer that its parent made, in one thread and in two, and from the network."""
    return os.getpid(), SCORER.score(rows), SCORER.score(rows, threads=2), run(7)


def main():
    rows = numpy.random.default_rng(1).normal(size=(5000, MODEL.info.feature_count)).astype(numpy.float32)
    expected, expected_network = SCORER.score(rows, threads=2), run(7)
    for method in ("fork", "forkserver"):
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload(["preloaded"])
        with context.Pool(8) as pool:
            answers = pool.map(score, [rows] * 32, chunksize=1)
        workers = {answer[0] for answer in answers}
        assert os.getpid() not in workers
        for _, alone, threads, network in answers:
            assert numpy.array_equal(alone, expected)
            assert numpy.array_equal(threads, expected)
            assert network == expected_network
        print(f"{method}: {len(answers)} calls in {len(workers)} workers, each as in the parent")
    return 0


if __name__ == "__main__":
    sys.exit(main())
