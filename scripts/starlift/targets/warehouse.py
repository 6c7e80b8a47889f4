"""A connection to read a target's warehouse with, on a server or in a file."""

from pathlib import Path
from typing import Any, Protocol

from starlift.duckdb_file import open_duckdb
from starlift.errors import StarliftError
from starlift.targets.profile import Target
from starlift.targets.servers import server_of


class Connection(Protocol):
    def cursor(self) -> Any: ...  # noqa: ANN401 - a driver's

    def close(self) -> None: ...


def open_warehouse(target: Target) -> tuple[Connection, str]:
    """A connection and the place in words; StarliftError where it cannot be reached or there is none yet."""
    if server := server_of(target):
        return server.connect(), server.place
    path = Path(str(target.get("path")))
    return open_duckdb(path, read_only=True), str(path)


def refuse_without_file(target: Target) -> None:
    """StarliftError where the target is a file that is not there, which dbt would make."""
    file = target.get("path")
    if file and not Path(str(file)).exists():
        raise StarliftError(f"There is no warehouse at {file}: load into it and run `dbt build` first.")
