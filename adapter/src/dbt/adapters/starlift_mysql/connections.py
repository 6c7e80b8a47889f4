"""Connections: opened with one session for both servers, several statements per query, clear errors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.contracts.connection import AdapterResponse, Connection, ConnectionState
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtDatabaseError, DbtRuntimeError
from mysql.connector import Error
from mysql.connector.connection import MySQLConnection
from mysql.connector.cursor import MySQLCursorBuffered

from dbt.adapters.starlift_mysql import errors
from dbt.adapters.starlift_mysql.compat import MySQLConnectionManager
from dbt.adapters.starlift_mysql.credentials import StarliftMySQLCredentials
from dbt.adapters.starlift_mysql.server import Server, server_of
from dbt.adapters.starlift_mysql.types import family_of

logger = AdapterLogger("starlift_mysql")

# always there and open to everyone: where a session stands while its own schema does not exist yet
SOME_SCHEMA = "information_schema"
DEADLOCK_ATTEMPTS = 5


class NoConnection(Exception):
    """Why there is none, in a sentence; dbt makes a database error of it."""


class ServerNotReady(NoConnection):
    """Nobody answers, or not yet: worth another try."""


class StatementCursor(MySQLCursorBuffered):
    """Runs a text of several statements to its end, so that no error is lost, and keeps the last result."""

    def execute(self, operation: str, params: Any = (), *args: Any, **kwargs: Any) -> None:
        session: Session = self._connection
        may_repeat = session.would_lose_nothing(operation)
        for attempt in range(1, DEADLOCK_ATTEMPTS + 1):
            try:
                self._execute_all(operation, params)
            except Error as error:
                if error.errno != errors.DEADLOCK or not may_repeat or attempt == DEADLOCK_ATTEMPTS:
                    raise
                logger.debug(f"Deadlock in attempt {attempt}; once more")
                time.sleep(0.05 * attempt)
                session.begin_again()
            else:
                return

    def _execute_all(self, operation: str, params: Any) -> None:
        self._connection.note(operation)
        super().execute(operation, params or ())
        self.total = max(self.rowcount, 0)
        # asked of the connection, since a call of nextset() beyond the last result throws that result away
        while self._connection._have_next_result:
            try:
                self.nextset()
            except Error as error:
                # what stands behind the last semicolon may be a comment
                if error.errno == errors.EMPTY_QUERY:
                    return
                raise
            self.total += max(self.rowcount, 0)


class Session(MySQLConnection):
    """A connection that knows its server and whether its transaction has done anything yet."""

    def __init__(self, **settings: Any) -> None:
        self._begun = False
        self._worked = False
        super().__init__(**settings)
        self.server: Server = server_of(str(self.server_info))

    def cursor(self, *_: Any, **__: Any) -> StatementCursor:
        return super().cursor(cursor_class=StatementCursor)

    def rollback(self) -> None:
        self._begun = False
        super().rollback()

    def note(self, statement: str) -> None:
        """Follow dbt's transactions."""
        word = statement[:10].strip().lower()
        self._worked = word != "begin"
        if word in ("begin", "commit", "rollback"):
            self._begun = word == "begin"

    def would_lose_nothing(self, statement: str) -> bool:
        """Whether a deadlock, which rolls back, would undo this statement alone; then it can be repeated."""
        return not self._worked if self._begun else ";" not in statement

    def begin_again(self) -> None:
        if self._begun:
            self.cmd_query("begin")

    def prepare(self, variables: dict[str, Any]) -> None:
        """Make SQL mean the same on every server: text, time and errors."""
        self.sql_mode = self.server.sql_mode
        settings = {"time_zone": "+00:00", **self.server.variables, **variables}
        assignments = "".join(f", {name} = {_literal(value)}" for name, value in settings.items())
        self.cmd_query(f"set names utf8mb4 collate {self.server.collation}{assignments}")


def _literal(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(int(value) if isinstance(value, bool) else value)
    return "'{}'".format(str(value).replace("'", "''"))


def _settings(credentials: StarliftMySQLCredentials) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "user": credentials.username,
        "password": credentials.password,
        "host": credentials.server,
        "port": credentials.port,
        "connection_timeout": credentials.connect_timeout,
        # dbt says BEGIN and COMMIT itself; in between, a plain select must not hold locks on what it read
        "autocommit": True,
        "ssl_disabled": credentials.ssl_disabled,
    }
    if credentials.unix_socket:
        settings["unix_socket"] = credentials.unix_socket
    for option in ("ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"):
        if value := getattr(credentials, option):
            settings[option] = value
    return settings


def connect(credentials: StarliftMySQLCredentials) -> Session:
    """A session that stands in the profile's schema, if there is one yet."""
    settings = _settings(credentials)
    try:
        try:
            session = Session(database=credentials.schema, **settings)
        except Error as error:
            if error.errno not in errors.NO_SUCH_SCHEMA:
                raise
            session = Session(database=SOME_SCHEMA, **settings)
        session.prepare(credentials.session)
    except Error as error:
        if error.errno in errors.NOT_READY:
            raise ServerNotReady(errors.about_connecting(error, credentials)) from error
        raise NoConnection(errors.about_connecting(error, credentials)) from error
    return session


class StarliftMySQLConnectionManager(MySQLConnectionManager):
    TYPE = "starlift_mysql"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        if connection.state == ConnectionState.OPEN:
            return connection
        credentials = connection.credentials
        return cls.retry_connection(
            connection,
            connect=lambda: connect(credentials),
            logger=logger,
            retryable_exceptions=(ServerNotReady,),
            retry_limit=credentials.retries,
            retry_timeout=1,
        )

    def cancel(self, connection: Connection) -> None:
        """Stop the server's work too; closing our end alone would let a long statement run on."""
        number = connection.handle.connection_id
        try:
            killer = connect(connection.credentials)
            killer.cmd_query(f"kill {number}")
            killer.close()
        except (Error, NoConnection) as error:
            logger.debug(f"Could not stop connection {number}: {error}")

    def add_query(
        self, sql: str, auto_begin: bool = True, *args: Any, **kwargs: Any
    ) -> tuple[Connection, Any]:
        connection = self.get_thread_connection()
        if auto_begin and connection.transaction_open and not connection.handle.in_transaction:
            # a CREATE, ALTER or DROP has committed what dbt began; what follows is one transaction again
            self.add_begin_query()
        return super().add_query(sql, auto_begin, *args, **kwargs)

    @contextmanager
    def exception_handler(self, sql: str) -> Iterator[None]:
        try:
            yield
        except Error as error:
            logger.debug(f"Error {error} in: {sql}")
            try:
                self.rollback_if_open()
            except Error:
                logger.debug("The connection is lost, so is its transaction")
            raise DbtDatabaseError(errors.about_query(error)) from error
        except Exception as error:
            self.rollback_if_open()
            if isinstance(error, DbtRuntimeError):
                raise
            raise DbtRuntimeError(str(error)) from error

    @classmethod
    def get_response(cls, cursor: Any) -> AdapterResponse:
        rows = getattr(cursor, "total", 0)
        return AdapterResponse(_message=f"SUCCESS {rows}", rows_affected=rows, code="SUCCESS")

    @classmethod
    def data_type_code_to_name(cls, type_code: int | str) -> str:
        return family_of(int(type_code))
