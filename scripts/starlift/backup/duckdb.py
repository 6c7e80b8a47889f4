"""A DuckDB file: EXPORT DATABASE, and IMPORT DATABASE into a new file that takes the old one's place."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from starlift.backup.content import Dialect, Progress, Table, first_difference, read_contents, tables_of
from starlift.backup.engine import Dumped
from starlift.backup.manifest import Manifest
from starlift.backup.run import differs
from starlift.duckdb_file import first_line, open_duckdb, use_of_duckdb
from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.load.interrupts import signals_ignored

_DIALECT = Dialect(
    name=quoted,
    text=lambda value: f"cast({value} as varchar)",
    number=lambda text: f"cast('0x' || substr(md5({text}), 1, 15) as bigint)",
)
_COLUMNS = """
select columns.schema_name, columns.table_name, columns.column_name, columns.data_type
from duckdb_columns() as columns
inner join duckdb_tables() as tables using (table_oid, database_name)
where not columns.internal and columns.database_name = current_database()
order by columns.schema_name, columns.table_name, columns.column_index
"""
_VIEWS = """
select schema_name || '.' || view_name from duckdb_views()
where not internal and database_name = current_database() order by 1
"""


class DuckDB:
    """The whole file is the warehouse."""

    name = "duckdb"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new = path.with_name(path.name + ".restoring")

    @property
    def place(self) -> str:
        return str(self._path)

    def open(self) -> None:
        """A file needs no more than to be there, which a restore does not ask for."""

    def dump(self, folder: Path, besides: tuple[str, ...], progress: Progress) -> Dumped:
        # while it is open, nobody else writes
        with _connection(self._path, read_only=True) as connection:
            tables, views = _tables(connection), _views(connection)
            if not tables:
                raise StarliftError(f"{self._path} holds no table: load and build first.")
            progress("exporting", 0, 0)
            connection.execute(f"export database {text_literal(folder)} (format parquet)")
            _order(folder / "schema.sql")
            contents = read_contents(
                tables, _DIALECT, lambda sql: connection.execute(sql).fetchall(), progress
            )
        schemas = tuple(dict.fromkeys(table.schema for table in tables))
        return Dumped(schemas, tuple(contents), views, {"duckdb": duckdb.__version__})

    def occupied(self, schemas: tuple[str, ...]) -> list[str]:
        if not self._path.exists():
            return []
        with suppress(StarliftError), _connection(self._path, read_only=True) as connection:
            if not _tables(connection) and not _views(connection):
                return []
        # a file that cannot be read may still be dear to somebody
        return [self._path.name]

    def restore(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        try:
            self._remove(self._new)
            self._fill(folder, manifest, progress)
            self._see_that_nobody_uses_it()
            self._swap()
        finally:
            self._remove(self._new)

    def _fill(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        progress("importing", 0, 0)
        with _connection(self._new) as connection:
            try:
                connection.execute(f"import database {text_literal(folder)}")
            except duckdb.Error as error:
                raise StarliftError(
                    f"DuckDB cannot import {folder}, and nothing was changed ({first_line(error)}): restore "
                    "another backup, or with the DuckDB that wrote it (see manifest.json)."
                ) from error
            contents = read_contents(
                _tables(connection), _DIALECT, lambda sql: connection.execute(sql).fetchall(), progress
            )
            difference = first_difference(manifest.tables, contents)
            if not difference and set(_views(connection)) != set(manifest.views):
                difference = "it has other views"
            if difference:
                raise differs(folder, difference)
            connection.execute("checkpoint")

    def _see_that_nobody_uses_it(self) -> None:
        """What was committed and not yet written into the old file is, by that, too."""
        if not self._path.exists():
            return
        with suppress(duckdb.Error):
            try:
                duckdb.connect(str(self._path)).close()
            except duckdb.IOException as error:
                if "Could not set lock" not in str(error):
                    # a damaged file is what a restore is for
                    return
                raise StarliftError(
                    f"{self._path} is in use by another process (a DuckDB shell, a dbt run), and nothing was "
                    "changed: close that and try again."
                ) from error

    def _swap(self) -> None:
        log = self._path.with_name(self._path.name + ".wal")
        with signals_ignored():
            # that of a damaged file; it would be taken for the new one's
            log.unlink(missing_ok=True)
            self._new.replace(self._path)

    def _remove(self, path: Path) -> None:
        for file in (path, path.with_name(path.name + ".wal")):
            file.unlink(missing_ok=True)


def _order(schema: Path) -> None:
    """DuckDB writes views by name, and cannot make one before those that it stands on."""
    text = schema.read_text(encoding="utf-8")
    ordered: list[str] = []
    with duckdb.connect() as scratch:
        left = [statement.query.strip(" ;\n") for statement in scratch.extract_statements(text)]
        while left:
            waiting = [statement for statement in left if not _made(scratch, statement)]
            ordered += [statement for statement in left if statement not in waiting]
            if len(waiting) == len(left):
                raise StarliftError(
                    "The warehouse has a view that cannot be made again "
                    f"({waiting[0].partition(' AS ')[0]}): drop it, or make what it reads."
                )
            left = waiting
    schema.write_text("".join(f"{statement};\n" for statement in ordered), encoding="utf-8")


def _made(scratch: duckdb.DuckDBPyConnection, statement: str) -> bool:
    try:
        scratch.execute(statement)
    except duckdb.CatalogException:
        return False
    return True


@contextmanager
def _connection(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_duckdb(path, read_only=read_only)
    try:
        with use_of_duckdb(path):
            yield connection
    finally:
        connection.close()


def _tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    return tables_of(connection.execute(_COLUMNS).fetchall())


def _views(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(name for (name,) in connection.execute(_VIEWS).fetchall())
