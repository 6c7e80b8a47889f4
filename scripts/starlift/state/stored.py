"""What a DuckDB file holds: its tables and views, and their columns."""

from pathlib import Path

import duckdb

from starlift.duckdb_file import open_duckdb, use_of_duckdb

# A schema and a table or view in it, in lower case.
Place = tuple[str, str]


def stored_columns(file: Path) -> dict[Place, tuple[str, ...]]:
    """The columns of everything in a DuckDB file."""
    with use_of_duckdb(file), open_duckdb(file, read_only=True) as connection:
        return {
            place: tuple(columns) for place, (_, columns) in stored_relations(connection, file.stem).items()
        }


def stored_relations(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[Place, tuple[bool, dict[str, str]]]:
    """Of everything in a database whether it is a view, and its columns with their types."""
    stored: dict[Place, tuple[bool, dict[str, str]]] = {}
    for schema, table, column, kind, is_view in connection.execute(
        "select columns.schema_name, columns.table_name, column_name, data_type, view_name is not null "
        "from duckdb_columns() as columns left join duckdb_views() as views "
        "on columns.database_name = views.database_name and columns.schema_name = views.schema_name "
        "and columns.table_name = views.view_name "
        "where columns.database_name = ? order by columns.column_index",
        [database],
    ).fetchall():
        stored.setdefault((schema.lower(), table.lower()), (is_view, {}))[1][column.lower()] = kind
    return stored
