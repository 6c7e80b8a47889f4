"""A PostgreSQL database: pg_dump, and a restore as one transaction, which is looked at before it commits."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from starlift.backup import tools
from starlift.backup.content import (
    Content,
    Dialect,
    Progress,
    content_query,
    first_difference,
    read_contents,
    tables_of,
)
from starlift.backup.engine import Dumped
from starlift.backup.manifest import Manifest
from starlift.backup.run import differs
from starlift.backup.schemas import warehouse_schemas
from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.servers import KINDS
from starlift.targets import Target
from starlift.targets.postgres import Postgres

_FILE = "warehouse.dump"
_DIALECT = Dialect(
    name=quoted,
    text=lambda value: f"cast({value} as text)",
    number=lambda text: f"('x' || substr(md5({text}), 1, 15))::bit(60)::bigint",
)
# Values are written as text in one way, whatever the user's settings.
_SESSION = (
    "set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set extra_float_digits = 1; "
    "set intervalstyle = 'iso_8601'"
)
_LOCK_TIMEOUT = "30s"
_COLUMNS = """
select columns.table_schema, columns.table_name, columns.column_name,
    format_type(attributes.atttypid, attributes.atttypmod)
from information_schema.columns as columns
inner join information_schema.tables as tables using (table_schema, table_name)
inner join pg_attribute as attributes
    on
        attributes.attrelid = format('%I.%I', columns.table_schema, columns.table_name)::regclass
        and attributes.attname = columns.column_name
where tables.table_type = 'BASE TABLE' and columns.table_schema in ({schemas})
order by columns.table_schema, columns.table_name, columns.ordinal_position
"""
_VIEWS = """
select table_schema || '.' || table_name from information_schema.views
where table_schema in ({schemas}) order by 1
"""
_SCHEMAS = "select schema_name from information_schema.schemata where schema_name in ({schemas}) order by 1"
# Views of others that stand on the warehouse.
_STRANGERS = """
select distinct view_schema || '.' || view_name from information_schema.view_table_usage
where table_schema in ({schemas}) and view_schema not in ({schemas}) order by 1
"""
_DONE = "starlift: all told"


class PostgresDatabase:
    """The schemas of the warehouse in one database."""

    name = "postgres"

    def __init__(self, target: Target) -> None:
        self._server = Postgres(target)
        self._star = str(target.get("schema") or "star")
        self._environment = {**self._server.credentials, "PGCLIENTENCODING": "UTF8"}

    @property
    def place(self) -> str:
        return f"the database {self._server.place}"

    def open(self) -> None:
        self._server.connect().close()
        self._programs = {
            name: KINDS[self.name].find_client(name) for name in ("pg_dump", "pg_restore", "psql")
        }

    def dump(self, folder: Path, besides: tuple[str, ...], progress: Progress) -> Dumped:
        wanted = warehouse_schemas(self._star, besides)
        with closing(self._server.connect()) as connection:
            rows = self._reader(connection)
            rows("set transaction isolation level repeatable read read only")
            ((snapshot,),) = rows("select pg_export_snapshot()")
            for setting in _SESSION.split("; "):
                rows(setting)
            tables, views = tables_of(rows(_among(_COLUMNS, wanted))), _names(rows(_among(_VIEWS, wanted)))
            if not tables:
                raise StarliftError(
                    f"{self.place} holds no table in {', '.join(wanted)}: load and build first."
                )
            schemas = tuple(dict.fromkeys(name.partition(".")[0] for name in [*map(str, tables), *views]))
            self._write(folder / _FILE, schemas, str(snapshot), progress)
            contents = read_contents(tables, _DIALECT, rows, progress)
            ((server,),) = rows("select current_setting('server_version')")
        program = tools.version_of(self._programs["pg_dump"])
        return Dumped(schemas, tuple(contents), views, {"postgres": str(server), "pg_dump": program})

    def _write(self, file: Path, schemas: Sequence[str], snapshot: str, progress: Progress) -> None:
        command = [
            str(self._programs["pg_dump"]),
            "--format=custom",
            # rights and owners are the database's, and may be unknown to the next
            "--no-owner",
            "--no-privileges",
            "--no-password",
            f"--lock-wait-timeout={_LOCK_TIMEOUT}",
            f"--snapshot={snapshot}",
            *([f"--role={self._server.role}"] if self._server.role else []),
            *(f"--schema={quoted(schema)}" for schema in schemas),
            f"--dbname={self._server.conninfo(with_password=False)}",
        ]
        with (
            file.open("wb") as opened,
            tools.running(command, environment=self._environment, doing="dump the warehouse") as program,
        ):
            written = 0
            for size in tools.copy(_stream(program.stdout), opened):
                written += size
                progress(f"dumping: {written / 1e6:,.0f} MB", 0, 0)

    def occupied(self, schemas: tuple[str, ...]) -> list[str]:
        with closing(self._server.connect()) as connection:
            found = self._reader(connection)(_among(_SCHEMAS, schemas))
        return list(_names(found))

    def restore(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        with closing(self._server.connect()) as connection:
            strangers = _names(self._reader(connection)(_among(_STRANGERS, manifest.schemas)))
        if strangers:
            raise StarliftError(
                f"Views of others stand on the warehouse in {self.place} ({', '.join(strangers)}), and would "
                "go with it: drop them, and make them again afterwards."
            )
        psql = [
            str(self._programs["psql"]),
            "--no-psqlrc",
            "--no-password",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            self._server.conninfo(with_password=False),
        ]
        program, file = str(self._programs["pg_restore"]), str(folder / _FILE)
        pg_restore = [program, "--no-owner", "--no-privileges", "--file=-", file]
        with tools.running(psql, environment=self._environment, doing="restore the warehouse") as client:
            script = _stream(client.stdin)
            script.write(self._opening(manifest.schemas).encode())
            with tools.running(pg_restore, environment={}, doing=f"read {folder / _FILE}") as reader:
                sent = 0
                for size in tools.copy(_stream(reader.stdout), script):
                    sent += size
                    progress(f"restoring: {sent / 1e6:,.0f} MB", 0, 0)
            script.write(self._questions(manifest).encode())
            script.flush()
            # while psql works, it says nothing; where it ends, its own words matter more than what is missing
            answers = list(self._answers(_stream(client.stdout), manifest, progress))
            if answers and answers[-1] == _DONE:
                self._judge(folder, manifest, answers[:-1])
                progress("committing", 0, 0)
                script.write(self._ending(manifest).encode())

    def _opening(self, schemas: Sequence[str]) -> str:
        names = ", ".join(quoted(schema) for schema in schemas)
        role = f"set role {self._server.role};\n" if self._server.role else ""
        return (
            f"{role}begin;\nset local lock_timeout = '{_LOCK_TIMEOUT}';\nset client_min_messages = warning;\n"
            f"drop schema if exists {names} cascade;\n"
        )

    def _questions(self, manifest: Manifest) -> str:
        """What is there now, in the transaction: columns, views, and what every table holds."""
        columns = _among(_COLUMNS, manifest.schemas)
        lines = [
            f"{_SESSION};",
            f"select 'column', to_json(found) from ({columns}) as found (s, t, c, y);",
            f"select 'view', to_json(found) from ({_among(_VIEWS, manifest.schemas)}) as found (v);",
            *(
                f"select 'content', to_json(found) from ({query}) as found (n, c);"
                for query in (content_query(content.table, _DIALECT) for content in manifest.tables)
            ),
            f"\\echo '{_DONE}'",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self, said: IO[bytes], manifest: Manifest, progress: Progress) -> Iterator[str]:
        done = 0
        for line in said:
            told = line.decode().strip()
            if told.startswith("content|"):
                done += 1
                progress("comparing", done, len(manifest.tables))
            if told:
                yield told
            if told == _DONE:
                return

    def _judge(self, folder: Path, manifest: Manifest, answers: Sequence[str]) -> None:
        found: dict[str, list[Any]] = {"column": [], "view": [], "content": []}
        for answer in answers:
            kind, _, told = answer.partition("|")
            if kind in found:
                found[kind].append(list(json.loads(told).values()))
        tables = set(tables_of(found["column"]))
        contents = [
            Content(expected.table, rows, str(checksum))
            for expected, (rows, checksum) in zip(manifest.tables, found["content"], strict=True)
            if expected.table in tables
        ]
        contents += [Content(table, 0, "") for table in tables - {one.table for one in manifest.tables}]
        difference = first_difference(manifest.tables, contents)
        if not difference and {name for (name,) in found["view"]} != set(manifest.views):
            difference = "it has other views"
        if difference:
            raise differs(folder, difference)

    def _ending(self, manifest: Manifest) -> str:
        tables = (f"{quoted(one.table.schema)}.{quoted(one.table.name)}" for one in manifest.tables)
        return "".join(f"analyze {table};\n" for table in tables) + "commit;\n"

    def _reader(self, connection: Any):  # noqa: ANN401, ANN202 - ADBC's connection
        import adbc_driver_manager  # noqa: PLC0415 - slow to import

        def rows(sql: str) -> list[tuple]:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    return cursor.fetchall() if cursor.description else []
            except adbc_driver_manager.Error as error:
                raise StarliftError(self._server.what_is_wrong(error, "try again")) from error

        return rows


def _among(query: str, schemas: Sequence[str]) -> str:
    return query.format(schemas=", ".join(text_literal(schema) for schema in schemas))


def _names(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    return tuple(str(name) for (name,) in rows)


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream
    return stream
