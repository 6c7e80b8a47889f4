"""Which engine a target's warehouse is on."""

from collections.abc import Callable

from starlift.backup.engine import Engine
from starlift.duckdb_file import duckdb_path
from starlift.errors import StarliftError
from starlift.targets import Target, read_target


def _postgres(target: Target) -> Engine:
    from starlift.backup.postgres import PostgresDatabase  # noqa: PLC0415 - each imports only its own driver

    return PostgresDatabase(target)


def _mysql(target: Target) -> Engine:
    from starlift.backup.mysql import MySQLServer  # noqa: PLC0415

    return MySQLServer(target)


# By the profile's adapter type.
_SERVERS: dict[str, Callable[[Target], Engine]] = {"postgres": _postgres, "starlift_mysql": _mysql}


def engine_of(name: str) -> Engine:
    """The engine of the target of that name, reached and ready."""
    if name == "duckdb":
        from starlift.backup.duckdb import DuckDB  # noqa: PLC0415

        # its one setting is a variable, so that this does without dbt's slow import
        return DuckDB(duckdb_path())
    target = read_target(name)
    if target.type not in _SERVERS:
        raise StarliftError(
            f"The target {name!r} is of the type {target.type}, which cannot be backed up: choose one of "
            f"duckdb, {', '.join(_SERVERS)}."
        )
    engine = _SERVERS[target.type](target)
    engine.open()
    return engine
