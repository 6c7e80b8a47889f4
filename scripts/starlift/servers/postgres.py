"""A private PostgreSQL."""

import locale
from collections.abc import Mapping
from pathlib import Path

from starlift.servers.kinds import (
    HOST,
    USER,
    NotInstalled,
    Place,
    Tuning,
    found_binary,
    run_quietly,
    socket_in,
)

DATABASE = "starlift"

_SETTINGS = {
    # a COPY into a table of the same transaction then needs no write-ahead log
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "4GB",
}
_TUNED = {
    Tuning.DURABLE: {
        "shared_buffers": "512MB",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        "effective_cache_size": "2GB",
        "random_page_cost": "1.1",
    },
    Tuning.THROWAWAY: {
        "shared_buffers": "64MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        # compiling queries takes longer than running them on a test's few rows
        "jit": "off",
    },
}


def _version(folder: Path) -> tuple[int, ...]:
    """From .../postgresql/15/bin or .../postgresql@15/bin."""
    return tuple(int(part) for part in folder.parent.name.rpartition("@")[2].split(".") if part.isdigit())


def _folders() -> list[Path]:
    """Where its programs may be, the newest first."""
    patterns = {
        "/usr/lib/postgresql": "*/bin",
        "/usr": "pgsql-*/bin",
        "/opt/homebrew/opt": "postgresql*/bin",
        "/usr/local/opt": "postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions": "*/bin",
    }
    folders = [folder for root, pattern in patterns.items() for folder in Path(root).glob(pattern)]
    libpq = [Path(root) / "libpq/bin" for root in ("/opt/homebrew/opt", "/usr/local/opt")]
    return [*sorted(folders, key=_version, reverse=True), *libpq]


class Postgres:
    name = "postgres"
    title = "PostgreSQL"
    default_port = 5432
    accounts = ("postgres", "nobody")
    still_ending = "still in use"

    def find(self) -> Path:
        binary = found_binary("postgres", _folders())
        # a link on the PATH may stand alone: initdb lies beside what it points at
        binary = binary and binary.resolve()
        if binary is None or not binary.with_name("initdb").exists():
            raise NotInstalled(
                "PostgreSQL's server (postgres, initdb) is not installed: install it, for example with "
                "`apt-get install postgresql` or `brew install postgresql`."
            )
        return binary

    def find_client(self, *names: str) -> Path:
        folders = _folders()
        found = next((binary for name in names if (binary := found_binary(name, folders))), None)
        if found is None:
            raise NotInstalled(
                f"PostgreSQL's client ({names[0]}) is not installed: install it, for example with "
                "`apt-get install postgresql-client` or `brew install libpq`."
            )
        return found

    def initialise(self, place: Place) -> None:
        password = place.folder / "password"
        password.touch(mode=0o600)
        password.write_text(place.password + "\n")
        place.account.own(password)
        command = [
            str(self.find().with_name("initdb")),
            f"--pgdata={place.data}",
            f"--username={USER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # text in the order of its code points, as on the other engines, and capitals of every alphabet
            "--lc-collate=C",
            f"--lc-ctype={_unicode_locale()}",
        ]
        if place.tuning is Tuning.THROWAWAY:
            command.append("--no-sync")
        try:
            run_quietly(self.title, command, place.account)
        finally:
            password.unlink()

    def command(self, place: Place) -> list[str]:
        settings = {
            **_SETTINGS,
            **_TUNED[place.tuning],
            "listen_addresses": HOST,
            "port": str(place.port),
            "unix_socket_directories": str(place.data) if socket_in(place.data, ".s.PGSQL.65535") else "",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self.find()), "-D", str(place.data), *words]

    def pid_file(self, place: Place) -> Path:
        return place.data / "postmaster.pid"

    def is_ready(self, place: Place) -> bool:
        import psycopg2  # noqa: PLC0415 - slow to import

        try:
            self._connect(place, "postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def prepare(self, place: Place) -> None:
        connection = self._connect(place, "postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"create database {DATABASE}")
        connection.close()

    def environment(self, place: Place) -> Mapping[str, str]:
        return {
            "STARLIFT_POSTGRES_HOST": HOST,
            "STARLIFT_POSTGRES_PORT": str(place.port),
            "STARLIFT_POSTGRES_USER": USER,
            "STARLIFT_POSTGRES_PASSWORD": place.password,
            "STARLIFT_POSTGRES_DATABASE": DATABASE,
        }

    def _connect(self, place: Place, database: str):  # noqa: ANN202 - psycopg2 has no types
        import psycopg2  # noqa: PLC0415 - slow to import

        return psycopg2.connect(
            host=HOST,
            port=place.port,
            user=USER,
            password=place.password,
            dbname=database,
            connect_timeout=5,
        )


def _unicode_locale() -> str:
    """A locale of this machine that knows Unicode's letters; C, which knows English ones, where none does."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
