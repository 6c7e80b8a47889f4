"""`starlift export` on the terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from starlift.errors import StarliftError
from starlift.export import run
from starlift.export.formats import file_and_format
from starlift.relations import open_reader


def run_export(console: Console, name: str, *, out: Path | None, format_: str | None, target: str) -> None:
    file, chosen = file_and_format(out, format_, stem=name.rpartition(".")[2])
    with open_reader(target) as reader, row_bar(console) as progress:
        exported = run.export(reader, name, file, chosen, progress)
    console.print(
        f"Exported {escape(str(exported.relation))}: {exported.rows:,} rows of "
        f"{len(exported.relation.columns)} columns to {escape(str(file))} ({exported.bytes / 1e6:,.1f} MB).",
        highlight=False,
        soft_wrap=True,
    )


@contextmanager
def row_bar(console: Console) -> Iterator[run.Progress]:
    """How many rows are done, of how many, while they are being read; Ctrl-C ends it with a sentence."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} rows"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    try:
        with bar:
            task = bar.add_task("opening", total=None)

            def show(step: str, done: int, total: int | None) -> None:
                bar.update(task, description=escape(step), completed=done, total=total)

            yield show
    except (KeyboardInterrupt, RuntimeError, StarliftError) as error:
        # Ctrl-C during a query comes as an error of DuckDB's
        of_duckdb = "Query interrupted" in str(error) or "INTERRUPT" in str(error)
        if not isinstance(error, KeyboardInterrupt) and not of_duckdb:
            raise
        Console(stderr=True).print("Interrupted; nothing was written.")
        sys.exit(130)
