"""Results as CSV or Parquet, chunk by chunk."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, Iterator, Protocol, Sequence, TextIO

import numpy as np
import pyarrow
import pyarrow.parquet

from .failure import Failure


class Writer(Protocol):
    def write(self, results: Any) -> None:
        """Append one chunk: an array of shape (rows,) or (rows, values)."""


@contextlib.contextmanager
def open_results(path: str | None, names: Sequence[str], output: str) -> Iterator[Writer]:
    """A writer to `path`, or of CSV to stdout.

    The file appears under its name when it is complete: a run that fails leaves what was there before.
    """
    if path is None:
        writer = CsvWriter(sys.stdout, names)
        yield writer
        writer.finish()
        return
    if not path.endswith((".csv", ".parquet")):
        raise Failure(f"{path}: the name must end in .csv or .parquet")
    partial = f"{path}.partial"
    try:
        if path.endswith(".csv"):
            with open(partial, "w", encoding="utf-8", newline="") as stream:
                writer = CsvWriter(stream, names)
                yield writer
                writer.finish()
        else:
            dtype = pyarrow.int32() if output == "leaf" else pyarrow.float64()
            schema = pyarrow.schema([(name, dtype) for name in names])
            with pyarrow.parquet.ParquetWriter(partial, schema) as file:
                yield ParquetWriter(file, schema)
        os.replace(partial, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(partial)


class CsvWriter:
    """Numbers as repr() prints them: the shortest text that reads back as the same double."""

    def __init__(self, stream: TextIO, names: Sequence[str]) -> None:
        self._stream = stream
        self._header = ",".join(names) + "\n"

    def write(self, results: Any) -> None:
        self.finish()
        rows = results.reshape(len(results), -1).tolist()
        self._stream.writelines(",".join(map(repr, row)) + "\n" for row in rows)

    def finish(self) -> None:
        """Write the header if nothing was: a run that fails at once prints nothing but its error."""
        self._stream.write(self._header)
        self._header = ""


class ParquetWriter:
    def __init__(self, file: Any, schema: Any) -> None:
        self._file = file
        self._schema = schema

    def write(self, results: Any) -> None:
        columns = np.atleast_2d(results.T)
        arrays = [pyarrow.array(np.ascontiguousarray(column)) for column in columns]
        self._file.write_batch(pyarrow.RecordBatch.from_arrays(arrays, schema=self._schema))
