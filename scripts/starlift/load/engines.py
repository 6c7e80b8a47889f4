"""Which engine a target's raw tables are loaded by."""

from collections.abc import Callable

from starlift.duckdb_file import duckdb_path
from starlift.errors import StarliftError
from starlift.load.duckdb import DuckDB, Keys
from starlift.load.engine import Engine
from starlift.targets import Target, read_target


def _postgres(target: Target) -> Engine:
    from starlift.load.postgres import PostgresTables  # noqa: PLC0415 - each target imports only its own driver
    from starlift.targets.postgres import Postgres  # noqa: PLC0415

    return PostgresTables(Postgres(target))


def _mysql(target: Target) -> Engine:
    from starlift.load.mysql_tables import MySQLTables  # noqa: PLC0415
    from starlift.targets.mysql import MySQL  # noqa: PLC0415

    return MySQLTables(MySQL(target))


# By the profile's adapter type.
_SERVERS: dict[str, Callable[[Target], Engine]] = {"postgres": _postgres, "starlift_mysql": _mysql}


def open_engine(name: str, keys: Keys = Keys.AUTO) -> Engine:
    """The engine of the target of that name; `keys` concerns DuckDB, a server always declares them."""
    if name == "duckdb":
        # its one setting is a variable, so that a load does without dbt's slow import
        return DuckDB(duckdb_path(), keys)
    target = read_target(name)
    if target.type not in _SERVERS:
        raise StarliftError(
            f"The target {name!r} is of the type {target.type}, which cannot be loaded into: choose one of "
            f"duckdb, {', '.join(_SERVERS)}."
        )
    return _SERVERS[target.type](target)
