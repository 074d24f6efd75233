"""CSV and Parquet files as a stream of Arrow record batches, of memory that does not grow with the file."""

from __future__ import annotations

import contextlib
import csv
import os
from typing import Any, Iterator, Sequence, Tuple

import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

import apus
from apus import _ffi
from apus.errors import ApusError
from apus.info import Category

from .failure import Failure

Categories = Tuple[Category, ...]

# Arrow reads up to 32 blocks ahead.
_CSV_BLOCK_BYTES = 1 << 20
_PARQUET_BATCH_ROWS = 1 << 15

# What an empty field or one of these words means, unless it is a category of the model.
_NULL_WORDS = list(pyarrow.csv.ConvertOptions().null_values)


def open_rows(path: str, model: apus.Model, no_header: bool) -> CsvRows | ParquetRows:
    """The rows of a file whose name says what it is."""
    if not path.endswith((".csv", ".parquet")):
        raise Failure(f"{path}: the name must end in .csv or .parquet")
    with open(path, "rb"):
        pass  # raises OSError here: Arrow's sentences about files that cannot be opened are hard to read
    by_name = model.info.has_feature_names and not no_header
    if path.endswith(".csv"):
        return CsvRows(path, model, by_name, no_header)
    if no_header:
        raise Failure("--no-header is for CSV files: a Parquet file always has names")
    return ParquetRows(path, model, by_name)


@contextlib.contextmanager
def friendly(path: str) -> Iterator[None]:
    """Say which file an Arrow error is about."""
    try:
        yield
    except pyarrow.ArrowException as error:
        raise Failure(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{path}: the file is not UTF-8 text") from error


class CsvRows:
    """The columns that the model wants: numbers as doubles, categories as dictionaries."""

    unit = "B"

    def __init__(self, path: str, model: apus.Model, by_name: bool, no_header: bool) -> None:
        first_line = _first_line(path)
        names = [feature.name or str(index) for index, feature in enumerate(model.features)]
        if by_name:
            for name in names:
                if first_line.count(name) > 1:
                    raise ApusError(_ffi.INVALID_ARGUMENT, f"{path} has more than one column {name!r}")
            layout = pyarrow.csv.ReadOptions(block_size=_CSV_BLOCK_BYTES)
            # A name that the file lacks is for the scorer to complain about.
            wanted = [name for name in names if name in first_line]
        else:
            if first_line and len(first_line) != len(names):
                raise ApusError(
                    _ffi.FEATURE_COUNT_MISMATCH,
                    f"{path} has {len(first_line)} columns, the model {len(names)} features",
                )
            layout = pyarrow.csv.ReadOptions(
                block_size=_CSV_BLOCK_BYTES, column_names=names, skip_rows=0 if no_header else 1
            )
            wanted = names
        self._categories = _tables(model, names)
        conversion = pyarrow.csv.ConvertOptions(
            include_columns=wanted,
            column_types={name: _arrow_type(self._categories.get(name, ())) for name in wanted},
        )
        self.total = os.path.getsize(path)
        self.position = 0
        # By its path, so that Arrow's reading threads have nothing to do with Python, whatever ends the command.
        self._reader = pyarrow.csv.open_csv(
            path,
            read_options=layout,
            # A quoted field may hold a line break.
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=conversion,
        )

    def __iter__(self) -> Iterator[Any]:
        for batch in self._reader:
            self.position = min(self.position + _CSV_BLOCK_BYTES, self.total)
            for position, name in enumerate(batch.schema.names):
                column = batch.column(position)
                if pyarrow.types.is_string(column.type):
                    column = _with_nulls(column, self._categories[name])
                    batch = batch.set_column(position, name, column)
            yield _with_categories(batch, self._categories)


class ParquetRows:
    """The columns that the model wants, as they are stored."""

    unit = " rows"

    def __init__(self, path: str, model: apus.Model, by_name: bool) -> None:
        self._file = pyarrow.parquet.ParquetFile(path)
        self.total = self._file.metadata.num_rows
        self.position = 0
        stored = self._file.schema_arrow.names
        names = [feature.name for feature in model.features]
        self._columns = [name for name in names if name in stored] if by_name else stored
        self._categories = _tables(model, names if by_name else stored)

    def __iter__(self) -> Iterator[Any]:
        for batch in self._file.iter_batches(_PARQUET_BATCH_ROWS, columns=self._columns):
            self.position += batch.num_rows
            yield _with_categories(batch, self._categories)


def _tables(model: apus.Model, names: Sequence[str | None]) -> dict[str | None, Categories]:
    """The category tables of the features that have one, by the name of their column."""
    return {name: feature.categories for name, feature in zip(names, model.features) if feature.categories}


def _with_nulls(column: Any, categories: Categories) -> Any:
    """Text where the words for a missing value are null, unless the model knows them as categories."""
    words = pyarrow.array([word for word in _NULL_WORDS if word not in categories])
    is_null = pyarrow.compute.is_in(column, value_set=words)
    return pyarrow.compute.if_else(is_null, pyarrow.scalar(None, column.type), column)


def _with_categories(batch: Any, tables: dict[str | None, Categories]) -> Any:
    """Numbers where the table holds numbers are categories in a file: a dictionary says so to the scorer."""
    for position, name in enumerate(batch.schema.names):
        categories = tables.get(name)
        column = batch.column(position)
        is_number = pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type)
        if categories and is_number and not isinstance(categories[0], str):
            batch = batch.set_column(position, name, column.dictionary_encode())
    return batch


def _first_line(path: str) -> list[str]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _arrow_type(categories: Categories) -> Any:
    if not categories:
        return pyarrow.float64()
    if isinstance(categories[0], str):
        return pyarrow.string()
    return pyarrow.int64() if isinstance(categories[0], int) else pyarrow.float64()
