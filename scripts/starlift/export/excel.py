"""An Excel workbook, row by row: what Excel would change becomes text, what it cannot hold is refused."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from starlift.errors import StarliftError
from starlift.load.extract import quoted

MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
# Excel's numbers hold so many digits, and it knows no day before.
_DIGITS = 15
_FIRST_DAY = "1900-03-01"
_BATCH = 2_000
_INSTEAD = "take csv or parquet"

_WHOLE = re.compile(r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)")
# The cell, its value, its format.
Write = Callable[[int, int, Any], int]


def write_workbook(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> int:
    """One sheet with a header; how many rows it has. A StarliftError where Excel cannot hold them."""
    # one more than there is room for tells that they are too many, however many these are
    connection.execute(f"create temp table sheet as {query} limit {MOST_ROWS + 1}")
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where table_name = 'sheet' order by column_index"
    ).fetchall()
    kept_as_text = _looked_at(connection, columns)
    selected = ", ".join(
        f"{quoted(name)}::varchar" if name in kept_as_text else quoted(name) for name, _ in columns
    )
    workbook = xlsxwriter.Workbook(str(file), {"constant_memory": True, "strings_to_formulas": False})
    try:
        sheet = workbook.add_worksheet("rows")
        writers = _set_up(workbook, sheet, columns, kept_as_text)
        cursor = connection.execute(f"select {selected} from sheet")
        at = 0
        while rows := cursor.fetchmany(_BATCH):
            for row in rows:
                at += 1
                for number, value in enumerate(row):
                    if value is not None:
                        writers[number](at, number, value)
        if at:
            sheet.autofilter(0, 0, at, len(columns) - 1)
    finally:
        workbook.close()
    return at


def _looked_at(connection: duckdb.DuckDBPyConnection, columns: Sequence[tuple[str, str]]) -> set[str]:
    """The columns that Excel would change were they not text; StarliftError for what it cannot hold."""
    if len(columns) > MOST_COLUMNS:
        raise StarliftError(
            f"An Excel sheet holds {MOST_COLUMNS:,} columns, and these are {len(columns):,}: {_INSTEAD}."
        )
    asked = [_asked(quoted(name), type_name) for name, type_name in columns]
    (count, *found) = connection.execute(f"select count(*), {', '.join(asked)} from sheet").fetchall()[0]
    if count > MOST_ROWS:
        raise StarliftError(f"An Excel sheet holds {MOST_ROWS:,} rows, and there are more: {_INSTEAD}.")
    kept = set()
    for (name, type_name), answer in zip(columns, found, strict=True):
        if type_name == "VARCHAR" and (answer or 0) > MOST_CHARACTERS:
            raise StarliftError(
                f"An Excel cell holds {MOST_CHARACTERS:,} characters, and {name} has a text of {answer:,}: "
                f"{_INSTEAD}."
            )
        if type_name != "VARCHAR" and answer:
            kept.add(name)
    return kept


def _asked(name: str, type_name: str) -> str:
    """The longest text, or whether any value is more than Excel can hold."""
    if type_name == "VARCHAR":
        return f"max(length({name}))"
    if _WHOLE.fullmatch(type_name):
        return f"bool_or(abs({name}::hugeint) >= {10**_DIGITS})"
    if type_name.startswith("DECIMAL"):
        scale = int(type_name.partition(",")[2].rstrip(")"))
        return f"bool_or(abs({name}) >= {10 ** max(_DIGITS - scale, 0)})"
    if type_name.startswith(("DATE", "TIMESTAMP")):
        return f"bool_or({name} < '{_FIRST_DAY}' or not isfinite({name}))"
    return "false"


def _set_up(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    columns: Sequence[tuple[str, str]],
    kept_as_text: set[str],
) -> list[Write]:
    """The header, and how each column's cells are written."""
    bold = workbook.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    formats: dict[str, Format] = {}
    writers = []
    for number, (name, type_name) in enumerate(columns):
        sheet.write_string(0, number, name, bold)
        shown = "" if name in kept_as_text else _shown_as(type_name)
        if shown and shown not in formats:
            formats[shown] = workbook.add_format({"num_format": shown})
        sheet.set_column(number, number, min(max(len(name) + 3, 10, len(shown) + 1), 40))
        writers.append(_writer(sheet, formats.get(shown)))
    return writers


def _shown_as(type_name: str) -> str:
    if type_name.startswith("TIMESTAMP"):
        return "yyyy-mm-dd hh:mm:ss"
    if type_name == "DATE":
        return "yyyy-mm-dd"
    if type_name == "TIME":
        return "hh:mm:ss"
    if type_name.startswith("DECIMAL"):
        scale = int(type_name.partition(",")[2].rstrip(")"))
        return f"0.{'0' * scale}" if scale else "0"
    return ""


def _writer(sheet: Worksheet, shown: Format | None) -> Write:
    # they take more than their stubs say
    write_datetime: Callable[..., int] = sheet.write_datetime
    write_number: Callable[..., int] = sheet.write_number

    def write(row: int, column: int, value: Any) -> int:  # noqa: ANN401 - as DuckDB gives it
        if isinstance(value, bool):
            return sheet.write_boolean(row, column, value)
        if isinstance(value, datetime):
            return sheet.write_datetime(row, column, value.replace(tzinfo=None), shown)
        if isinstance(value, date | time):
            return write_datetime(row, column, value, shown)
        if isinstance(value, int | Decimal) or (isinstance(value, float) and isfinite(value)):
            return write_number(row, column, value, shown)
        # a text is never a formula, a link or a number here
        return sheet.write_string(row, column, str(value))

    return write
