"""A DuckDB file, by DuckDB's own catalog."""

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from starlift.duckdb_file import first_line, open_duckdb, use_of_duckdb
from starlift.errors import StarliftError
from starlift.inspect.families import family_of
from starlift.inspect.model import Column, ForeignKey, Key, Table
from starlift.inspect.reader import Structure, Unreadable
from starlift.load.extract import quoted, text_literal


class DuckDBReader:
    engine = "duckdb"

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._path = path
        self._connection = open_duckdb(path, read_only=True)
        # an inspection may stand beside a build: what does not fit goes to the disk, and not beside the file
        self._spill = tempfile.TemporaryDirectory(prefix="starlift_inspect_")
        self._connection.execute("set memory_limit = '1GB'")
        self._connection.execute(f"set temp_directory = {text_literal(self._spill.name)}")

    def schemas(self) -> list[str]:
        with use_of_duckdb(self._path):
            found = self._connection.execute(
                "select distinct schema_name from duckdb_tables() where database_name = current_database() "
                "and not internal order by schema_name"
            ).fetchall()
        return [name for (name,) in found]

    def structure(self, schema: str) -> Structure:
        where = f"database_name = current_database() and schema_name = {text_literal(schema)}"
        with use_of_duckdb(self._path):
            tables = self._connection.execute(
                f"select table_name, comment from duckdb_tables() where {where} order by table_name"
            ).fetchall()
            columns = self._connection.execute(
                f"select table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
                f"where {where} order by table_name, column_index"
            ).fetchall()
            constraints = self._connection.execute(
                "select table_name, constraint_type, constraint_column_names, referenced_table, "
                f"referenced_column_names from duckdb_constraints() where {where} order by constraint_index"
            ).fetchall()
            views = self._connection.execute(
                f"select count(*) from duckdb_views() where {where} and not internal"
            ).fetchall()[0][0]
        made = tuple(
            _table(
                name,
                comment,
                [row[1:] for row in columns if row[0] == name],
                [row[1:] for row in constraints if row[0] == name],
            )
            for name, comment in tables
        )
        return Structure(made, views_left_out(views))

    def estimated_rows(self, schema: str, table: str) -> int | None:
        return None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except (duckdb.FatalException, duckdb.IOException) as error:
            raise StarliftError(f"{self.place} cannot be read ({first_line(error)}).") from error
        except duckdb.Error as error:
            raise Unreadable(first_line(error)) from error

    def quoted(self, name: str) -> str:
        return quoted(name)

    def as_text(self, expression: str) -> str:
        return f"cast({expression} as varchar)"

    def sample(self, relation: str, share: float) -> str:
        # only a single thread draws the same rows again
        self._connection.execute("set threads = 1")
        return f"(select * from {relation} tablesample system({share * 100:.6f} percent) repeatable (1))"

    def close(self) -> None:
        self._connection.close()
        self._spill.cleanup()


def views_left_out(count: int) -> tuple[str, ...]:
    return (f"{count} view{'s' * (count != 1)} left out: only tables are inspected",) if count else ()


def _table(name: str, comment: str | None, columns: list[Any], constraints: list[Any]) -> Table:
    primary = next((tuple(found[1]) for found in constraints if found[0] == "PRIMARY KEY"), ())
    return Table(
        name=name,
        comment=comment,
        columns=tuple(
            Column(
                name=column,
                type=kind,
                family=family_of(kind),
                nullable=nullable and column not in primary,
                primary_key=column in primary,
                comment=said,
            )
            for column, kind, nullable, said in columns
        ),
        primary_key=primary,
        unique_keys=tuple(Key(tuple(found[1])) for found in constraints if found[0] == "UNIQUE"),
        foreign_keys=tuple(
            ForeignKey(name, tuple(found[1]), found[2], tuple(found[3]))
            for found in constraints
            if found[0] == "FOREIGN KEY"
        ),
    )
