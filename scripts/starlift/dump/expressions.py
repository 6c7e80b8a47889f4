"""Values that are no literals, worked out by DuckDB: NOW(), 'a' || 'b', CAST(... AS ...)."""

import re
from datetime import UTC, datetime

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from starlift.dump.ddl import NotUnderstood
from starlift.dump.dialect import Dialect
from starlift.dump.lexer import requoted
from starlift.dump.literals import Staged
from starlift.dump.text import latin1

_MOST_KEPT = 10_000
# Queries, columns, and whatever could read something else than the value itself.
_NOT_CONSTANT = (exp.Query, exp.Column, exp.Table, exp.Command, exp.Lambda)
_SQLITE_LINES = re.compile(
    r"replace\(\s*('(?:[^']|'')*')\s*,\s*('\\[nr]')\s*,\s*char\(\s*(10|13)\s*\)\s*\)", re.IGNORECASE
)
_UNISTR = re.compile(r"\s*unistr\(\s*'((?:[^']|'')*)'\s*\)\s*", re.IGNORECASE)
_UNISTR_ESCAPE = re.compile(r"\\(\\|u[0-9a-fA-F]{4}|\+[0-9a-fA-F]{6}|[0-9a-fA-F]{4})")


class Expressions:
    """Keeps what it has worked out: all rows of a load have one moment for now."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: dict[str, str | bytes | None] = {}
        self._connection: duckdb.DuckDBPyConnection | None = None

    def value(self, sql: str) -> str | bytes | None:
        """The value; NotUnderstood where it cannot be known without the database."""
        if sql not in self._known:
            worked_out = self._work_out(sql)
            if len(self._known) >= _MOST_KEPT:
                return worked_out
            self._known[sql] = worked_out
        return self._known[sql]

    def _work_out(self, sql: str) -> str | bytes | None:
        if found := _UNISTR.fullmatch(sql):
            return _UNISTR_ESCAPE.sub(_character, found[1].replace("''", "'"))
        if _SQLITE_LINES.search(sql):
            # how SQLite writes line breaks; one within another where there are both kinds
            while found := _SQLITE_LINES.search(sql):
                character = chr(int(found[3]))
                text = found[1].replace(found[2][1:-1], character)
                sql = sql[: found.start()] + text + sql[found.end() :]
            if re.fullmatch(r"\s*'(?:[^']|'')*'\s*", sql):
                return sql.strip()[1:-1].replace("''", "'")
        for grammar in self.dialect.grammars:
            try:
                quoted = requoted(sql, self.dialect, "`" if grammar == "mysql" else '"')
                parsed = sqlglot.parse_one(f"select {quoted}", read=grammar)
                if len(parsed.expressions) != 1 or parsed.expressions[0].find(*_NOT_CONSTANT):
                    continue
                return self._run(parsed.sql("duckdb"))
            except (SqlglotError, duckdb.Error, RecursionError, ValueError):
                continue
        raise NotUnderstood(f"the value {' '.join(sql.split())[:60]!r}")

    def _run(self, query: str) -> str | bytes | None:
        if self._connection is None:
            self._connection = duckdb.connect()
            # what a dump says is run here: it may see nothing and take little
            for setting in (
                "set timezone = 'UTC'",
                "set threads = 1",
                "set memory_limit = '256MB'",
                "set enable_external_access = false",
                "set lock_configuration = true",
            ):
                self._connection.execute(setting)
        row = self._connection.execute(query).fetchone()
        value = row[0] if row else None
        if value is None or isinstance(value, bytes):
            return value
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(UTC).replace(tzinfo=None)
        if isinstance(value, bool):
            return "1" if value else "0"
        return _array(value) if isinstance(value, list) else str(value)


def as_staged(value: str | bytes | None, family: str) -> Staged:
    if family == "blob" and value is not None:
        return (value if isinstance(value, bytes) else value.encode()).hex()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return latin1(value)
    return value


def _array(values: list[object]) -> str:
    """As PostgreSQL writes one."""

    def element(value: object) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, list):
            return _array(value)
        text = str(value)
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"' if not re.fullmatch(r"[^\s,{}\"\\]+", text) or text.lower() == "null" else text

    return "{" + ",".join(map(element, values)) + "}"


def _character(found: re.Match[str]) -> str:
    code = found[1]
    return "\\" if code == "\\" else chr(int(code.lstrip("u+"), 16))
