"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(content: bytes, path: str | os.PathLike[str]) -> None:
    """Under another name first, which then replaces what is there."""
    target = Path(path)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
