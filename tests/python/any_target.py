"""A warehouse of a test's own on any target: one way to run dbt on it and to look into it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import mysql.connector
import psycopg2

from conftest import PROJECT, parsed, starlift_command
from starlift.dbt_command import dbt_command
from starlift.parity.content import Part, read_contents
from starlift.servers import Server

# drop_schemas_of drops what is named like this
NAMED = "starlift_parity_test_"
_STAR = {"dim", "fact", "bridge", "agg", "answer"}


def star_of(contents: dict[str, Part]) -> dict[str, Part]:
    """The star and what the questions come to on it; an analysis on 3NF is always that of now."""
    return {name: part for name, part in contents.items() if part.kind in _STAR and "__3nf" not in name}


def connect_to(server: Server) -> Any:
    """As a test's own program would, every statement at once."""
    words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    if server.kind == "postgres":
        connection = psycopg2.connect(dbname=server.database, **words)
        connection.autocommit = True
        return connection
    return mysql.connector.connect(autocommit=True, charset="utf8mb4", **words)


@dataclass
class AnyTarget:
    """`server` is None for DuckDB; all schemas of the warehouse begin with `schema`."""

    kind: str
    server: Server | None
    folder: Path
    schema: str
    variables: dict[str, str] = field(default_factory=dict)
    # Those whose raw schemas are the test's own.
    sources: tuple[str, ...] = ("clinic",)
    dbt_vars: dict[str, bool] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **(self.server.environment if self.server else {}),
            "STARLIFT_DUCKDB": str(self.folder / "starlift.duckdb"),
            "STARLIFT_SCHEMA": self.schema,
            "STARLIFT_TARGET": self.kind,
            "DBT_PROFILES_DIR": str(self.folder),
            "NO_COLOR": "1",
            **self.variables,
        }

    def start(self, *words: str, artifacts: str = "target") -> subprocess.Popen[str]:
        folder = self.folder / artifacts
        (folder / "run_results.json").unlink(missing_ok=True)
        paths = ["--target-path", str(folder), "--log-path", str(folder)]
        words = (*words, *self._vars())
        parsed().give(folder, words, self.kind)
        environment = self.environment
        if not self.server:
            environment["STARLIFT_DUCKDB"] = str(parsed().path_of(self.folder / "starlift.duckdb"))
        return subprocess.Popen(
            dbt_command("--no-use-colors", *words, *paths),
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def dbt(self, *words: str, succeeds: bool = True) -> str:
        """What it says; it has to succeed or, where told so, to fail."""
        process = self.start(*words)
        said, _ = process.communicate(timeout=300)
        parsed().keep(self.folder / "target", self._vars(), self.kind)
        assert (process.returncode == 0) == succeeds, said[-4000:]
        return said

    def _vars(self) -> tuple[str, str]:
        told = {**self.dbt_vars, **{f"{source}_schema": self.raw_schema(source) for source in self.sources}}
        return "--vars", json.dumps(told)

    def results(self) -> list[dict[str, Any]]:
        """dbt's own account of the last run, without its hooks."""
        known = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        return [result for result in known if not result["unique_id"].startswith("operation.")]

    def starlift(self, *words: str) -> str:
        done = subprocess.run(
            starlift_command(*words),
            cwd=PROJECT,
            env=self.environment,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def raw(self) -> str:
        return self.raw_schema("clinic")

    def raw_schema(self, source: str) -> str:
        return f"{self.schema}_raw" if source == "clinic" else f"{self.schema}_raw_{source}"

    def load(self, extract: Path, source: str = "clinic") -> None:
        self.starlift("load", source, "--from", str(extract), "--schema", self.raw_schema(source))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self._connected()) as connection:
            cursor = connection.cursor()
            cursor.execute(sql.replace("{schema}", self.schema))
            return [tuple(row) for row in cursor.fetchall()]

    def one(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value

    def change(self, *statements: str) -> None:
        """Behind dbt's back."""
        with closing(self._connected()) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.replace("{schema}", self.schema))

    def contents(self) -> dict[str, Part]:
        return read_contents(self.dbt("--quiet", "run-operation", "content_checksums").splitlines())

    def _connected(self) -> Any:
        return (
            connect_to(self.server) if self.server else duckdb.connect(str(self.folder / "starlift.duckdb"))
        )


@contextmanager
def any_target(kind: str, server: Server | None, folder: Path, name: str, **more: Any) -> Iterator[AnyTarget]:
    """A new warehouse, which is dropped afterwards."""
    shutil.copy(PROJECT / "profiles.yml.example", folder / "profiles.yml")
    # in a file of its own a warehouse needs no name of its own: with the same one, dbt has read the project already
    target = AnyTarget(kind, server, folder, NAMED + (name if server else "file"), **more)
    yield target
    if server:
        target.dbt("run-operation", "drop_schemas_of", "--args", f"{{warehouse: {target.schema}}}")
