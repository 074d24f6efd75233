"""`apus score`: a file of rows in, a file of results out, in chunks."""

from __future__ import annotations

import argparse
import contextlib
import sys
from typing import Any

import apus
from apus.errors import ApusError

from .failure import Failure

_EPILOG = """\
Columns are found by name if the model has feature names (other columns are ignored), else by position.
An empty CSV field, or one that says NA, NaN or null, is missing. The column of a feature with a category table
holds the categories themselves; numbers in a Parquet column where the table holds text are codes.

The result has one line for each row, in order, with the columns `score`, `margin` or `leaf`, numbered if there
are several. Each number is printed so that reading it gives the same double again.

Needs the extra: pip install 'apus[cli]'."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "score",
        help="score the rows of a CSV or Parquet file",
        description="Score the rows of a CSV or Parquet file of any size.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument("data", metavar="DATA", help="a file named *.csv or *.parquet")
    parser.add_argument(
        "-o", "--out", metavar="OUT", help="a file named *.csv or *.parquet; CSV on stdout without it"
    )
    parser.add_argument("--output", choices=("score", "margin", "leaf"), default="score", help="default: score")
    parser.add_argument(
        "--iterations",
        type=_iterations,
        metavar="a:b|best",
        help="boosting rounds that take part, a <= round < b; default: all",
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument("--missing", type=float, metavar="X", help="a number that means missing, beside NaN")
    parser.add_argument(
        "--unseen",
        choices=("error", "missing", "no_set"),
        help="what a category is that training did not see; default: what the source library takes it for",
    )
    parser.add_argument(
        "--no-header",
        action="store_true",
        help="the CSV file has no line of names: take the columns by position",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    try:
        from tqdm import tqdm

        from . import reading, writing
    except ImportError as error:
        raise Failure(f"apus score needs {error.name}: pip install 'apus[cli]'") from error
    with contextlib.ExitStack() as stack:
        model = stack.enter_context(apus.load(options.model))
        scorer = stack.enter_context(model.scorer(options.output, options.iterations, options.missing))
        with reading.friendly(options.data):
            reader = reading.open_rows(options.data, model, options.no_header)
        names = _result_names(scorer.info)
        writer = stack.enter_context(writing.open_results(options.out, names, options.output))
        # disable=None: only where stderr is a terminal.
        bar = stack.enter_context(
            tqdm(total=reader.total, unit=reader.unit, unit_scale=True, file=sys.stderr, disable=None)
        )
        row_count = 0
        chunks = iter(reader)
        while True:
            with reading.friendly(options.data):
                chunk = next(chunks, None)
            if chunk is None:
                break
            try:
                results = scorer.score(chunk, threads=options.threads, unseen=options.unseen)
            except ApusError as error:
                if error.row >= 0:
                    raise Failure(f"{error} (data row {row_count + error.row}, from 0)") from error
                raise
            writer.write(results)
            row_count += chunk.num_rows
            bar.update(reader.position - bar.n)
    return 0


def _iterations(text: str) -> Any:
    if text == "best":
        return text
    begin, colon, end = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError('must be "a:b" or "best"')
    return int(begin or 0), int(end or 0)


def _result_names(info: apus.ScorerInfo) -> list[str]:
    if info.value_count == 1:
        return [info.output]
    return [f"{info.output}_{index}" for index in range(info.value_count)]
