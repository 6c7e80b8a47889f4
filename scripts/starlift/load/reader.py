"""The extract as typed and proven rows, in a DuckDB of the load's own: where servers take their rows from."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from itertools import chain
from typing import TYPE_CHECKING, Self

import duckdb

from starlift.duckdb_file import first_line
from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.engine import LoadRecord, Progress
from starlift.load.extract import Extract, TableInput
from starlift.load.fit import Limit, check_fit
from starlift.load.notes import MAY_REPEAT
from starlift.load.quick_keys import QuickKeys, repeats
from starlift.load.rules import Violation, key_violations, row_violations
from starlift.load.scratch import scratch_folder
from starlift.load.stamps import missing_stamps, plain_select, stamped_select
from starlift.sources import Table

if TYPE_CHECKING:
    import pyarrow

# Rows that are under way at a time.
_BATCH_ROWS = 65_536


class ExtractReader:
    """Each table of an extract as the relation `new_<table>`, stamped as if nothing were loaded before."""

    def __init__(self, extract: Extract, record: LoadRecord) -> None:
        self.extract = extract
        self.record = record

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            folder = opened.enter_context(scratch_folder())
            self.connection = duckdb.connect(str(folder / "extract.duckdb"))
            self.connection.execute("set timezone = 'UTC'")
            self._folder = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        with suppress(duckdb.Error):
            self.connection.close()
        self._folder.close()
        if isinstance(error, duckdb.Error):
            # Ctrl-C during a query comes as an error of DuckDB's
            if "Query interrupted" in str(error) or "INTERRUPT" in str(error):
                raise InterruptedInTime from error
            raise StarliftError(
                f"DuckDB could not read {self.extract.path}, and nothing was changed: {first_line(error)}."
            ) from error

    def read(self, limit: Limit, progress: Progress) -> dict[str, int]:
        """Refuse values that fit neither the model nor the engine's `limit`; how many rows each table has."""
        self._row_counts = rows = {}
        steps = 2 * len(self.extract.tables)
        for done, table_input in enumerate(self.extract.tables):
            progress(f"reading {table_input.table.name}", done, steps)
            if table_input.arrow is not None:
                self.connection.register(table_input.relation, table_input.arrow)
            rows[table_input.table.name] = count_fitting_rows(table_input, self._rows, limit)
            self._keep(table_input)
        return rows

    def violations(self) -> tuple[Violation, ...]:
        """The broken rules, those of single rows in front in a strict load, as an engine finds them."""
        source = self.extract.source
        rows = row_violations(source, self.relation, self._first_row)
        keys = key_violations(source, self.relation, self._first_row, QuickKeys(self.connection))
        return tuple(chain(rows, keys) if self.record.mode == "strict" else chain(keys, rows))

    def repeats(self) -> dict[tuple[str, tuple[str, str]], tuple[int, int]]:
        return {
            (table, columns): repeats(self.connection, self.relation(table), columns)
            for table, columns in MAY_REPEAT.get(self.extract.source.name, {}).items()
        }

    def arrow(self, table: str) -> "pyarrow.RecordBatchReader":
        """The rows of a table, batch by batch."""
        return self.connection.sql(f"select * from {self.relation(table)}").to_arrow_reader(_BATCH_ROWS)

    def in_key_order(self, table: Table) -> str:
        """A query for the rows of a table by primary key, as an engine that stores them so wants them."""
        relation, key = self.relation(table.name), table.primary_key
        (backwards,) = self._first_row(
            f"select count(*) from (select {key} < lag({key}) over () as back from {relation}) where back"
        )
        return f"select * from {relation}{f' order by {key}' if backwards else ''}"

    def row_count(self, table: Table) -> int:
        return self._row_counts[table.name]

    @staticmethod
    def relation(table: str) -> str:
        return f"new_{table}"

    def _keep(self, table_input: TableInput) -> None:
        """Text is parsed once; Parquet is read again wherever it is needed, which costs less than a copy."""
        if missing_stamps(table_input):
            select = stamped_select(table_input, self.record.extracted_at, None)
        else:
            select = plain_select(table_input)
        kind = "table" if table_input.relation.startswith("read_csv") else "view"
        self.connection.execute(f"create {kind} {self.relation(table_input.table.name)} as {select}")

    def _rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()

    def _first_row(self, sql: str) -> tuple:
        return self._rows(sql)[0]


def count_fitting_rows(
    table_input: TableInput, rows: Callable[[str], list[tuple]], limit: Limit | None = None
) -> int:
    """As `check_fit`; a file that cannot be read is a sentence, too."""
    try:
        return check_fit(table_input, rows, limit)
    except duckdb.Error as error:
        if "Query interrupted" in str(error):
            raise
        raise StarliftError(
            f"{table_input.origin} cannot be read ({_what_is_wrong(error)}): it may be truncated, write it "
            "again."
        ) from error


def _what_is_wrong(error: duckdb.Error) -> str:
    """What DuckDB says about a file that it cannot read, on one line and without its advice."""
    lines = str(error).splitlines()
    told = [lines[0], *(line for line in lines[1:] if line.startswith(("Expected Number", "Value with")))]
    return "; ".join(line.removeprefix("Invalid Input Error: ").strip(" .") for line in told)
