from dataclasses import dataclass, field
from typing import Any, ClassVar

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.starlift_mysql.compat import MySQLCredentials


@dataclass
class StarliftMySQLCredentials(MySQLCredentials):
    """A profile's output. `host` and `user` are accepted for `server` and `username`, as dbt-mysql does."""

    server: str = "localhost"
    port: int = 3306
    unix_socket: str | None = None
    username: str | None = None
    password: str | None = None
    database: str | None = None
    schema: str = ""
    ssl_ca: str | None = None
    ssl_cert: str | None = None
    ssl_key: str | None = None
    ssl_disabled: bool = False
    ssl_verify_cert: bool = False
    ssl_verify_identity: bool = False
    connect_timeout: int = 10
    retries: int = 1
    # further session variables, such as {tmp_table_size: 268435456}
    session: dict[str, Any] = field(default_factory=dict)

    _ALIASES: ClassVar[dict[str, str]] = {
        "UID": "username",
        "user": "username",
        "PWD": "password",
        "host": "server",
    }

    def __post_init__(self) -> None:
        if self.database is not None and self.database != self.schema:
            raise DbtRuntimeError(
                f"The profile names a database ({self.database}) beside the schema ({self.schema}); "
                "MySQL has one level only, so leave `database` out."
            )
        # there is no level above the schema, and relations are compared by what they say of it
        self.database = None

    @property
    def type(self) -> str:
        return "starlift_mysql"

    @property
    def unique_field(self) -> str:
        return self.unix_socket or f"{self.server}:{self.port}"

    def _connection_keys(self) -> tuple[str, ...]:
        return (
            "server",
            "port",
            "unix_socket",
            "username",
            "schema",
            "ssl_disabled",
            "connect_timeout",
            "retries",
        )
