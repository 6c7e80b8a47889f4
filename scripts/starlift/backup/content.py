"""What a table holds: its rows, and a sum that does not hang on their order, to compare on one engine."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Called with what is being done, how many steps are done, and how many there are.
Progress = Callable[[str, int, int], None]
Rows = Callable[[str], Sequence[Sequence[object]]]


@dataclass(frozen=True)
class Table:
    schema: str
    name: str
    # Names and the engine's own types, in order.
    columns: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Content:
    """A table with what it holds: `checksum` adds up 60 bits of an md5 of every row."""

    table: Table
    rows: int
    checksum: str


@dataclass(frozen=True)
class Dialect:
    """How an engine writes these; each takes an expression."""

    name: Callable[[str], str]
    # A value as text; null stays null.
    text: Callable[[str], str]
    # The first 15 hex digits of a text's md5, as a whole number.
    number: Callable[[str], str]


def content_query(table: Table, dialect: Dialect) -> str:
    """One row with two numbers. A value has its length in front and a null none: no two rows read alike."""
    values = []
    for column, _ in table.columns:
        text = dialect.text(dialect.name(column))
        values.append(f"coalesce(char_length({text}) || ':' || {text}, '-')")
    row = " || ',' || ".join(values) or "''"
    place = f"{dialect.name(table.schema)}.{dialect.name(table.name)}"
    return f"select count(*), coalesce(sum({dialect.number(row)}), 0) from {place}"


def read_contents(tables: Sequence[Table], dialect: Dialect, rows: Rows, progress: Progress) -> list[Content]:
    contents = []
    for done, table in enumerate(tables):
        progress(f"adding up {table}", done, len(tables))
        ((count, total),) = rows(content_query(table, dialect))
        contents.append(Content(table, int(str(count)), str(int(str(total)))))
    return contents


def tables_of(columns: Iterable[Sequence[object]]) -> list[Table]:
    """From (schema, table, column, type), in the order of the columns."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for schema, table, column, type_name in columns:
        found.setdefault((str(schema), str(table)), []).append((str(column), str(type_name)))
    return [Table(schema, name, tuple(found[schema, name])) for schema, name in sorted(found)]


def first_difference(expected: Iterable[Content], found: Iterable[Content]) -> str | None:
    """In which table the two differ first, in words; None where they are the same."""
    ours, theirs = ({one.table: one for one in contents} for contents in (expected, found))
    for table in sorted(ours.keys() | theirs.keys(), key=str):
        if table not in theirs:
            return f"{table} is missing, or has other columns"
        if table not in ours:
            return f"{table} is one too many, or has other columns"
        if ours[table].rows != theirs[table].rows:
            return f"{table} has {theirs[table].rows:,} rows instead of {ours[table].rows:,}"
        if ours[table] != theirs[table]:
            return f"{table} has other rows"
    return None
