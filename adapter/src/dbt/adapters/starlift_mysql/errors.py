"""The servers' errors as sentences that say what to do."""

import re
from typing import TYPE_CHECKING

from mysql.connector import Error, errorcode

if TYPE_CHECKING:
    from dbt.adapters.starlift_mysql.credentials import StarliftMySQLCredentials

DEADLOCK = errorcode.ER_LOCK_DEADLOCK
EMPTY_QUERY = errorcode.ER_EMPTY_QUERY
NO_SUCH_SCHEMA = (errorcode.ER_BAD_DB_ERROR, errorcode.ER_DBACCESS_DENIED_ERROR)
NOT_READY = (
    errorcode.CR_CONNECTION_ERROR,
    errorcode.CR_CONN_HOST_ERROR,
    errorcode.CR_SERVER_GONE_ERROR,
    errorcode.CR_SERVER_LOST,
    errorcode.CR_SERVER_LOST_EXTENDED,
    errorcode.ER_CON_COUNT_ERROR,
)
NO_SUCH_TABLE = (errorcode.ER_NO_SUCH_TABLE,)
REFERENCED_BY_FOREIGN_KEY = (errorcode.ER_ROW_IS_REFERENCED_2, errorcode.ER_ROW_IS_REFERENCED, 3730)

_CLASSIC_HASH = re.compile(r"\.(md5|sha1?)\b", re.IGNORECASE)

_FULL = "The server's disk is full: make room there, and build again."
# how MySQL and MariaDB speak of it in other errors
_NO_ROOM = re.compile(r"No space left|No more room|errno: (?:28|135)\b|error 28\b", re.IGNORECASE)
_READ_ONLY = "The server is read-only: name one that takes writes in the profile's `host`."
_HINTS = {
    errorcode.ER_TABLEACCESS_DENIED_ERROR: "Grant the profile's user that privilege.",
    errorcode.ER_COLUMNACCESS_DENIED_ERROR: "Grant the profile's user that privilege.",
    errorcode.ER_DBACCESS_DENIED_ERROR: "Grant the profile's user that schema, or the right to create it.",
    errorcode.ER_SPECIFIC_ACCESS_DENIED_ERROR: "Grant the profile's user that privilege.",
    errorcode.ER_RECORD_FILE_FULL: _FULL,
    1021: _FULL,
    errorcode.ER_READ_ONLY_MODE: _READ_ONLY,
    errorcode.ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: (
        "Sessions are read-only: switch transaction_read_only off, on the server or in the `session`."
    ),
    errorcode.ER_BAD_DB_ERROR: "Create the schema, or correct its name in the profile or source.",
    errorcode.ER_LOCK_WAIT_TIMEOUT: "Another session holds the table: see `show processlist`.",
    errorcode.ER_BLOB_KEY_WITHOUT_LENGTH: "Give the column a length, such as varchar(100).",
    errorcode.ER_CANT_AGGREGATE_2COLLATIONS: "One of the texts comes from a table of another collation.",
}
# an option of the server's forbids it; the message names the option
_OPTIONS = {
    "read-only": _READ_ONLY,
    "secure-file-priv": "Files are read and written in the server's secure_file_priv folder only.",
    "skip-grant-tables": "The server runs without accounts: start it without that option.",
}


def about_connecting(error: Error, credentials: "StarliftMySQLCredentials") -> str:
    """One sentence on why there is no connection."""
    place = credentials.unix_socket or f"{credentials.server}:{credentials.port}"
    if error.errno == errorcode.ER_ACCESS_DENIED_ERROR:
        return (
            f"The server at {place} refuses the user {credentials.username!r}: "
            "check the profile's `user` and `password`."
        )
    if error.errno == errorcode.ER_CON_COUNT_ERROR:
        return (
            f"The server at {place} has too many connections: lower `threads` or raise its max_connections."
        )
    if error.errno in NOT_READY:
        return (
            f"No MySQL or MariaDB server answers at {place}: start it, or correct `host` and `port` "
            f"({error.msg})."
        )
    return f"Could not connect to the server at {place}: {error}"


def about_query(error: Error) -> str:
    """The server's message, and what to do about it where that is known."""
    message = str(error).strip()
    hint = _hint(error.errno, message)
    return f"{message}\n{hint}" if hint else message


def _hint(number: int, message: str) -> str | None:
    if number == errorcode.ER_OPTION_PREVENTS_STATEMENT:
        said = message.replace("_", "-")
        return next((hint for option, hint in _OPTIONS.items() if option in said), None)
    if number == errorcode.ER_SP_DOES_NOT_EXIST and _CLASSIC_HASH.search(message):
        return (
            "Since 9.6 MySQL has md5 and sha1 in a component: "
            "install component 'file://component_classic_hashing'"
        )
    return _FULL if _NO_ROOM.search(message) else _HINTS.get(number)


def is_about(error: Exception, numbers: tuple[int, ...]) -> bool:
    """Whether dbt's error stems from one of these errors of the server."""
    return isinstance(error.__cause__, Error) and error.__cause__.errno in numbers
