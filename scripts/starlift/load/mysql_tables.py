"""The raw schema, there a database, in MySQL or MariaDB.

Their DDL commits at once. So a load fills tables in a database beside the raw one, and a single statement,
which is atomic, then puts all of them in the place of the old ones.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Self

import mysql.connector

from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.ddl import Rules
from starlift.load.engine import Landed, LoadRecord, Progress
from starlift.load.extract import Extract, TableInput, text_literal
from starlift.load.infile import FORMAT, rows_in_a_pipe
from starlift.load.interrupts import Interruptible, signals_ignored
from starlift.load.log import last_load
from starlift.load.reader import ExtractReader
from starlift.load.rules import refusal
from starlift.load.stamps import Dialect, missing_stamps, repeated_rows, restamped_select
from starlift.sources import Source, Table, sql_name
from starlift.targets.mysql import MySQL

_LOADS = """
create table {schema}.loads (
    load_id integer primary key,
    source_path text not null,
    mode varchar(10) not null check (mode in ('strict', 'dirty')),
    extracted_at datetime(6) not null,
    loaded_at datetime(6) not null,
    row_count bigint not null
)
"""
_SESSION = {
    # the extract's keys are proven before a row is sent
    "unique_checks": 0,
    "foreign_key_checks": 0,
    # somebody's long query is a reason to say so, not to wait for ever
    "lock_wait_timeout": 30,
    # DuckDB may have to sort before the first row comes
    "net_read_timeout": 3600,
    "net_write_timeout": 3600,
}
_NO_SUCH_TABLE = (1049, 1146)
_DIALECT = Dialect(
    same=lambda one, other: f"{one} <=> {other}", same_key=lambda one, other: f"{one} <=> {other}"
)
_FIRST, _LAST = "0001-01-01", "9999-12-31"


def type_name(described: str) -> str:
    """Fixed-length text would lose its trailing blanks, and times their fractions."""
    if described.startswith("char("):
        return f"var{described}"
    return {"timestamp": "datetime(6)"}.get(described, described)


def _limit(value: str, _: str, wanted: str) -> tuple[str, str] | None:
    if wanted not in ("date", "timestamp"):
        return None
    last = f"{wanted} '{_LAST}{' 23:59:59.999999' if wanted == 'timestamp' else ''}'"
    return (
        f"try_cast({value} as {wanted}) not between {wanted} '{_FIRST}' and {last}",
        "MySQL's and MariaDB's years are 1 to 9999",
    )


def create_statement(table: Table, schema: str, rules: Rules) -> str:
    lines = []
    for column in table.columns:
        not_null = "" if column.nullable or rules is Rules.NONE else " not null"
        # a datetime that may be null must say so on older servers
        lines.append(f"{sql_name(column.name)} {type_name(column.type)}{not_null or ' null'}")
    if rules is not Rules.NONE:
        lines.append(f"primary key ({table.sql_key})")
        lines += [f"unique ({sql_name(column)})" for column in table.unique]
        lines += [f"constraint {check.name} check ({check.sql})" for check in table.checks]
    else:
        # what the next load's comparison looks rows up by
        lines.append(f"index ({table.sql_key})")
    body = ",\n    ".join(lines)
    return f"create table {schema}.{table.sql_name} (\n    {body}\n) engine = InnoDB"


def foreign_key_clauses(source: Source, table: Table, schema: str) -> Iterator[str]:
    for key in table.foreign_keys:
        parent = source.table(key.references)
        target = f"{schema}.{parent.sql_name} ({parent.sql_key})"
        yield f"add foreign key ({sql_name(key.column)}) references {target}"


class MySQLTables:
    """The raw tables of a source on one server."""

    def __init__(self, server: MySQL) -> None:
        self.server = server
        self.name = server.name
        self.committed = False

    @property
    def place(self) -> str:
        return self.server.place

    def __enter__(self) -> Self:
        self.committed = False
        self._connection = self.server.connect(allow_local_infile=True, consume_results=True)
        self._cursor = self._connection.cursor()
        self._run = Interruptible(self._cancel)
        self._made: list[str] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        with suppress(mysql.connector.Error):
            self._clear(self._made)
        with suppress(mysql.connector.Error):
            self._connection.close()
        self._run.close()
        if isinstance(error, KeyboardInterrupt) and not isinstance(error, InterruptedInTime):
            raise KeyboardInterrupt if self.committed else InterruptedInTime
        if isinstance(error, mysql.connector.Error):
            raise StarliftError(self.server.what_is_wrong(error)) from error

    def last_load(self, source: Source) -> LoadRecord | None:
        self._open(source)
        return last_load(source, self._rows, is_there="loads" in self._tables(source.raw_schema))

    def replace(self, extract: Extract, record: LoadRecord, *, compare: bool, progress: Progress) -> Landed:
        source = extract.source
        loading, replaced = f"{source.raw_schema}_loading", f"{source.raw_schema}_replaced"
        with ExtractReader(extract, record) as reader:
            rows = reader.read(_limit, progress)
            progress("checking", len(extract.tables), 2 * len(extract.tables))
            violations = reader.violations()
            strict = record.mode == "strict"
            if violations and strict:
                raise refusal(violations)
            landed = Landed(rows, reader.repeats(), violations, keys_declared=strict)
            self._make_beside(source, loading, replaced)
            self._land(reader, loading, Rules.ALL if strict else Rules.NONE, compare, progress)
        self._append(source, loading, record, sum(rows.values()))
        progress("putting them in place", 2 * len(extract.tables), 2 * len(extract.tables))
        self._swap(source, loading, replaced)
        return landed

    def _open(self, source: Source) -> None:
        # "x" is a name, as everywhere else
        settings = _SESSION | {"sql_mode": "concat(@@sql_mode, ',ANSI_QUOTES')"}
        self._do("set " + ", ".join(f"{name} = {value}" for name, value in settings.items()))
        ((locked,),) = self._rows(f"select get_lock({text_literal(f'starlift {source.raw_schema}')}, 0)")
        if not locked:
            raise StarliftError(
                f"Another load into {source.raw_schema} of {self.place} is at work: wait until it is done."
            )

    def _make_beside(self, source: Source, loading: str, replaced: str) -> None:
        """The databases for the new and the old tables, empty: a killed load may have left them."""
        ours = {
            "loads",
            *(
                f"{prefix}{table.name}"
                for table in source.tables
                for prefix in ("", "incoming_", "repeated_")
            ),
        }
        for schema in (loading, replaced):
            strangers = self._tables(schema) - ours
            if strangers:
                raise StarliftError(
                    f"The database {schema} of {self.place}, which a load needs for itself, holds other "
                    f"tables ({', '.join(sorted(strangers))}): move them."
                )
        self._clear([loading, replaced])
        for schema in (loading, replaced):
            self._do(f"create database {schema} character set utf8mb4 collate {self.server.flavor.collation}")
            self._made.append(schema)

    def _clear(self, schemas: Iterable[str]) -> None:
        for schema in schemas:
            self._do(f"drop database if exists {schema}")

    def _land(
        self, reader: ExtractReader, loading: str, rules: Rules, compare: bool, progress: Progress
    ) -> None:
        source = reader.extract.source
        before = self._columns(source.raw_schema) if compare else set()
        steps = 2 * len(source.tables)
        for done, table_input in enumerate(reader.extract.tables, start=len(source.tables)):
            table = table_input.table
            progress(f"loading {table.name}", done, steps)
            self._do(create_statement(table, loading, rules))
            wanted = {(table.name, column) for column in table.column_names}
            if missing_stamps(table_input) and wanted <= before:
                self._stamp(reader, table_input, loading, rules)
            else:
                self._send(reader, table, f"{loading}.{table.sql_name}")
        progress("adding keys", steps, steps)
        for table in source.tables if rules is Rules.ALL else ():
            changes = ", ".join(foreign_key_clauses(source, table, loading))
            if changes:
                self._do(f"alter table {loading}.{table.sql_name} {changes}")
        self._rows("analyze table " + ", ".join(f"{loading}.{table.sql_name}" for table in source.tables))

    def _stamp(self, reader: ExtractReader, table_input: TableInput, loading: str, rules: Rules) -> None:
        """The new rows, with the stamps that the old ones bear."""
        table = table_input.table
        incoming = f"{loading}.incoming_{table.name}"
        self._do(f"create table {incoming} like {loading}.{table.name}")
        self._send(reader, table, incoming)
        before = f"{reader.extract.source.raw_schema}.{table.name}"
        again = repeated_rows(table, before)
        repeated = f"{loading}.repeated_{table.name}" if self._rows(f"{again} limit 1") else None
        if repeated:
            self._do(f"create table {repeated} (index ({table.primary_key})) as {again}")
        select = restamped_select(table_input, incoming, before, repeated, _DIALECT)
        self._do(f"insert into {loading}.{table.name} {select}")
        self._do(f"drop table {', '.join(filter(None, (incoming, repeated)))}")

    def _send(self, reader: ExtractReader, table: Table, target: str) -> None:
        with rows_in_a_pipe(reader.connection, reader.in_key_order(table)) as pipe:
            self._do(f"load data local infile {text_literal(pipe)} into table {target} {FORMAT}")
            sent = self._cursor.rowcount
        # what would be an error is a warning where the rows come from a client
        warnings = self._rows("show warnings")
        expected = reader.row_count(table)
        if warnings or sent != expected:
            said = warnings[0][2] if warnings else f"{sent:,} of {expected:,} rows came in"
            raise StarliftError(
                f"{self.place} would change the rows of {table.name} ({said}), and nothing was loaded: "
                "correct the extract."
            )

    def _append(self, source: Source, loading: str, record: LoadRecord, row_count: int) -> None:
        self._do(_LOADS.format(schema=loading))
        if "loads" in self._tables(source.raw_schema):
            self._do(f"insert into {loading}.loads select * from {source.raw_schema}.loads")
        self._do(
            f"insert into {loading}.loads values (%s, %s, %s, %s, %s, %s)",
            (
                record.load_id,
                record.source_path,
                record.mode,
                record.extracted_at,
                record.loaded_at,
                row_count,
            ),
        )

    def _swap(self, source: Source, loading: str, replaced: str) -> None:
        """All tables at once, in one statement."""
        raw = source.raw_schema
        collation = self.server.flavor.collation
        self._do(f"create database if not exists {raw} character set utf8mb4 collate {collation}")
        names = [*(table.name for table in source.tables), "loads"]
        there = self._tables(raw)
        out = [f"{raw}.{sql_name(name)} to {replaced}.{sql_name(name)}" for name in names if name in there]
        into = [f"{loading}.{sql_name(name)} to {raw}.{sql_name(name)}" for name in names]
        with signals_ignored():
            self._do(f"rename table {', '.join(chain(out, into))}")
            self.committed = True

    def _tables(self, schema: str) -> set[str]:
        found = self._rows(
            f"select table_name from information_schema.tables where table_schema = {text_literal(schema)}"
        )
        return {_text(name) for (name,) in found}

    def _columns(self, schema: str) -> set[tuple[str, str]]:
        """The tables' columns, as (table, column)."""
        found = self._rows(
            "select table_name, column_name from information_schema.columns "
            f"where table_schema = {text_literal(schema)}"
        )
        return {(_text(table), _text(column)) for table, column in found}

    def _do(self, statement: str, values: tuple = ()) -> None:
        self._run(lambda: self._cursor.execute(statement, values))

    def _rows(self, query: str) -> list[tuple]:
        def fetch() -> list[tuple]:
            self._cursor.execute(query)
            return self._cursor.fetchall()

        return self._run(fetch)

    def _cancel(self) -> None:
        """End the running statement: only another session can."""
        other = self.server.connect()
        other.cmd_query(f"kill query {self._connection.connection_id}")
        other.close()


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes | bytearray) else name
