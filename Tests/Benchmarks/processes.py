"""One process for each model, so that none leaves its memory and threads to the next."""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def measured(command, title, result, *, quick, peers):
    """What `python COMMAND RESULT` wrote there about the model of that title, or None if it failed."""
    print(f"\n{title}", flush=True)
    result.unlink(missing_ok=True)
    command = [sys.executable, *command, str(result), "--peers", peers, *(["--quick"] if quick else [])]
    finished = subprocess.run(command, cwd=HERE)
    if finished.returncode or not result.exists():
        print(f"  FAILED: exit code {finished.returncode}", flush=True)
        return None
    return json.loads(result.read_text())
