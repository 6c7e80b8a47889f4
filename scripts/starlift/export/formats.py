"""What a file can be, and how rows become one: DuckDB writes all but Excel's, from Arrow batches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.relations import Kind, Rows


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    # One array, one object to a line.
    JSON = "json"
    # One object to a line, and nothing around them.
    JSONL = "jsonl"


_SUFFIXES = {**{f".{one}": one for one in Format}, ".ndjson": Format.JSONL, ".pq": Format.PARQUET}
_COPY = {
    Format.CSV: "format csv, header true",
    Format.PARQUET: "format parquet, compression zstd",
    Format.JSON: "format json, array true",
    Format.JSONL: "format json, array false",
}
# Their programs take bytes for text.
_BYTES_AS_HEX = (Format.CSV, Format.JSON, Format.JSONL, Format.XLSX)


def format_of(name: str | None, out: Path) -> Format:
    """The format of that name, or else the one that the file's name ends in."""
    if name is None:
        if out.suffix.lower() not in _SUFFIXES:
            raise StarliftError(f"{out} does not end in what it is: add --format {'|'.join(Format)}.")
        return _SUFFIXES[out.suffix.lower()]
    try:
        return Format(name.lower())
    except ValueError as error:
        raise StarliftError(f"There is no format {name!r}: choose {', '.join(Format)}.") from error


def write(rows: Rows, file: Path, format_: Format, tell: Callable[[int], None]) -> int:
    """Write all rows to a file that is not there yet; how many they were."""
    with converter(rows, bytes_as_hex=format_ in _BYTES_AS_HEX, tell=tell) as (connection, query):
        if format_ is Format.XLSX:
            from starlift.export.excel import write_workbook  # noqa: PLC0415 - only Excel's files need it

            return write_workbook(connection, query, file)
        connection.execute(f"copy ({query}) to {text_literal(file)} ({_COPY[format_]})")
        ((count,),) = connection.fetchall()
        return count


@contextmanager
def converter(
    rows: Rows, *, bytes_as_hex: bool, tell: Callable[[int], None]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A DuckDB of its own, and the query in it that gives the rows with the types that files are to have."""
    failures: list[Exception] = []
    watched = rows.watched(tell, failures)
    with TemporaryDirectory(prefix="starlift_export_") as folder, duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {text_literal(folder)}")
        connection.execute("set memory_limit = '1GB'")
        connection.execute("set timezone = 'UTC'")
        # as long as it is registered, the reader lives
        connection.register("incoming", watched.reader)
        try:
            yield connection, f"select {_selected(watched, bytes_as_hex=bytes_as_hex)} from incoming"
        except duckdb.Error as error:
            why = failures[0] if failures else error
            if isinstance(why, StarliftError):
                raise why from error
            raise StarliftError(
                f"The rows cannot be {'read' if failures else 'written'} ({_said(why)})."
            ) from error


def _said(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(" .") if lines else type(error).__name__


def _selected(rows: Rows, *, bytes_as_hex: bool) -> str:
    parts = []
    for column in rows.columns:
        name = quoted(column.name)
        if column.name in rows.casts:
            parts.append(f"cast({name} as {rows.casts[column.name]}) as {name}")
        elif bytes_as_hex and column.kind is Kind.BINARY:
            parts.append(f"lower(hex({name})) as {name}")
        else:
            parts.append(name)
    return ", ".join(parts)
