"""A database of a MySQL or MariaDB server: filled beside the one that is there, then swapped in at once."""

from contextlib import suppress
from typing import Any

import mysql.connector

from starlift.dump.fit import FittedColumn, FittedTable
from starlift.dump.sinks.sink import Landing, taken
from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.load.infile import FORMAT, rows_in_a_pipe
from starlift.load.interrupts import Interruptible, signals_ignored
from starlift.targets.mysql import MySQL
from starlift.targets.mysql import backticked as _q

_TYPES = {"timestamp": "datetime(6)", "time": "time(6)", "blob": "longblob", "boolean": "tinyint"}
# An index holds 3072 bytes, a row of varchar 65,535: four for a character.
_LONGEST_KEY, _LONGEST_VARCHAR, _LONGEST_ROW = 768, 255, 12_000


class MySQLSink:
    def __init__(self, server: MySQL) -> None:
        self.server = server
        self.place = server.place
        self.committed = False

    def check(self, schema: str, *, replace: bool) -> None:
        with _Session(self.server) as session:
            if session.tables(schema) and not replace:
                raise StarliftError(taken(self.place, schema))

    def land(self, landing: Landing, *, replace: bool) -> list[str]:
        schema = landing.schema
        loading, replaced = f"{schema}_loading", f"{schema}_replaced"
        notes: list[str] = []
        with _Session(self.server) as session:
            session.do(
                "set foreign_key_checks = 0, unique_checks = 0, lock_wait_timeout = 30, "
                "net_read_timeout = 3600"
            )
            for beside in (loading, replaced):
                session.make_beside(beside)
            for done, table in enumerate(landing.tables):
                landing.progress(f"writing {table.name}", done / len(landing.tables))
                self._fill(session, landing, table, loading, notes)
            collation = self.server.flavor.collation
            session.do(
                f"create database if not exists {_q(schema)} character set utf8mb4 collate {collation}"
            )
            out = [f"{_q(schema)}.{_q(name)} to {_q(replaced)}.{_q(name)}" for name in session.tables(schema)]
            into = [
                f"{_q(loading)}.{_q(table.name)} to {_q(schema)}.{_q(table.name)}" for table in landing.tables
            ]
            with signals_ignored():
                session.do(f"rename table {', '.join(out + into)}")
                self.committed = True
        return notes

    def _fill(
        self, session: "_Session", landing: Landing, table: FittedTable, loading: str, notes: list[str]
    ) -> None:
        keys = landing.keys[table.name]
        in_keys = {name for key in (keys.primary, *keys.unique) for name in key}
        in_keys |= {name for key in keys.foreign for name in key.columns}
        room = _LONGEST_ROW
        lines = []
        for column in table.columns:
            kind = _type(column, in_key=column.name in in_keys, room=room)
            room -= int(kind[8:-1]) if kind.startswith("varchar") else 0
            # MariaDB takes a primary key's columns for not null, MySQL wants it said
            not_null = column.not_null or column.name in keys.primary
            lines.append(f"{_q(column.name)} {kind} {'not null' if not_null else 'null'}")
        own = [(key, f"primary key ({_names(key)})") for key in (keys.primary,) if key]
        own += [(key, f"unique ({_names(key)})") for key in keys.unique]
        for key, line in own:
            if (
                sum(table.column(name).longest for name in key if table.column(name).type.family == "text")
                > _LONGEST_KEY
            ):
                notes.append(
                    f"{table.name}: the key ({', '.join(key)}) holds and is not declared, being too long "
                    "for an index"
                )
            else:
                lines.append(line)
        for foreign in keys.foreign:
            lines.append(
                f"foreign key ({_names(foreign.columns)}) references {_q(loading)}.{_q(foreign.parent)} "
                f"({_names(foreign.parent_columns)})"
            )
        session.do(f"create table {_q(loading)}.{_q(table.name)} ({', '.join(lines)}) engine = InnoDB")
        select = ", ".join(_sent(column) for column in table.columns)
        names = ", ".join(_received(column, number) for number, column in enumerate(table.columns))
        bytes_ = [
            f"{_q(column.name)} = unhex(@v{number})"
            for number, column in enumerate(table.columns)
            if column.type.family == "blob"
        ]
        with rows_in_a_pipe(landing.staging.connection, f"select {select} from {table.relation}") as pipe:
            sent = session.do(
                f"load data local infile {text_literal(pipe)} into table {_q(loading)}.{_q(table.name)} "
                f"{FORMAT} ({names}) {'set ' + ', '.join(bytes_) if bytes_ else ''}"
            )
        warnings = session.rows("show warnings")
        if warnings or sent != table.rows:
            said = warnings[0][2] if warnings else f"{sent:,} of {table.rows:,} rows came in"
            raise StarliftError(
                f"{self.place} would change the rows of {table.name} ({said}), and nothing was loaded."
            )


class _Session:
    """A connection, and what it has made beside, which goes with it."""

    def __init__(self, server: MySQL) -> None:
        self.server = server

    def __enter__(self) -> "_Session":
        self._connection = self.server.connect(allow_local_infile=True, consume_results=True)
        self._cursor = self._connection.cursor()
        self._run = Interruptible(self._cancel)
        self._made: list[str] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        with suppress(mysql.connector.Error):
            for schema in self._made:
                self.do(f"drop database if exists {_q(schema)}")
        with suppress(mysql.connector.Error):
            self._connection.close()
        self._run.close()
        if isinstance(error, mysql.connector.Error):
            raise StarliftError(self.server.what_is_wrong(error)) from error

    def make_beside(self, schema: str) -> None:
        if self.tables(schema):
            raise StarliftError(
                f"The database {schema} of {self.server.place}, which a load needs for itself, holds tables: "
                "drop it."
            )
        self._made.append(schema)
        self.do(f"drop database if exists {_q(schema)}")
        self.do(f"create database {_q(schema)} character set utf8mb4 collate {self.server.flavor.collation}")

    def tables(self, schema: str) -> list[str]:
        found = self.rows(
            "select table_name from information_schema.tables "
            f"where table_schema = {text_literal(schema)} order by 1"
        )
        return [name.decode() if isinstance(name, bytes | bytearray) else name for (name,) in found]

    def do(self, statement: str) -> int:
        self._run(lambda: self._cursor.execute(statement))
        return self._cursor.rowcount

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        def fetch() -> list[tuple[Any, ...]]:
            self._cursor.execute(query)
            return self._cursor.fetchall()

        return self._run(fetch)

    def _cancel(self) -> None:
        other = self.server.connect()
        other.cmd_query(f"kill query {self._connection.connection_id}")
        other.close()


def _type(column: FittedColumn, *, in_key: bool, room: int) -> str:
    if column.type.family != "text":
        return _TYPES.get(column.type.family, str(column.type))
    size = max(column.longest, column.type.size or 0, 1)
    if in_key:
        return f"varchar({min(size, _LONGEST_KEY) if column.longest <= _LONGEST_KEY else column.longest})"
    return f"varchar({size})" if size <= min(_LONGEST_VARCHAR, room) else "longtext"


def _sent(column: FittedColumn) -> str:
    name = quoted(column.name)
    sent = {"blob": f"hex({name})", "boolean": f"{name}::tinyint"}.get(column.type.family, name)
    return f"{sent} as {name}"


def _received(column: FittedColumn, number: int) -> str:
    return f"@v{number}" if column.type.family == "blob" else _q(column.name)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(_q, columns))
