"""A DuckDB file, open to be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlift.duckdb_file import open_duckdb, use_of_duckdb
from starlift.load.extract import quoted
from starlift.relations.model import Column, Kind, Relation, Rows
from starlift.relations.types import described
from starlift.targets import Target

_RELATIONS = """
select table_schema, table_name, table_type = 'VIEW'
from information_schema.tables
where table_catalog = current_database()
order by table_schema, table_name
"""
_COLUMNS = """
select column_name, data_type
from information_schema.columns
where table_catalog = current_database() and table_schema = ? and table_name = ?
order by ordinal_position
"""
_BATCH = 50_000


class DuckDBReader:
    longest_name = 250

    def __init__(self, target: Target) -> None:
        self._path = Path(str(target.get("path")))
        self.place = str(self._path)
        self.schema = str(target.get("schema") or "star")
        self._connection = open_duckdb(self._path, read_only=True)
        self._connection.execute("set enable_progress_bar = false")

    def close(self) -> None:
        self._connection.close()

    def relations(self) -> list[Relation]:
        return [Relation(schema, name, is_view) for schema, name, is_view in self.rows(_RELATIONS)]

    def columns(self, relation: Relation) -> list[Column]:
        with use_of_duckdb(self._path):
            rows = self._connection.execute(_COLUMNS, [relation.schema, relation.name]).fetchall()
        return [described(name, type_name) for name, type_name in rows]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with use_of_duckdb(self._path):
            return self._connection.execute(sql).fetchall()

    def stream(self, sql: str, columns: Sequence[Column]) -> Rows:
        with use_of_duckdb(self._path):
            reader = self._connection.sql(_readable(sql, columns)).to_arrow_reader(_BATCH)
        return Rows(reader, tuple(columns))

    def name(self, identifier: str) -> str:
        return quoted(identifier)

    def listed(self, expression: str) -> str:
        return f"string_agg(distinct {expression}, ' | ' order by {expression})"


def _readable(sql: str, columns: Sequence[Column]) -> str:
    """The query with text for what other programs have no type for: lists, structs, intervals, uuids."""
    if not any(column.kind is Kind.OTHER for column in columns):
        return sql
    return f"select {', '.join(map(_as_text, columns))} from ({sql}) as asked"


def _as_text(column: Column) -> str:
    name = quoted(column.name)
    if column.kind is not Kind.OTHER:
        return name
    nested = column.type.endswith("]") or column.type.startswith(("STRUCT", "MAP", "UNION"))
    return f"{f'to_json({name})' if nested else name}::varchar as {name}"
