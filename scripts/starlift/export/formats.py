"""What a file can be, and how rows become one: DuckDB writes all but Excel's, from Arrow batches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.relations import Column, Kind, Rows


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


def file_and_format(out: Path | None, name: str | None, stem: str) -> tuple[Path, Format]:
    """The file to write and its format; where only the format is said, a file here that is called `stem`."""
    if out:
        return out, format_of(name, out)
    if name is None:
        raise StarliftError(
            f"Say what to write, with --out FILE, or with --format {'|'.join(Format)} for a file here."
        )
    chosen = format_of(name, Path(stem))
    return Path(f"{stem}.{chosen}"), chosen


def write(rows: Rows, file: Path, format_: Format, tell: Callable[[int], None]) -> int:
    """Write all rows to a file that is not there yet; how many they were."""
    with converter(rows, format_, tell) as (connection, query):
        if format_ is Format.XLSX:
            from starlift.export.excel import write_workbook  # noqa: PLC0415 - only Excel's files need it

            return write_workbook(connection, query, file)
        connection.execute(f"copy ({query}) to {text_literal(file)} ({_COPY[format_]})")
        ((count,),) = connection.fetchall()
        return count


@contextmanager
def converter(
    rows: Rows, format_: Format, tell: Callable[[int], None]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A DuckDB of its own, and the query in it that gives the rows with the types that files are to have."""
    failures: list[BaseException] = []
    watched = rows.watched(tell, failures)
    with TemporaryDirectory(prefix="starlift_export_") as folder, duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {text_literal(folder)}")
        connection.execute("set memory_limit = '1GB'")
        connection.execute("set timezone = 'UTC'")
        # it would write over ours
        connection.execute("set enable_progress_bar = false")
        # as long as it is registered, the reader lives
        connection.register("incoming", watched.reader)
        try:
            yield connection, f"select {_selected(watched, format_)} from incoming"
        except (duckdb.Error, RuntimeError) as error:
            raise _why(error, failures) from error
        finally:
            # a stream that is still open would keep its database from being opened anew
            connection.unregister("incoming")
            watched.reader.close()
            rows.reader.close()
            failures.clear()


def _why(error: Exception, failures: Sequence[BaseException]) -> BaseException:
    """What ended the work, which DuckDB tells in words of its own where it came with the rows."""
    if "Query interrupted" in str(error) or "INTERRUPT" in str(error):
        return InterruptedInTime()
    if failures:
        why = failures[0]
        known = isinstance(why, StarliftError | KeyboardInterrupt)
        return why if known else StarliftError(f"The rows cannot be read ({_said(why)}).")
    return StarliftError(f"The rows cannot be written ({_said(error)}).")


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(" .") if lines else type(error).__name__


def _selected(rows: Rows, format_: Format) -> str:
    parts = []
    for column in rows.columns:
        name = quoted(column.name)
        value = f"cast({name} as {rows.casts[column.name]})" if column.name in rows.casts else name
        if column.kind is Kind.BINARY and format_ is not Format.PARQUET:
            # text files and Excel take bytes for letters
            value = f"lower(hex({value}))"
        elif format_ in (Format.JSON, Format.JSONL):
            value = _as_json(column, value)
        parts.append(value if value == name else f"{value} as {name}")
    return ", ".join(parts)


def _as_json(column: Column, value: str) -> str:
    """Numbers as JSON has them: no NaN but as text, a float without digits that it has not, 7 and not 7.0."""
    if column.kind is Kind.FLOAT:
        text = f"cast({value} as varchar)"
        return f"case when isfinite({value}) then to_json(cast({text} as double)) else to_json({text}) end"
    if column.kind is Kind.DECIMAL and column.precision and not column.scale:
        return f"cast({value} as hugeint)"
    return value
