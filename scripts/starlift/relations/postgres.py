"""A PostgreSQL, open to be read: its Arrow driver streams a query as binary COPY."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import adbc_driver_manager

from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.relations.model import Column, Kind, Relation, Rows
from starlift.relations.types import described
from starlift.targets import Target
from starlift.targets.postgres import Postgres

_RELATIONS = """
select nspname::text, relname::text, relkind in ('v', 'm')
from pg_class
inner join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'v', 'm', 'p', 'f') and nspname <> 'information_schema' and nspname not like 'pg\\_%'
order by 1, 2
"""
# of a domain the type that it stands for
_COLUMNS = """
select attname::text,
    case when typtype = 'd' then format_type(typbasetype, typtypmod) else format_type(atttypid, atttypmod) end
from pg_attribute
inner join pg_type on pg_type.oid = atttypid
where attrelid = to_regclass({table}) and attnum > 0 and not attisdropped
order by attnum
"""
_AGAIN = "try again"
# More digits than any of the files' decimals can hold.
_MOST_DIGITS = 38


class PostgresReader:
    longest_name = 63

    def __init__(self, target: Target) -> None:
        self._server = Postgres(target)
        self.place = self._server.place
        self.schema = str(target.get("schema") or "star")
        self._connection = self._server.connect()
        self._run("set transaction isolation level repeatable read, read only")
        self._run("set local timezone = 'UTC'")

    def close(self) -> None:
        self._connection.close()

    def relations(self) -> list[Relation]:
        return [Relation(schema, name, bool(is_view)) for schema, name, is_view in self.rows(_RELATIONS)]

    def columns(self, relation: Relation) -> list[Column]:
        table = text_literal(f"{quoted(relation.schema)}.{quoted(relation.name)}")
        return [described(name, type_name) for name, type_name in self.rows(_COLUMNS.format(table=table))]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._errors(), self._connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def stream(self, sql: str, columns: Sequence[Column]) -> Rows:
        casts = {column.name: cast for column in columns if (cast := self._cast(sql, column))}
        text = [column for column in columns if column.kind in (Kind.OTHER, Kind.DECIMAL)]
        if text:
            named = ", ".join(
                f"{quoted(column.name)}::text as {quoted(column.name)}"
                if column in text
                else quoted(column.name)
                for column in columns
            )
            sql = f"select {named} from ({sql}) as asked"
        with self._errors():
            # its batches end with it
            self._cursor = self._connection.cursor()
            self._cursor.execute(sql)
            return Rows(self._cursor.fetch_record_batch(), tuple(columns), casts)

    def name(self, identifier: str) -> str:
        return quoted(identifier)

    def listed(self, expression: str) -> str:
        in_order = f'{expression}::text collate "C"'
        return f"string_agg(distinct {in_order}, ' | ' order by {in_order})"

    def _cast(self, sql: str, column: Column) -> str | None:
        """The decimal that a numeric becomes; its digits are looked up where its type does not say."""
        if column.kind is not Kind.DECIMAL:
            return None
        if column.precision is not None:
            fits = column.precision <= _MOST_DIGITS
            return f"decimal({column.precision}, {column.scale or 0})" if fits else None
        name = quoted(column.name)
        ((scale, digits),) = self.rows(
            f"select coalesce(max(scale(trim_scale({name}))), 0)::int, "
            f"coalesce(max(char_length(trunc(abs({name}))::text)), 1)::int from ({sql}) as asked "
            f"where {name} not in ('NaN', 'Infinity', '-Infinity')"
        )
        return f"decimal({_MOST_DIGITS}, {scale})" if digits + scale <= _MOST_DIGITS else None

    def _run(self, sql: str) -> None:
        with self._errors(), self._connection.cursor() as cursor:
            cursor.execute(sql)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except adbc_driver_manager.Error as error:
            raise StarliftError(self._server.what_is_wrong(error, _AGAIN)) from error
