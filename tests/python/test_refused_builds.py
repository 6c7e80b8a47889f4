"""A build that the server refuses says why, loses nothing, and runs through once the fault is mended."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import mysql.connector
import psycopg2
import pytest

from conftest import PROJECT, required_or_skipped, starlift_command
from starlift.dbt_command import dbt_command, failure_reason
from starlift.parity.content import Part, departures, read_contents
from starlift.servers import NotInstalled, PrivateServer, Server, Tuning

MODELS = ("build", "--exclude-resource-type", "test", "unit_test", "exposure")
RAW, CALM, FAULTY = "refused_raw", "refused_calm", "refused_faulty"
# Who may read the raw tables and nothing else.
READER = "refused_reader"
# For a server, its log of changes, and two small warehouses.
ROOM = "1500m"
TOO_LITTLE_ROOM = 200_000
SECONDS_WITHOUT_ROOM = 60


class SmallDisk:
    """A file system of its own, so that it can be filled."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def mount(self) -> bool:
        """Whether this user may do that."""
        return self._run("mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755,uid={os.geteuid()}", "tmpfs")

    def unmount(self) -> None:
        self._run("umount", "--lazy")

    @contextmanager
    def full(self) -> Iterator[None]:
        usage = shutil.disk_usage(self.folder)
        assert self._run("mount", "-o", f"remount,size={usage.used + TOO_LITTLE_ROOM}")
        yield
        assert self._run("mount", "-o", f"remount,size={ROOM}")

    def _run(self, *words: str) -> bool:
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        with suppress(FileNotFoundError):
            done = subprocess.run([*as_root, *words, str(self.folder)], check=False, capture_output=True)
            return done.returncode == 0
        return False


class Kind(Protocol):
    """How one kind of server is made to refuse, and what is then said."""

    wrong_password: str
    no_privilege: str
    read_only: str
    # Any of these.
    full: tuple[str, ...]
    # Who may read the raw tables and nothing else.
    reader: tuple[str, ...]
    # The reader may do anything then, but the server takes no writes.
    writes_forbidden: tuple[str, ...]
    writes_allowed: tuple[str, ...]

    def connect(self, server: Server) -> Any: ...


class Postgres:
    wrong_password = 'password authentication failed for user "starlift"'
    no_privilege = "permission denied for"
    read_only = "in a read-only transaction"
    # it ends itself where a full disk keeps its write-ahead log from growing
    full = ("No space left on device", "Check free disk space", "server closed the connection unexpectedly")
    reader = (
        f"create role {READER} login password '{READER}'",
        f"grant usage on schema {RAW} to {READER}",
        f"grant select on all tables in schema {RAW} to {READER}",
    )
    writes_forbidden = (
        f"alter role {READER} superuser",
        f"alter role {READER} set default_transaction_read_only = on",
    )
    writes_allowed = (f"alter role {READER} nosuperuser",)

    def connect(self, server: Server) -> Any:
        words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
        connection = psycopg2.connect(dbname=server.database, **words)
        connection.autocommit = True
        return connection


class MySQLLike:
    wrong_password = "refuses the user 'starlift'"
    no_privilege = "Grant the profile's user"
    read_only = "The server is read-only"
    # MariaDB ends itself where a full disk keeps it from undoing a change
    full = ("disk is full", "Lost connection")
    reader = (f"create user {READER} identified by '{READER}'", f"grant select on {RAW}.* to {READER}")
    writes_forbidden = (
        f"grant select, insert, update, delete, create, drop, alter, index, create view, show view on *.* to {READER}",
        "set global read_only = 1",
    )
    writes_allowed = ("set global read_only = 0",)

    def connect(self, server: Server) -> Any:
        words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
        return mysql.connector.connect(autocommit=True, **words)


KINDS: dict[str, type[Kind]] = {"postgres": Postgres, "mariadb": MySQLLike, "mysql": MySQLLike}


@dataclass
class Site:
    """A warehouse of yesterday, and one of today that no fault has touched."""

    kind: Kind
    private: PrivateServer
    server: Server
    folder: Path
    # None where this user may mount none.
    disk: SmallDisk | None
    before: Mapping[str, Part] = field(default_factory=dict)

    def execute(self, *statements: str) -> None:
        with closing(self.kind.connect(self.server)) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)

    def start_again(self) -> None:
        """Where it has ended."""
        self.server = self.private.start(tuning=Tuning.DURABLE, with_us=True)

    def starlift(self, *words: str) -> None:
        subprocess.run(
            starlift_command(*words),
            cwd=PROJECT,
            env=self._environment(),
            check=True,
            capture_output=True,
        )

    def load(self) -> None:
        target = ("--target", self.server.kind, "--schema", RAW)
        self.starlift("load", "clinic", "--from", str(self.folder / "clinic"), *target)

    def start_dbt(self, schema: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        """`variables` are named without the STARLIFT_<KIND>_ that they begin with."""
        prefix = f"STARLIFT_{self.server.kind.upper()}_"
        named = {f"{prefix}{name}": value for name, value in variables.items()}
        # where schema, user or database differ, dbt would parse everything again
        parsed = self.folder / "_".join([schema, variables.get("USER", ""), variables.get("DATABASE", "")])
        return subprocess.Popen(
            dbt_command(
                "--no-use-colors",
                *words,
                *("--target", self.server.kind, "--profiles-dir", str(self.folder)),
                *("--vars", f"{{clinic_schema: {RAW}}}"),
                *("--target-path", str(parsed), "--log-path", str(parsed)),
            ),
            cwd=PROJECT,
            env=self._environment(STARLIFT_SCHEMA=schema, **named),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def dbt(self, schema: str, *words: str) -> str:
        """What it says, if it succeeds."""
        process = self.start_dbt(schema, *words)
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said[-3000:]
        return said

    def build(self, schema: str) -> None:
        self.dbt(schema, *MODELS)

    def refused(self, **variables: str) -> str:
        return reason_of(self.start_dbt(FAULTY, *MODELS, **variables))

    def contents(self, schema: str) -> dict[str, Part]:
        return read_contents(self.dbt(schema, "--quiet", "run-operation", "content_checksums").splitlines())

    def assert_nothing_has_changed(self) -> None:
        assert self.contents(FAULTY) == self.before

    def assert_nothing_of_history_is_lost(self) -> None:
        """What was through before the fault may be new, but no version is gone."""
        history = {name: part for name, part in self.before.items() if part.kind == "snapshot"}
        assert history
        now = self.contents(FAULTY)
        assert all(now[name].rows >= part.rows for name, part in history.items())

    def _environment(self, **more: str) -> dict[str, str]:
        known = {**os.environ, **self.server.environment}
        return {**known, "DBT_PROFILES_DIR": str(self.folder), **more}


def reason_of(process: subprocess.Popen[str]) -> str:
    """What a build that has to fail says first of why."""
    said, _ = process.communicate(timeout=300)
    assert process.returncode != 0, said[-3000:]
    return failure_reason(said.splitlines())


@pytest.fixture(scope="module", params=list(KINDS))
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    # not pytest's folder, which the server's user may not enter
    folder = Path(tempfile.mkdtemp(prefix="starlift_refused_"))
    folder.chmod(0o755)
    disk = SmallDisk(folder / "disk")
    mounted = disk.mount()
    # durable: this one may end of a full disk, and comes back with what it has committed
    private = PrivateServer(request.param, disk.folder / "server")
    try:
        server = private.start(tuning=Tuning.DURABLE, with_us=True)
        one = Site(KINDS[request.param](), private, server, folder, disk if mounted else None)
        prepare(one)
        yield one
    except NotInstalled as missing:
        if request.param == "mysql":
            pytest.skip(str(missing))
        required_or_skipped(missing)
    finally:
        private.remove()
        disk.unmount()
        shutil.rmtree(folder)


def prepare(site: Site) -> None:
    shutil.copy(PROJECT / "profiles.yml.example", site.folder / "profiles.yml")
    site.starlift("generate", "clinic", "--scale", "tiny", "--out", str(site.folder / "clinic"))
    site.load()
    site.build(CALM)
    site.build(FAULTY)
    site.starlift("advance", "clinic", "--from", str(site.folder / "clinic"))
    site.load()
    site.build(CALM)
    site.before = site.contents(FAULTY)
    site.execute(*site.kind.reader)


def test_a_wrong_password(site: Site) -> None:
    assert site.kind.wrong_password in site.refused(PASSWORD="another")


def test_a_missing_database(site: Site) -> None:
    if site.server.database is None:
        pytest.skip(f"{site.server.kind} has no databases beside schemas, which dbt makes")
    assert 'database "nowhere" does not exist' in site.refused(DATABASE="nowhere")


def test_a_user_who_may_only_read(site: Site) -> None:
    assert site.kind.no_privilege in site.refused(USER=READER, PASSWORD=READER)
    site.assert_nothing_has_changed()


def test_a_full_disk(site: Site) -> None:
    if site.disk is None:
        pytest.skip("a disk to fill is mounted by root only: run this as root, or allow `sudo -n mount`")
    with site.disk.full():
        process = site.start_dbt(FAULTY, *MODELS)
        # MySQL refuses a table, and then waits with its log of changes until there is room again
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=SECONDS_WITHOUT_ROOM)
    said = reason_of(process)
    site.start_again()
    assert any(words in said for words in site.kind.full), said
    site.assert_nothing_of_history_is_lost()


def test_a_server_that_takes_no_writes(site: Site) -> None:
    site.execute(*site.kind.writes_forbidden)
    assert site.kind.read_only in site.refused(USER=READER, PASSWORD=READER)
    site.execute(*site.kind.writes_allowed)


def test_after_all_that_a_build_ends_in_the_tables_of_an_undisturbed_one(site: Site) -> None:
    site.build(FAULTY)
    expected = site.contents(CALM)
    assert expected != site.before, "the day changed nothing"
    assert departures(expected, site.contents(FAULTY), first="calm", target="faulty") == []
