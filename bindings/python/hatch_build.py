"""Build hook: makes a wheel that holds libapus, for this platform and any CPython.

APUS_LIBRARY_TO_BUNDLE=/path/to/libapus.so takes that library and builds nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Iterator, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARY = "libapus.dylib" if sys.platform == "darwin" else "libapus.so"
READY_MADE = "APUS_LIBRARY_TO_BUNDLE"


class CustomBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        library = self._ready_made_library() or self._build_library()
        build_data["force_include"][str(library)] = f"apus/{LIBRARY}"
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

    def _ready_made_library(self) -> Path | None:
        path = os.environ.get(READY_MADE)
        if not path:
            return None
        library = Path(path).resolve()
        if not library.is_file():
            self._stop(f"{READY_MADE} names {path}, which is not a file.")
        return library

    def _build_library(self) -> Path:
        root = self._repository()
        swift = shutil.which("swift")
        if swift is None:
            self._stop(
                "Apus is built from Swift sources, and there is no `swift` on the PATH. Install Swift "
                f"(https://www.swift.org/install) or set {READY_MADE} to a libapus that is built already."
            )
        # A folder of its own: no other build of the repository waits for this one or loses its products. Its
        # name depends on where the repository is, as Swift's module cache does not survive a move.
        place = hashlib.sha256(str(root).encode()).hexdigest()[:8]
        scratch = root / "bindings" / "python" / "build" / f"swift-{place}"
        command = [swift, "build", "-c", "release", "--product", "apus"]
        command += ["--package-path", str(root), "--scratch-path", str(scratch)]
        self.app.display_info(" ".join(command))
        code = subprocess.run(command, stdout=sys.stderr).returncode
        if code != 0:
            self._stop(f"`{' '.join(command)}` failed with exit code {code}; its output is above.")
        library = scratch / "release" / LIBRARY
        if not library.is_file():
            self._stop(f"`{' '.join(command)}` succeeded, but did not make {library}.")
        return library

    def _repository(self) -> Path:
        for folder in self._candidates():
            if (folder / "Package.swift").is_file() and (folder / "include" / "apus.h").is_file():
                return folder
        self._stop(
            f"the Swift sources of Apus are not around {self.root}: install from a checkout with "
            f"`pip install ./bindings/python`, or set {READY_MADE} to a libapus that is built already."
        )

    def _candidates(self) -> Iterator[Path]:
        """This folder's parents; and, as a pip before 21.3 copies the folder away, those of the caller's."""
        yield from Path(self.root).resolve().parents
        caller = os.environ.get("PWD")
        if caller:
            yield Path(caller)
            yield from Path(caller).parents

    def _stop(self, sentence: str) -> NoReturn:
        self.app.abort(f"apus: {sentence}")
        raise SystemExit(1)
