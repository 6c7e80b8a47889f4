"""The raw schema in a DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Self

import duckdb

from starlift.errors import StarliftError
from starlift.load.ddl import Rules, create_table
from starlift.load.engine import Landed, LoadRecord, Progress
from starlift.load.extract import Extract, TableInput, text_literal
from starlift.load.fit import check_fit, typed_columns
from starlift.load.notes import MAY_REPEAT
from starlift.load.rules import Violation, key_violations, repeats, row_violations
from starlift.load.stamps import missing_stamps, stamped_select
from starlift.sources import Source

_LOADS = """
create table if not exists {schema}.loads (
    load_id integer primary key,
    source_path varchar not null,
    mode varchar not null check (mode in ('strict', 'dirty')),
    extracted_at timestamp not null,
    loaded_at timestamp not null,
    row_count bigint not null
)
"""


class DuckDB:
    """A DuckDB file, made where there is none; one that a failed load has made goes again.

    With `declared_keys` a strict load's DDL has primary, unique and foreign keys, for each of which DuckDB
    keeps an index; without, the load itself checks them and the DDL has NOT NULL and CHECK only.
    """

    name = "duckdb"

    def __init__(self, path: Path, *, declared_keys: bool = True) -> None:
        self.path = path
        self.declared_keys = declared_keys

    def __enter__(self) -> Self:
        self._is_new = not self.path.exists()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = duckdb.connect(str(self.path))
        except (OSError, duckdb.Error) as error:
            raise StarliftError(_why_not_open(self.path, error)) from error
        self._connection.execute("set timezone = 'UTC'")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.close()
        if kind and self._is_new:
            self.path.unlink(missing_ok=True)
            self.path.with_name(self.path.name + ".wal").unlink(missing_ok=True)

    def last_load(self, source: Source) -> LoadRecord | None:
        if "loads" not in self._columns(source):
            return None
        found = self._rows(
            "select load_id, source_path, mode, extracted_at, loaded_at "
            f"from {source.raw_schema}.loads order by load_id desc limit 1"
        )
        return LoadRecord(*found[0]) if found else None

    def replace(self, extract: Extract, record: LoadRecord, *, compare: bool, progress: Progress) -> Landed:
        for table_input in extract.tables:
            if table_input.arrow is not None:
                self._connection.register(table_input.relation, table_input.arrow)
        rules = Rules.NONE if record.mode == "dirty" else Rules.ALL if self.declared_keys else Rules.ROW
        try:
            self._check_fits(extract, progress)
            with self._transaction():
                rows = self._land(extract, record, rules, compare, progress)
                landed = Landed(rows, self._repeats(extract.source), self._violations(extract.source, rules))
                if landed.violations and record.mode == "strict":
                    raise _refusal(landed.violations)
                self._append(extract.source, record, sum(rows.values()))
        except duckdb.ConstraintException as error:
            raise self._explain(extract, record, error) from error
        except duckdb.Error as error:
            raise StarliftError(
                f"DuckDB could not load {extract.path}, and changed nothing: {_first_line(error)}"
            ) from error
        return landed

    def _rows(self, sql: str) -> list[tuple]:
        return self._connection.execute(sql).fetchall()

    def _first_row(self, sql: str) -> tuple:
        return self._rows(sql)[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("begin")
        try:
            yield
            self._connection.execute("commit")
        except BaseException:
            # a failed commit has already ended the transaction
            with suppress(duckdb.TransactionException):
                self._connection.rollback()
            raise

    def _columns(self, source: Source) -> dict[str, set[str]]:
        """The columns of each table of the raw schema."""
        columns: dict[str, set[str]] = {}
        for table, column in self._rows(
            "select table_name, column_name from duckdb_columns() where database_name = current_database() "
            f"and schema_name = {text_literal(source.raw_schema)}"
        ):
            columns.setdefault(table, set()).add(column)
        return columns

    def _check_fits(self, extract: Extract, progress: Progress) -> None:
        for done, table_input in enumerate(extract.tables):
            progress(f"reading {table_input.table.name}", done, 2 * len(extract.tables))
            try:
                check_fit(table_input, self._rows)
            except duckdb.Error as error:
                raise StarliftError(
                    f"{table_input.origin} cannot be read, it may be truncated: {_first_line(error)}"
                ) from error

    def _land(
        self, extract: Extract, record: LoadRecord, rules: Rules, compare: bool, progress: Progress
    ) -> dict[str, int]:
        """The new tables in the place of the old; how many rows each has."""
        source = extract.source
        before = self._columns(source)
        selects = {}
        for table_input in extract.tables:
            table = table_input.table
            selects[table.name] = _plain_select(table_input)
            if missing_stamps(table_input):
                # the old rows are read before any table goes
                known = compare and set(table.column_names) <= before.get(table.name, set())
                old = f"{source.raw_schema}.{table.name}" if known else None
                select = stamped_select(table_input, record.extracted_at, old)
                if known:
                    self._connection.execute(f"create or replace temp table stamped_{table.name} as {select}")
                    select = f"select * from temp.stamped_{table.name}"
                selects[table.name] = select
        self._connection.execute(f"create schema if not exists {source.raw_schema}")
        for table in reversed(source.tables):
            self._connection.execute(f"drop table if exists {source.raw_schema}.{table.name}")
        rows = {}
        for done, table in enumerate(source.tables, start=len(source.tables)):
            progress(f"loading {table.name}", done, 2 * len(source.tables))
            self._connection.execute(create_table(source, table, rules))
            (rows[table.name],) = self._first_row(
                f"insert into {source.raw_schema}.{table.name} {selects[table.name]}"
            )
            self._connection.execute(f"drop table if exists temp.stamped_{table.name}")
        progress("checking", 2 * len(source.tables), 2 * len(source.tables))
        return rows

    def _repeats(self, source: Source) -> dict[tuple[str, tuple[str, ...]], tuple[int, int]]:
        return {
            (table, columns): repeats(f"{source.raw_schema}.{table}", columns, self._first_row)
            for table, columns in MAY_REPEAT.get(source.name, {}).items()
        }

    def _violations(self, source: Source, rules: Rules) -> tuple[Violation, ...]:
        """The broken ones of the rules that the DDL does not already enforce."""

        def relation(table: str) -> str:
            return f"{source.raw_schema}.{table}"

        keys = () if rules is Rules.ALL else key_violations(source, relation, self._first_row)
        rows = row_violations(source, relation, self._first_row) if rules is Rules.NONE else ()
        return tuple(chain(keys, rows))

    def _append(self, source: Source, record: LoadRecord, row_count: int) -> None:
        self._connection.execute(_LOADS.format(schema=source.raw_schema))
        self._connection.execute(
            f"insert into {source.raw_schema}.loads values (?, ?, ?, ?, ?, ?)",
            [
                record.load_id,
                record.source_path,
                record.mode,
                record.extracted_at,
                record.loaded_at,
                row_count,
            ],
        )

    def _explain(self, extract: Extract, record: LoadRecord, error: duckdb.Error) -> StarliftError:
        """Which rule the extract breaks and how often: DuckDB names one value and stops."""
        source = extract.source
        for table_input in extract.tables:
            select = stamped_select(table_input, record.extracted_at, None)
            self._connection.execute(
                f"create or replace temp table broken_{table_input.table.name} as {select}"
            )

        def relation(table: str) -> str:
            return f"temp.broken_{table}"

        checks = chain(
            row_violations(source, relation, self._first_row),
            key_violations(source, relation, self._first_row),
        )
        violations = tuple(checks)
        if not violations:
            return StarliftError(f"DuckDB refused {extract.path}, and changed nothing: {_first_line(error)}")
        return _refusal(violations)


def _plain_select(table_input: TableInput) -> str:
    return f"select {', '.join(typed_columns(table_input).values())} from {table_input.relation}"


def _refusal(violations: tuple[Violation, ...]) -> StarliftError:
    more = f"; {len(violations) - 1} more rules are broken" if len(violations) > 2 else ""
    more = "; 1 more rule is broken" if len(violations) == 2 else more
    return StarliftError(
        f"{violations[0].sentence}{more}: correct the source, or load it with --dirty and let the "
        "warehouse's quarantine hold the broken rows."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _why_not_open(path: Path, error: Exception) -> str:
    message = str(error)
    if "Could not set lock" in message:
        return f"{path} is in use by another process (a DuckDB shell, a dbt run): close that and try again."
    if "not a valid DuckDB database" in message:
        return f"{path} is not a DuckDB database: name another file in STARLIFT_DUCKDB."
    return f"Cannot open the DuckDB file {path}: {_first_line(error)}"
