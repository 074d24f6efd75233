"""Small changes to a parsed document, each named by the place that it changes: a path such as `learner/objective`."""

import numpy as np

MODEL = "learner/gradient_booster/model"
PARAMETERS = "learner/learner_model_param"
TREE = f"{MODEL}/trees/0"


def _step(value, word):
    return value[int(word)] if isinstance(value, (list, np.ndarray)) else value[word]


def find(document, path):
    """The container that holds the last word of `path`, and that word as a key or an index."""
    *outer, last = path.split("/")
    for word in outer:
        document = _step(document, word)
    return document, int(last) if isinstance(document, (list, np.ndarray)) else last


def get(document, path):
    container, key = find(document, path)
    return container[key]


def put(path, value):
    def change(document):
        container, key = find(document, path)
        container[key] = value

    return change


def remove(path):
    """Take a key out of its object, or an element out of its array."""

    def change(document):
        container, key = find(document, path)
        del container[key]

    return change


def shorten(path):
    """Take the last element off an array."""

    def change(document):
        get(document, path).pop()

    return change


def append(path, value):
    def change(document):
        get(document, path).append(value)

    return change


def both(*changes):
    def change(document):
        for each in changes:
            each(document)

    return change
