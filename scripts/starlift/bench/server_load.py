"""`starlift load` into a server against the server's own client, fed with the same rows into the same tables.

The client's text files are written before the clock starts; ours starts with Parquet files and checks them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import duckdb

from starlift.bench.steps import Tell
from starlift.bench.timing import take_turns
from starlift.errors import StarliftError
from starlift.load import load
from starlift.load.ddl import Rules, create_table
from starlift.load.engine import Engine
from starlift.load.extract import file_literal, text_literal
from starlift.load.mysql_tables import MySQLTables, create_statement, foreign_key_clauses
from starlift.load.postgres import PostgresTables, key_statements, type_name
from starlift.sources import Source, Table, sql_name
from starlift.targets import Target
from starlift.targets.mysql import MySQL
from starlift.targets.postgres import Postgres

# A schema of the measurement's own, dropped before and after each run.
SCHEMA = "starlift_load_bench"


class Client(Protocol):
    """A server's command-line client, and how to tell it the same load."""

    program: str
    # What it does, as people call it, and how many times its time ours may take.
    label: str
    goal: float

    def engine(self) -> Engine: ...

    def copy_options(self) -> str:
        """What DuckDB writes the files with."""
        ...

    def script(self, source: Source, files: Mapping[str, Path]) -> str: ...

    def drop(self) -> str: ...

    def command(self) -> list[str]: ...

    def environment(self) -> dict[str, str]: ...


class Psql:
    program = "psql"
    label = "psql's \\copy"
    goal = 1.0

    def __init__(self, target: Target) -> None:
        self._target = target
        self._server = Postgres(target)

    def engine(self) -> Engine:
        return PostgresTables(self._server)

    def copy_options(self) -> str:
        return "format csv, header false, nullstr ''"

    def script(self, source: Source, files: Mapping[str, Path]) -> str:
        return "\n".join(self._lines(source, files))

    def _lines(self, source: Source, files: Mapping[str, Path]) -> Iterator[str]:
        yield "begin; set maintenance_work_mem = '256MB';"
        yield f"create schema {source.raw_schema};"
        for table in source.tables:
            yield f"{create_table(source, table, Rules.ROW, type_name)};"
            yield f"\\copy {source.relation(table)} from {text_literal(files[table.name])} csv"
        yield from (f"{statement};" for statement in key_statements(source))
        yield from (f"analyze {source.relation(table)};" for table in source.tables)
        yield "commit;"

    def drop(self) -> str:
        return f"drop schema if exists {SCHEMA} cascade"

    def command(self) -> list[str]:
        return [
            self.program,
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            self._server.conninfo(with_password=False),
        ]

    def environment(self) -> dict[str, str]:
        return {
            "PGPASSWORD": str(self._target.get("password", "pass") or ""),
            "PGCLIENTENCODING": "UTF8",
            "PGOPTIONS": "-c client_min_messages=warning",
        }


class MySQLClient:
    label = "the client's LOAD DATA LOCAL"
    goal = 1.15

    def __init__(self, target: Target) -> None:
        self._target = target
        self._server = MySQL(target)
        self.program = next((name for name in ("mariadb", "mysql") if shutil.which(name)), "mariadb")

    def engine(self) -> Engine:
        return MySQLTables(self._server)

    def copy_options(self) -> str:
        return "format csv, header false, delimiter '\t', quote '', escape '', nullstr '\\N'"

    def script(self, source: Source, files: Mapping[str, Path]) -> str:
        return "\n".join(self._lines(source, files))

    def _lines(self, source: Source, files: Mapping[str, Path]) -> Iterator[str]:
        schema, collation = source.raw_schema, self._server.flavor.collation
        yield "set unique_checks = 0, foreign_key_checks = 0;"
        yield f"create database {schema} character set utf8mb4 collate {collation};"
        for table in source.tables:
            yield f"{create_statement(table, schema, Rules.ALL)};"
            file = text_literal(files[table.name])
            yield f"load data local infile {file} into table {schema}.{table.sql_name} character set utf8mb4;"
        for table in source.tables:
            changes = ", ".join(foreign_key_clauses(source, table, schema))
            if changes:
                yield f"alter table {schema}.{table.sql_name} {changes};"
        yield "analyze table " + ", ".join(f"{schema}.{table.sql_name}" for table in source.tables) + ";"

    def drop(self) -> str:
        return f"drop database if exists {SCHEMA}"

    def command(self) -> list[str]:
        server = self._server
        place = [f"--host={server.host}", f"--port={server.port}", f"--user={server.user}"]
        return [
            self.program,
            "--no-defaults",
            "--batch",
            "--skip-column-names",
            "--batch",
            "--skip-column-names",
            *place,
            "--local-infile=1",
            "--default-character-set=utf8mb4",
        ]

    def environment(self) -> dict[str, str]:
        return {"MYSQL_PWD": str(self._target.get("password", "PWD") or "")}


CLIENTS: dict[str, Callable[[Target], Client]] = {"postgres": Psql, "starlift_mysql": MySQLClient}


def time_server_load(
    target: Target, source: Source, folder: Path, *, runs: int, tell: Tell = lambda _: None
) -> dict[str, Any]:
    """Load the Parquet files in `folder` in turns with `starlift load` and the server's client.

    A StarliftError if the two do not leave the same number of rows.
    """
    client = CLIENTS[target.type](target)
    if not shutil.which(client.program):
        raise StarliftError(
            f"The client {client.program} is not installed: install it to compare a load with it."
        )
    source = replace(source, schema=SCHEMA)
    with client.engine() as engine:
        # which of the two servers it is shows when it is connected to
        engine.last_load(source)
    rows: dict[str, int] = {}
    with TemporaryDirectory(prefix="starlift_bench_") as made:
        files = {table.name: Path(made) / table.name for table in source.tables}
        tell(f"writing text files for {client.program}")
        for table in source.tables:
            _write(table, folder, files[table.name], client.copy_options())
        script = client.script(source, files)
        count = "select " + " + ".join(
            f"(select count(*) from {source.relation(table)})" for table in source.tables
        )

        def ours() -> None:
            rows["starlift"] = load(source, folder, client.engine()).row_count

        def theirs() -> None:
            _run(client, script)

        tell(f"starlift load and {client.label}, in turns")
        try:
            timings = take_turns(
                {"client": theirs, "starlift": ours},
                runs=runs,
                warmups=1,
                before=lambda: _run(client, client.drop()),
            )
            _run(client, client.drop())
            theirs()
            rows["client"] = int(_run(client, count).split()[-1])
        finally:
            _run(client, client.drop())
    if rows["client"] != rows["starlift"]:
        raise StarliftError(
            f"starlift load brings {rows['starlift']:,} rows, {client.program} {rows['client']:,}: the two "
            "cannot be compared."
        )
    return {
        "runs": runs,
        "rows": rows["starlift"],
        "against": client.label,
        "labels": {"client": client.label, "starlift": "starlift load"},
        "timings": {name: timing.as_json() for name, timing in timings.items()},
        "ratio": timings["starlift"].median / timings["client"].median,
        "goal": client.goal,
    }


def _write(table: Table, folder: Path, file: Path, options: str) -> None:
    columns = ", ".join(map(sql_name, table.column_names))
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select {columns} from read_parquet({file_literal(folder / f'{table.name}.parquet')})) "
            f"to {text_literal(file)} ({options})"
        )


def _run(client: Client, script: str) -> str:
    """What the client prints."""
    done = subprocess.run(
        client.command(),
        input=script + ";\n",
        env={**os.environ, **client.environment()},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode or "ERROR" in done.stderr:
        told = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise StarliftError(
            f"The client {client.program} could not load the same rows ({told}): put that right."
        )
    return done.stdout
