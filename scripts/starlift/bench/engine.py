"""What the benchmark asks of a database; one class per engine offers it."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from starlift.bench.proof import Answer
from starlift.sources import Source


class Engine(Protocol):
    """A warehouse, open between `__enter__` and `__exit__`; expected trouble is a StarliftError."""

    @property
    def name(self) -> str: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def version(self) -> str:
        """Which release it is and with what memory, for the report."""
        ...

    def raw_rows(self, source: Source) -> dict[str, int]:
        """Rows of every raw table of the source; a StarliftError if the raw schema is not complete."""
        ...

    def tables(self) -> list[tuple[str, str, int]]:
        """(schema, table, rows) of everything that was built from the raw tables."""
        ...

    def keys_declared(self, source: Source) -> bool:
        """Whether the raw schema has its primary keys in the DDL."""
        ...

    def copy_indexed(self, source: Source, schema: str, tick: Callable[[str], None]) -> bool:
        """Make the well-indexed copy of the raw schema; False if the one that is there is still good."""
        ...

    def drop_schema(self, schema: str) -> None: ...

    def answer(self, sql: str) -> Answer: ...

    def fetch(self, sql: str) -> None:
        """Run a query and fetch all that it returns, the way that is timed."""
        ...

    def plan(self, sql: str) -> str:
        """The plan with what each step really took, as text."""
        ...
