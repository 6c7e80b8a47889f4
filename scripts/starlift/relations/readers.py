"""What is asked of an engine to read its tables, and which engine a target's warehouse is on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from starlift.errors import StarliftError
from starlift.relations.model import Column, Relation, Rows
from starlift.targets import Target, read_target


class Reader(Protocol):
    """A database that is open to be read, all of it as of one moment; expected trouble is a StarliftError."""

    # In words.
    place: str
    # The target's own, which is the star's.
    schema: str
    # How many characters a name may have.
    longest_name: int

    def close(self) -> None: ...

    def relations(self) -> list[Relation]:
        """Every table and view, without its columns."""
        ...

    def columns(self, relation: Relation) -> list[Column]: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All that a small query returns."""
        ...

    def stream(self, sql: str, columns: Sequence[Column]) -> Rows:
        """What a query returns, batch by batch; `columns` are the query's."""
        ...

    def name(self, identifier: str) -> str:
        """Quoted where the engine would take it otherwise."""
        ...

    def listed(self, expression: str) -> str:
        """The different texts of a group, in their order, as one text: an aggregate."""
        ...


def _postgres(target: Target) -> Reader:
    from starlift.relations.postgres import PostgresReader  # noqa: PLC0415 - each imports only its own driver

    return PostgresReader(target)


def _mysql(target: Target) -> Reader:
    from starlift.relations.mysql import MySQLReader  # noqa: PLC0415

    return MySQLReader(target)


def _duckdb(target: Target) -> Reader:
    from starlift.relations.duckdb import DuckDBReader  # noqa: PLC0415

    return DuckDBReader(target)


# By the profile's adapter type.
_READERS: dict[str, Callable[[Target], Reader]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "starlift_mysql": _mysql,
}


@contextmanager
def open_reader(target: Target | str) -> Iterator[Reader]:
    """The database of a target, of the dbt profile's if named; StarliftError where it cannot be reached."""
    target = read_target(target) if isinstance(target, str) else target
    if target.type not in _READERS:
        raise StarliftError(
            f"The target {target.name!r} is of the type {target.type}, which cannot be read here: choose one "
            f"of {', '.join(_READERS)}."
        )
    reader = _READERS[target.type](target)
    try:
        yield reader
    finally:
        reader.close()
