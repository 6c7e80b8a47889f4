"""`starlift runs`: the newest runs, one run, or its slowest nodes."""

from collections.abc import Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.audit.log import Result, Run, open_log

_SHORT_COMMIT = 7
_COLOURS = {"success": "green", "failed": "red", "killed": "red", "running": "yellow"}


def show_runs(console: Console, target: str, last: int) -> None:
    """The newest runs of a target, newest last."""
    with open_log(target) as log:
        runs = log.runs(last)
    table = _table("run", "command", "started (UTC)", "took", "status", "nodes", "tests", "commit")
    for run in runs:
        table.add_row(
            str(run.number),
            run.command or "",
            _moment(run.started_at),
            _seconds(run.seconds),
            _status(run.status),
            _counts(run.nodes_built, failed=run.nodes_failed, skipped=run.nodes_skipped),
            _tests(run),
            _commit(run.git_commit),
        )
    console.print(table)


def show_run(console: Console, target: str, number: int | None, slowest: int | None) -> None:
    """One run: its `slowest` nodes, or what did not come out well in it."""
    with open_log(target) as log:
        run = log.run(number)
        results = log.results(run)
    took = f" and took {_seconds(run.seconds)}" if run.seconds is not None else ""
    console.print(
        f"Run {run.number}, dbt {run.command}, started {_moment(run.started_at)} UTC{took}: "
        f"{_status(run.status)}; tests: {_tests(run) or 'none'}",
        highlight=False,
        soft_wrap=True,
    )
    if slowest:
        console.print(_slowest(results[:slowest]))
        return
    for result in results:
        if not result.fine:
            said = " ".join((result.message or "").split())
            console.print(
                f"{result.status} {result.kind} {result.name}: {escape(said)}",
                highlight=False,
                soft_wrap=True,
            )


def _slowest(results: Sequence[Result]) -> Table:
    table = _table("seconds", "before", "kind", "node", "rows in", "written", "out")
    table.columns[3].overflow = "fold"
    table.columns[3].no_wrap = False
    for result in results:
        rows = (result.rows_in, result.rows_written, result.rows_out)
        table.add_row(
            f"{result.seconds:.2f}",
            "" if result.seconds_before is None else f"{result.seconds_before:.2f}",
            result.kind,
            result.name if result.fine else f"{result.name} ({result.status})",
            *("" if number is None else f"{number:,}" for number in rows),
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(*columns, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in table.columns:
        column.no_wrap = True
    return table


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:,.1f} s"


def _status(status: str | None) -> str:
    return f"[{_COLOURS[status]}]{status}[/]" if status in _COLOURS else status or ""


def _tests(run: Run) -> str:
    return _counts(run.tests_passed, warned=run.tests_warned, failed=run.tests_failed)


def _counts(fine: int | None, **other: int | None) -> str:
    """How many came out well, and how many did not."""
    parts = [f"{fine:,}"] if fine else []
    return ", ".join(parts + [f"{number:,} {state}" for state, number in other.items() if number])


def _commit(commit: str | None) -> str:
    if not commit:
        return ""
    number, dash, dirty = commit.partition("-")
    return number[:_SHORT_COMMIT] + dash + dirty
