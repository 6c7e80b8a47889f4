"""`starlift erd`: from a database to a file with its diagram."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.erd.database import diagram_of
from starlift.erd.diagram import Diagram
from starlift.errors import StarliftError
from starlift.export.run import whole_file
from starlift.inspect.model import Database
from starlift.inspect.read import inspect
from starlift.progress import step_bar


def _svg(diagram: Diagram) -> str:
    from starlift.erd.layout import lay_out  # noqa: PLC0415 - Graphviz takes a second or two to come
    from starlift.erd.svg import draw  # noqa: PLC0415

    return draw(diagram, lay_out(diagram))


def _png(diagram: Diagram) -> bytes:
    from starlift.erd.png import png  # noqa: PLC0415

    return png(_svg(diagram))


def _html(diagram: Diagram) -> bytes:
    from starlift.erd.page import page  # noqa: PLC0415

    return page(diagram, _svg(diagram)).encode()


def _mermaid(diagram: Diagram) -> bytes:
    from starlift.erd.mermaid import mermaid  # noqa: PLC0415

    return mermaid(diagram).encode()


# By what the file's name ends in.
_DRAWN: dict[str, Callable[[Diagram], bytes]] = {
    ".svg": lambda diagram: _svg(diagram).encode(),
    ".png": _png,
    ".html": _html,
    ".mmd": _mermaid,
}


def run_erd(console: Console, place: str, out: Path, *, schema: str | None) -> None:
    if out.suffix.lower() not in _DRAWN:
        raise StarliftError(
            f"{out} ends in none of {', '.join(_DRAWN)}: name it so that it says what to draw."
        )
    with step_bar(console) as bar:
        task = bar.add_task("opening", total=1.0)
        database = inspect(
            place,
            schema,
            progress=lambda step, share: bar.update(task, description=escape(step), completed=share),
        )
        if not database.tables:
            raise StarliftError(
                f"{database.place} has no table in {database.schema}: there is nothing to draw."
            )
        bar.update(task, description="drawing", completed=1.0)
        drawn = write_diagram(diagram_of(database, title_of(database)), out)
    inferred = sum(key.origin == "inferred" for key in database.foreign_keys)
    console.print(
        f"Drew {len(database.tables):,} tables of {escape(database.schema)} and "
        f"{sum(1 for _ in database.foreign_keys):,} relations, {inferred:,} of them inferred, to "
        f"{escape(str(out))} ({drawn / 1e3:,.0f} kB).",
        highlight=False,
        soft_wrap=True,
    )


def title_of(database: Database) -> str:
    tables, keys = len(database.tables), list(database.foreign_keys)
    inferred = sum(key.origin == "inferred" for key in keys)
    parts = [f"{tables:,} table{'s' * (tables != 1)}", f"{len(keys):,} relation{'s' * (len(keys) != 1)}"]
    if inferred:
        parts.append(f"{inferred:,} inferred")
    return f"{database.schema}: {', '.join(parts)}"


def write_diagram(diagram: Diagram, out: Path) -> int:
    """Draw it as the file's name asks; how many bytes it has."""
    content = _DRAWN[out.suffix.lower()](diagram)
    with whole_file(out) as temporary:
        temporary.write_bytes(content)
    return len(content)
