"""What a load asks of a database; one class per engine offers it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from starlift.load.extract import Extract
from starlift.load.rules import Violation
from starlift.sources import Source

# Called with what is being done, how many steps are done, and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class LoadRecord:
    """One row of the raw schema's append-only table `loads`."""

    load_id: int
    source_path: str
    mode: str
    extracted_at: datetime
    loaded_at: datetime


@dataclass(frozen=True)
class Landed:
    """What `replace` put into the raw schema."""

    rows: dict[str, int]
    # Combinations that occur more than once and the rows too many, by (table, columns).
    repeats: dict[tuple[str, tuple[str, str]], tuple[int, int]]
    violations: tuple[Violation, ...]
    # Whether primary, unique and foreign keys stand in the DDL.
    keys_declared: bool


class Engine(Protocol):
    """A database, open between `__enter__` and `__exit__`; expected trouble is a StarliftError."""

    @property
    def name(self) -> str: ...

    @property
    def place(self) -> str:
        """Where the tables go, in words for the summary."""
        ...

    @property
    def committed(self) -> bool:
        """Whether `replace` has changed the database, also where it was interrupted afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def last_load(self, source: Source) -> LoadRecord | None: ...

    def replace(self, extract: Extract, record: LoadRecord, *, compare: bool, progress: Progress) -> Landed:
        """Put the extract in the place of the raw tables and append the record: all of it or nothing.

        A strict load refuses an extract that breaks a rule, a dirty one counts the broken rows. Where the
        extract has no audit columns, rows whose content is as before keep their stamps (if `compare`).
        """
        ...
