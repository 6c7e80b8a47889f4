"""`starlift diff`: what a change does, on the terminal or as the comment on a pull request."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from starlift.dbt_command import project_folder
from starlift.diff.markdown import as_markdown
from starlift.diff.report import Report, compare_states
from starlift.diff.revisions import Data, Revision, built_revisions, find_revision
from starlift.diff.terminal import as_text, show
from starlift.errors import StarliftError
from starlift.progress import step_bar
from starlift.state import State, is_state, read_state

FORMATS = ("terminal", "markdown")


def run_diff(
    console: Console, before: str, now: str | None, data: Data, *, format_: str, out: Path | None
) -> None:
    """Compare and show; `now` is the working tree where it is not given."""
    if format_ not in FORMATS:
        raise StarliftError(f"There is no format {format_!r}: choose {' or '.join(FORMATS)}.")
    if out and out.is_dir():
        raise StarliftError(f"{out} is a folder: name a file to write.")
    # a comment on standard output is nothing but the comment
    progress = Console(stderr=True, quiet=console.quiet) if format_ == "markdown" and not out else console
    with _states(progress, before, now, data) as (one, other):
        report = _compare(progress, one, other)
    if format_ == "terminal" and not out:
        show(console, report)
        return
    text = as_markdown(report) if format_ == "markdown" else as_text(report)
    if out is None:
        print(text, end="")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    console.print(f"{report.summary()} Written to {out}.", highlight=False, soft_wrap=True)


def _compare(console: Console, before: State, now: State) -> Report:
    with step_bar(console) as bar:
        task = bar.add_task("comparing", total=None)
        return compare_states(
            before,
            now,
            lambda work, done, total: bar.update(task, description=work, completed=done, total=total),
        )


@contextmanager
def _states(console: Console, before: str, now: str | None, data: Data) -> Iterator[tuple[State, State]]:
    """Both sides: folders with states as they are, revisions of git's built for this."""
    names = [before, now]
    folders = [name is not None and is_state(Path(name)) for name in names]
    if all(folders):
        yield read_state(Path(before)), read_state(Path(str(now)))
        return
    if any(folders):
        raise StarliftError(
            f"{names[folders.index(True)]} is a state and the other side is none: compare two states, or two "
            "revisions, so that both are of the same raw data."
        )
    project = project_folder()
    revisions = [
        find_revision(project, name) if name is not None else Revision("the working tree") for name in names
    ]
    with (
        tempfile.TemporaryDirectory(prefix="starlift_diff_", ignore_cleanup_errors=True) as scratch,
        built_revisions(console, project, revisions, data, Path(scratch)) as states,
    ):
        yield states[0], states[1]
