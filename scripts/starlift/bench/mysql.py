"""The benchmark's side of a MySQL or a MariaDB; the two differ in how they show a plan."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import mysql.connector
from mysql.connector import FieldType, errorcode, errors

from starlift.bench.server import ServerEngine, indexes_beyond_keys, text
from starlift.bench.words import gibibytes
from starlift.load.ddl import Rules, create_table
from starlift.servers import KINDS
from starlift.sources import Source, Table, sql_name
from starlift.targets.mysql import MARIADB, MYSQL
from starlift.targets.mysql import MySQL as Server


class _MySQLLike(ServerEngine):
    any_error = mysql.connector.Error
    _server_class = Server
    collation: str
    explain: str

    def version(self) -> str:
        ((number, buffers),) = self.execute("select version(), @@innodb_buffer_pool_size")
        return f"{KINDS[self.name].title} {text(number).split('-')[0]}, buffer pool {gibibytes(buffers)}"

    def create_schema(self, schema: str) -> None:
        self.execute(f"create database {schema} character set utf8mb4 collate {self.collation}")

    def drop_schema(self, schema: str) -> None:
        # a table that a foreign key points at goes with the rest only where keys are not looked at
        self.execute("set foreign_key_checks = 0")
        self.execute(f"drop database if exists {schema}")
        self.execute("set foreign_key_checks = 1")

    def plan(self, sql: str) -> str:
        return "\n".join(str(row[0]) for row in self.execute(f"{self.explain} {sql}"))

    def tune(self) -> None:
        with suppress(errors.DatabaseError):
            self.execute(f"set global innodb_buffer_pool_size = {2 * 2**30}")

    def _connect(self) -> Any:  # noqa: ANN401 - the driver has many kinds of connections
        # the C driver, so that fetching costs the sides little; the pure one where it is missing
        connection = self.server.connect(use_pure=not mysql.connector.HAVE_CEXT)
        # as in a session of dbt's, for which the questions were compiled
        connection.cmd_query("set sql_mode = concat(@@sql_mode, ',PIPES_AS_CONCAT,ANSI_QUOTES')")
        return connection

    def _copy(self, source: Source, copy: Source, table: Table) -> None:
        name = copy.relation(table)
        raw = source.relation(table)
        columns = ", ".join(map(sql_name, table.column_names))
        ddl = create_table(copy, table, Rules.ROW, _type_name)
        # rows lie in the order of the primary key, so it is there before they come
        self.execute(f"{ddl.rstrip().removesuffix(')').rstrip()},\n    primary key ({table.sql_key})\n)")
        self.execute(f"insert into {name} ({columns}) select {columns} from {raw} order by {table.sql_key}")
        added = [f"add unique ({sql_name(column)})" for column in table.unique]
        added += [
            f"add index {index} ({', '.join(map(sql_name, indexed))})"
            for index, indexed in indexes_beyond_keys(table, foreign_keys=True)
        ]
        for number, key in enumerate(table.foreign_keys, start=1):
            parent = copy.table(key.references)
            added.append(
                f"add constraint {table.name}_bench_fk_{number} foreign key ({sql_name(key.column)}) "
                f"references {copy.relation(parent)} ({parent.sql_key})"
            )
        if added:
            self.execute(f"alter table {name} {', '.join(added)}")
        self._analyse(name)

    def _analyse(self, table: str) -> None:
        self.execute(f"analyze table {table}")

    def _type_name(self, column: Sequence[Any]) -> str:
        return FieldType.get_info(column[1]) or str(column[1])

    def _lacks_a_table(self, error: Exception) -> bool:
        missing = (errorcode.ER_NO_SUCH_TABLE, errorcode.ER_BAD_DB_ERROR)
        return isinstance(error, mysql.connector.Error) and error.errno in missing

    def _breaks_a_key(self, error: Exception) -> bool:
        return isinstance(error, errors.IntegrityError)


class MySQL(_MySQLLike):
    name = "mysql"
    collation = MYSQL.collation
    explain = "explain analyze"

    def tune(self) -> None:
        super().tune()
        # md5, which is no longer built in since 9.6; older servers have no such component, and no need of it
        with suppress(errors.Error):
            self.execute("install component 'file://component_classic_hashing'")


class MariaDB(_MySQLLike):
    name = "mariadb"
    collation = MARIADB.collation
    explain = "analyze format=json"


def _type_name(described: str) -> str:
    return "datetime(6)" if described == "timestamp" else described
