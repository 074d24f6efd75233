"""The command `apus`."""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import Sequence

import apus
from apus.errors import ApusError

from . import demo, info, score
from .failure import Failure

# As a shell reports a program that SIGPIPE or SIGINT ended.
_BROKEN_PIPE = 128 + 13
_INTERRUPTED = 128 + 2

_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 the demo differs, 2 an error that is printed."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of features may hold letters that the terminal's encoding lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has gone, as in `apus score ... | head`. Nothing must be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (ApusError, Failure, TypeError) as error:
        return _fail(str(error))
    except OSError as error:
        sentence = error.strerror or str(error)
        return _fail(f"{error.filename}: {sentence}" if error.filename else sentence)


def _fail(sentence: str) -> int:
    print(f"apus: {sentence}", file=sys.stderr)
    return _ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="apus",
        description="Score trained models with the numbers of the library that trained them.",
        epilog="Exit codes: 0 done; 1 the demo's margins differ; 2 an error, whose sentence is on stderr.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"apus {apus.__version__} (library {apus.version()}, {apus.instruction_set()})",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    info.add_parser(commands)
    score.add_parser(commands)
    demo.add_parser(commands)
    return parser
