"""`starlift load`: from words on the command line to a load, and its summary on the screen."""

import re
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.duckdb import Keys
from starlift.load.engine import Engine
from starlift.load.engines import open_engine
from starlift.load.run import load
from starlift.load.summary import LoadSummary
from starlift.progress import step_bar
from starlift.sources import SOURCES


def _one_of(kind: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise StarliftError(f"There is no {kind} {value!r}: choose {' or '.join(known)}.")
    return value


def _schema_name(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,50}", name):
        raise StarliftError(
            f"--schema {name!r} is no name of small letters, digits and underscores: choose one."
        )
    return name


def _timestamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise StarliftError(f"--as-of {text!r} is not a timestamp such as 2025-01-31T18:00:00.") from error


def run_load(
    console: Console,
    source: str,
    path: Path,
    *,
    target: str,
    dirty: bool,
    as_of: str | None,
    fresh: bool,
    keys: str,
    schema: str | None = None,
) -> None:
    """Load and print; what the words mean is checked before anything is read."""
    described = SOURCES[_one_of("source", source, tuple(SOURCES))]
    if schema is not None:
        described = replace(described, schema=_schema_name(schema))
    engine = open_engine(target, Keys(_one_of("way to keep keys", keys, tuple(way.value for way in Keys))))
    moment = _timestamp(as_of) if as_of else None
    with step_bar(console) as bar:
        task = bar.add_task(f"reading {escape(str(path))}", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        try:
            summary = load(described, path, engine, dirty=dirty, as_of=moment, fresh=fresh, progress=show)
        except InterruptedInTime:
            bar.stop()
            Console(stderr=True).print("Interrupted; nothing was changed.")
            sys.exit(130)
    print_summary(console, summary, engine)


def print_summary(console: Console, summary: LoadSummary, engine: Engine) -> None:
    table = Table("table", "rows", title=f"{summary.source}: load {summary.load_id}, {summary.mode}")
    table.columns[1].justify = "right"
    for loaded in summary.tables:
        table.add_row(loaded.name, f"{loaded.rows:,}")
    table.add_section()
    table.add_row("all", f"{summary.row_count:,}")
    console.print(table)
    console.print(
        f"Extract of {summary.extracted_at} (UTC), from {escape(summary.source_path)} "
        f"into {escape(engine.place)}",
        highlight=False,
        soft_wrap=True,
    )
    for note in summary.notes:
        console.print(f"Note: {escape(note)}", highlight=False, soft_wrap=True)
    for violation in summary.violations:
        console.print(
            f"[yellow]Broken rule:[/yellow] {escape(str(violation))}", highlight=False, soft_wrap=True
        )
