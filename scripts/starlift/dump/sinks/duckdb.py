"""A schema of a DuckDB file."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb

from starlift.duckdb_file import open_duckdb, use_of_duckdb
from starlift.dump.fit import FittedTable
from starlift.dump.sinks.sink import Landing, quoted_names, taken
from starlift.errors import StarliftError
from starlift.load.duckdb import MOST_ROWS_WITH_DECLARED_KEYS
from starlift.load.extract import quoted, text_literal
from starlift.load.interrupts import signals_ignored


class DuckDBSink:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)
        self.committed = False

    def check(self, schema: str, *, replace: bool) -> None:
        if not self.path.exists():
            return
        with open_duckdb(self.path, read_only=True) as connection, use_of_duckdb(self.path):
            there = connection.execute(
                "select count(*) from information_schema.tables where table_schema = ?", [schema]
            ).fetchone()
        if there and there[0] and not replace:
            raise StarliftError(taken(self.place, schema))

    def land(self, landing: Landing, *, replace: bool) -> list[str]:
        is_new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = landing.staging.connection
        try:
            with use_of_duckdb(self.path):
                connection.execute(f"attach {text_literal(str(self.path))} as landing")
                connection.execute("begin")
                notes = self._fill(connection, landing)
                with signals_ignored():
                    connection.execute("commit")
                    self.committed = True
                    connection.execute("detach landing")
        finally:
            if not self.committed:
                for statement in ("rollback", "detach landing"):
                    with suppress(duckdb.Error):
                        connection.execute(statement)
                if is_new:
                    for left in (self.path, self.path.with_name(self.path.name + ".wal")):
                        left.unlink(missing_ok=True)
        return notes

    def _fill(self, connection: duckdb.DuckDBPyConnection, landing: Landing) -> list[str]:
        schema = f"landing.{quoted(landing.schema)}"
        connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute(f"create schema {schema}")
        with_keys = sum(table.rows for table in landing.tables) <= MOST_ROWS_WITH_DECLARED_KEYS
        made: set[str] = set()
        tables = landing.in_order()
        notes = (
            []
            if with_keys
            else ["keys are checked, not declared: the indexes would take longer than the rows"]
        )
        for done, table in enumerate(tables):
            landing.progress(f"writing {table.name}", done / len(tables))
            lines = [
                f"{quoted(column.name)} {column_type(column.type.family, str(column.type))}"
                + (" not null" if column.not_null else "")
                for column in table.columns
            ]
            if with_keys:
                lines += _key_lines(table, landing, schema, made, notes)
            connection.execute(f"create table {schema}.{quoted(table.name)} ({', '.join(lines)})")
            connection.execute(f"insert into {schema}.{quoted(table.name)} select * from {table.relation}")
            made.add(table.name)
        return notes


def column_type(family: str, written: str) -> str:
    return "varchar" if family == "text" else written


def _key_lines(
    table: FittedTable, landing: Landing, schema: str, made: set[str], notes: list[str]
) -> Iterator[str]:
    keys = landing.keys[table.name]
    if keys.primary:
        yield f"primary key ({quoted_names(keys.primary)})"
    for unique in keys.unique:
        yield f"unique ({quoted_names(unique)})"
    for key in keys.foreign:
        if key.parent not in made:
            # DuckDB looks for a parent among the rows of before the statement
            notes.append(
                f"{table.name}: the foreign key to {key.parent} holds and is not declared, since it goes in "
                "a circle"
            )
            continue
        parent = quoted(key.parent)
        reference = f"{schema.partition('.')[2]}.{parent}"
        yield (
            f"foreign key ({quoted_names(key.columns)}) references {reference} "
            f"({quoted_names(key.parent_columns)})"
        )
