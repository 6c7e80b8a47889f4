"""`starlift flatten` on the terminal."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from starlift.export.command import row_bar
from starlift.export.formats import file_and_format
from starlift.flatten.graph import Graph
from starlift.flatten.run import Flat, flatten, prove, write_flat
from starlift.flatten.star import star_graph
from starlift.relations import Reader, Relation, find_relation, open_reader

# A star is one step deep; from an order's line it is three to the customer's city.
_DEPTH_OF_STAR, _DEPTH = 1, 3


def run_flatten(
    console: Console,
    name: str,
    *,
    out: Path | None,
    format_: str | None,
    sql: bool,
    depth: int | None,
    target: str,
) -> None:
    file, chosen = None, None
    if out or format_:
        file, chosen = file_and_format(out, format_, stem=f"{name.rpartition('.')[2]}_wide")
    with open_reader(target) as reader, row_bar(console) as progress:
        progress("looking up what belongs together", 0, None)
        base = find_relation(reader, name)
        graph, usual_depth = _graph(reader, base, target, lambda step, _: progress(step, 0, None))
        flat = flatten(reader, base, graph, depth or usual_depth)
        size = None
        if file and chosen:
            size = write_flat(reader, flat, file, chosen, progress)
        elif not sql:
            progress("counting", 0, None)
            prove(reader, flat)
    if sql:
        print_sql(console, flat)
    if file or not sql:
        print_flat(console, flat, file, size)


def print_sql(console: Console, flat: Flat) -> None:
    """Coloured for who looks at it, and as it is for who pipes it on."""
    if console.is_terminal:
        console.print(Syntax(flat.wide.sql, "sql", background_color="default", word_wrap=True))
    else:
        console.file.write(flat.wide.sql + "\n")


def print_flat(console: Console, flat: Flat, file: Path | None, size: int | None) -> None:
    table = Table("", "table", "columns begin with", "columns")
    table.columns[3].justify = "right"
    wide = flat.wide
    own = len(wide.columns) - sum(one.columns for one in (*wide.parents, *wide.children))
    table.add_row("its own", escape(str(flat.base)), "", f"{own:,}")
    for what, joined in (("joined", wide.parents), ("added up", wide.children)):
        for one in joined:
            table.add_row(what, escape(one.table), escape(f"{one.prefix}__"), f"{one.columns:,}")
    table.add_section()
    table.add_row("all", "", "", f"{len(wide.columns):,}")
    console.print(table)

    def line(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    if not wide.parents and not wide.children:
        line(f"[yellow]Nothing leads to or from {escape(str(flat.base))}[/yellow]: its wide table is itself.")
    line(f"{flat.rows_in:,} rows in, {flat.rows_in:,} rows out: none lost, none doubled.")
    if file and size is not None:
        line(f"Wrote {escape(str(file))} ({size / 1e6:,.1f} MB).")
    else:
        line("Write it with --out FILE (csv, parquet, xlsx, json, jsonl); see its SQL with --sql.")


def _graph(
    reader: Reader, base: Relation, target: str, tell: Callable[[str, float], None]
) -> tuple[Graph, int]:
    """What belongs together, and how far parents are followed."""
    if base.schema == reader.schema or base.schema.startswith(f"{reader.schema}_"):
        from starlift.manifest import parsed_manifest  # noqa: PLC0415 - dbt is slow to import

        graph = star_graph(parsed_manifest(target), reader, base)
        if graph:
            return graph, _DEPTH_OF_STAR
    from starlift.flatten.database import database_graph  # noqa: PLC0415 - only for tables that are no models

    return database_graph(reader, base, target, tell), _DEPTH
