"""One server for all tests: the one that the environment names, or a private one that is started and stopped here."""

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

import mysql.connector
import pytest

from dbt.adapters.starlift_mysql.impl import Starlift_MySQLAdapter
from starlift.servers import KINDS, NotInstalled, private_server

pytest_plugins = ["dbt.tests.fixtures.project"]

INSTALL = "no MySQL or MariaDB server: install mariadb-server, or name one by STARLIFT_TEST_MYSQL_HOST, _PORT, _USER, _PASSWORD"


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
    for kind in ("mariadb", "mysql"):
        with contextlib.suppress(NotInstalled):
            KINDS[kind].find()
            with private_server(kind) as private:
                yield {name: getattr(private, name) for name in ("host", "port", "user", "password")}
            return
    if os.environ.get("STARLIFT_REQUIRE_SERVERS") == "1":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


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
