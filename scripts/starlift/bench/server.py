"""What the benchmark's engines on servers have in common: information_schema, a copy with all its keys."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from starlift.bench.connection import connection_facts
from starlift.bench.proof import Answer, Row
from starlift.errors import StarliftError
from starlift.sources import Source, Table, sql_name
from starlift.targets import Target

# Remembers what a well-indexed copy was made of, so that it is made again only after another load.
_COPIED_FROM = "copied_from"


class ServerEngine:
    """A warehouse on a server; `schema` is the one that dbt's schemas begin with."""

    name: str
    # What the driver raises.
    any_error: ClassVar[type[Exception]]
    # The class of its own for how it is reached.
    _server_class: ClassVar[Callable[[Target], Any]]

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.facts = connection_facts(self.name)
        self.server: Any = self._server_class(self.facts.target)
        self._connection: Any = None

    @property
    def title(self) -> str:
        return str(self.facts)

    def __enter__(self) -> Self:
        self._connection = self._connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        connection, self._connection = self._connection, None
        try:
            connection.close()
        except self.any_error:
            if kind is None:
                raise
        if isinstance(error, self.any_error):
            raise StarliftError(self.server.what_is_wrong(error, "repeat the benchmark")) from error

    @property
    def connection(self) -> Any:  # noqa: ANN401 - a connection of the driver's
        if self._connection is None:
            raise RuntimeError("open the engine first: `with engine`")
        return self._connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run a statement; its rows, if it gives any."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, tuple(parameters) or None)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        finally:
            cursor.close()

    def version(self) -> str:
        raise NotImplementedError

    def raw_rows(self, source: Source) -> dict[str, int]:
        there = set(self._tables_of(source.raw_schema))
        for table in source.tables:
            if table.name not in there:
                raise StarliftError(
                    f"{self.title} has no table {source.raw_schema}.{table.name}: "
                    f"run `starlift load {source.name} --target {self.name}`, then `dbt build`."
                )
        return {table.name: self.count(source.raw_schema, table.name) for table in source.tables}

    def tables(self) -> list[tuple[str, str, int]]:
        return [
            (schema, table, self.count(schema, table))
            for schema in self.schemas()
            for table in self._tables_of(schema)
        ]

    def schemas(self) -> list[str]:
        """Those that dbt has made: its target schema, and those that begin with it."""
        found = self.execute("select schema_name from information_schema.schemata order by 1")
        names = [text(name) for (name,) in found]
        return [
            name
            for name in names
            if (name == self.schema or name.startswith(f"{self.schema}_"))
            and not name.startswith((f"{self.schema}_raw", f"{self.schema}_indexed"))
        ]

    def keys_declared(self, source: Source) -> bool:
        ((keys,),) = self.execute(
            "select count(*) from information_schema.table_constraints "
            "where table_schema = %s and constraint_type = 'PRIMARY KEY' and table_name <> 'loads'",
            [source.raw_schema],
        )
        return keys >= len(source.tables)

    def copy_indexed(self, source: Source, schema: str, tick: Callable[[str], None]) -> bool:
        signature = self._signature(source)
        if self._copied_from(schema) == signature:
            return False
        self.drop_schema(schema)
        self.create_schema(schema)
        copy = replace(source, schema=schema)
        try:
            for table in source.tables:
                tick(table.name)
                self._copy(source, copy, table)
        except self.any_error as error:
            if not self._breaks_a_key(error):
                raise
            self.drop_schema(schema)
            raise StarliftError(
                f"{source.raw_schema} breaks its own keys ({said(error)}), so its questions "
                "have no agreed answer: load an extract that keeps the rules (without --dirty)."
            ) from error
        self.execute(f"create table {schema}.{_COPIED_FROM} (signature text)")
        self.execute(f"insert into {schema}.{_COPIED_FROM} values (%s)", [signature])
        return True

    def answer(self, sql: str) -> Answer:
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql)
            rows = tuple(tuple(plain(value) for value in row) for row in cursor.fetchall())
            described = cursor.description
        except self.any_error as error:
            if self._lacks_a_table(error):
                raise StarliftError(
                    f"{self.title} lacks what a question needs ({said(error)}): run `dbt build --target "
                    f"{self.name}` first."
                ) from error
            raise
        finally:
            cursor.close()
        columns = tuple(text(column[0]) for column in described)
        return Answer(columns, tuple(self._type_name(column) for column in described), rows)

    def fetch(self, sql: str) -> None:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        cursor.fetchall()
        cursor.close()

    def count(self, schema: str, table: str) -> int:
        return self.execute(f"select count(*) from {schema}.{sql_name(table)}")[0][0]

    def columns_of(self, sql: str) -> list[str]:
        """The names of what a query returns, without its rows."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(f"select * from ({sql}) as described limit 0")
            cursor.fetchall()
            return [text(column[0]) for column in cursor.description]
        finally:
            cursor.close()

    def settle(self, schemas: Sequence[str]) -> None:
        """Statistics for every table, and nothing left that the server would do while others are timed."""
        for schema in schemas:
            for table in self._tables_of(schema):
                self._analyse(f"{schema}.{sql_name(table)}")

    def tune(self) -> None:
        """Memory for questions over a million rows, on a server of the benchmark's own."""
        raise NotImplementedError

    def drop_schema(self, schema: str) -> None:
        raise NotImplementedError

    def create_schema(self, schema: str) -> None:
        raise NotImplementedError

    def plan(self, sql: str) -> str:
        raise NotImplementedError

    def _connect(self) -> Any:  # noqa: ANN401 - a connection of the driver's
        """StarliftError says why there is none."""
        raise NotImplementedError

    def _copy(self, source: Source, copy: Source, table: Table) -> None:
        """One table of the well-indexed copy: rows, keys, indexes and statistics."""
        raise NotImplementedError

    def _analyse(self, table: str) -> None:
        raise NotImplementedError

    def _type_name(self, column: Sequence[Any]) -> str:
        raise NotImplementedError

    def _lacks_a_table(self, error: Exception) -> bool:
        raise NotImplementedError

    def _breaks_a_key(self, error: Exception) -> bool:
        raise NotImplementedError

    def _tables_of(self, schema: str) -> list[str]:
        found = self.execute(
            "select table_name from information_schema.tables "
            "where table_schema = %s and table_type = 'BASE TABLE' order by table_name",
            [schema],
        )
        return [text(name) for (name,) in found]

    def _signature(self, source: Source) -> str:
        """Of the last load where there is a log of loads, and of the number of rows."""
        rows = self.raw_rows(source)
        load = None
        if "loads" in self._tables_of(source.raw_schema):
            load = self.execute(f"select max(load_id), max(loaded_at) from {source.raw_schema}.loads")
        return f"{load} {rows}"

    def _copied_from(self, schema: str) -> str | None:
        if _COPIED_FROM not in self._tables_of(schema):
            return None
        rows = self.execute(f"select signature from {schema}.{_COPIED_FROM}")
        return text(rows[0][0]) if rows else None


def indexes_beyond_keys(table: Table, *, foreign_keys: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a well-kept database would index, with names; `foreign_keys` where the server does not itself."""
    wanted = [(key.column,) for key in table.foreign_keys] if foreign_keys else []
    for number, columns in enumerate([*wanted, *table.indexes], start=1):
        yield f"{table.name}_bench_{number}", columns


def plain(value: object) -> object:
    """A value as all drivers give it: text as str."""
    return text(value) if isinstance(value, (bytes, bytearray, memoryview)) else value


def text(value: object) -> str:
    """Drivers give text of a binary collation as bytes."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode()
    return str(value)


def said(error: Exception) -> str:
    """The first line of what a server says, to stand within a sentence."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(" .") if lines else type(error).__name__
