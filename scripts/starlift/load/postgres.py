"""The raw schema in PostgreSQL: binary COPY into truncated tables, keys and indexes after the rows."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Self

import adbc_driver_manager

from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.ddl import Rules, create_table
from starlift.load.engine import Landed, LoadRecord, Progress
from starlift.load.extract import Extract, text_literal
from starlift.load.interrupts import Interruptible, signals_ignored
from starlift.load.log import last_load
from starlift.load.reader import ExtractReader
from starlift.load.rules import refusal
from starlift.load.stamps import Dialect, missing_stamps, repeated_rows, restamped_select
from starlift.sources import Source, Table, sql_name
from starlift.targets.postgres import Postgres

_LOADS = """
create table if not exists {schema}.loads (
    load_id integer primary key,
    source_path text not null,
    mode text not null check (mode in ('strict', 'dirty')),
    extracted_at timestamp not null,
    loaded_at timestamp not null,
    row_count bigint not null
)
"""
_SESSION = {
    "timezone": "'UTC'",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    # somebody's long query is a reason to say so, not to wait for ever
    "lock_timeout": "'30s'",
    "maintenance_work_mem": "'256MB'",
    "client_min_messages": "warning",
}
_COLUMNS = """
select attname, format_type(atttypid, atttypmod) from pg_attribute
where attrelid = to_regclass({table}) and attnum > 0 and not attisdropped order by attnum
"""
_CONSTRAINTS = """
select quote_ident(conname) from pg_constraint
where conrelid = {table}::regclass and strpos('{kinds}', contype::text) > 0
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
where indrelid = {table}::regclass
    and not exists (select 1 from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
"""
# A join can only hash an equality.
_DIALECT = Dialect(
    same=lambda one, other: f"{one} is not distinct from {other}",
    same_key=lambda one, other: (
        f"coalesce({one}, 0) = coalesce({other}, 0) and {one} is not distinct from {other}"
    ),
)


# DuckDB's last dates are later than these.
_LAST_YEARS = {"date": 5_874_897, "timestamp": 294_246}
_CATALOGUED = {
    "varchar": "character varying",
    "decimal": "numeric",
    "timestamp": "timestamp without time zone",
}


def type_name(described: str) -> str:
    """Fixed-length text would come back padded with blanks."""
    return described.replace("char(", "varchar(") if described.startswith("char(") else described


def _limit(value: str, _: str, wanted: str) -> tuple[str, str] | None:
    if wanted.startswith(("varchar", "char")):
        return f"contains({value}::varchar, chr(0))", "PostgreSQL cannot store the character NUL"
    if wanted in _LAST_YEARS:
        years = _LAST_YEARS[wanted]
        first, last = f"{wanted} '4713-01-01 (BC)'", f"{wanted} '{years}-12-31'"
        return (
            f"try_cast({value} as {wanted}) not between {first} and {last}",
            f"PostgreSQL's years are 4713 BC to {years}",
        )
    return None


def _regclass(source: Source, table: Table) -> str:
    return text_literal(source.relation(table))


def _described(table: Table) -> list[tuple[str, str]]:
    """What the catalogue says of a table that this module has made."""
    return [(column.name, _catalogued(type_name(column.type))) for column in table.columns]


def _catalogued(name: str) -> str:
    family, mark, size = name.partition("(")
    return _CATALOGUED.get(family, family) + mark + size


def _alter(source: Source, table: Table, changes: Iterable[str]) -> str:
    return f"alter table {source.relation(table)} {', '.join(changes)}"


def _row_rules(table: Table) -> Iterator[str]:
    for column in table.columns:
        if not column.nullable:
            yield f"alter {sql_name(column.name)} set not null"
    for check in table.checks:
        yield f"add constraint {check.name} check ({check.sql})"


def key_statements(source: Source) -> Iterator[str]:
    """Primary and unique keys, and only then the foreign keys that stand on them."""
    for table in source.tables:
        unique = (f"add unique ({sql_name(column)})" for column in table.unique)
        yield _alter(source, table, chain([f"add primary key ({table.sql_key})"], unique))
    for table in source.tables:
        for key in table.foreign_keys:
            parent = source.table(key.references)
            target = f"{source.relation(parent)} ({parent.sql_key})"
            yield _alter(source, table, [f"add foreign key ({sql_name(key.column)}) references {target}"])


class PostgresTables:
    """The raw tables of a source in one database.

    dbt's views stand on them, so tables that have the right columns are emptied and filled, never dropped.
    """

    name = "postgres"

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.committed = False

    @property
    def place(self) -> str:
        return f"the database {self.server.place}"

    def __enter__(self) -> Self:
        self.committed = False
        self._connection = self.server.connect()
        self._cursor = self._connection.cursor()
        self._run = Interruptible(self._cursor.adbc_cancel)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        self._run.close()
        for resource in (self._cursor, self._connection):
            try:
                resource.close()
            except adbc_driver_manager.Error:
                # what went wrong before matters more, and a closed session rolls back
                continue
        if isinstance(error, KeyboardInterrupt) and not isinstance(error, InterruptedInTime):
            raise KeyboardInterrupt if self.committed else InterruptedInTime
        if isinstance(error, adbc_driver_manager.Error):
            raise StarliftError(self.server.what_is_wrong(error)) from error

    def last_load(self, source: Source) -> LoadRecord | None:
        self._open(source)
        return last_load(source, self._rows, is_there=bool(self._columns(f"{source.raw_schema}.loads")))

    def replace(self, extract: Extract, record: LoadRecord, *, compare: bool, progress: Progress) -> Landed:
        with ExtractReader(extract, record) as reader:
            rows = reader.read(_limit, progress)
            progress("checking", len(extract.tables), 2 * len(extract.tables))
            violations = reader.violations()
            strict = record.mode == "strict"
            if violations and strict:
                raise refusal(violations)
            landed = Landed(rows, reader.repeats(), violations, keys_declared=strict)
            self._land(reader, Rules.ALL if strict else Rules.NONE, compare, progress)
        self._append(extract.source, record, sum(rows.values()))
        with signals_ignored():
            self._connection.commit()
            self.committed = True
        return landed

    def _open(self, source: Source) -> None:
        for setting, value in _SESSION.items():
            self._do(f"set {setting} = {value}")
        lock = text_literal(f"starlift load {source.raw_schema}")
        ((locked,),) = self._rows(f"select pg_try_advisory_lock(hashtextextended({lock}, 0))")
        if not locked:
            raise StarliftError(
                f"Another load into {source.raw_schema} of {self.place} is at work: wait until it is done."
            )

    def _land(self, reader: ExtractReader, rules: Rules, compare: bool, progress: Progress) -> None:
        source = reader.extract.source
        self._make_schema(source)
        stamped = self._stamped(reader, compare)
        indexes = self._empty(source, rules)
        steps = 2 * len(source.tables)
        for done, table in enumerate(source.tables, start=len(source.tables)):
            progress(f"loading {table.name}", done, steps)
            target = source.relation(table)
            if table.name in stamped:
                self._do(f"insert into {target} select * from {stamped[table.name]}")
            else:
                self._copy(reader, table, source.raw_schema, table.name)
        progress("adding keys", steps, steps)
        if rules is Rules.ALL:
            for statement in key_statements(source):
                self._do(statement)
        for statement in indexes:
            self._do(statement)
        for table in source.tables:
            self._do(f"analyze {source.relation(table)}")

    def _make_schema(self, source: Source) -> None:
        # `create schema if not exists` needs the privilege even where the schema is there
        if not self._rows(f"select 1 from pg_namespace where nspname = {text_literal(source.raw_schema)}"):
            self._do(f"create schema {source.raw_schema}")

    def _stamped(self, reader: ExtractReader, compare: bool) -> dict[str, str]:
        """Temporary tables with the new rows that bear the old ones' stamps, where the extract has none."""
        stamped = {}
        for table_input in reader.extract.tables if compare else ():
            table = table_input.table
            before = f"{reader.extract.source.raw_schema}.{table.name}"
            if missing_stamps(table_input) and set(table.column_names) <= {
                name for name, _ in self._columns(before)
            }:
                self._do(f"create temp table incoming_{table.name} (like {before}) on commit drop")
                nullable = ", ".join(f"alter {column.name} drop not null" for column in table.columns)
                self._do(f"alter table incoming_{table.name} {nullable}")
                self._copy(reader, table, "pg_temp", f"incoming_{table.name}")
                self._do(f"analyze incoming_{table.name}")
                again = repeated_rows(table, before)
                repeated = f"repeated_{table.name}" if self._rows(f"{again} limit 1") else None
                if repeated:
                    self._do(f"create temp table {repeated} on commit drop as {again}")
                select = restamped_select(table_input, f"incoming_{table.name}", before, repeated, _DIALECT)
                self._do(f"create temp table stamped_{table.name} on commit drop as {select}")
                stamped[table.name] = f"stamped_{table.name}"
        return stamped

    def _empty(self, source: Source, rules: Rules) -> list[str]:
        """Every table, empty, with the rules of its rows; the statements that make the user's own indexes."""
        there = {table.name: self._columns(source.relation(table)) for table in source.tables}
        kept = [table for table in source.tables if there[table.name] == _described(table)]
        indexes: list[str] = []
        # foreign keys stand on other tables' keys: they go first, those of tables that will be dropped too
        for table in source.tables:
            if there[table.name]:
                self._drop_constraints(source, table, "f")
        if kept:
            names = ", ".join(source.relation(table) for table in kept)
            self._do(f"lock table {names} in access exclusive mode")
            indexes = self._strip(source, kept)
            self._do(f"truncate {names}")
        for table in source.tables:
            if table not in kept:
                if there[table.name]:
                    self._drop(source, table)
                self._do(create_table(source, table, Rules.ROW if rules is Rules.ALL else rules, type_name))
            elif rules is not Rules.NONE:
                self._do(_alter(source, table, _row_rules(table)))
        return indexes

    def _strip(self, source: Source, tables: Iterable[Table]) -> list[str]:
        """Take keys, checks and indexes off; the statements that make the user's own indexes again."""
        indexes: list[str] = []
        for table in tables:
            self._drop_constraints(source, table, "puc")
        for table in tables:
            for index, statement in self._rows(_INDEXES.format(table=_regclass(source, table))):
                self._do(f"drop index {index}")
                indexes.append(statement)
            self._do(
                _alter(
                    source,
                    table,
                    (f"alter {sql_name(column.name)} drop not null" for column in table.columns),
                )
            )
        return indexes

    def _drop_constraints(self, source: Source, table: Table, kinds: str) -> None:
        found = self._rows(_CONSTRAINTS.format(table=_regclass(source, table), kinds=kinds))
        if not found:
            return
        try:
            self._do(_alter(source, table, (f"drop constraint {name}" for (name,) in found)))
        except adbc_driver_manager.Error as error:
            if error.sqlstate != "2BP01":
                raise
            raise StarliftError(
                f"A table outside the model has a foreign key to {source.raw_schema}.{table.name} of "
                f"{self.place}, whose rows a load replaces: drop that key."
            ) from error

    def _drop(self, source: Source, table: Table) -> None:
        try:
            self._do(f"drop table {source.relation(table)}")
        except adbc_driver_manager.Error as error:
            if error.sqlstate != "2BP01":
                raise
            raise StarliftError(
                f"{source.raw_schema}.{table.name} of {self.place} has other columns than the model, and "
                f"views or keys depend on it: drop them (`drop schema {source.raw_schema} cascade`), load "
                "with --fresh, and build again."
            ) from error

    def _append(self, source: Source, record: LoadRecord, row_count: int) -> None:
        if not self._columns(f"{source.raw_schema}.loads"):
            self._do(_LOADS.format(schema=source.raw_schema))
        self._do(
            f"insert into {source.raw_schema}.loads values ({record.load_id}, "
            f"{text_literal(record.source_path)}, {text_literal(record.mode)}, "
            f"timestamp '{record.extracted_at}', timestamp '{record.loaded_at}', {row_count})"
        )

    def _copy(self, reader: ExtractReader, table: Table, schema: str, name: str) -> None:
        rows = reader.arrow(table.name)
        self._run(lambda: self._cursor.adbc_ingest(name, rows, mode="append", db_schema_name=schema))

    def _columns(self, table: str) -> list[tuple[str, str]]:
        """Names and types, in order; empty where there is no such table."""
        return self._rows(_COLUMNS.format(table=text_literal(table)))

    def _do(self, statement: str) -> None:
        self._run(lambda: self._cursor.execute(statement))

    def _rows(self, query: str) -> list[tuple]:
        def fetch() -> list[tuple]:
            self._cursor.execute(query)
            return self._cursor.fetchall()

        return self._run(fetch)
