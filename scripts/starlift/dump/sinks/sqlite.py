"""An SQLite file of its own: what is called a schema elsewhere is the file's name here."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from starlift.dump.fit import FittedColumn, FittedTable
from starlift.dump.sinks.sink import Landing, quoted_names
from starlift.errors import StarliftError
from starlift.load.extract import quoted
from starlift.load.interrupts import signals_ignored

_BATCH = 10_000
_TYPES = {
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "boolean": "integer",
    "decimal": "numeric",
    "double": "real",
    "blob": "blob",
    "date": "date",
    "timestamp": "datetime",
    "time": "time",
}
# SQLite has no type for these: it gets their text.
_AS_TEXT = ("date", "timestamp", "time", "decimal")


class SQLiteSink:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)
        self.committed = False

    def check(self, schema: str, *, replace: bool) -> None:
        if self.path.exists() and not replace:
            raise StarliftError(
                f"{self.path} is there already: name another with --schema, or say --replace to put the dump "
                "in its place."
            )

    def land(self, landing: Landing, *, replace: bool) -> list[str]:
        beside = self.path.with_name(f"{self.path.name}.loading")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            with closing(sqlite3.connect(beside)) as connection:
                connection.execute("pragma journal_mode = off")
                connection.execute("pragma synchronous = off")
                for done, table in enumerate(landing.tables):
                    landing.progress(f"writing {table.name}", done / len(landing.tables))
                    self._fill(connection, table, landing)
                connection.commit()
            with signals_ignored():
                beside.replace(self.path)
                self.committed = True
        except (sqlite3.Error, OSError) as error:
            raise StarliftError(
                f"{self.path} cannot be written ({error}): put that right, and load again."
            ) from error
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        return [
            f"{table.name}.{column.name}: kept as text, since numbers of SQLite's have 15 digits"
            for table in landing.tables
            for column in table.columns
            if _is_long(column)
        ]

    def _fill(self, connection: sqlite3.Connection, table: FittedTable, landing: Landing) -> None:
        keys = landing.keys[table.name]
        lines = [_line(column) for column in table.columns]
        if keys.primary:
            lines.append(f"primary key ({quoted_names(keys.primary)})")
        lines += [f"unique ({quoted_names(unique)})" for unique in keys.unique]
        lines += [
            f"foreign key ({quoted_names(key.columns)}) references {quoted(key.parent)} "
            f"({quoted_names(key.parent_columns)})"
            for key in keys.foreign
        ]
        connection.execute(f"create table {quoted(table.name)} ({', '.join(lines)})")
        select = ", ".join(
            f"{quoted(column.name)}::varchar" if column.type.family in _AS_TEXT else quoted(column.name)
            for column in table.columns
        )
        rows = landing.staging.connection.cursor().execute(f"select {select} from {table.relation}")
        places = ", ".join("?" * len(table.columns))
        while batch := rows.fetchmany(_BATCH):
            connection.executemany(f"insert into {quoted(table.name)} values ({places})", batch)


def _line(column: FittedColumn) -> str:
    kind = "text" if _is_long(column) else _TYPES.get(column.type.family, "text")
    return f"{quoted(column.name)} {kind}{' not null' if column.not_null else ''}"


def _is_long(column: FittedColumn) -> bool:
    return column.type.family == "decimal" and (column.type.size or 38) > 15
