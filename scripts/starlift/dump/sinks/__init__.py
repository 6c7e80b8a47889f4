"""Where a dump lands: the word after --into."""

from collections.abc import Callable
from pathlib import Path

from starlift.dump.sinks.sink import Landing, Sink
from starlift.errors import StarliftError
from starlift.targets import Target, read_target

__all__ = ["Landing", "Sink", "open_sink"]


def _duckdb(target: Target, _: str) -> Sink:
    from starlift.dump.sinks.duckdb import DuckDBSink  # noqa: PLC0415 - each target imports only its own driver

    return DuckDBSink(Path(str(target.get("path"))))


def _postgres(target: Target, _: str) -> Sink:
    from starlift.dump.sinks.postgres import PostgresSink  # noqa: PLC0415
    from starlift.targets.postgres import Postgres  # noqa: PLC0415

    return PostgresSink(Postgres(target))


def _mysql(target: Target, _: str) -> Sink:
    from starlift.dump.sinks.mysql import MySQLSink  # noqa: PLC0415
    from starlift.targets.mysql import MySQL  # noqa: PLC0415

    return MySQLSink(MySQL(target))


# By the profile's adapter type.
_TARGETS: dict[str, Callable[[Target, str], Sink]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "starlift_mysql": _mysql,
}


def open_sink(into: str, schema: str, folder: Path) -> Sink:
    """An SQLite file named after the schema, the warehouse's DuckDB file, or a target of the dbt profile."""
    if into == "sqlite":
        from starlift.dump.sinks.sqlite import SQLiteSink  # noqa: PLC0415

        return SQLiteSink(folder / f"{schema}.sqlite")
    if into == "duckdb":
        from starlift.duckdb_file import duckdb_path  # noqa: PLC0415
        from starlift.dump.sinks.duckdb import DuckDBSink  # noqa: PLC0415

        return DuckDBSink(duckdb_path())
    target = read_target(into)
    make = _TARGETS.get(target.type)
    if make is None:
        raise StarliftError(
            f"A dump cannot be loaded into the target {into!r}, which is of the type {target.type!r}: choose "
            "duckdb, sqlite, or a target of the type postgres or starlift_mysql."
        )
    return make(target, schema)
