"""An inspection on the terminal: each table, then what spans them, so that the summary stands last."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from starlift.inspect import describe
from starlift.inspect.model import Database, Table

_WIDE = 120


def show(console: Console, database: Database) -> None:
    for table in database.tables:
        console.print(_columns(table))
    keys = list(database.foreign_keys)
    if keys:
        # why is the first to go where there is no room; the files have it
        why = console.width >= _WIDE
        grid = Grid("from", "to", "", "orphans", title="Relations", title_justify="left")
        if why:
            grid.add_column("why")
        for key in keys:
            cells = [*describe.ends(key), describe.origin(key), describe.orphans(key)]
            cells += [key.reason] * why
            grid.add_row(*map(escape, cells), style="yellow" if key.orphans else "")
        console.print(grid)
    personal = [
        (f"{table.name}.{column.name}", column.personal)
        for table in database.tables
        for column in table.columns
        if column.personal
    ]
    if personal:
        grid = Grid("column", "kind", "why", title="Likely personal data", title_justify="left")
        for name, found in personal:
            grid.add_row(escape(name), found.kind, found.reason)
        console.print(grid)
    grid = Grid("table", title="Tables", title_justify="left")
    for heading in ("rows", "columns"):
        grid.add_column(heading, justify="right")
    for heading in ("primary key", "unique", "candidate keys"):
        grid.add_column(heading)
    for table in database.tables:
        cells = (describe.rows(table), f"{len(table.columns):,}", *describe.keys_of(table))
        grid.add_row(escape(table.name), *map(escape, cells))
    console.print(grid)
    console.print(describe.heading(database), highlight=False, markup=False, soft_wrap=True)
    for note in describe.notes(database):
        console.print(f"[yellow]Note:[/yellow] {escape(note)}", highlight=False, soft_wrap=True)


def _columns(table: Table) -> Grid:
    grid = Grid(
        "column",
        "type",
        title=f"{escape(table.name)}, {describe.rows(table)} rows",
        title_justify="left",
    )
    for heading in ("null", "distinct"):
        grid.add_column(heading, justify="right")
    grid.add_column("values", overflow="fold", max_width=60)
    grid.add_column("what it is")
    for column in table.columns:
        known = column.statistics
        grid.add_row(
            escape(column.name),
            escape(column.type) + ("" if column.nullable else " not null"),
            describe.null_share(table, column),
            f"{known.distinct:,}" if known and known.distinct is not None else "",
            escape(describe.values(column)),
            escape(", ".join(describe.marks(table, column))),
            style="bold" if column.primary_key else "",
        )
    return grid
