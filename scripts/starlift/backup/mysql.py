"""A MySQL or MariaDB server: its dump program, and a restore beside the old that is then put in its place.

Their DDL commits at once, so there is no transaction to roll back. All tables change places in a single
RENAME, which is atomic; only views, which cannot be moved, are made after that.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mysql.connector

from starlift.backup import tools
from starlift.backup.content import (
    Content,
    Dialect,
    Progress,
    Rows,
    Table,
    first_difference,
    read_contents,
    tables_of,
)
from starlift.backup.engine import Dumped
from starlift.backup.manifest import Manifest
from starlift.backup.run import differs
from starlift.backup.schemas import warehouse_schemas
from starlift.errors import StarliftError
from starlift.load.extract import text_literal
from starlift.load.interrupts import signals_ignored
from starlift.servers import KINDS
from starlift.targets import Target
from starlift.targets.mysql import MySQL
from starlift.targets.mysql import backticked as _quoted

# What no dump of a table says: the schemas' collations, and the views.
_OUTLINE = "outline.json"
# In the order in which they are preferred; the second is what they were called before.
_DUMPERS, _CLIENTS = ("mariadb-dump", "mysqldump"), ("mariadb", "mysql")
_RESTORING, _REPLACED = "_restoring", "_replaced"
_LOCK_SECONDS = 30


_DIALECT = Dialect(
    name=_quoted,
    text=lambda value: f"cast({value} as char)",
    number=lambda text: f"cast(conv(substr(md5({text}), 1, 15), 16, 10) as unsigned)",
)
_COLUMNS = """
select columns.table_schema, columns.table_name, columns.column_name, columns.column_type
from information_schema.columns as columns
inner join information_schema.tables as tables
    on columns.table_schema = tables.table_schema and columns.table_name = tables.table_name
where tables.table_type = 'BASE TABLE' and columns.table_schema in ({schemas})
order by columns.table_schema, columns.table_name, columns.ordinal_position
"""
_VIEWS = """
select table_schema, table_name, view_definition from information_schema.views
where table_schema in ({schemas}) order by 1, 2
"""
_SCHEMAS = """
select schema_name, default_character_set_name, default_collation_name from information_schema.schemata
where schema_name in ({schemas})
"""
_OCCUPIED = (
    "select distinct table_schema from information_schema.tables where table_schema in ({schemas}) order by 1"
)


class MySQLServer:
    """The schemas of the warehouse, there databases, on one server."""

    def __init__(self, target: Target) -> None:
        self._server = MySQL(target)
        self._star = str(target.get("schema") or "star")

    @property
    def name(self) -> str:
        return self._server.flavor.kind

    @property
    def place(self) -> str:
        return self._server.place

    def open(self) -> None:
        # which of the two it is shows when it is connected to
        self._server.connect().close()
        kind = KINDS[self.name]
        self._dumper, self._client = kind.find_client(*_DUMPERS), kind.find_client(*_CLIENTS)

    def dump(self, folder: Path, besides: tuple[str, ...], progress: Progress) -> Dumped:
        wanted = warehouse_schemas(self._star, besides)
        with self._rows() as rows, self._options() as options:
            tables = tables_of(rows(_among(_COLUMNS, wanted)))
            if not tables:
                raise StarliftError(
                    f"{self.place} holds no table in {', '.join(wanted)}: load and build first."
                )
            progress("waiting for those who write", 0, 0)
            rows("lock tables " + ", ".join(f"{_place(table)} read" for table in tables))
            # while they are locked nobody writes, so the dump and the sums are of one moment
            views = [[_text(value) for value in row] for row in rows(_among(_VIEWS, wanted))]
            schemas = tuple(
                dict.fromkeys([table.schema for table in tables] + [schema for schema, *_ in views])
            )
            if tables_of(rows(_among(_COLUMNS, wanted))) != tables:
                raise StarliftError(
                    f"Somebody is changing the tables of {self.place}: wait until that is done."
                )
            made = [[_text(value) for value in row] for row in rows(_among(_SCHEMAS, schemas))]
            (folder / _OUTLINE).write_text(json.dumps({"schemas": made, "views": views}, indent=1))
            for schema in dict.fromkeys(table.schema for table in tables):
                names = [table.name for table in tables if table.schema == schema]
                self._write(folder / f"{schema}.sql.gz", schema, names, options, progress)
            contents = read_contents(tables, _DIALECT, rows, progress)
            ((version,),) = rows("select version()")
        versions = {self.name: _text(version), self._dumper.name: tools.version_of(self._dumper)}
        return Dumped(
            schemas, tuple(contents), tuple(f"{schema}.{name}" for schema, name, _ in views), versions
        )

    def _write(self, file: Path, schema: str, names: Sequence[str], options: str, progress: Progress) -> None:
        command = [
            str(self._dumper),
            options,
            # the tables are locked already
            "--skip-lock-tables",
            "--skip-add-locks",
            "--skip-add-drop-table",
            "--skip-triggers",
            "--skip-comments",
            "--no-tablespaces",
            "--quick",
            "--hex-blob",
            "--default-character-set=utf8mb4",
            *self._server.flavor.dump_options,
            schema,
            *names,
        ]
        with (
            gzip.open(file, "wb", compresslevel=3) as packed,
            tools.running(command, environment={}, doing=f"dump {schema}") as program,
        ):
            assert program.stdout
            written = 0
            for size in tools.copy(program.stdout, packed):  # type: ignore[arg-type]
                written += size
                progress(f"dumping {schema}: {written / 1e6:,.0f} MB", 0, 0)

    def occupied(self, schemas: tuple[str, ...]) -> list[str]:
        with self._rows() as rows:
            return [_text(name) for (name,) in rows(_among(_OCCUPIED, schemas))]

    def restore(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        outline = json.loads((folder / _OUTLINE).read_text())
        with self._rows() as rows, self._options() as options:
            self._clear(rows, manifest.schemas)
            try:
                for schema, charset, collation in outline["schemas"]:
                    beside = _quoted(schema + _RESTORING)
                    rows(f"create database {beside} character set {charset} collate {collation}")
                    self._read(folder / f"{schema}.sql.gz", schema, options, progress)
                found = [_moved_back(one) for one in self._beside(rows, manifest.schemas, progress)]
                difference = first_difference(manifest.tables, found)
                if difference:
                    raise differs(folder, difference)
                progress("putting it in place", 0, 0)
                with signals_ignored():
                    self._swap(rows, manifest, outline)
            finally:
                with suppress(StarliftError):
                    self._clear(rows, manifest.schemas)

    def _read(self, file: Path, schema: str, options: str, progress: Progress) -> None:
        if not file.exists():
            # only views
            return
        command = [
            str(self._client),
            options,
            "--default-character-set=utf8mb4",
            f"--database={schema}{_RESTORING}",
        ]
        with (
            gzip.open(file, "rb") as packed,
            tools.running(command, environment={}, doing=f"restore {schema}") as program,
        ):
            assert program.stdin
            read = 0
            for size in tools.copy(packed, program.stdin):  # type: ignore[arg-type]
                read += size
                progress(f"restoring {schema}: {read / 1e6:,.0f} MB", 0, 0)

    def _beside(self, rows: Rows, schemas: Sequence[str], progress: Progress) -> list[Content]:
        tables = tables_of(rows(_among(_COLUMNS, [f"{schema}{_RESTORING}" for schema in schemas])))
        return read_contents(tables, _DIALECT, rows, progress)

    def _swap(self, rows: Rows, manifest: Manifest, outline: Mapping[str, Any]) -> None:
        old = tables_of(rows(_among(_COLUMNS, manifest.schemas)))
        for schema, charset, collation in outline["schemas"]:
            created = f"character set {charset} collate {collation}"
            rows(f"create database if not exists {_quoted(schema)} {created}")
            rows(f"create database {_quoted(schema + _REPLACED)} {created}")
        moves = [f"{_place(table)} to {_place(table, _REPLACED)}" for table in old]
        moves += [f"{_place(one.table, _RESTORING)} to {_place(one.table)}" for one in manifest.tables]
        rows(f"rename table {', '.join(moves)}")
        for schema, name, _ in rows(_among(_VIEWS, manifest.schemas)):
            if f"{_text(schema)}.{_text(name)}" not in manifest.views:
                rows(f"drop view {_quoted(_text(schema))}.{_quoted(_text(name))}")
        _make_views(
            rows, [(f"{_quoted(schema)}.{_quoted(name)}", query) for schema, name, query in outline["views"]]
        )

    def _clear(self, rows: Rows, schemas: Sequence[str]) -> None:
        """What this restore, or one that was killed, has made for itself."""
        for schema in schemas:
            for suffix in (_RESTORING, _REPLACED):
                rows(f"drop database if exists {_quoted(schema + suffix)}")

    @contextmanager
    def _rows(self) -> Iterator[Rows]:
        with closing(self._server.connect(consume_results=True)) as connection:

            def rows(sql: str) -> Sequence[Sequence[Any]]:
                try:
                    with closing(connection.cursor()) as cursor:
                        cursor.execute(sql)
                        return cursor.fetchall() if cursor.description else []
                except mysql.connector.Error as error:
                    raise StarliftError(self._server.what_is_wrong(error, "try again")) from error

            rows(
                "set sql_mode = concat(@@sql_mode, ',PIPES_AS_CONCAT'), foreign_key_checks = 0, "
                f"lock_wait_timeout = {_LOCK_SECONDS}"
            )
            yield rows

    @contextmanager
    def _options(self) -> Iterator[str]:
        """The option that names a file with the credentials, which nobody else may read."""
        with TemporaryDirectory(prefix="starlift_backup_") as made:
            file = Path(made) / "client.cnf"
            file.touch(mode=0o600)
            file.write_text(self._server.option_file())
            yield f"--defaults-file={file}"


def _make_views(rows: Rows, views: Sequence[tuple[str, str]]) -> None:
    """In whichever order they stand on each other."""
    while views:
        left, why = [], None
        for place, query in views:
            try:
                rows(f"create or replace view {place} as {query}")
            except StarliftError as error:
                left.append((place, query))
                why = error
        if len(left) == len(views) and why:
            raise StarliftError(
                f"The tables are restored, and some views are not ({why}): run `dbt build`, which makes them."
            ) from why
        views = left


def _moved_back(content: Content) -> Content:
    table = content.table
    there = Table(table.schema.removesuffix(_RESTORING), table.name, table.columns)
    return Content(there, content.rows, content.checksum)


def _place(table: Table, suffix: str = "") -> str:
    return f"{_quoted(table.schema + suffix)}.{_quoted(table.name)}"


def _among(query: str, schemas: Sequence[str]) -> str:
    return query.format(schemas=", ".join(text_literal(schema) for schema in schemas))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes | bytearray) else str(value)
