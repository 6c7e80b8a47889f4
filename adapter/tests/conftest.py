"""One server for all tests: the one that the environment names, or a private one that is started and stopped here."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mysql.connector
import pytest

from dbt.adapters.starlift_mysql.impl import Starlift_MySQLAdapter

pytest_plugins = ["dbt.tests.fixtures.project"]

INSTALL = "no MySQL or MariaDB server: install mariadb-server, or name one by STARLIFT_TEST_MYSQL_HOST, _PORT, _USER, _PASSWORD"
# a test's server may lose what a power cut would take
FAST = [
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=64M",
]


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _find(*names: str) -> str | None:
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"])
    return next((found for name in names if (found := shutil.which(name, path=places))), None)


def _commands(folder: Path) -> tuple[list[str], list[str]] | None:
    """How to make an empty data folder, and how to serve it."""
    data = folder / "data"
    # as root a server wants to be told that this is meant
    user = ["--user=root"] if os.geteuid() == 0 else []
    if (server := _find("mariadbd")) and (install := _find("mariadb-install-db", "mysql_install_db")):
        return (
            [
                install,
                "--no-defaults",
                f"--datadir={data}",
                "--auth-root-authentication-method=normal",
                *user,
            ],
            [server, "--no-defaults", f"--datadir={data}", *FAST, *user],
        )
    if server := _find("mysqld"):
        return (
            [server, "--no-defaults", "--initialize-insecure", f"--datadir={data}", *user],
            [server, "--no-defaults", f"--datadir={data}", *FAST, "--mysqlx=OFF", *user],
        )
    return None


def _wait(credentials: dict[str, Any], process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            mysql.connector.connect(**credentials, connection_timeout=2).close()
        except mysql.connector.Error:
            assert process.poll() is None, "the test server ended by itself"
            time.sleep(0.2)
        else:
            return
    pytest.fail("the test server did not answer in a minute")


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, Any]]:
    """Host, port, user and password."""
    if host := os.environ.get("STARLIFT_TEST_MYSQL_HOST"):
        yield {
            "host": host,
            "port": int(os.environ.get("STARLIFT_TEST_MYSQL_PORT", "3306")),
            "user": os.environ.get("STARLIFT_TEST_MYSQL_USER", "root"),
            "password": os.environ.get("STARLIFT_TEST_MYSQL_PASSWORD", ""),
        }
        return
    # a short path: a socket's name has about a hundred characters
    folder = Path(tempfile.mkdtemp(prefix="sl-my-"))
    commands = _commands(folder)
    if commands is None:
        pytest.skip(INSTALL)
    install, serve = commands
    port = _free_port()
    try:
        subprocess.run(install, check=True, capture_output=True)
        process = subprocess.Popen(
            [
                *serve,
                f"--port={port}",
                "--bind-address=127.0.0.1",
                f"--socket={folder}/s",
                f"--pid-file={folder}/pid",
            ],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )
        try:
            credentials = {"host": "127.0.0.1", "port": port, "user": "root", "password": ""}
            _wait(credentials, process)
            yield credentials
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="class")
def dbt_profile_target(server: dict[str, Any]) -> dict[str, Any]:
    return {"type": "starlift_mysql", "threads": 2, **server}


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """dbt's log, outside the repository."""
    folder = str(tmp_path_factory.mktemp("logs"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_LOG_PATH", folder)
        yield folder


# What the public suite's own statements say in PostgreSQL's words, before and after. Models go through none of this.
IN_OUR_WORDS = [
    (r"(`None`|\bNone)\.", ""),  # `{database}.{schema}.table`: there is no database above the schema
    (r"\bcascade\b", ""),
    (r"\bnull::timestamp\b", "cast(null as datetime(6))"),
    (r"(\w+)::text\b", r"cast(\1 as char)"),
    (r"\bTIMESTAMP( WITHOUT TIME ZONE)?\b(?!\s*')", "datetime(6)"),
    (r"\binterval '(\d+) (\w+)'", r"interval \1 \2"),
]


def in_our_words(statement: str) -> str:
    for theirs, ours in IN_OUR_WORDS:
        statement = re.sub(theirs, ours, statement)
    return statement


@pytest.fixture(autouse=True, scope="session")
def scaffolding_in_our_words() -> Iterator[None]:
    original = Starlift_MySQLAdapter.run_sql_for_tests

    def run_translated(self: Any, sql: str, fetch: Any, conn: Any) -> Any:
        return original(self, in_our_words(sql), fetch, conn)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Starlift_MySQLAdapter, "run_sql_for_tests", run_translated)
        yield


@pytest.fixture(autouse=True, scope="session")
def grantees(server: dict[str, Any]) -> Iterator[None]:
    """The users to whom the public suite grants."""
    connection = mysql.connector.connect(**server, autocommit=True)
    with pytest.MonkeyPatch.context() as patch:
        for number in (1, 2, 3):
            user = f"dbt_test_user_{number}"
            patch.setenv(user.upper(), user)
            connection.cursor().execute(f"create user if not exists {user}")
        if "mariadb" not in str(connection.server_info).lower():
            # since 9.6, MySQL has md5 in a component
            with contextlib.suppress(mysql.connector.Error):
                connection.cursor().execute("install component 'file://component_classic_hashing'")
        connection.close()
        yield


@pytest.fixture(scope="session")
def sql(server: dict[str, Any]) -> Any:
    """Runs one statement beside dbt, and gives its rows."""

    def run(statement: str) -> list[tuple[Any, ...]]:
        connection = mysql.connector.connect(**server, autocommit=True, sql_mode="ANSI,NO_BACKSLASH_ESCAPES")
        try:
            cursor = connection.cursor(buffered=True)
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    return run
