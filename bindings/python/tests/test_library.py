"""How the shared library is found, and what is said when it is not the right one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import apus
from apus import _library


def import_with(library: object) -> str:
    """The last line on stderr of `import apus` with APUS_LIBRARY set."""
    environment = {**os.environ, "APUS_LIBRARY": str(library)}
    done = subprocess.run(
        [sys.executable, "-c", "import apus; print(apus.version())"],
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def compile_library(folder: Path, source: str) -> Path:
    (folder / "library.c").write_text(source)
    library = folder / "library.so"
    subprocess.run(["gcc", "-shared", "-fPIC", folder / "library.c", "-o", library], check=True)
    return library


def test_the_override_names_a_library() -> None:
    assert import_with(_library.path()) == apus.version()


def test_the_package_holds_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APUS_LIBRARY", raising=False)
    bundled = Path(apus.__file__).with_name("libapus.so")
    assert _library.path() == bundled and bundled.is_file()
    monkeypatch.setenv("APUS_LIBRARY", "")
    assert _library.path() == bundled


def test_no_such_file(tmp_path: Path) -> None:
    sentence = import_with(tmp_path / "none.so")
    assert sentence.startswith(
        f"ImportError: the Apus library that APUS_LIBRARY names cannot be loaded: {tmp_path}/none.so: "
    )


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no library")
    assert "APUS_LIBRARY names cannot be loaded" in import_with(tmp_path / "text.so")


def test_the_package_without_its_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("APUS_LIBRARY", raising=False)
    monkeypatch.setattr(_library, "__file__", str(tmp_path / "_library.py"))
    with pytest.raises(ImportError, match=r"not in this package: .* or set APUS_LIBRARY to the path of libapus"):
        _library.load()


def test_another_library(tmp_path: Path) -> None:
    library = compile_library(tmp_path, "int other(void) { return 1; }")
    assert import_with(library) == (
        f"ImportError: {library} is not the Apus library: it has no symbol apus_abi_version."
    )


def test_another_abi(tmp_path: Path) -> None:
    library = compile_library(tmp_path, "unsigned apus_abi_version(void) { return 99; }")
    assert import_with(library) == (
        f"ImportError: {library} has Apus ABI 99, but this package was made for ABI 1: "
        "install the package and the library of one release."
    )


def test_a_missing_symbol(tmp_path: Path) -> None:
    library = compile_library(tmp_path, "unsigned apus_abi_version(void) { return 1; }")
    assert import_with(library) == (
        f"ImportError: {library} has no symbol apus_version_number: it is older than this package, "
        "install the package and the library of one release."
    )
