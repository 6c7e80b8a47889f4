"""What may be inspected: a URL, a file or a dbt target, each as a connection that can only read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlift.errors import StarliftError
from starlift.inspect.reader import Reader

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_SCHEMES = {"postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mariadb"}
_TITLES = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
_DRIVERS = {"postgresql": "psycopg2", "mysql": "mysqlconnector", "mariadb": "mysqlconnector"}
_KNOWN = "a DuckDB or SQLite file, an SQL dump, a dbt target, or a URL of postgresql, mysql or mariadb"
_CONNECT_SECONDS = 10
# The targets of profiles.yml.example, of which nobody thinks as files.
_TARGETS = ("duckdb", "postgres", "mysql", "mariadb")
_SQLITE, _DUCKDB = b"SQLite format 3\x00", b"DUCK"


@contextmanager
def opened(place: str, schema: str | None = None) -> Iterator[tuple[Reader, str | None]]:
    """A reader of the place, and the schema to look at where the place itself says which.

    StarliftError, in one sentence without a password, where there is none.
    """
    if "://" in place:
        scheme, _, rest = place.partition("://")
        if scheme.split("+")[0] in ("duckdb", "sqlite"):
            # three slashes before a relative path, four before an absolute one
            place = rest.partition("?")[0].removeprefix("/")
        else:
            with _closing(_by_url(place)) as reader:
                yield reader, schema
            return
    path = Path(place)
    if path.exists():
        with _by_file(path, schema) as (reader, only_schema):
            yield reader, schema or only_schema
    elif re.fullmatch(r"\w+", place):
        with _closing(_by_target(place, schema)) as reader:
            yield reader, schema
    else:
        raise StarliftError(f"There is no file {place}: name {_KNOWN}.")


@contextmanager
def _closing(reader: Reader) -> Iterator[Reader]:
    try:
        yield reader
    finally:
        reader.close()


@contextmanager
def _by_file(path: Path, schema: str | None) -> Iterator[tuple[Reader, str | None]]:
    from starlift.inspect.duckdb import DuckDBReader  # noqa: PLC0415 - each place imports only its own driver

    if path.is_dir() or path.name.lower().endswith((".sql", ".sql.gz")):
        with _dump(path) as (file, name), _closing(DuckDBReader(file)) as reader:
            reader.place = str(path)
            yield reader, schema or name
        return
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise StarliftError(f"{path} cannot be read ({error.strerror}): put that right.") from error
    if head == _SQLITE:
        from starlift.inspect.sqlalchemy import SQLiteReader  # noqa: PLC0415

        with _closing(SQLiteReader(path)) as reader:
            yield reader, None
    elif head[8:12] == _DUCKDB:
        with _closing(DuckDBReader(path)) as reader:
            yield reader, None
    elif not head:
        raise StarliftError(f"{path} is empty: name {_KNOWN}.")
    else:
        raise StarliftError(f"{path} is neither a DuckDB nor a SQLite file: name {_KNOWN}.")


@contextmanager
def _dump(path: Path) -> Iterator[tuple[Path, str]]:
    """A DuckDB file that lasts as long as the inspection, and the schema in it."""
    from starlift.dump.run import default_schema, load_dump  # noqa: PLC0415
    from starlift.dump.sinks.duckdb import DuckDBSink  # noqa: PLC0415
    from starlift.load.scratch import scratch_folder  # noqa: PLC0415

    files = (
        sorted(file for ending in ("*.sql", "*.sql.gz") for file in path.glob(ending))
        if path.is_dir()
        else [path]
    )
    if not files:
        raise StarliftError(f"There is no .sql file in the folder {path}: name {_KNOWN}.")
    schema = default_schema(path)
    with scratch_folder() as folder:
        file = folder / "dump.duckdb"
        load_dump(files, DuckDBSink(file), schema, lambda *_: None)
        yield file, schema


def _by_target(name: str, schema: str | None) -> Reader:
    from starlift.targets import read_target  # noqa: PLC0415

    try:
        target = read_target(name)
    except StarliftError as error:
        if name in _TARGETS:
            raise
        raise StarliftError(f"{name} is no file, and cannot be read as a dbt target: {error}") from error
    if target.type == "duckdb":
        from starlift.inspect.duckdb import DuckDBReader  # noqa: PLC0415

        path = Path(str(target.get("path")))
        if not path.exists():
            raise StarliftError(
                f"The target {name!r} is the DuckDB file {path}, which is not there: load into it first."
            )
        return DuckDBReader(path)
    if target.type not in ("postgres", "starlift_mysql"):
        raise StarliftError(
            f"The target {name!r} is of the type {target.type!r}, which cannot be inspected: name {_KNOWN}."
        )
    from sqlalchemy import create_engine  # noqa: PLC0415

    from starlift.inspect.sqlalchemy import MySQLReader, PostgresReader  # noqa: PLC0415

    if target.type == "postgres":
        import psycopg2  # noqa: PLC0415

        from starlift.targets.postgres import Postgres  # noqa: PLC0415

        postgres = Postgres(target)
        engine = create_engine(
            "postgresql+psycopg2://", creator=lambda: psycopg2.connect(postgres.conninfo())
        )
        return PostgresReader(engine, postgres.place, postgres.why_not_connected)
    from starlift.targets.mysql import MySQL  # noqa: PLC0415

    mysql = MySQL(target)
    more = {"database": schema} if schema else {}
    engine = create_engine("mysql+mysqlconnector://", creator=lambda: mysql.connect(**more))
    return MySQLReader(engine, str(mysql), lambda error: mysql.what_is_wrong(error, "inspect again"))


def _by_url(text: str) -> Reader:
    from sqlalchemy import create_engine  # noqa: PLC0415

    from starlift.inspect.sqlalchemy import MySQLReader, PostgresReader  # noqa: PLC0415

    url = _url(text)
    kind = url.get_backend_name()
    connect: dict[str, object] = {}
    if kind == "postgresql":
        connect = {"connect_timeout": _CONNECT_SECONDS, "application_name": "starlift"}
    else:
        connect = {"connection_timeout": _CONNECT_SECONDS, "charset": "utf8mb4", "use_pure": True}
    place = _place(url)

    def explain(error: Exception) -> str:
        said = _told(str(error), url)
        if any(sign in said.lower() for sign in ("password", "access denied", "authentication")):
            return (
                f"{place} refuses the user {url.username!r} ({said}): check the user and the password of "
                "the URL."
            )
        return f"{place} cannot be inspected ({said}): check the URL, and that the server runs."

    try:
        engine = create_engine(url, connect_args=connect)
    except Exception as error:  # a word of the URL that the driver does not know
        raise StarliftError(explain(error)) from error
    return (PostgresReader if kind == "postgresql" else MySQLReader)(engine, place, explain)


def _url(text: str) -> "URL":
    """The URL with a driver that is installed. No error of this repeats what may hold a password."""
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    scheme, _, rest = text.partition("://")
    kind = _SCHEMES.get(scheme.split("+")[0].lower())
    if kind is None:
        raise StarliftError(f"A URL that begins with {scheme}:// cannot be inspected: name {_KNOWN}.")
    before, _, _ = rest.partition("?")
    if before.count("@") > 1 or ("@" in before and "/" in before.partition("@")[0]):
        raise StarliftError(
            "The URL has an @ or a / in its user or password: write %40 for the one and %2F for the other."
        )
    try:
        return make_url(f"{kind}+{_DRIVERS[kind]}://{rest}")
    except (ArgumentError, ValueError) as error:
        raise StarliftError(
            f"The URL is none of the form {kind}://user:password@host:port/database: correct it."
        ) from error


def _place(url: "URL") -> str:
    port = f":{url.port}" if url.port else ""
    server = f"{_TITLES[url.get_backend_name()]} at {url.host or 'localhost'}{port}"
    return f"{url.database} of {server}" if url.database else server


def _told(said: str, url: "URL") -> str:
    """The driver's first line, without the password, wherever that stands."""
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    first = (lines[0] if lines else "it said nothing").rpartition("FATAL: ")[2].strip(" .")
    secrets = [url.password or "", *(str(value) for name, value in url.query.items() if "pass" in name)]
    for secret in filter(None, secrets):
        first = first.replace(secret, "***")
    return first
