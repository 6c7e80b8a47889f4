"""How a 3NF source system is described: tables, columns, keys and rules, free of any engine.

Generators, loaders and checks all read this one description.
"""

import re
from dataclasses import dataclass
from functools import cached_property

AUDIT_COLUMNS = ("created_at", "updated_at")


def sql_name(name: str) -> str:
    """The name as SQL has it: in quotes where servers would fold its capitals or take it for their own."""
    return name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'


@dataclass(frozen=True)
class Column:
    """A column; `type` is one of integer, varchar(n), char(n), date, timestamp, decimal(p,s)."""

    name: str
    type: str
    nullable: bool = False
    # A column that an extract may leave out altogether; it is then null.
    optional: bool = False


@dataclass(frozen=True)
class ForeignKey:
    """`column` holds the primary key of a row of the table `references`."""

    column: str
    references: str


@dataclass(frozen=True)
class Check:
    """A rule over one row, as SQL that every engine reads alike; null passes, as in SQL's CHECK."""

    name: str
    sql: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    unique: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    # Columns that a well-kept operational database would index beyond its keys.
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def primary_key(self) -> str:
        """The first column, in every table here."""
        return self.columns[0].name

    @property
    def sql_name(self) -> str:
        return sql_name(self.name)

    @property
    def sql_key(self) -> str:
        """The primary key as SQL has it."""
        return sql_name(self.primary_key)

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def audited(name: str, *columns: Column, **rules: tuple) -> Table:
    """A table whose rows bear when they were made and last changed."""
    audit = tuple(Column(column, "timestamp", optional=True) for column in AUDIT_COLUMNS)
    return Table(name, columns + audit, **rules)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The condition that a column holds one of these values."""
    return f"{column} in ({', '.join(repr(value) for value in values)})"


@dataclass(frozen=True)
class Source:
    """A source system; its tables stand parents first, so that they can be loaded in this order."""

    name: str
    # As people speak of it.
    title: str
    tables: tuple[Table, ...]
    # Where its raw tables lie, if not in the usual schema.
    schema: str | None = None

    @property
    def raw_schema(self) -> str:
        return self.schema or f"raw_{self.name}"

    def relation(self, table: Table) -> str:
        """Where a raw table lies, as SQL has it."""
        return f"{self.raw_schema}.{table.sql_name}"

    def table(self, name: str) -> Table:
        """The table of that name; KeyError if there is none."""
        return {table.name: table for table in self.tables}[name]
