"""`starlift backup` and `starlift restore` on the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.backup import content, run
from starlift.backup.engines import engine_of
from starlift.backup.manifest import Manifest
from starlift.progress import step_bar


def backup(console: Console, folder: Path, *, target: str, besides: tuple[str, ...] = ()) -> None:
    with _bar(console) as progress:
        engine = engine_of(target)
        manifest = run.back_up(engine, folder, besides, progress)
    console.print(
        f"Backed up {_words(manifest)} of {escape(engine.place)} into {escape(str(folder))} "
        f"({manifest.bytes / 1e6:,.1f} MB).",
        highlight=False,
        soft_wrap=True,
    )


def restore(console: Console, folder: Path, *, target: str, replace: bool) -> None:
    with _bar(console) as progress:
        engine = engine_of(target)
        manifest = run.restore(engine, folder, replace=replace, progress=progress)
    console.print(
        f"Restored {_words(manifest)} from {escape(str(folder))} to {escape(engine.place)}, as they were at "
        f"{manifest.made_at}: every table holds what it held then. `dbt build` goes on from there.",
        highlight=False,
        soft_wrap=True,
    )


def _words(manifest: Manifest) -> str:
    return (
        f"{len(manifest.tables)} tables with {manifest.rows:,} rows and {len(manifest.views)} views "
        f"in {len(manifest.schemas)} schemas"
    )


@contextmanager
def _bar(console: Console) -> Iterator[content.Progress]:
    with step_bar(console) as bar:
        task = bar.add_task("starting", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, description=escape(step), completed=done, total=total or None)

        yield show
