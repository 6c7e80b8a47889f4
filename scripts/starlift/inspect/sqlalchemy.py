"""SQLite, PostgreSQL, MySQL and MariaDB through SQLAlchemy, and what each does in its own way."""

import re
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError

from starlift.errors import StarliftError
from starlift.inspect.duckdb import views_left_out
from starlift.inspect.families import family_of
from starlift.inspect.model import Column, Family, ForeignKey, Key, Table
from starlift.inspect.reader import Structure, Unreadable

_UNKNOWN = "unknown"
# The rows of a column without a type that say which it has.
_LOOKED_AT = 1_000

# What a lost or refused connection makes of the driver's error: one sentence.
Explain = Callable[[Exception], str]


class _Reader:
    """What the engines have in common: everything that SQLAlchemy levels."""

    engine: str
    _hidden_schemas: tuple[str, ...] = ()

    def __init__(self, engine: Engine, place: str, explain: Explain) -> None:
        self.place = place
        self._explain = explain
        self._engine = engine
        self._connection = self._opened()
        self._inspector = sqlalchemy.inspect(self._connection)

    def _opened(self) -> Connection:
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._only_read(connection)
        # MySQL's driver refuses a word of the URL that it does not know with errors of Python's
        except (SQLAlchemyError, AttributeError, TypeError, ValueError) as error:
            raise StarliftError(self._explain(getattr(error, "orig", None) or error)) from error
        return connection

    def _only_read(self, connection: Connection) -> None:
        raise NotImplementedError

    def schemas(self) -> list[str]:
        with self._told():
            names = [name for name in self._inspector.get_schema_names() if name not in self._hidden_schemas]
            own = self._inspector.default_schema_name
            names.sort(key=lambda name: (name != own, name))
            return [name for name in names if self._table_names(name)]

    def _table_names(self, schema: str) -> list[str]:
        return sorted(self._inspector.get_table_names(schema=schema))

    def structure(self, schema: str) -> Structure:
        with self._told(), warnings.catch_warnings():
            # of types that SQLAlchemy does not know: they are shown as such
            warnings.simplefilter("ignore", SAWarning)
            names = self._table_names(schema)
            asked = {"schema": schema, "filter_names": names}
            columns = self._inspector.get_multi_columns(**asked)
            primary = self._inspector.get_multi_pk_constraint(**asked)
            unique = self._inspector.get_multi_unique_constraints(**asked)
            indexes = self._inspector.get_multi_indexes(**asked)
            foreign = self._inspector.get_multi_foreign_keys(**asked)
            comments = self._comments(asked)
            views = len(self._inspector.get_view_names(schema=schema))
        tables = []
        for name in names:
            at = (schema, name)
            key = tuple(primary.get(at, {}).get("constrained_columns") or ())
            unique_columns = [tuple(one["column_names"]) for one in unique.get(at, [])] + [
                # an index on an expression or on part of the rows is no key
                tuple(name for name in one["column_names"] if name)
                for one in indexes.get(at, [])
                if one.get("unique") and all(one["column_names"]) and not _is_partial(one)
            ]
            tables.append(
                Table(
                    name=name,
                    comment=comments.get(at),
                    columns=tuple(self._column(column, key) for column in columns.get(at, [])),
                    primary_key=key,
                    unique_keys=tuple(
                        Key(one) for one in dict.fromkeys(unique_columns) if one and one != key
                    ),
                    foreign_keys=tuple(_foreign_key(name, schema, one) for one in foreign.get(at, [])),
                )
            )
        return Structure(tuple(tables), views_left_out(views))

    def _comments(self, asked: dict[str, Any]) -> dict[Any, str | None]:
        with suppress(NotImplementedError):
            found = self._inspector.get_multi_table_comment(**asked)
            return {at: comment.get("text") or None for at, comment in found.items()}
        return {}

    def _column(self, column: Any, key: tuple[str, ...]) -> Column:  # noqa: ANN401 - SQLAlchemy's dictionary
        written, family = self._type(column["type"])
        return Column(
            name=column["name"],
            type=written,
            family=family,
            nullable=bool(column["nullable"]) and column["name"] not in key,
            primary_key=column["name"] in key,
            comment=column.get("comment") or None,
        )

    def _type(self, kind: Any) -> tuple[str, Family]:  # noqa: ANN401 - any type of SQLAlchemy's
        # a domain is as its base
        base = getattr(kind, "data_type", None)
        if base is not None and isinstance(base, sqlalchemy.types.TypeEngine):
            return str(kind.name), self._type(base)[1]
        try:
            written = str(kind.compile(dialect=self._engine.dialect))
        except SQLAlchemyError:
            return _UNKNOWN, "other"
        written = re.split(r" (?:COLLATE|CHARACTER SET) ", written)[0]
        return written, "enum" if isinstance(kind, sqlalchemy.Enum) else family_of(written)

    def estimated_rows(self, schema: str, table: str) -> int | None:
        return None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            answer = self._connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
            return [tuple(row) for row in answer]
        except DBAPIError as error:
            if error.connection_invalidated:
                raise StarliftError(self._explain(error.orig or error)) from error
            raise Unreadable(_first_line(error.orig or error)) from error

    def quoted(self, name: str) -> str:
        return self._engine.dialect.identifier_preparer.quote_identifier(name)

    def as_text(self, expression: str) -> str:
        return f"cast({expression} as text)"

    def sample(self, relation: str, share: float) -> str:
        raise NotImplementedError

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _told(self) -> "_Told":
        return _Told(self._explain)


class _Told:
    """Any error of the driver's within, as a StarliftError."""

    def __init__(self, explain: Explain) -> None:
        self._explain = explain

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, SQLAlchemyError):
            raise StarliftError(self._explain(getattr(error, "orig", None) or error)) from error


class PostgresReader(_Reader):
    engine = "postgresql"
    _hidden_schemas = ("information_schema", "pg_catalog")

    def _only_read(self, connection: Connection) -> None:
        connection.exec_driver_sql("set default_transaction_read_only = on")
        # a sampled count of a wide table is not worth compiling
        connection.exec_driver_sql("set jit = off")

    def _table_names(self, schema: str) -> list[str]:
        # a partition's rows are its parent's
        partitions = self._connection.exec_driver_sql(
            "select relname from pg_catalog.pg_class join pg_catalog.pg_namespace "
            "on pg_namespace.oid = relnamespace where relispartition and nspname = %s",
            (schema,),
        ).scalars()
        return sorted(set(super()._table_names(schema)) - set(partitions))

    def estimated_rows(self, schema: str, table: str) -> int | None:
        found = self._connection.exec_driver_sql(
            "select reltuples::bigint from pg_catalog.pg_class join pg_catalog.pg_namespace "
            "on pg_namespace.oid = relnamespace where nspname = %s and relname = %s and relkind = 'r'",
            (schema, table),
        ).scalar()
        return found if found is not None and found >= 0 else None

    def sample(self, relation: str, share: float) -> str:
        return f"(select * from {relation} tablesample system ({share * 100:.6f}) repeatable (1))"


class MySQLReader(_Reader):
    engine = "mysql"
    _hidden_schemas = ("information_schema", "mysql", "performance_schema", "sys")

    def __init__(self, engine: Engine, place: str, explain: Explain) -> None:
        super().__init__(engine, place, explain)
        if getattr(engine.dialect, "is_mariadb", False):
            self.engine = "mariadb"
            self.place = place.replace("MySQL at", "MariaDB at")

    def _only_read(self, connection: Connection) -> None:
        connection.exec_driver_sql("set session transaction read only")

    def schemas(self) -> list[str]:
        # a database is what others call a schema: with one in the URL there is no choice
        own = self._inspector.default_schema_name
        return [own] if own and self._table_names(own) else super().schemas()

    def estimated_rows(self, schema: str, table: str) -> int | None:
        found = self._connection.exec_driver_sql(
            "select table_rows from information_schema.tables where table_schema = %s and table_name = %s",
            (schema, table),
        ).scalar()
        return int(found) if found is not None else None

    def as_text(self, expression: str) -> str:
        return f"cast({expression} as char)"

    def sample(self, relation: str, share: float) -> str:
        # neither has a sample of its own: one pass, and the same rows whenever it is asked for
        return f"(select * from {relation} where rand(1) < {share:.8f})"


class SQLiteReader(_Reader):
    engine = "sqlite"
    _hidden_schemas = ("temp",)

    def __init__(self, path: Path) -> None:
        def why(error: Exception) -> str:
            return f"{path} cannot be read as a SQLite file ({_first_line(error)}): name another."

        engine = sqlalchemy.create_engine("sqlite://", creator=lambda: _open_sqlite(path))
        super().__init__(engine, str(path), why)
        self._without_rowid = {
            name
            for (name,) in self.rows(
                "select name from sqlite_master where type = 'table' and sql like '%without%rowid%'"
            )
        }

    def _only_read(self, connection: Connection) -> None:
        connection.exec_driver_sql("pragma query_only = on")
        # a file that is none shows itself at the first question
        connection.exec_driver_sql("select count(*) from sqlite_master")

    def _table_names(self, schema: str) -> list[str]:
        # what a full-text index keeps its words in
        shadows: set[str] = set()
        # SQLite before 3.37 does not say
        with suppress(Unreadable):
            found = self.rows("select name from pragma_table_list where type = 'shadow'")
            shadows = {name for (name,) in found}
        return sorted(set(super()._table_names(schema)) - shadows)

    def structure(self, schema: str) -> Structure:
        """Columns without a type have that of their values, where these agree."""
        found = super().structure(schema)
        tables = tuple(
            replace(table, columns=tuple(self._by_values(table, column) for column in table.columns))
            for table in found.tables
        )
        return replace(found, tables=tables)

    def _by_values(self, table: Table, column: Column) -> Column:
        if column.type != _UNKNOWN:
            return column
        name = self.quoted(column.name)
        kinds = self.rows(
            f"select distinct typeof({name}) from (select {name} from {self.quoted(table.name)} "
            f"where {name} is not null limit {_LOOKED_AT})"
        )
        kind = kinds[0][0] if len(kinds) == 1 else _UNKNOWN
        return replace(column, type=kind, family=family_of(kind))

    def sample(self, relation: str, share: float) -> str:
        name = relation.partition(".")[2].strip('"').replace('""', '"')
        number, rows = "rowid", relation
        if name in self._without_rowid:
            number, rows = (
                "number_of_row",
                f"(select *, row_number() over () as number_of_row from {relation})",
            )
        # Knuth's multiplicative hash: rows from all over the table, the same ones each time
        threshold = share * 2**32
        return f"(select * from {rows} where (({number} * 2654435761) & 4294967295) < {threshold:.0f})"


def _open_sqlite(path: Path) -> sqlite3.Connection:
    """Read-only: the file stays as it is, and none comes beside it."""
    # a file in WAL mode that nobody has open would get two more beside it
    with path.open("rb") as file:
        is_wal = file.read(20)[18:19] == b"\x02"
    alone = is_wal and not path.with_name(path.name + "-wal").exists()
    uri = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    return connection


def _foreign_key(table: str, schema: str, found: Any) -> ForeignKey:  # noqa: ANN401 - SQLAlchemy's dictionary
    elsewhere = found.get("referred_schema")
    return ForeignKey(
        table=table,
        columns=tuple(found["constrained_columns"]),
        parent=found["referred_table"],
        parent_columns=tuple(found["referred_columns"]),
        parent_schema=elsewhere if elsewhere and elsewhere != schema else None,
    )


def _is_partial(index: Any) -> bool:  # noqa: ANN401 - SQLAlchemy's dictionary
    options = index.get("dialect_options") or {}
    return bool(index.get("expressions")) or any(
        name.endswith("_where") and value is not None for name, value in options.items()
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    return lines[0].rstrip(" .") if lines else type(error).__name__
