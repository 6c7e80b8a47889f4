"""Reading a path: which file holds which table, and which of its columns.

Parquet and CSV files stay where they are until an engine reads them (DuckDB reads every file, whatever the
engine that takes the rows); `.sql` files are read into Arrow tables of text.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from starlift.errors import StarliftError
from starlift.generate.files import MANIFEST
from starlift.load import mysql
from starlift.load.notes import open_end_note
from starlift.sources import Source, Table
from starlift.sources.model import AUDIT_COLUMNS

if TYPE_CHECKING:
    import pyarrow

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class InputColumn:
    """A column as the input names and types it (a DuckDB type)."""

    name: str
    type: str


@dataclass(frozen=True)
class TableInput:
    """The rows of one table, as a relation that DuckDB reads."""

    table: Table
    # A table function call, or the name under which `arrow` is to be registered.
    relation: str
    # The input's column for each column of the description that it has.
    columns: Mapping[str, InputColumn]
    # The file, for messages.
    origin: str
    arrow: "pyarrow.Table | None" = None


@dataclass(frozen=True)
class Extract:
    source: Source
    path: Path
    # When it was taken, if it says so itself; UTC, without a time zone.
    extracted_at: datetime | None
    # Every table of the source, parents first.
    tables: tuple[TableInput, ...]
    # What is odd about the files, though they can be read; one sentence each.
    notes: tuple[str, ...] = ()


Reader = Callable[[Table, Path], TableInput]


def text_literal(value: str | Path) -> str:
    """A text as a SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def file_literal(file: Path) -> str:
    """A file's path as a SQL literal for read_parquet and read_csv, which read `[1]` as a pattern."""
    return text_literal(re.sub(r"[*?\[]", r"[\g<0>]", str(file)))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def utc(moment: datetime) -> datetime:
    """The moment in UTC without a time zone; a moment without one is taken as UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def read_extract(source: Source, path: Path) -> Extract:
    """Find the source's tables in a folder of Parquet or CSV, or in .sql files (a folder, a file, a glob)."""
    try:
        files, manifest = _files(path)
        suffixes = {file.suffix.lower() for file in files}
        if len(suffixes) > 1:
            raise StarliftError(
                f"{path} holds {' and '.join(sorted(suffixes))} files together: keep one kind, or it is "
                "unclear which of them is the extract."
            )
        if suffixes == {".sql"}:
            inputs = _sql_inputs(source, files)
        elif suffixes == {".parquet"}:
            with duckdb.connect() as reader:
                inputs = _by_table(source, files, partial(_parquet_input, reader))
        else:
            inputs = _by_table(source, files, _csv_input)
        _require_all(source, inputs, path)
        extracted_at = _extracted_at(manifest) if manifest else None
        notes = [open_end_note(file) for file in files if suffixes == {".csv"} and not _ends_with_line(file)]
    except OSError as error:
        raise StarliftError(f"Cannot read {error.filename or path}: {error.strerror or error}.") from error
    tables = tuple(inputs[table.name] for table in source.tables)
    return Extract(source, path, extracted_at, tables, tuple(notes))


def _files(path: Path) -> tuple[list[Path], Path | None]:
    """The data files that a path means, in order of name, and the manifest where there is one."""
    if path.is_dir():
        manifest = path / MANIFEST
        files = [
            file
            for file in sorted(path.iterdir())
            if file.suffix.lower() in {".parquet", ".csv", ".sql"} and not file.name.startswith(".")
        ]
        if not files:
            raise StarliftError(
                f"{path} holds no .parquet, .csv or .sql files: name a folder with a file for each table."
            )
        return files, manifest if manifest.exists() else None
    if path.exists():
        if path.suffix.lower() != ".sql":
            raise StarliftError(
                f"{path} is a single file: only a .sql file can hold all tables; name the folder instead."
            )
        return [path], None
    try:
        files = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    except ValueError:  # no pattern at all, such as a/**b
        files = []
    if not files:
        raise StarliftError(
            f"{path} does not exist: name a folder of .parquet, .csv or .sql files, or a .sql file."
        )
    if any(file.suffix.lower() != ".sql" for file in files):
        raise StarliftError(
            f"{path} matches more than .sql files; for Parquet and CSV name the folder instead."
        )
    return files, None


def _ends_with_line(file: Path) -> bool:
    with file.open("rb") as data:
        data.seek(-1, SEEK_END)
        return data.read() == b"\n"


def _extracted_at(manifest: Path) -> datetime | None:
    try:
        moment = json.loads(manifest.read_text(encoding="utf-8")).get("extracted_at")
        return None if moment is None else utc(datetime.fromisoformat(moment))
    except (ValueError, AttributeError, TypeError) as error:
        raise StarliftError(
            f"{manifest} is not a JSON object whose extracted_at is a timestamp: correct or remove it."
        ) from error


def _known_table(source: Source, name: str, origin: str) -> Table:
    for table in source.tables:
        if table.name.lower() == name.lower():
            return table
    raise StarliftError(
        f"{origin}: {name} is not a table of {source.name}, whose tables are "
        f"{', '.join(table.name for table in source.tables)}."
    )


def _by_table(source: Source, files: Iterable[Path], read: Reader) -> dict[str, TableInput]:
    inputs: dict[str, TableInput] = {}
    for file in files:
        table = _known_table(source, file.stem, str(file))
        if table.name in inputs:
            raise StarliftError(
                f"{inputs[table.name].origin} and {file} both hold {table.name}: keep one of them."
            )
        inputs[table.name] = read(table, file)
    return inputs


def _require_all(source: Source, inputs: Mapping[str, TableInput], path: Path) -> None:
    missing = [table.name for table in source.tables if table.name not in inputs]
    if missing:
        raise StarliftError(
            f"{path} lacks {', '.join(missing)}: a load replaces all {len(source.tables)} tables of "
            f"{source.name}, so each needs a file, if only an empty one."
        )


def _match(table: Table, columns: Iterable[InputColumn], origin: str) -> dict[str, InputColumn]:
    """The input's columns by their names in the description; all required ones must be there."""
    matched: dict[str, InputColumn] = {}
    known = {name.lower(): name for name in table.column_names}
    for column in columns:
        name = known.get(column.name.strip().lower())
        if name is None:
            raise StarliftError(
                f"{origin} has a column {column.name.strip()!r} that {table.name} has not; its columns are "
                f"{', '.join(table.column_names)}."
            )
        if name in matched:
            raise StarliftError(f"{origin} has the column {name} twice.")
        matched[name] = column
    missing = [c.name for c in table.columns if not c.optional and c.name not in matched]
    if missing:
        raise StarliftError(f"{origin} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}.")
    return matched


def _parquet_input(reader: duckdb.DuckDBPyConnection, table: Table, file: Path) -> TableInput:
    relation = f"read_parquet({file_literal(file)}, hive_partitioning = false)"
    file.open("rb").close()  # DuckDB does not tell an unreadable file from a broken one
    try:
        rows = reader.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise StarliftError(
            f"{file} is not a whole Parquet file (truncated, or of another kind): write it again."
        ) from error
    columns = [InputColumn(row[0], row[1]) for row in rows]
    return TableInput(table, relation, _match(table, columns, str(file)), str(file))


def _positional_layouts(table: Table) -> list[list[str]]:
    """The columns that a file without a header may hold, in the order of the description."""
    return [
        list(table.column_names),
        [name for name in table.column_names if name not in AUDIT_COLUMNS],
        [c.name for c in table.columns if not c.optional],
        [c.name for c in table.columns if not c.optional or c.name in AUDIT_COLUMNS],
    ]


def _csv_layout(table: Table, file: Path) -> tuple[str, bool, list[str]]:
    """The delimiter, whether there is a header, and the names of the columns.

    A header is a first line with at least one name of a column: no value is called like its own column.
    """
    layouts = _positional_layouts(table)
    fallback: tuple[str, bool, list[str]] | None = None
    width = 0
    for delimiter in DELIMITERS:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            first = next(csv.reader(lines, delimiter=delimiter), None)
        if not first:
            raise StarliftError(f"{file} is empty, without even a header: write it again.")
        if {cell.strip().lower() for cell in first} & {name.lower() for name in table.column_names}:
            return delimiter, True, first
        width = max(width, len(first))
        for names in layouts:
            if fallback is None and len(names) == len(first):
                fallback = delimiter, False, names
    if fallback is None:
        widths = " or ".join(str(n) for n in sorted({len(names) for names in layouts}))
        raise StarliftError(
            f"{file} has no header with the columns of {table.name}, and {width} columns where {widths} are "
            "expected: add a header, or the columns in their order."
        )
    return fallback


def _csv_input(table: Table, file: Path) -> TableInput:
    try:
        delimiter, has_header, names = _csv_layout(table, file)
    except UnicodeDecodeError as error:
        raise StarliftError(f"{file} is not UTF-8 text: convert it.") from error
    except csv.Error as error:
        raise StarliftError(f"{file} is not a readable CSV file: {error}.") from error
    columns = [InputColumn(name, "VARCHAR") for name in names]
    matched = _match(table, columns, str(file))
    types = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in names)
    relation = (
        f"read_csv({file_literal(file)}, auto_detect = false, hive_partitioning = false, "
        f"header = {str(has_header).lower()}, "
        f"delim = {text_literal(delimiter)}, quote = '\"', escape = '\"', nullstr = ['', '\\N'], "
        f"allow_quoted_nulls = false, columns = {{{types}}})"
    )
    return TableInput(table, relation, matched, str(file))


def _sql_inputs(source: Source, files: Iterable[Path]) -> dict[str, TableInput]:
    inputs: dict[str, TableInput] = {}
    for read in mysql.read_tables(files):
        table = _known_table(source, read.name, read.origin)
        if table.name in inputs:
            raise StarliftError(f"{read.origin}: {table.name} is there under two spellings; keep one.")
        arrow = read.arrow(_positional_layouts(table))
        columns = [InputColumn(name, "VARCHAR") for name in arrow.column_names]
        matched = _match(table, columns, read.origin)
        inputs[table.name] = TableInput(table, f"input_{table.name}", matched, read.origin, arrow)
    return inputs
