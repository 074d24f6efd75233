"""Trains everything before the first test, two releases at a time, and prints the table at the end."""

import collections
import pathlib
import subprocess
import sys

import pytest
import releases
from configurations import CONFIGURATIONS

FOLDER = pathlib.Path(__file__).resolve().parent
CASES = [(release, c) for release in releases.RELEASES for c in CONFIGURATIONS if release in c.releases]
# Before 2.2 the leaves of forests held scores, and files do not say what 2.2.0 to 2.2.2 did.
CASES = [(r, c) for r, c in CASES if c.name != "forest-binary-before-2.2" or r < "2.2"]
TALLIES = {}


def pytest_configure(config):
    config.addinivalue_line("markers", "where(condition): only configurations for which condition(configuration) holds")


def pytest_generate_tests(metafunc):
    if {"release", "name"} <= set(metafunc.fixturenames):
        where = metafunc.definition.get_closest_marker("where")
        chosen = [(release, c.name) for release, c in CASES if where is None or where.args[0](c)]
        metafunc.parametrize("release,name", chosen, ids=[f"{name}-{release}" for release, name in chosen])


def _train(release, folder, names):
    folder.mkdir()
    command = [sys.executable, str(FOLDER / "worker.py"), str(folder), *names]
    return subprocess.Popen(
        command, env=releases.environment(release), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture(scope="session")
def trained(request, tmp_path_factory):
    """A folder for each release, with a model and an .npz for each configuration that was selected."""
    folder = tmp_path_factory.mktemp("trained")
    wanted = collections.defaultdict(list)
    for item in request.session.items:
        parameters = getattr(item, "callspec", None)
        if parameters and "release" in parameters.params:
            name = parameters.params["name"]
            if name not in wanted[parameters.params["release"]]:
                wanted[parameters.params["release"]].append(name)
    pending, running = list(wanted.items()), []
    while pending or running:
        while pending and len(running) < 2:
            release, names = pending.pop(0)
            running.append((release, _train(release, folder / release, names)))
        release, process = running.pop(0)
        output, _ = process.communicate(timeout=900)
        assert process.returncode == 0, f"training with LightGBM {release} failed:\n{output[-4000:]}"
    return folder


@pytest.fixture
def tally(release, name):
    return TALLIES.setdefault((release, name), collections.Counter())


def pytest_terminal_summary(terminalreporter):
    if not TALLIES:
        return
    line = "{:8} {:26} {:>7} {:>10} {:>9} {:>10} {:>9} {:>10} {:>9}".format
    write = terminalreporter.write_line
    terminalreporter.section("parity with LightGBM, bit for bit")
    write(line("lightgbm", "configuration", "rows", "margins", "differ", "scores", "differ", "leaves", "differ"))
    columns = ["rows"] + [f"{output}{kind}" for output in ("margin", "score", "leaf") for kind in ("", " differ")]
    total = collections.Counter()
    for (release, name), tally in TALLIES.items():
        write(line(release, name, *(tally[column] for column in columns)))
        total.update(tally)
    write(line("all", f"{len(TALLIES)} models", *(total[column] for column in columns)))
