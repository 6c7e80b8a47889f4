"""The benchmark's side of a PostgreSQL."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

import psycopg2
import psycopg2.errors

from starlift.bench.server import ServerEngine, indexes_beyond_keys
from starlift.errors import StarliftError
from starlift.load.ddl import Rules, create_table
from starlift.sources import Source, Table, sql_name
from starlift.targets.postgres import Postgres as Server


class Postgres(ServerEngine):
    name = "postgres"
    any_error = psycopg2.Error
    _server_class = Server

    def version(self) -> str:
        number, *memory = (
            self.execute(f"show {setting}")[0][0]
            for setting in ("server_version", "shared_buffers", "work_mem")
        )
        return f"PostgreSQL {number.split()[0]}, shared_buffers {memory[0]}, work_mem {memory[1]}"

    def create_schema(self, schema: str) -> None:
        self.execute(f"create schema {schema}")

    def drop_schema(self, schema: str) -> None:
        self.execute(f"drop schema if exists {schema} cascade")

    def plan(self, sql: str) -> str:
        return "\n".join(row[0] for row in self.execute(f"explain (analyze, buffers) {sql}"))

    def settle(self, schemas: Sequence[str]) -> None:
        super().settle(schemas)
        with suppress(psycopg2.errors.InsufficientPrivilege):
            self.execute("checkpoint")

    def tune(self) -> None:
        for setting in ("work_mem = '128MB'", "max_parallel_workers_per_gather = 2"):
            self.execute(f"alter database {self.server.database} set {setting}")

    def _connect(self) -> Any:  # noqa: ANN401 - psycopg2 has no types
        try:
            connection = psycopg2.connect(self.server.conninfo(), options="-c timezone=UTC")
        except psycopg2.Error as error:
            raise StarliftError(self.server.why_not_connected(error)) from error
        connection.autocommit = True
        return connection

    def _copy(self, source: Source, copy: Source, table: Table) -> None:
        name = copy.relation(table)
        columns = ", ".join(map(sql_name, table.column_names))
        self.execute(create_table(copy, table, Rules.ROW))
        # in the order of the key, as the rows would have come
        self.execute(
            f"insert into {name} ({columns}) select {columns} from {source.relation(table)} "
            f"order by {table.sql_key}"
        )
        keys = [f"add primary key ({table.sql_key})"]
        keys += [f"add unique ({sql_name(column)})" for column in table.unique]
        for key in table.foreign_keys:
            parent = copy.table(key.references)
            keys.append(
                f"add foreign key ({sql_name(key.column)}) "
                f"references {copy.relation(parent)} ({parent.sql_key})"
            )
        self.execute(f"alter table {name} {', '.join(keys)}")
        for index, indexed in indexes_beyond_keys(table, foreign_keys=True):
            self.execute(f"create index {index} on {name} ({', '.join(map(sql_name, indexed))})")
        self._analyse(name)

    def _analyse(self, table: str) -> None:
        # vacuum, too: an index alone answers only where pages are known to be visible to all
        self.execute(f"vacuum (analyze) {table}")

    @cached_property
    def _type_names(self) -> dict[int, str]:
        return dict(self.execute("select oid::bigint, format_type(oid, null) from pg_type"))

    def _type_name(self, column: Sequence[Any]) -> str:
        return self._type_names.get(column[1], str(column[1]))

    def _lacks_a_table(self, error: Exception) -> bool:
        return isinstance(error, (psycopg2.errors.UndefinedTable, psycopg2.errors.InvalidSchemaName))

    def _breaks_a_key(self, error: Exception) -> bool:
        return isinstance(error, psycopg2.errors.IntegrityError)
