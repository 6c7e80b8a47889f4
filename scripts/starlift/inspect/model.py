"""What an inspection knows of a database. Nothing here asks an engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# An engine's type in one word that means the same on every engine.
Family = Literal[
    "integer",
    "decimal",
    "float",
    "text",
    "enum",
    "uuid",
    "boolean",
    "date",
    "timestamp",
    "timestamp with time zone",
    "time",
    "binary",
    "json",
    "other",
]
# Who says that a key is one: the database's own DDL, or names and values.
Origin = Literal["declared", "inferred"]


@dataclass(frozen=True)
class Statistics:
    """What the values of a column say; of the rows that were read, which are `Table.rows_read`."""

    nulls: int
    # None where the engine cannot compare the values, such as pictures.
    distinct: int | None
    # Shares of the rows read, and of those that are not null.
    null_share: float
    distinct_share: float | None
    # As text; None where the values have no order that means anything.
    smallest: str | None = None
    largest: str | None = None
    # Frequent values first; empty where they may be somebody's personal data, unless asked for.
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonalData:
    """Why a column looks like one that says something of a person."""

    # Such as "e-mail" or "name".
    kind: str
    reason: str


@dataclass(frozen=True)
class Column:
    name: str
    # As the engine writes it.
    type: str
    family: Family
    nullable: bool
    # Part of the declared primary key.
    primary_key: bool = False
    comment: str | None = None
    # None where only the structure was asked for.
    statistics: Statistics | None = None
    personal: PersonalData | None = None


@dataclass(frozen=True)
class Key:
    """Columns that no two rows share. Inferred ones are candidate keys: unique, though not declared."""

    columns: tuple[str, ...]
    origin: Origin = "declared"


@dataclass(frozen=True)
class ForeignKey:
    """A relation to a parent table, of one or more columns, in the order of the parent's."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    origin: Origin = "declared"
    # 1 for a declared one.
    confidence: float = 1.0
    # Of the rows that were read: how many have a value, and how many of these no parent. None: not counted.
    checked: int | None = None
    orphans: int | None = None
    # The most frequent values without a parent, each with its rows.
    orphan_values: tuple[tuple[str, int], ...] = ()
    # What speaks for an inferred one.
    reason: str = ""
    # The parent's schema, where it is another than that of the inspected tables.
    parent_schema: str | None = None


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    # Declared unique keys, without the primary key.
    unique_keys: tuple[Key, ...] = ()
    # What could be a key and is not declared as one, the likeliest first.
    candidate_keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    # None where only the structure was asked for.
    rows: int | None = None
    # False where `rows` is the engine's own estimate.
    rows_are_exact: bool = True
    # How many rows the statistics are of; fewer than `rows` where the table was sampled.
    rows_read: int | None = None
    # Why the table could not be read, where that is so; its structure is known all the same.
    problem: str | None = None

    @property
    def is_sampled(self) -> bool:
        return self.rows is not None and self.rows_read is not None and self.rows_read < self.rows

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart: the primary key, else a unique one, else a candidate."""
        if self.primary_key:
            return self.primary_key
        keys = (*self.unique_keys, *self.candidate_keys)
        return keys[0].columns if keys else ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Database:
    # The file or the server and database in words, without a password.
    place: str
    # duckdb, sqlite, postgresql, mysql or mariadb.
    engine: str
    # The schema that was looked at: in SQLite main, in MySQL and MariaDB the database.
    schema: str
    tables: tuple[Table, ...]
    # What else there is to say, such as views that were left out.
    notes: tuple[str, ...] = ()

    @property
    def foreign_keys(self) -> Iterator[ForeignKey]:
        for table in self.tables:
            yield from table.foreign_keys

    def table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)
