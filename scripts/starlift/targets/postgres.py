"""PostgreSQL through its Arrow driver (ADBC): bulk rows as binary COPY, and what its errors mean."""

from typing import Any

from starlift.errors import StarliftError
from starlift.targets.profile import Target

# The profile's fields that libpq knows under the same name.
_PASSED_ON = ("sslmode", "sslcert", "sslkey", "sslrootcert", "connect_timeout")

# The first two characters of an SQLSTATE, or all of it: what to say of it.
_PRIVILEGE, _READ_ONLY, _DISK_FULL, _LOCKED = "42501", "25006", "53100", "55P03"


class Postgres:
    """The server of one target."""

    def __init__(self, target: Target) -> None:
        self.name = target.name
        self.host = str(target.get("host") or "localhost")
        self.port = int(target.get("port") or 5432)
        self.user = str(target.get("user") or "")
        self.database = str(target.get("dbname", "database") or "")
        self._password = str(target.get("password", "pass") or "")
        self._more = {name: str(target.get(name)) for name in _PASSED_ON if target.get(name) is not None}
        self.role = target.get("role")

    def __str__(self) -> str:
        return f"PostgreSQL at {self.host}:{self.port}"

    @property
    def place(self) -> str:
        """The database in words, for a summary."""
        return f"{self.database} of {self}"

    def conninfo(self, *, with_password: bool = True) -> str:
        """What libpq takes; without the password where others could read it, as on a command line."""
        words = {
            "host": self.host,
            "port": str(self.port),
            "user": self.user,
            "password": self._password if with_password else "",
            "dbname": self.database,
            "connect_timeout": "10",
            "application_name": "starlift",
            # a server that is gone without a word is noticed within two minutes
            "keepalives_idle": "30",
            "keepalives_interval": "10",
            "keepalives_count": "9",
            **self._more,
        }
        return " ".join(f"{name}={_quoted(value)}" for name, value in words.items() if value)

    @property
    def credentials(self) -> dict[str, str]:
        """For the environment of the server's own programs."""
        return {"PGPASSWORD": self._password} if self._password else {}

    def connect(self) -> Any:  # noqa: ANN401 - ADBC's connection, imported only where it is needed
        """A connection, in a transaction; StarliftError says why there is none."""
        import adbc_driver_manager  # noqa: PLC0415 - slow to import
        import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415

        try:
            connection = adbc.connect(self.conninfo())
            if self.role:
                with connection.cursor() as cursor:
                    cursor.execute(f"set role {self.role}")
        except adbc_driver_manager.Error as error:
            raise StarliftError(self.why_not_connected(error)) from error
        return connection

    def why_not_connected(self, error: Exception) -> str:
        """One sentence for an error on the way to a connection, of whichever driver."""
        said = str(error)
        # the first that fits: what the server says of access names databases and SSL, too
        sentences = {
            ("no pg_hba.conf entry", "permission denied"): (
                f"{self} does not let the user {self.user!r} in ({_told(said)}): allow that, or use "
                "another user."
            ),
            ("password authentication failed", "no password supplied"): (
                f"{self} refuses the user {self.user!r}: check the user and the password of the target "
                f"{self.name!r} (STARLIFT_POSTGRES_USER, STARLIFT_POSTGRES_PASSWORD)."
            ),
            ('database "',): (
                f"{self} has no database {self.database!r}: create it, or name another in "
                "STARLIFT_POSTGRES_DATABASE."
            ),
            (
                'role "',
            ): f"{self} has no user {self.user!r}: create it, or name another in STARLIFT_POSTGRES_USER.",
            ("starting up", "not yet accepting", "shutting down"): (
                f"{self} takes no connections yet ({_told(said)}): try again in a moment."
            ),
            ("SSL", "certificate"): (
                f"{self} cannot be reached as sslmode asks ({_told(said)}): check the target's TLS settings."
            ),
            ("refused", "could not translate", "timeout", "No such file", "unreachable"): (
                f"No PostgreSQL answers at {self.host}:{self.port}: start it "
                "(`starlift server start postgres`), or name the right one in STARLIFT_POSTGRES_HOST and "
                "STARLIFT_POSTGRES_PORT."
            ),
        }
        for signs, sentence in sentences.items():
            if any(sign in said for sign in signs):
                return sentence
        return f"{self} cannot be used ({_told(said)}): put that right."

    def what_is_wrong(self, error: Any, again: str = "load again") -> str:  # noqa: ANN401 - ADBC's or psycopg2's
        """One sentence for an error in the midst of the work; `again` is what to do after mending it."""
        said, state = _told(str(error)), _state(error)
        if state == _PRIVILEGE:
            return (
                f"The user {self.user!r} lacks a privilege on {self.place} ({said}): grant it, or use "
                "another user."
            )
        if state == _READ_ONLY:
            return f"{self.place} is read-only ({said}): name a server that takes writes."
        if state == _DISK_FULL or "No space left" in said:
            return f"The disk of {self} is full ({said}): make room, and {again}."
        if state == _LOCKED:
            return f"Somebody is using a table of {self.place} ({said}): end that, and {again}."
        if is_gone(error):
            return f"{self} went away ({said}): start it again, and {again}."
        return f"{self} refused that ({said}): put it right, and {again}."


def is_gone(error: Any) -> bool:  # noqa: ANN401 - ADBC's error
    """Whether the connection is lost, and with it the transaction."""
    said, state = str(error), _state(error)
    signs = (
        "connection already closed",
        "server closed the connection",
        "no connection to the server",
        "terminating connection",
        "SSL SYSCALL",
    )
    return state.startswith(("08", "57P")) or any(sign in said for sign in signs)


def _state(error: Any) -> str:  # noqa: ANN401 - ADBC's or psycopg2's error
    """The SQLSTATE, which the two drivers call differently; empty where the error is the driver's own."""
    return getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or ""


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _told(said: str) -> str:
    """The server's own words, without the driver's and without the statement."""
    for mark in ("ERROR: ", "PANIC: "):
        said = said.partition(mark)[2] or said
    said = said.rpartition("FATAL: ")[2]
    if "connection to server" in said:
        said = said.partition(" failed: ")[2] or said
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    return (lines[0] if lines else "it said nothing").partition(". SQLSTATE")[0].strip(" .")
