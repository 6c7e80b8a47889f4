"""What `<target schema>_audit` says of the runs, on whichever target."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlift.errors import StarliftError
from starlift.targets import read_target
from starlift.targets.warehouse import Connection, open_warehouse

_RUN = (
    "audit_key, command, status, started_at, ended_at, git_commit, nodes_built, nodes_failed, nodes_skipped, "
    "tests_passed, tests_warned, tests_failed"
)
_RESULT = (
    "node_name, resource_type, status, execution_seconds, rows_in, rows_written, rows_out, test_failures, "
    "message"
)
FINE = ("success", "pass", "no-op")


@dataclass(frozen=True)
class Run:
    """One row of `runs`."""

    number: int
    command: str | None
    # Null for runs of a release that did not write it down.
    status: str | None
    started_at: datetime
    ended_at: datetime | None
    git_commit: str | None
    nodes_built: int | None
    nodes_failed: int | None
    nodes_skipped: int | None
    tests_passed: int | None
    tests_warned: int | None
    tests_failed: int | None

    @property
    def seconds(self) -> float | None:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


@dataclass(frozen=True)
class Result:
    """One row of `run_results`, and how long the node took on average in the runs before."""

    name: str
    kind: str
    status: str
    seconds: float
    rows_in: int | None
    rows_written: int | None
    rows_out: int | None
    failures: int | None
    message: str | None
    seconds_before: float | None

    @property
    def fine(self) -> bool:
        return self.status in FINE


class RunLog:
    """The log of one warehouse, open to be read."""

    def __init__(self, connection: Connection, schema: str, place: str) -> None:
        self._connection = connection
        self._schema = schema
        found = self._rows(
            "select count(*) from information_schema.tables "
            f"where table_schema = '{schema}' and table_name = 'run_results'"
        )
        if not found[0][0]:
            raise StarliftError(f"{place} has no log of runs in {schema} yet: run `dbt build` there first.")

    def runs(self, last: int) -> list[Run]:
        """The newest runs, oldest first."""
        rows = self._rows(f"select {_RUN} from {self._schema}.runs order by audit_key desc limit {last}")
        return [Run(*row) for row in reversed(rows)]

    def run(self, number: int | None) -> Run:
        """The run of that number, or the newest that has results."""
        wanted = f"{number}" if number else f"(select max(audit_key) from {self._schema}.run_results)"
        rows = self._rows(f"select {_RUN} from {self._schema}.runs where audit_key = {wanted}")
        if not rows:
            raise StarliftError(
                f"There is no run {number or 'with results'} in {self._schema}.runs: "
                "`starlift runs` lists the newest."
            )
        return Run(*rows[0])

    def results(self, run: Run) -> list[Result]:
        """What became of each node in a run, slowest first."""
        table = f"{self._schema}.run_results"
        rows = self._rows(
            f"select {_RESULT}, (select avg(earlier.execution_seconds) from {table} as earlier "
            "where earlier.unique_id = now.unique_id and earlier.audit_key < now.audit_key "
            f"and earlier.started_at is not null) as seconds_before from {table} as now "
            f"where now.audit_key = {run.number} order by execution_seconds desc, node_name"
        )
        return [_result(*row) for row in rows]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            return cursor.fetchall()
        finally:
            cursor.close()


def _result(*values: Any) -> Result:  # noqa: ANN401 - as drivers give them
    name, kind, status, seconds, *rest, before = values
    given: tuple[Any, ...] = (name, kind, status, float(seconds), *rest)
    return Result(*given, seconds_before=None if before is None else float(before))


@contextmanager
def open_log(target_name: str) -> Iterator[RunLog]:
    """The log of a target's warehouse; StarliftError where it cannot be reached or there is none yet."""
    target = read_target(target_name)
    connection, place = open_warehouse(target)
    with closing(connection):
        yield RunLog(connection, f"{target.get('schema') or 'star'}_audit", place)
