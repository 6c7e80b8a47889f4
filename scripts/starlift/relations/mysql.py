"""A MySQL or a MariaDB, open to be read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import mysql.connector
import pyarrow as pa

from starlift.bench.server import text
from starlift.errors import StarliftError
from starlift.load.extract import text_literal
from starlift.relations.model import Column, Kind, Relation, Rows
from starlift.relations.types import described
from starlift.targets import Target
from starlift.targets.mysql import MySQL, backticked

_RELATIONS = """
select table_schema, table_name, table_type = 'VIEW'
from information_schema.tables
where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')
order by table_schema, table_name
"""
_COLUMNS = """
select column_name, column_type
from information_schema.columns
where table_schema = {schema} and table_name = {name}
order by ordinal_position
"""
_AGAIN = "try again"
_ROWS = 10_000
_MOST_DIGITS = 38
_SHAPES = ("geometry", "point", "linestring", "polygon", "multi", "geom")
_TYPES = {
    Kind.INTEGER: pa.int64(),
    Kind.FLOAT: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
    Kind.BINARY: pa.binary(),
}


class MySQLReader:
    longest_name = 64

    def __init__(self, target: Target) -> None:
        self._server = MySQL(target)
        self.schema = str(target.get("schema") or "star")
        # the C driver where it is there: rows come several times as fast
        self._connection = self._server.connect(use_pure=not mysql.connector.HAVE_CEXT)
        self.place = self._server.place
        # lists of a group are cut off at a thousand bytes otherwise
        self._run("set group_concat_max_len = 1073741824")
        self._run("start transaction with consistent snapshot, read only")

    def close(self) -> None:
        self._connection.close()

    def relations(self) -> list[Relation]:
        return [
            Relation(text(schema), text(name), bool(is_view))
            for schema, name, is_view in self.rows(_RELATIONS)
        ]

    def columns(self, relation: Relation) -> list[Column]:
        schema, name = text_literal(relation.schema), text_literal(relation.name)
        found = self.rows(_COLUMNS.format(schema=schema, name=name))
        columns = [_described(text(name), text(type_name)) for name, type_name in found]
        return self._with_booleans(relation, columns)

    def _with_booleans(self, relation: Relation, columns: list[Column]) -> list[Column]:
        """MySQL's `boolean` is a small number: it is one where it holds nothing but 0 and 1."""
        small = [column for column in columns if column.type == "tinyint(1)"]
        if not small:
            return columns
        others = ", ".join(f"max({self.name(column.name)} not in (0, 1))" for column in small)
        (answers,) = self.rows(
            f"select {others} from {self.name(relation.schema)}.{self.name(relation.name)}"
        )
        booleans = {column.name for column, other in zip(small, answers, strict=True) if not other}
        return [
            replace(column, kind=Kind.BOOLEAN) if column.name in booleans else column for column in columns
        ]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._errors():
            cursor = self._connection.cursor()
            cursor.execute(sql)
            rows = [tuple(row) for row in cursor.fetchall()]
            cursor.close()
            return rows

    def stream(self, sql: str, columns: Sequence[Column]) -> Rows:
        schema = pa.schema([(column.name, _type(column)) for column in columns])
        if any(_is_read_as_text(column) for column in columns):
            sql = f"select {', '.join(map(_readable, columns))} from ({sql}) as asked"
        return Rows(pa.RecordBatchReader.from_batches(schema, self._batches(sql, schema)), tuple(columns))

    def name(self, identifier: str) -> str:
        return backticked(identifier)

    def listed(self, expression: str) -> str:
        return f"group_concat(distinct {expression} order by {expression} separator ' | ')"

    def _batches(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with self._errors():
            # no row is fetched before it is asked for
            cursor = self._connection.cursor(buffered=False)
            cursor.execute(sql)
            while rows := cursor.fetchmany(_ROWS):
                arrays = [
                    pa.array(map(_AS_ARROW.get(field.type, _same), values), field.type)
                    for field, values in zip(schema, zip(*rows, strict=True), strict=True)
                ]
                yield pa.record_batch(arrays, schema)
            cursor.close()

    def _run(self, sql: str) -> None:
        with self._errors():
            self._connection.cmd_query(sql)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except mysql.connector.Error as error:
            raise StarliftError(self._server.what_is_wrong(error, _AGAIN)) from error


def _type(column: Column) -> pa.DataType:
    """As the files hold it; what they have no type for is read as text."""
    if column.kind is Kind.DECIMAL and (column.precision or 10) <= _MOST_DIGITS:
        return pa.decimal128(column.precision or 10, column.scale or 0)
    if column.kind is Kind.INTEGER and "bigint" in column.type and "unsigned" in column.type:
        return pa.uint64()
    return _TYPES.get(column.kind, pa.string())


def _is_read_as_text(column: Column) -> bool:
    return column.kind is not Kind.TEXT and _type(column) == pa.string()


def _readable(column: Column) -> str:
    name = backticked(column.name)
    if not _is_read_as_text(column):
        return name
    as_text = f"st_astext({name})" if column.type.startswith(_SHAPES) else f"cast({name} as char)"
    return f"{as_text} as {name}"


def _described(name: str, type_name: str) -> Column:
    column = described(name, type_name)
    return replace(column, kind=Kind.INTEGER) if type_name.startswith("bit") else column


def _same(value: object) -> object:
    return value


def _truth(value: object) -> bool | None:
    return None if value is None else bool(value)


def _text(value: object) -> str | None:
    return None if value is None else text(value)


def _bytes(value: Any) -> bytes | None:  # noqa: ANN401 - as the driver gives it
    return None if value is None else bytes(value)


_AS_ARROW = {pa.string(): _text, pa.binary(): _bytes, pa.bool_(): _truth}
