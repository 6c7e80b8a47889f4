"""CREATE TABLE statements from the description of a source."""

from collections.abc import Callable
from enum import Enum

from starlift.sources import Source, Table


class Rules(Enum):
    """Which of a table's rules its DDL declares."""

    ALL = "all"
    # NOT NULL and CHECK: what one row alone can break, so that no index is needed.
    ROW = "row"
    NONE = "none"


def create_table(source: Source, table: Table, rules: Rules, type_name: Callable[[str], str] = str) -> str:
    """The statement for one table; `type_name` turns a type of the description into the engine's."""
    lines = []
    for column in table.columns:
        not_null = "" if column.nullable or rules is Rules.NONE else " not null"
        lines.append(f"{column.name} {type_name(column.type)}{not_null}")
    if rules is Rules.ALL:
        lines.append(f"primary key ({table.primary_key})")
        lines += [f"unique ({column})" for column in table.unique]
        for key in table.foreign_keys:
            parent = source.table(key.references)
            target = f"{source.raw_schema}.{parent.name} ({parent.primary_key})"
            lines.append(f"foreign key ({key.column}) references {target}")
    if rules is not Rules.NONE:
        lines += [f"constraint {check.name} check ({check.sql})" for check in table.checks]
    body = ",\n    ".join(lines)
    return f"create table {source.raw_schema}.{table.name} (\n    {body}\n)"
