"""MySQL-dialect .sql files, read as data: CREATE TABLE gives columns, INSERT ... VALUES gives rows.

Statements that change no row (USE, SET, indexes, ...) are passed over; those that do (UPDATE, DELETE, ...)
are refused, because leaving them out would silently give other data.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlift.errors import StarliftError

if TYPE_CHECKING:
    import pyarrow

Row = tuple[str | None, ...]

# Possessive quantifiers (`*+`) keep a broken file from sending the matcher back and forth.
_SINGLE = r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_DOUBLE = r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"'
_COMMENT = r"--(?=\s|\Z)[^\n]*+|#[^\n]*+|/\*.*?\*/"
_NAME = r"(?:`[^`]+`|\w+)"
_BARE = r"null|true|false|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_VALUE = rf"(?:N?(?:{_SINGLE})|{_DOUBLE}|(?:{_BARE})\b)"
_FLAGS = re.IGNORECASE | re.DOTALL

_SPACE = re.compile(rf"(?:\s+|{_COMMENT})*+", _FLAGS)
_STATEMENT = re.compile(rf"(?:[^;'\"`#/-]++|{_SINGLE}|{_DOUBLE}|`[^`]*+`|{_COMMENT}|[-/#])*+;", _FLAGS)
_WORDS = re.compile(r"\w+(?:\s+\w+)?")
_INSERT = re.compile(
    rf"insert\s+(?:ignore\s+)?(?:into\s+)?(?:{_NAME}\s*\.\s*)?(?P<table>{_NAME})\s*"
    rf"(?:\((?P<columns>[^()']*)\)\s*)?values?\b",
    _FLAGS,
)
_ROW = re.compile(rf"\(\s*+{_VALUE}\s*+(?:,\s*+{_VALUE}\s*+)*+\)", _FLAGS)
_VALUES = re.compile(rf"N?({_SINGLE}|{_DOUBLE})|({_BARE})", _FLAGS)
# Within quotes of one kind, only these are doubled.
_ESCAPES = {"'": re.compile(r"\\(.)|''", re.DOTALL), '"': re.compile(r'\\(.)|""', re.DOTALL)}
# As MySQL reads them; `\%` and `\_` stay as they are, and any other character loses its backslash.
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a", "%": "\\%", "_": "\\_"}

_PASSED_OVER = (
    "create database",
    "create schema",
    "create index",
    "create unique",
    "create view",
    "alter",
    "begin",
    "commit",
    "drop",
    "lock",
    "set",
    "start",
    "unlock",
    "use",
)


@dataclass
class SqlTable:
    """A table as .sql files give it, its values still text."""

    name: str
    origin: str
    # From CREATE TABLE, where there is one.
    columns: list[str] | None = None
    # (columns if named, rows, where they stand) of each INSERT.
    inserts: list[tuple[list[str] | None, list[Row], str]] = field(default_factory=list)

    def arrow(self, positional_layouts: list[list[str]]) -> "pyarrow.Table":
        """All rows as columns of text; INSERTs without column names take CREATE TABLE's, else a layout's."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import, and Parquet does without

        layouts = [self.columns] if self.columns else positional_layouts
        parts = []
        for named, rows, where in self.inserts:
            width = len(rows[0])
            names = named or next((names for names in layouts if len(names) == width), None)
            if names is None or any(len(row) != len(names) for row in rows):
                widths = {len(names)} if names else {len(names) for names in layouts}
                expected = " or ".join(map(str, sorted(widths)))
                raise StarliftError(
                    f"{where}: a row of {self.name} has not the {expected} values of its columns: correct it."
                )
            columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
            parts.append(pa.table(columns, names=[name.lower() for name in names]))
        if not parts:
            names = self.columns or positional_layouts[0]
            return pa.table({name.lower(): pa.array([], pa.string()) for name in names})
        return pa.concat_tables(parts, promote_options="default")


def read_tables(files: Iterable[Path]) -> list[SqlTable]:
    """The tables of these files, in order of appearance; all files together are one extract."""
    tables: dict[str, SqlTable] = {}
    for file in files:
        try:
            # decoded by hand: reading as text would make one line break of a CRLF inside a value
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise StarliftError(f"{file} is not UTF-8 text: convert it.") from error
        _Reader(file, text, tables).read()
    return list(tables.values())


class _Reader:
    """Walks through one file and adds what it holds to `tables`."""

    def __init__(self, file: Path, text: str, tables: dict[str, SqlTable]) -> None:
        self.file = file
        self.text = text
        self.tables = tables
        self.at = 0

    def read(self) -> None:
        while self._skip_space():
            if _INSERT.match(self.text, self.at):
                self._insert()
            elif self.text[self.at] == ";":
                self.at += 1
            else:
                self._other_statement()

    def _where(self, at: int | None = None) -> str:
        line = self.text.count("\n", 0, self.at if at is None else at) + 1
        return f"{self.file}, line {line}"

    def _skip_space(self) -> bool:
        """Go past white space and comments; false at the end of the file."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if self.text.startswith("/*", self.at):
            raise self._truncated(self.at)
        return self.at < len(self.text)

    def _truncated(self, start: int) -> StarliftError:
        return StarliftError(
            f"{self.file} ends in the middle of the statement that begins in line "
            f"{self.text.count(chr(10), 0, start) + 1}: it looks truncated, export it again."
        )

    def _statement(self) -> str:
        match = _STATEMENT.match(self.text, self.at)
        if not match:
            raise self._truncated(self.at)
        return match.group()

    def _table(self, name: str) -> SqlTable:
        name = name.strip("`")
        return self.tables.setdefault(name.lower(), SqlTable(name, str(self.file)))

    def _other_statement(self) -> None:
        words = _WORDS.match(self.text, self.at)
        opening = " ".join(words.group().lower().split()) if words else self.text[self.at : self.at + 20]
        # what follows a change of the delimiter may have no semicolon at all
        statement = "" if opening.startswith("delimiter") else self._statement()
        if opening == "drop table" and self._has_rows(statement):
            raise StarliftError(
                f"{self._where()}: drops a table whose rows stand before it; leave out one or the other."
            )
        if opening in ("create table", "create temporary"):
            self._create_table(statement)
        elif not f"{opening} ".startswith(tuple(f"{words} " for words in _PASSED_OVER)):
            raise StarliftError(
                f"{self._where()}: cannot follow {opening.upper()!r}; export the tables as CREATE TABLE and "
                "INSERT INTO ... VALUES statements."
            )
        self.at += len(statement)

    def _has_rows(self, drop: str) -> bool:
        names = {word.strip("`").lower() for word in re.findall(_NAME, drop)}
        return any(self.tables[name].inserts for name in names & set(self.tables))

    def _create_table(self, statement: str) -> None:
        import sqlglot  # noqa: PLC0415 - slow to import, and only .sql files need it
        from sqlglot import exp  # noqa: PLC0415

        try:
            create = sqlglot.parse_one(statement, read="mysql")
            table = create.find(exp.Table)
            columns = [column.name for column in create.find_all(exp.ColumnDef)]
        except sqlglot.ParseError as error:
            table, columns = None, []
            raise StarliftError(f"{self._where()}: this CREATE TABLE cannot be read: correct it.") from error
        if table is None or not columns:
            raise StarliftError(f"{self._where()}: this CREATE TABLE names no columns: write them out.")
        self._table(table.name).columns = columns

    def _insert(self) -> None:
        start = self.at
        head = _INSERT.match(self.text, start)
        assert head  # the caller looked
        self.at = head.end()
        named = head["columns"]
        columns = [name.strip().strip("`") for name in named.split(",")] if named is not None else None
        rows = list(self._rows(start))
        self._table(head["table"]).inserts.append((columns, rows, self._where(start)))

    def _rows(self, start: int) -> Iterator[Row]:
        """The rows of the INSERT that begins at `start`, up to and with its semicolon."""
        text = self.text
        while True:
            self._skip_space()
            row = _ROW.match(text, self.at)
            if not row:
                raise self._unreadable(start)
            self.at = row.end()
            yield tuple(_value(quoted, bare) for quoted, bare in _VALUES.findall(row.group()))
            self._skip_space()
            separator = text[self.at : self.at + 1]
            if separator not in (",", ";"):
                raise self._unreadable(start)
            self.at += 1
            if separator == ";":
                return

    def _unreadable(self, start: int) -> StarliftError:
        """Why the INSERT that begins at `start` cannot be read on from here."""
        if not _STATEMENT.match(self.text, start):
            return self._truncated(start)
        snippet = " ".join(self.text[self.at : self.at + 40].split())
        return StarliftError(
            f"{self._where()}: only rows of plain values can be read, not {snippet!r}: write out the value, "
            "or export the table as CSV."
        )


def _value(quoted: str, bare: str) -> str | None:
    if not quoted:
        word = bare.lower()
        return {"null": None, "true": "1", "false": "0"}.get(word, word)
    inner = quoted[1:-1]
    if "\\" not in inner and quoted[0] not in inner:
        return inner
    return _ESCAPES[quoted[0]].sub(_unescape, inner)


def _unescape(match: re.Match[str]) -> str:
    escaped = match[1]
    return match[0][0] if escaped is None else _ESCAPED.get(escaped, escaped)
