"""What an inspection asks of an engine; one class for each engine answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlift.errors import StarliftError
from starlift.inspect.model import Table


class Unreadable(Exception):
    """What an engine said to one question: of that table no more is known, and the inspection goes on."""


@dataclass(frozen=True)
class Structure:
    """The tables of a schema as the database declares them."""

    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


class Reader(Protocol):
    """A connection that can only read."""

    # duckdb, sqlite, postgresql, mysql or mariadb.
    engine: str
    # The file or server in words.
    place: str

    def schemas(self) -> list[str]:
        """The user's schemas that hold tables, the connection's own one first."""
        ...

    def structure(self, schema: str) -> Structure: ...

    def estimated_rows(self, schema: str, table: str) -> int | None:
        """What the engine believes without counting; None where it has no idea, or counts as quickly."""
        ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The answer; Unreadable where the engine refuses the question, StarliftError where it is gone."""
        ...

    def quoted(self, name: str) -> str: ...

    def as_text(self, expression: str) -> str: ...

    def sample(self, relation: str, share: float) -> str:
        """About that share of the relation's rows, spread over all of it, as something to select from."""
        ...

    def close(self) -> None: ...


def relation(reader: Reader, schema: str, table: str) -> str:
    return f"{reader.quoted(schema)}.{reader.quoted(table)}"


def quoted_list(reader: Reader, names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(prefix + reader.quoted(name) for name in names)


def chosen_schema(reader: Reader, wanted: str | None) -> str:
    """The schema that was asked for, else the only one that holds tables, else the connection's own."""
    found = reader.schemas()
    if not found:
        raise StarliftError(f"{reader.place} has no table: name a database that holds some.")
    if wanted is not None:
        if wanted not in found:
            raise StarliftError(
                f"{reader.place} has no tables in a schema {wanted!r}: name one of {', '.join(found)} "
                "with --schema."
            )
        return wanted
    if len(found) > 1:
        raise StarliftError(
            f"{reader.place} has tables in several schemas: name one of {', '.join(found)} with --schema."
        )
    return found[0]
