"""Compiles C and C++ to shared objects with gcc, and keeps what is newer than what it was made from."""

import concurrent.futures
import os
import pathlib
import subprocess

# What a team that compiles its models for the machine they run on would use.
FASTEST = ["-O3", "-march=native"]


def _newest(paths):
    return max(path.stat().st_mtime for path in paths)


def _run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{command[0]}: {result.stderr.strip()[:2000]}")


def shared_object(path, sources, flags, *, depends_on=(), libraries=(), command="gcc"):
    """Compile the sources, several at a time, and link them to `path`."""
    path, sources = pathlib.Path(path), [pathlib.Path(source) for source in sources]
    if path.exists() and path.stat().st_mtime > _newest([*sources, *depends_on]):
        return
    objects = path.with_name(path.name + ".objects")
    objects.mkdir(parents=True, exist_ok=True)
    pairs = [(source, objects / f"{source.stem}.o") for source in sources]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [
            pool.submit(_run, [command, *flags, "-fPIC", "-c", str(source), "-o", str(target)])
            for source, target in pairs
            if source.suffix != ".o"
        ]
        for job in jobs:
            job.result()
    files = [str(source if source.suffix == ".o" else target) for source, target in pairs]
    unfinished = path.with_name(path.name + ".unfinished")
    _run([command, "-shared", "-o", str(unfinished), *files, "-lm", *libraries])
    unfinished.rename(path)
