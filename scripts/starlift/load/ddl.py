"""CREATE TABLE statements from the description of a source."""

from collections.abc import Callable
from enum import Enum

from starlift.sources import Source, Table, sql_name


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
        lines.append(f"{sql_name(column.name)} {type_name(column.type)}{not_null}")
    if rules is Rules.ALL:
        lines.append(f"primary key ({table.sql_key})")
        lines += [f"unique ({sql_name(column)})" for column in table.unique]
        for key in table.foreign_keys:
            parent = source.table(key.references)
            target = f"{source.relation(parent)} ({parent.sql_key})"
            lines.append(f"foreign key ({sql_name(key.column)}) references {target}")
    if rules is not Rules.NONE:
        lines += [f"constraint {check.name} check ({check.sql})" for check in table.checks]
    body = ",\n    ".join(lines)
    return f"create table {source.relation(table)} (\n    {body}\n)"
