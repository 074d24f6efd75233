"""The wheel: what is in it, and what is said when it cannot be built."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import apus

PROJECT = Path(__file__).resolve().parents[1]
LIBRARY = Path(apus.__file__).with_name("libapus.so")


def build(out: Path, source: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a wheel with the build backend that is installed, without the network."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-w", out, source]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APUS_")}
    return subprocess.run(list(map(str, command)), env={**kept, **environment}, capture_output=True, text=True)


def test_the_wheel_holds_library_data_and_types(tmp_path: Path) -> None:
    done = build(tmp_path, APUS_LIBRARY_TO_BUNDLE=str(LIBRARY))
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    name, version, python, abi, platform = wheel.stem.split("-")
    assert (name, version, python, abi) == ("apus", apus.__version__, "py3", "none")
    assert platform.startswith(("linux_", "macosx_"))
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("apus/libapus.so") == LIBRARY.read_bytes()
    modules = {str(path.relative_to(PROJECT / "src")) for path in (PROJECT / "src").rglob("*.py")}
    data = {f"apus/demo_data/{file}" for file in ("model.json", "rows.csv", "margins.csv")}
    assert modules | data | {"apus/py.typed"} <= names


def test_the_demo_s_data_is_small() -> None:
    folder = Path(apus.__file__).with_name("demo_data")
    assert sum(file.stat().st_size for file in folder.iterdir()) < 100_000


def test_a_ready_made_library_that_is_not_there(tmp_path: Path) -> None:
    done = build(tmp_path, APUS_LIBRARY_TO_BUNDLE="/nowhere/libapus.so")
    assert done.returncode != 0
    assert "apus: APUS_LIBRARY_TO_BUNDLE names /nowhere/libapus.so, which is not a file." in done.stderr


def test_without_swift(tmp_path: Path) -> None:
    done = build(tmp_path, PATH=str(Path(sys.executable).parent))
    assert done.returncode != 0
    assert "there is no `swift` on the PATH" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_that_fails(tmp_path: Path) -> None:
    swift = tmp_path / "swift"
    swift.write_text("#!/bin/sh\necho broken sources\nexit 3\n")
    swift.chmod(0o755)
    done = build(tmp_path, PATH=f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin")
    assert done.returncode != 0
    assert "broken sources" in done.stderr
    assert "failed with exit code 3; its output is above." in done.stderr


def test_a_folder_without_the_repository(tmp_path: Path) -> None:
    """An unpacked source package has no Swift sources around it."""
    source = tmp_path / "alone"
    source.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        (source / name).write_text((PROJECT / name).read_text())
    (source / "src" / "apus").mkdir(parents=True)
    (source / "src" / "apus" / "__init__.py").write_text('__version__ = "0.1.0"\n')
    done = build(tmp_path, source, PWD=str(source))
    assert done.returncode != 0
    assert f"the Swift sources of Apus are not around {source}" in done.stderr


def test_a_copied_folder_finds_the_repository(tmp_path: Path) -> None:
    """A pip before 21.3 builds in a copy; the repository is then around the caller's folder."""
    source = tmp_path / "copy"
    source.mkdir()
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        (source / name).write_text((PROJECT / name).read_text())
    (source / "src" / "apus").mkdir(parents=True)
    (source / "src" / "apus" / "__init__.py").write_text('__version__ = "0.1.0"\n')
    swift = tmp_path / "swift"
    swift.write_text('#!/bin/sh\necho "asked: $*"\nexit 1\n')
    swift.chmod(0o755)
    path = f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin"
    for caller in (PROJECT, PROJECT.parents[1]):
        done = build(tmp_path, source, PWD=str(caller), PATH=path)
        assert f"--package-path {PROJECT.parents[1]} " in done.stderr
