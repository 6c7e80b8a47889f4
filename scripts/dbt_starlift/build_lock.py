"""One build at a time per target schema: a lock that lives as long as the process that builds.

A connection holds it, and the database releases it with the connection, however the process ends: so no
killed build blocks the next one.
"""

import hashlib
import re
import subprocess
from contextlib import suppress
from typing import Any

from dbt.adapters.contracts.connection import Connection, ConnectionState
from dbt.adapters.factory import get_adapter_class_by_name
from dbt.config.profile import Profile
from dbt_common.exceptions import DbtRuntimeError

WHAT_TO_DO = "wait until it has ended, or end it, and run this again."


class _Lock:
    """A lock that a connection holds, which dbt's adapter opens as it does for the run itself."""

    # Whether a command that only reads needs it, too.
    keeps_readers_away = False

    def __init__(self, profile: Profile) -> None:
        credentials = profile.credentials
        self.place = f"the schema {credentials.schema} of the target {profile.target_name}"
        self.name = f"starlift build of {credentials.schema}"
        connection = Connection(type=credentials.type, name=self.name, credentials=credentials)
        connection.state = ConnectionState.INIT
        opened = get_adapter_class_by_name(credentials.type).ConnectionManager.open(connection)
        self._session: Any = opened.handle

    def take(self) -> bool:
        raise NotImplementedError

    def holder(self) -> str:
        """Who has it, and since when, in words; only asked where it could not be taken."""
        raise NotImplementedError

    def release(self) -> None:
        self._session.close()

    def _row(self, sql: str, *values: str | int) -> tuple[Any, ...]:
        cursor = self._session.cursor()
        cursor.execute(sql, values)
        row = cursor.fetchone()
        cursor.close()
        # the lock is the session's: an open transaction would only hold up the server's housekeeping
        self._session.commit()
        return row or ()


class _PostgresLock(_Lock):
    def take(self) -> bool:
        # the server must neither close an idle session nor wait for hours for a machine that is gone
        self._row(
            "select count(set_config(name, value, false)) from (values "
            "('idle_session_timeout', '0'), ('tcp_keepalives_idle', '30'), "
            "('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6')) as wanted (name, value) "
            "inner join pg_catalog.pg_settings using (name)"
        )
        return self._row("select pg_catalog.pg_try_advisory_lock(%s)", self._number)[0]

    def holder(self) -> str:
        row = self._row(
            "select coalesce(usename, 'another user'), coalesce(host(client_addr), 'this machine'), "
            "to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), pid "
            "from pg_catalog.pg_locks inner join pg_catalog.pg_stat_activity using (pid) "
            "where locktype = 'advisory' and granted and objsubid = 1 "
            "and database = (select oid from pg_catalog.pg_database where datname = current_database()) "
            "and ((classid::bigint << 32) | objid::bigint) = %s",
            self._number,
        )
        return _in_words(row)

    @property
    def _number(self) -> int:
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:8], signed=False) >> 1


class _MySQLLock(_Lock):
    def take(self) -> bool:
        self._row("select 1")
        self._session.cmd_query("set session wait_timeout = 2147483")
        return self._row("select get_lock(%s, 0)", self._key)[0] == 1

    def holder(self) -> str:
        row = self._row(
            "select user, substring_index(host, ':', 1), "
            "date_format(utc_timestamp() - interval time second, '%Y-%m-%d %T'), id "
            "from information_schema.processlist where id = is_used_lock(%s)",
            self._key,
        )
        return _in_words(row)

    @property
    def _key(self) -> str:
        # MySQL takes no more than 64 characters
        return self.name if len(self.name) <= 64 else hashlib.sha256(self.name.encode()).hexdigest()


class _DuckDBLock(_Lock):
    """DuckDB's own: one process at a time opens a file to write, and dbt keeps it open to its end."""

    keeps_readers_away = True

    def __init__(self, profile: Profile) -> None:
        self._holder = ""
        try:
            super().__init__(profile)
        except Exception as error:
            if "Could not set lock" not in str(error):
                raise
            self._holder = _process_in_words(str(error))
            self.place = profile.credentials.path

    def take(self) -> bool:
        return not self._holder

    def holder(self) -> str:
        return self._holder

    def release(self) -> None:
        if not self._holder:
            super().release()


_KINDS: dict[str, type[_Lock]] = {
    "duckdb": _DuckDBLock,
    "postgres": _PostgresLock,
    "starlift_mysql": _MySQLLock,
}
_held: list[_Lock] = []


def hold_build_lock(profile: Profile, *, building: bool) -> None:
    """Take the lock of the profile's target schema until `release_build_lock`, or the process's end.

    A command that is not `building` takes it only where the database lets nobody read beside a build.
    DbtRuntimeError where another process has it.
    """
    release_build_lock()
    kind = _KINDS.get(profile.credentials.type)
    if not kind or not (building or kind.keeps_readers_away):
        return
    try:
        lock = kind(profile)
    except Exception:
        # whatever it is, dbt will not get any further either, and says why in its own words
        return
    if not lock.take():
        who = lock.holder()
        lock.release()
        raise DbtRuntimeError(
            f"Another process is at work on {lock.place}{who and f' ({who})'}: {WHAT_TO_DO}"
        )
    _held.append(lock)


def release_build_lock() -> None:
    while _held:
        with suppress(Exception):
            _held.pop().release()


def _in_words(row: tuple[Any, ...]) -> str:
    if not row:
        return ""
    user, host, since, session = row
    return f"{user} from {host}, since {since} UTC, session {session}"


def _process_in_words(said: str) -> str:
    """The process that DuckDB names, and since when it runs, where this system tells."""
    found = re.search(r"PID (\d+)", said)
    if not found:
        return "process unknown"
    since = ""
    with suppress(OSError):
        words = ["ps", "-o", "lstart=", "-p", found[1]]
        since = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    return f"process {found[1]}{since and f', since {since}'}"
