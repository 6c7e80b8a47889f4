"""Where a dump can land."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from starlift.dump.fit import FittedTable
from starlift.dump.keys import Keys
from starlift.dump.staging import Staging
from starlift.load.extract import quoted

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Landing:
    """All that is to land, together or not at all."""

    staging: Staging
    schema: str
    tables: list[FittedTable]
    keys: dict[str, Keys]
    progress: Progress

    def in_order(self) -> list[FittedTable]:
        """Parents before their children; where keys go in a circle, as the dump has them."""
        done: list[FittedTable] = []
        waiting = list(self.tables)
        while waiting:
            placed = {table.name for table in done}
            ready = [
                table
                for table in waiting
                if all(
                    key.parent in placed or key.parent == table.name for key in self.keys[table.name].foreign
                )
            ]
            done += ready or waiting
            waiting = [table for table in waiting if table not in done]
        return done


class Sink(Protocol):
    """One place of one kind."""

    # What it calls the file or the server, for the report.
    place: str
    # Whether what has landed is there to stay.
    committed: bool

    def check(self, schema: str, *, replace: bool) -> None:
        """StarliftError where nothing can land there, before anything is read."""
        ...

    def land(self, landing: Landing, *, replace: bool) -> list[str]:
        """All tables in the place of what is there; notes on what could not be declared."""
        ...


def quoted_names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))


def taken(place: str, schema: str) -> str:
    return (
        f"{schema} of {place} has tables already: name another with --schema, or say --replace to put the "
        "dump in its place."
    )
