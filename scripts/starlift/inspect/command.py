"""`starlift inspect`: from words on the command line to an inspection, on the screen or in a file."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.errors import StarliftError
from starlift.inspect.describe import heading
from starlift.inspect.model import Database
from starlift.inspect.page import as_json, as_markdown
from starlift.inspect.read import inspect
from starlift.inspect.show import show
from starlift.progress import step_bar

_WRITERS: dict[str, Callable[[Database], str]] = {"markdown": as_markdown, "json": as_json}
_BY_ENDING = {".md": "markdown", ".json": "json"}


def run_inspect(
    console: Console,
    place: str,
    *,
    schema: str | None,
    form: str | None,
    out: Path | None,
    sample_rows: int | None,
    personal_samples: bool,
) -> None:
    form = form or _BY_ENDING.get(out.suffix.lower() if out else "")
    if form not in (None, *_WRITERS):
        raise StarliftError(f"--format {form!r} is none of {', '.join(_WRITERS)}: choose one.")
    if out and form is None:
        raise StarliftError(f"--out {out} ends neither in .md nor in .json: say which with --format.")
    database = inspected(console, place, schema, sample_rows=sample_rows, personal_samples=personal_samples)
    if form is None:
        show(console, database)
    elif out is None:
        console.print(_WRITERS[form](database), end="", highlight=False, markup=False, soft_wrap=True)
    else:
        _write(out, _WRITERS[form](database))
        console.print(f"{out}: {escape(heading(database))}", highlight=False, soft_wrap=True)


def inspected(
    console: Console,
    place: str,
    schema: str | None,
    *,
    sample_rows: int | None,
    personal_samples: bool = False,
) -> Database:
    """The inspection, with a bar while it lasts."""
    with step_bar(console) as bar:
        task = bar.add_task("", total=1.0)
        return inspect(
            place,
            schema,
            sample_rows=sample_rows,
            personal_samples=personal_samples,
            progress=lambda step, share: bar.update(task, description=escape(step), completed=share),
        )


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise StarliftError(
            f"{path} cannot be written ({error.strerror}): name another with --out."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()
