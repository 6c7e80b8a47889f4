"""The warehouse's DuckDB file: where it is, and what is said when it cannot be opened or used."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from starlift.errors import StarliftError

DEFAULT_DUCKDB = "data/starlift.duckdb"


def duckdb_path() -> Path:
    """The warehouse's file, as in profiles.yml.example."""
    return Path(os.environ.get("STARLIFT_DUCKDB") or DEFAULT_DUCKDB)


def open_duckdb(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection in UTC; a file that is not there is made, with its folder, unless `read_only`.

    StarliftError where the file cannot be opened. A damaged file may show itself only when it is read: put
    what is done with the connection into `use_of_duckdb`.
    """
    if read_only and not path.exists():
        raise StarliftError(
            f"There is no DuckDB file {path}: load into it first, or name another in STARLIFT_DUCKDB."
        )
    if not read_only:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StarliftError(
                f"The folder {path.parent} cannot be made ({error.strerror}): make it, or name a DuckDB file "
                "in another folder in STARLIFT_DUCKDB."
            ) from error
    with use_of_duckdb(path):
        connection = duckdb.connect(str(path), read_only=read_only)
        connection.execute("set timezone = 'UTC'")
    return connection


@contextmanager
def use_of_duckdb(path: Path) -> Iterator[None]:
    """Any error of DuckDB within, on opening, reading or writing the file, as a StarliftError."""
    try:
        yield
    except duckdb.Error as error:
        raise StarliftError(what_is_wrong(path, error)) from error


def what_is_wrong(path: Path, error: duckdb.Error) -> str:
    """One sentence for an error of DuckDB on a file: what is wrong, and what to do."""
    said = first_line(error)
    elsewhere = "or name another file in STARLIFT_DUCKDB"
    if "Could not set lock" in said:
        return f"{path} is in use by another process (a DuckDB shell, a dbt run): close that and try again."
    if "not a valid DuckDB database" in said:
        return f"{path} is not a DuckDB database: remove it, {elsewhere}."
    if is_damage(error):
        return f"{path} is damaged ({said}): restore it or remove it and load again, {elsewhere}."
    return f"The DuckDB file {path} cannot be used ({said}): put that right, {elsewhere}."


def is_damage(error: duckdb.Error) -> bool:
    """Whether DuckDB found its own file cut off or overwritten."""
    signs = ("Corrupt database", "not read enough bytes", "has been invalidated")
    return any(sign in first_line(error) for sign in signs)


def first_line(error: duckdb.Error) -> str:
    """What DuckDB says without its hints, to stand within a sentence."""
    return str(error).strip().splitlines()[0].rstrip(" .")
