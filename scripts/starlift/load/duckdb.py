"""The raw schema in a DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import Self

import duckdb

from starlift.duckdb_file import first_line, is_damage, open_duckdb, use_of_duckdb, what_is_wrong
from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.ddl import Rules, create_table
from starlift.load.engine import Landed, LoadRecord, Progress
from starlift.load.extract import Extract
from starlift.load.interrupts import signals_ignored
from starlift.load.log import last_load
from starlift.load.notes import MAY_REPEAT
from starlift.load.quick_keys import QuickKeys, repeats
from starlift.load.reader import count_fitting_rows
from starlift.load.rules import Violation, key_violations, refusal, row_violations
from starlift.load.stamps import missing_stamps, plain_select, stamped_select
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


# Up to here declaring the keys takes seconds; see `Keys.AUTO`.
MOST_ROWS_WITH_DECLARED_KEYS = 1_000_000


class Keys(Enum):
    """Whether a strict load declares primary, unique and foreign keys in the DDL or only checks them."""

    DECLARED = "declared"
    CHECKED = "checked"
    # Declared up to MOST_ROWS_WITH_DECLARED_KEYS rows in all tables together.
    AUTO = "auto"


class DuckDB:
    """A DuckDB file, made where there is none; one that a failed load has made goes again.

    A strict load's DDL has NOT NULL, CHECK, and, where they are to be declared, primary, unique and foreign
    keys. DuckDB keeps an index for each of these and fills it row by row, which takes twenty times as long as
    the rows themselves; where they are not declared, the load checks them once, over the whole table.
    """

    name = "duckdb"

    def __init__(self, path: Path, keys: Keys = Keys.AUTO) -> None:
        self.path = path
        self.keys = keys
        self.committed = False

    @property
    def place(self) -> str:
        return str(self.path)

    def __enter__(self) -> Self:
        self._is_new = not self.path.exists()
        self.committed = False
        self._connection = open_duckdb(self.path)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        # what went wrong matters more than what closing says about it
        with suppress(duckdb.Error) if kind else use_of_duckdb(self.path):
            self._connection.close()
        if kind and self._is_new and not self.committed:
            self.path.unlink(missing_ok=True)
            self.path.with_name(self.path.name + ".wal").unlink(missing_ok=True)
        # Ctrl-C during a query comes as an error of DuckDB's, between queries as what it is
        if isinstance(error, KeyboardInterrupt) or "Query interrupted" in str(error):
            raise KeyboardInterrupt if self.committed else InterruptedInTime
        if isinstance(error, duckdb.Error):
            raise StarliftError(what_is_wrong(self.path, error)) from error

    def last_load(self, source: Source) -> LoadRecord | None:
        is_there = self._has(f"{source.raw_schema}.loads", ("load_id",))
        return last_load(source, self._rows, is_there=is_there)

    def replace(self, extract: Extract, record: LoadRecord, *, compare: bool, progress: Progress) -> Landed:
        for table_input in extract.tables:
            if table_input.arrow is not None:
                self._connection.register(table_input.relation, table_input.arrow)
        try:
            rules = self._rules(record, self._check_fits(extract, progress))
            selects = self._selects(extract, record, compare)
            with self._transaction():
                rows = self._land(extract.source, selects, rules, progress)
                landed = Landed(
                    rows,
                    self._repeats(extract.source),
                    self._violations(extract.source, rules),
                    keys_declared=rules is Rules.ALL,
                )
                if landed.violations and record.mode == "strict":
                    raise refusal(landed.violations)
                self._append(extract.source, record, sum(rows.values()))
        except duckdb.ConstraintException as error:
            raise self._explain(extract, record, error) from error
        except duckdb.Error as error:
            if is_damage(error):
                raise
            raise StarliftError(
                f"DuckDB could not load {extract.path}, and changed nothing: {first_line(error)}."
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
            with signals_ignored():
                self._connection.execute("commit")
                self.committed = True
        except BaseException:
            # a failed commit has already ended the transaction; on a full disk even a rollback can fail
            with suppress(duckdb.Error):
                self._connection.rollback()
            raise

    def _has(self, table: str, columns: tuple[str, ...]) -> bool:
        """Whether there is a table with these columns."""
        try:
            self._rows(f"select {', '.join(columns)} from {table} limit 0")
        except (duckdb.CatalogException, duckdb.BinderException):
            return False
        return True

    def _rules(self, record: LoadRecord, row_count: int) -> Rules:
        if record.mode == "dirty":
            return Rules.NONE
        few = row_count <= MOST_ROWS_WITH_DECLARED_KEYS
        declared = self.keys is Keys.DECLARED or (self.keys is Keys.AUTO and few)
        return Rules.ALL if declared else Rules.ROW

    def _check_fits(self, extract: Extract, progress: Progress) -> int:
        """Refuse values that do not fit; else how many rows the extract has."""
        row_count = 0
        for done, table_input in enumerate(extract.tables):
            progress(f"reading {table_input.table.name}", done, 2 * len(extract.tables))
            row_count += count_fitting_rows(table_input, self._rows)
        return row_count

    def _selects(self, extract: Extract, record: LoadRecord, compare: bool) -> dict[str, str]:
        """For each table the query for its new rows, which may not read the old ones: those go first."""
        selects = {}
        for table_input in extract.tables:
            table = table_input.table
            selects[table.name] = plain_select(table_input)
            if missing_stamps(table_input):
                before = f"{extract.source.raw_schema}.{table.name}"
                known = compare and self._has(before, table.column_names)
                select = stamped_select(table_input, record.extracted_at, before if known else None)
                if known:
                    self._connection.execute(f"create or replace temp table stamped_{table.name} as {select}")
                    select = f"select * from temp.stamped_{table.name}"
                selects[table.name] = select
        return selects

    def _land(
        self, source: Source, selects: dict[str, str], rules: Rules, progress: Progress
    ) -> dict[str, int]:
        """The new tables in the place of the old; how many rows each has."""
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
        progress("checking", 2 * len(source.tables), 2 * len(source.tables))
        return rows

    def _repeats(self, source: Source) -> dict[tuple[str, tuple[str, str]], tuple[int, int]]:
        return {
            (table, columns): repeats(self._connection, f"{source.raw_schema}.{table}", columns)
            for table, columns in MAY_REPEAT.get(source.name, {}).items()
        }

    def _violations(self, source: Source, rules: Rules) -> tuple[Violation, ...]:
        """The broken ones of the rules that the DDL does not already enforce."""

        def relation(table: str) -> str:
            return f"{source.raw_schema}.{table}"

        proofs = QuickKeys(self._connection)
        keys = () if rules is Rules.ALL else key_violations(source, relation, self._first_row, proofs)
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
            key_violations(source, relation, self._first_row, QuickKeys(self._connection)),
        )
        violations = tuple(checks)
        if not violations:
            return StarliftError(f"DuckDB refused {extract.path}, and changed nothing: {first_line(error)}.")
        return refusal(violations)
