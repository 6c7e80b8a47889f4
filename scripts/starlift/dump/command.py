"""`starlift load-dump`: from words on the command line to a load, and its report on the screen."""

import re
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.dump.report import Report
from starlift.dump.run import default_schema, load_dump
from starlift.dump.sinks import open_sink
from starlift.errors import InterruptedInTime, StarliftError
from starlift.progress import step_bar

# The load is whole but for statements that were not understood.
NOT_ALL_UNDERSTOOD = 2
_FOLDER = Path("data")


def run_load_dump(
    console: Console, paths: list[Path], *, into: str, schema: str | None, replace: bool
) -> None:
    if schema is not None and not re.fullmatch(r"[a-z_][a-z0-9_]{0,50}", schema):
        raise StarliftError(
            f"--schema {schema!r} is no name of small letters, digits and underscores: choose one."
        )
    schema = schema or default_schema(paths[0])
    sink = open_sink(into, schema, _FOLDER)
    with step_bar(console) as bar:
        task = bar.add_task("reading", total=1.0)

        def show(step: str, share: float) -> None:
            bar.update(task, description=escape(step), completed=share)

        try:
            report = load_dump(paths, sink, schema, show, replacing=replace)
        except InterruptedInTime:
            bar.stop()
            Console(stderr=True).print("Interrupted; nothing was changed.")
            sys.exit(130)
    print_report(console, report)
    if report.not_understood_count:
        sys.exit(NOT_ALL_UNDERSTOOD)


def print_report(console: Console, report: Report) -> None:
    def line(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    files = f"{report.files:,} file{'s' * (report.files != 1)}"
    line(f"{' and '.join(report.dialects)} dump of {files} into {escape(report.place)}")
    tables = Table("table", "columns", "rows")
    for column in tables.columns[1:]:
        column.justify = "right"
    for loaded in report.tables:
        tables.add_row(escape(loaded.name), f"{loaded.columns:,}", f"{loaded.rows:,}")
    tables.add_section()
    tables.add_row("all", "", f"{sum(loaded.rows for loaded in report.tables):,}")
    console.print(tables)
    violated = [key for key in report.foreign_keys if key.violations]
    line(f"Foreign keys: {len(report.foreign_keys):,} declared, {len(violated):,} violated")
    for key in report.foreign_keys:
        if key.violations:
            line(
                f"[yellow]Violated:[/yellow] {escape(key.table)} {escape(key.key)}: {key.violations:,} rows "
                "without a parent"
            )
        elif key.problem:
            line(
                f"[yellow]Not checked:[/yellow] {escape(key.table)} {escape(key.key)}: {escape(key.problem)}"
            )
    for key in report.broken_keys:
        line(f"[yellow]Violated:[/yellow] {escape(key.table)} {escape(key.key)}: {key.violations:,} rows")
    for skipped in report.skipped.values():
        names = f": {', '.join(skipped.names)}" if skipped.names else ""
        line(f"Skipped: {skipped.count:,} {escape(skipped.what)}{escape(names)}; {escape(skipped.why)}")
    for note in report.notes:
        line(f"Note: {escape(note)}")
    for place, what in report.not_understood:
        line(f"[red]Not understood:[/red] {escape(place)}: {escape(what)}")
    if report.not_understood_count:
        line(
            f"[red]{report.not_understood_count:,} statements or rows were not understood[/red] and are not "
            "loaded."
        )
