"""The benchmark's side of a DuckDB file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import duckdb

from starlift.bench.proof import Answer
from starlift.duckdb_file import first_line, is_damage, open_duckdb, use_of_duckdb, what_is_wrong
from starlift.errors import StarliftError
from starlift.load.ddl import Rules, create_table
from starlift.sources import Source, Table

# Remembers what a well-indexed copy was made of, so that it is made again only after another load.
_COPIED_FROM = "copied_from"


class DuckDB:
    name = "duckdb"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        if not self.path.is_file():
            raise StarliftError(
                f"There is no warehouse at {self.path}: run `make demo`, or let the benchmark make one of "
                "its own with --scale lab."
            )
        self._connection = open_duckdb(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        if self._connection:
            with suppress(duckdb.Error) if kind else use_of_duckdb(self.path):
                self._connection.close()
            self._connection = None
        if isinstance(error, duckdb.Error) and is_damage(error):
            raise StarliftError(what_is_wrong(self.path, error)) from error

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise RuntimeError("open the engine first: `with DuckDB(path) as engine`")
        return self._connection

    def version(self) -> str:
        return f"DuckDB {duckdb.__version__}"

    def raw_rows(self, source: Source) -> dict[str, int]:
        rows = {}
        for table in source.tables:
            try:
                rows[table.name] = self._count(source.raw_schema, table.name)
            except duckdb.CatalogException as error:
                raise StarliftError(
                    f"{self.path} has no table {source.raw_schema}.{table.name}: "
                    f"run `starlift load {source.name}`, then `dbt build`."
                ) from error
        return rows

    def tables(self) -> list[tuple[str, str, int]]:
        found = self.connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name not like 'raw%' "
            "and schema_name not like 'bench%' order by all"
        ).fetchall()
        return [(schema, table, self._count(schema, table)) for schema, table in found]

    def keys_declared(self, source: Source) -> bool:
        (keys,) = self._one(
            "select count(*) from duckdb_constraints() "
            "where schema_name = ? and constraint_type = 'PRIMARY KEY' and table_name <> 'loads'",
            [source.raw_schema],
        )
        return keys >= len(source.tables)

    def copy_indexed(self, source: Source, schema: str, tick: Callable[[str], None]) -> bool:
        signature = self._signature(source)
        if self._copied_from(schema) == signature:
            return False
        self.drop_schema(schema)
        self.connection.execute(f"create schema {schema}")
        try:
            for table in source.tables:
                tick(table.name)
                self._copy(source, table, schema)
        except duckdb.ConstraintException as error:
            self.drop_schema(schema)
            raise StarliftError(
                f"{source.raw_schema} breaks its own keys ({first_line(error)}), so its questions "
                "have no agreed answer: load an extract that keeps the rules (without --dirty)."
            ) from error
        self.connection.execute(f"create table {schema}.{_COPIED_FROM} as select ? as signature", [signature])
        self.connection.execute("checkpoint")
        return True

    def drop_schema(self, schema: str) -> None:
        # children first: a table that a foreign key points at cannot be dropped
        self.connection.execute(f"create schema if not exists {schema}")
        left = [row[0] for row in self._tables_of(schema)]
        while left:
            kept = []
            for table in left:
                try:
                    self.connection.execute(f"drop table {schema}.{table}")
                except (duckdb.CatalogException, duckdb.DependencyException):
                    kept.append(table)
            if kept == left:
                raise StarliftError(f"The schema {schema} in {self.path} cannot be emptied: drop it by hand.")
            left = kept
        self.connection.execute(f"drop schema {schema}")

    def answer(self, sql: str) -> Answer:
        try:
            result = self.connection.execute(sql)
        except duckdb.CatalogException as error:
            raise StarliftError(
                f"{self.path} lacks what a question needs ({first_line(error)}): run `dbt build` first."
            ) from error
        described = result.description or []
        columns, types = (tuple(str(column[part]) for column in described) for part in (0, 1))
        return Answer(columns, types, tuple(result.fetchall()))

    def fetch(self, sql: str) -> None:
        # execute, not sql: sql plans the query twice, which a query of two milliseconds would feel
        self.connection.execute(sql).fetchall()

    def plan(self, sql: str) -> str:
        return self._one(f"explain analyze {sql}")[1]

    def _count(self, schema: str, table: str) -> int:
        return self._one(f'select count(*) from "{schema}"."{table}"')[0]

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> tuple:
        """The only row; fetched to the end, because a result that is not blocks the connection."""
        return self.connection.execute(sql, parameters).fetchall()[0]

    def _tables_of(self, schema: str) -> list[tuple[str]]:
        return self.connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name = ? order by table_oid desc",
            [schema],
        ).fetchall()

    def _signature(self, source: Source) -> str:
        """Of the last load where there is a log of loads, and of the number of rows."""
        rows = self.raw_rows(source)
        try:
            load = self._one(f"select max(load_id), max(loaded_at) from {source.raw_schema}.loads")
        except duckdb.Error:
            load = None
        return f"{load} {rows}"

    def _copied_from(self, schema: str) -> str | None:
        try:
            return self._one(f"select signature from {schema}.{_COPIED_FROM}")[0]
        except duckdb.CatalogException:
            return None

    def _copy(self, source: Source, table: Table, schema: str) -> None:
        ddl = create_table(source, table, Rules.ALL).replace(f"{source.raw_schema}.", f"{schema}.")
        self.connection.execute(ddl)
        columns = ", ".join(table.column_names)
        self.connection.execute(
            f"insert into {schema}.{table.name} ({columns}) "
            f"select {columns} from {source.raw_schema}.{table.name}"
        )
        for number, indexed in enumerate(wanted_indexes(table), start=1):
            self.connection.execute(
                f"create index {table.name}_bench_{number} on {schema}.{table.name} ({', '.join(indexed)})"
            )


def wanted_indexes(table: Table) -> Iterator[tuple[str, ...]]:
    """Beyond the keys: every foreign key, and what the source's description says is worth an index."""
    yield from ((key.column,) for key in table.foreign_keys)
    yield from table.indexes
