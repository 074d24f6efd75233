"""Trains everything before the first test, one process for each release, and prints the table at the end."""

import collections
import pathlib
import subprocess
import sys

import catboost_installations
import pytest
from catboost_configurations import CONFIGURATIONS, RELEASES

FOLDER = pathlib.Path(__file__).resolve().parent
TALLIES = {}


def pytest_generate_tests(metafunc):
    if {"release", "name"} <= set(metafunc.fixturenames):
        chosen = [(release, c.name) for release in RELEASES for c in CONFIGURATIONS]
        metafunc.parametrize("release,name", chosen, ids=[f"{name}-{release}" for release, name in chosen])


@pytest.fixture(scope="session")
def trained(request, tmp_path_factory):
    """A folder for each release, with two files and an .npz for each configuration that was selected."""
    folder = tmp_path_factory.mktemp("trained")
    wanted = collections.defaultdict(dict)
    for item in request.session.items:
        parameters = getattr(item, "callspec", None)
        if parameters and "release" in parameters.params:
            wanted[parameters.params["release"]][parameters.params["name"]] = None
    running = []
    for release, names in wanted.items():
        (folder / release).mkdir()
        command = [sys.executable, str(FOLDER / "catboost_worker.py"), str(folder / release), *names]
        environment = catboost_installations.environment(release)
        running.append(
            (release, subprocess.Popen(command, env=environment, stdout=-1, stderr=subprocess.STDOUT, text=True))
        )
    for release, process in running:
        output, _ = process.communicate(timeout=900)
        assert process.returncode == 0, f"training with CatBoost {release} failed:\n{output}"
    return folder


@pytest.fixture
def tally(release, name):
    return TALLIES.setdefault((release, name), collections.Counter())


def pytest_terminal_summary(terminalreporter):
    if not TALLIES:
        return
    line = "{:8} {:26} {:>7} {:>10} {:>9} {:>10} {:>9} {:>7} {:>10} {:>9}".format
    write = terminalreporter.write_line
    terminalreporter.section("parity with CatBoost: margins and leaves bit for bit, scores in ulp")
    write(line("catboost", "configuration", "rows", "margins", "differ", "scores", "differ", "ulp", "leaves", "differ"))
    columns = ["rows", "margin", "margin differ", "score", "score differ", "ulp", "leaf", "leaf differ"]
    total = collections.Counter()
    for (release, name), tally in TALLIES.items():
        write(line(release, name, *(tally[column] for column in columns)))
        largest = max(total["ulp"], tally["ulp"])
        total.update(tally)
        total["ulp"] = largest
    write(line("all", f"{len(TALLIES)} models", *(total[column] for column in columns)))
