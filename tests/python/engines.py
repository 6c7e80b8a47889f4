"""Warehouses on each engine, for tests that do the same on all of them; and what these hold, row by row."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb
import mysql.connector
import psycopg2
import pytest

from conftest import PROJECT, required_or_skipped, starlift_command
from starlift.dbt_command import dbt_command
from starlift.servers import NotInstalled, PrivateServer, Tuning

MODELS = ("build", "--exclude-resource-type", "test", "unit_test", "exposure")
STILL_KNOWN = 2147483647
# A restore's own, which a killed one leaves behind, and whose tables come and go.
BESIDE = ("_restoring", "_replaced")
NOT_OURS = ("information_schema", "pg_catalog", "mysql", "performance_schema", "sys")
# Numbers of runs: a killed run has used one up. What they stand for is the state of the source that the run read.
RUNS = ("audit_key", "known_from", "known_to", "counted_in_run", "rejected_in_run", "left_in_run")
# One row per run and table, those of killed runs among them.
LOGS = (".quality_clinic__row_counts",)

CONSTRAINTS = (
    "select constraint_schema, table_name, constraint_type, count(*) from information_schema.table_constraints "
    "group by constraint_schema, table_name, constraint_type",
    "select constraint_schema, unique_constraint_schema, 'foreign keys', count(*) "
    "from information_schema.referential_constraints group by constraint_schema, unique_constraint_schema",
)

Content = dict[str, Counter[tuple[Any, ...]]]


class Engine(Protocol):
    """Where warehouses are built; each has a schema, and the raw schema is everybody's."""

    target: str
    # What a schema is dropped with, and all in it.
    cascade: str
    has_a_server: bool
    # How many other sessions are at work; empty where there can be none.
    others_at_work: str

    def start(self) -> dict[str, str]:
        """The variables with which dbt finds it."""
        ...

    def connect(self) -> Any: ...

    def crash(self) -> None:
        """Let it end as if by a power cut, and come back."""
        ...

    def stop(self) -> None: ...


class DuckDBFile:
    target = "duckdb"
    cascade = "cascade"
    has_a_server = False
    others_at_work = ""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "warehouse.duckdb"

    def start(self) -> dict[str, str]:
        return {"STARLIFT_DUCKDB": str(self._file)}

    def connect(self) -> Any:
        # not read-only: what a killed run leaves in the log is taken in
        return duckdb.connect(str(self._file))

    def crash(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        pass


class PostgresServer:
    target = "postgres"
    cascade = "cascade"
    has_a_server = True
    others_at_work = (
        "select count(*) from pg_stat_activity "
        "where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()"
    )

    def __init__(self, folder: Path) -> None:
        self._private = PrivateServer(self.target, folder / "server")

    def start(self) -> dict[str, str]:
        # a server that is tuned for throwaway data may lose what it has committed
        self._server = self._private.start(tuning=Tuning.DURABLE, with_us=True)
        return dict(self._server.environment)

    def _words(self) -> dict[str, Any]:
        server = self._server
        return {"host": server.host, "port": server.port, "user": server.user, "password": server.password}

    def connect(self) -> Any:
        return psycopg2.connect(dbname=self._server.database, **self._words())

    def crash(self) -> None:
        self._private.kill()
        self._server = self._private.start(tuning=Tuning.DURABLE, with_us=True)

    def stop(self) -> None:
        self._private.remove()


class MariaDBServer(PostgresServer):
    target = "mariadb"
    cascade = ""
    others_at_work = (
        "select count(*) from information_schema.processlist "
        "where command <> 'Sleep' and id <> connection_id()"
    )

    def connect(self) -> Any:
        return mysql.connector.connect(**self._words())


class MySQLServer(MariaDBServer):
    """MySQL's own, which few machines have."""

    target = "mysql"


ENGINES = {one.target: one for one in (DuckDBFile, PostgresServer, MariaDBServer, MySQLServer)}


def start_or_skip(site: "Site") -> None:
    """Skip where its server is not installed, unless that is one that CI has to have."""
    try:
        site.start()
    except NotInstalled as missing:
        if isinstance(site.engine, MySQLServer):
            pytest.skip(str(missing))
        required_or_skipped(missing)


@dataclass
class Site:
    """An engine with warehouses on it; each has a schema of that name, and the raw schema is everybody's."""

    engine: Engine
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.environment = self.engine.start()
        shutil.copy(PROJECT / "profiles.yml.example", self.folder / "profiles.yml")

    def remove(self) -> None:
        self.engine.stop()
        shutil.rmtree(self.folder)

    @property
    def source(self) -> Path:
        return self.folder / "clinic"

    def starlift(self, *words: str, warehouse: str = "star", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            starlift_command(*words),
            cwd=PROJECT,
            env=self.environment_of(warehouse, **more),
            check=False,
            capture_output=True,
            text=True,
        )

    def does(self, *words: str, warehouse: str = "star") -> str:
        done = self.starlift(*words, warehouse=warehouse)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def generate(self) -> None:
        self.does("generate", "clinic", "--scale", "tiny", "--out", str(self.source))

    def advance(self) -> None:
        self.does("advance", "clinic", "--from", str(self.source))

    def load(self) -> None:
        self.does("load", "clinic", "--target", self.engine.target, "--from", str(self.source))

    def start_build(self, warehouse: str, *words: str) -> "subprocess.Popen[str]":
        paths = ["--target-path", str(self.folder / warehouse), "--log-path", str(self.folder / warehouse)]
        where = ["--target", self.engine.target, "--profiles-dir", str(self.folder)]
        return subprocess.Popen(
            dbt_command("--no-use-colors", *(words or MODELS), *where, *paths),
            cwd=PROJECT,
            env=self.environment_of(warehouse),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # a group of its own, which is killed as a whole
            start_new_session=True,
        )

    def build(self, warehouse: str, *words: str) -> None:
        process = self.start_build(warehouse, *words)
        said, _ = process.communicate(timeout=600)
        assert process.returncode == 0, said[-6000:]

    def environment_of(self, warehouse: str, **more: str) -> dict[str, str]:
        own = {"STARLIFT_SCHEMA": warehouse, "DBT_PROFILES_DIR": str(self.folder), "NO_COLOR": "1"}
        return {**os.environ, **self.environment, **own, **more}

    def content(self, warehouse: str) -> Content:
        """Every row of every table and view of the warehouse, with the state of the source for a run's number."""
        with closing(self.engine.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(f"select audit_key, extracted_at from {warehouse}_audit.run_batches")
            states = dict(cursor.fetchall())
            found = rows_of_all(cursor, {STILL_KNOWN: "still", **states})
        return {
            f"{schema.removeprefix(warehouse)}.{table}": rows
            for (schema, table), rows in found.items()
            if is_of(schema, warehouse) and schema != f"{warehouse}_audit" and not f".{table}".endswith(LOGS)
        }

    def settle(self) -> None:
        """Wait for what a server does for a client that was killed: it ends the statement that it has begun."""
        if self.engine.others_at_work:
            with closing(self.engine.connect()) as connection:
                connection.autocommit = True
                cursor = connection.cursor()
                for _ in range(300):
                    cursor.execute(self.engine.others_at_work)
                    if cursor.fetchone()[0] == 0:
                        return
                    time.sleep(0.1)
            raise TimeoutError("the server does not end what a killed client began")

    def everything(self) -> Content:
        """Every row of every table and view of all warehouses, raw tables and logs of runs."""
        with closing(self.engine.connect()) as connection:
            found = rows_of_all(connection.cursor(), {})
        return {f"{schema}.{table}": rows for (schema, table), rows in found.items()}

    def constraints(self) -> list[tuple[Any, ...]]:
        """How many of which kind every table has, and to which schema its foreign keys point."""
        found = []
        with closing(self.engine.connect()) as connection:
            cursor = connection.cursor()
            for query in CONSTRAINTS:
                cursor.execute(query)
                found += [row for row in cursor.fetchall() if row[0] not in NOT_OURS]
        return sorted(found)

    def drop(self, warehouse: str) -> None:
        with closing(self.engine.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("select schema_name from information_schema.schemata")
            for schema in {name for (name,) in cursor.fetchall() if is_of(name, warehouse)}:
                cursor.execute(f"drop schema {schema} {self.engine.cascade}")
            connection.commit()


def rows_of_all(cursor: Any, states: Mapping[int, Any]) -> dict[tuple[str, str], Counter[tuple[Any, ...]]]:
    """By schema and table; numbers of runs give way to the states that are known of them."""
    cursor.execute("select table_schema, table_name from information_schema.tables")
    content = {}
    for schema, table in sorted(set(cursor.fetchall())):
        if schema in NOT_OURS or schema.endswith(BESIDE):
            continue
        cursor.execute(f"select * from {schema}.{table}")
        numbered = [column[0] in RUNS for column in cursor.description]
        content[schema, table] = Counter(
            tuple(
                states.get(value, value) if is_run else value
                for value, is_run in zip(row, numbered, strict=True)
            )
            for row in cursor.fetchall()
        )
    return content


def is_of(schema: str, warehouse: str) -> bool:
    return schema == warehouse or schema.startswith(f"{warehouse}_")


def apart(expected: Content, found: Content) -> list[str]:
    """The tables that only one has (a killed run's left behind, say), and the first rows of those that differ."""
    told = [f"{name}: only on one side" for name in sorted(expected.keys() ^ found.keys())]
    for name in sorted(expected.keys() & found.keys()):
        lost, extra = expected[name] - found[name], found[name] - expected[name]
        if lost or extra:
            told.append(
                f"{name}: {lost.total()} rows lost, such as {list(lost)[:2]}; "
                f"{extra.total()} too many, such as {list(extra)[:2]}"
            )
    return told
