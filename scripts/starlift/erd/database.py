"""The diagram of an inspected database: all columns while there are few tables, then the keys alone."""

from collections.abc import Iterator
from dataclasses import replace

from starlift.erd.diagram import Box, Diagram, Group, Line, Tie
from starlift.erd.groups import communities
from starlift.inspect.model import Database, ForeignKey, Table

# On one sheet lines can be followed among so many tables.
MOST_ON_ONE_SHEET = 30
MOST_LINES = 24


def diagram_of(database: Database, title: str) -> Diagram:
    ties = tuple(_ties(database))
    names = [table.name for table in database.tables]
    together = communities(names, [(tie.child, tie.parent) for tie in ties])
    colour = {name: number for number, group in enumerate(together) for name in group}
    by_groups = len(names) > MOST_ON_ONE_SHEET
    if by_groups:
        ties = tuple(_told_apart(tie, colour) for tie in ties)
        groups = tuple(Group(_title(group, ties), tuple(group)) for group in together)
    else:
        groups = (Group("", tuple(names)),)
    boxes = tuple(_box(table, ties, colour[table.name], keys_only=by_groups) for table in database.tables)
    return Diagram(title, boxes, ties, groups)


def _ties(database: Database) -> Iterator[Tie]:
    known = {table.name: table for table in database.tables}
    for key in database.foreign_keys:
        if key.parent in known and key.parent_schema in (None, database.schema):
            child = known[key.table]
            yield Tie(
                key.table,
                key.columns,
                key.parent,
                key.parent_columns,
                is_inferred=key.origin == "inferred",
                is_one_to_one=_is_unique(child, key),
                is_optional=any(child.column(name).nullable for name in key.columns),
            )


def _is_unique(child: Table, key: ForeignKey) -> bool:
    unique = [child.primary_key, *(one.columns for one in child.unique_keys)]
    return any(columns and set(columns) <= set(key.columns) for columns in unique)


def _told_apart(tie: Tie, group_of: dict[str, int]) -> Tie:
    """Between groups no line can be followed: the child's column says where it leads."""
    return replace(tie, is_told=group_of[tie.child] != group_of[tie.parent])


def _title(group: list[str], ties: tuple[Tie, ...]) -> str:
    """A group is called after the table that most of it leads to, or comes from."""
    if not any(tie.child in group or tie.parent in group for tie in ties):
        return "without relations"

    def weight(name: str) -> tuple[int, int, str]:
        inside = [
            tie for tie in ties if tie.child in group and tie.parent in group and tie.child != tie.parent
        ]
        return (-sum(tie.parent == name for tie in inside), -sum(tie.child == name for tie in inside), name)

    return f"around {min(group, key=weight)}"


def _box(table: Table, ties: tuple[Tie, ...], colour: int, *, keys_only: bool) -> Box:
    leads_to = {name: tie for tie in ties if tie.child == table.name for name in tie.columns}
    led_to = {name for tie in ties if tie.parent == table.name for name in tie.parent_columns}
    keys = {*table.primary_key, *leads_to, *led_to}
    columns = table.columns
    if keys_only or len(columns) > MOST_LINES:
        rest = [column for column in columns if column.name not in keys]
        room = 0 if keys_only else max(MOST_LINES - len(keys), 0)
        left_out = {column.name for column in rest[room:]}
        columns = tuple(column for column in columns if column.name not in left_out)
    lines = []
    for column in columns:
        tie = leads_to.get(column.name)
        told = tie.parent if tie and tie.is_told else ""
        note = f"→ {told}" if told else column.type.lower()
        lines.append(Line(column.name, note, column.name in table.primary_key, tie is not None, told))
    elsewhere = {tie.child for tie in ties if tie.parent == table.name and tie.is_told}
    return Box(
        table.name, tuple(lines), _subtitle(table, len(elsewhere)), len(table.columns) - len(columns), colour
    )


def _subtitle(table: Table, elsewhere: int) -> str:
    parts = []
    if table.rows is not None:
        about = "" if table.rows_are_exact else "about "
        parts.append(f"{about}{table.rows:,} row{'s' * (table.rows != 1)}")
    if elsewhere:
        parts.append(f"{elsewhere} of other groups lead{'s' * (elsewhere == 1)} here")
    return ", ".join(parts)
