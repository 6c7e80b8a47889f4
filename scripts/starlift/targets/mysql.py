"""MySQL and MariaDB through MySQL's driver: a session that means the same on both, and what errors mean."""

from dataclasses import dataclass
from typing import Any

from starlift.errors import StarliftError
from starlift.targets.profile import Target

# The profile's fields that the driver knows under the same name.
_PASSED_ON = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_disabled", "ssl_verify_cert", "ssl_verify_identity")

_ACCESS_DENIED = (1045, 1698)
_NO_DATABASE = (1049,)
_PRIVILEGE = (1044, 1142, 1143, 1227, 1370)
_READ_ONLY = (1036, 1792, 1836, 1874)
# the server was started with an option that forbids it: with --read-only, or with another
_OPTION = (1290,)
_GONE = (2006, 2013, 2055, 1053, 1927, 1077)
_UNREACHABLE = (2002, 2003, 2005)
_DISK_FULL = (1021, 1114, 1026, 3)
_LOCKED = (1205, 1099, 3572)
# what the driver calls a lost connection or nothing in particular
_TLS = (2026,)
_NO_LOCAL_INFILE = (1148, 3948, 4166, 2068)


def backticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@dataclass(frozen=True)
class Flavor:
    """What the two servers call differently."""

    title: str
    # The `starlift server` that starts one.
    kind: str
    # Binary and without padding: 'A', 'a' and 'a ' are three texts.
    collation: str
    # What its own dump program needs besides.
    dump_options: tuple[str, ...] = ()
    # How its own programs are told whether to verify the server's certificate, or to do without TLS.
    verify: str = ""
    trust: str = ""
    without_tls: str = ""


MYSQL = Flavor(
    "MySQL",
    "mysql",
    "utf8mb4_0900_bin",
    dump_options=("--set-gtid-purged=OFF",),
    verify="ssl-mode=VERIFY_CA",
    without_tls="ssl-mode=DISABLED",
)
MARIADB = Flavor(
    "MariaDB",
    "mariadb",
    "utf8mb4_nopad_bin",
    verify="ssl-verify-server-cert",
    trust="disable-ssl-verify-server-cert",
    without_tls="skip-ssl",
)


class MySQL:
    """The server of one target; which of the two it is shows when it is connected to."""

    def __init__(self, target: Target) -> None:
        self.name = target.name
        self.host = str(target.get("server", "host") or "localhost")
        self.port = int(target.get("port") or 3306)
        self.user = str(target.get("username", "user", "UID") or "")
        self.unix_socket = target.get("unix_socket")
        self.flavor = MARIADB if "maria" in target.name else MYSQL
        self._password = str(target.get("password", "PWD") or "")
        self._more = {name: target.get(name) for name in _PASSED_ON if target.get(name) is not None}

    def __str__(self) -> str:
        return f"{self.flavor.title} at {self.unix_socket or f'{self.host}:{self.port}'}"

    @property
    def place(self) -> str:
        """The server in words, for a summary."""
        return str(self)

    def connect(self, **more: Any) -> Any:  # noqa: ANN401 - the driver's connection, imported only where needed
        """A connection in UTC and strict mode, autocommitting; StarliftError says why there is none."""
        import mysql.connector  # noqa: PLC0415 - slow to import

        settings: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self._password,
            "connection_timeout": 10,
            "autocommit": True,
            "charset": "utf8mb4",
            "use_pure": True,
            **self._more,
            **more,
        }
        if self.unix_socket:
            settings["unix_socket"] = self.unix_socket
        try:
            connection = mysql.connector.connect(**settings)
            self.flavor = MARIADB if "mariadb" in str(connection.server_info).lower() else MYSQL
            connection.cmd_query(
                "set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
                f"collation_connection = {self.flavor.collation}"
            )
        except mysql.connector.Error as error:
            raise StarliftError(self.what_is_wrong(error, "try again")) from error
        return connection

    def option_file(self) -> str:
        """For the server's own programs: its place, and the credentials, which no command line may show."""
        words = {
            "host": self.host,
            "port": str(self.port),
            "protocol": "socket" if self.unix_socket else "tcp",
            "socket": str(self.unix_socket or ""),
            "user": self.user,
            "password": self._password,
            **{
                name.replace("_", "-"): str(self._more.get(name, ""))
                for name in ("ssl_ca", "ssl_cert", "ssl_key")
            },
        }
        lines = [f'{name}="{_escaped(value)}"' for name, value in words.items() if value]
        if self._more.get("ssl_disabled"):
            lines.append(self.flavor.without_tls)
        elif self._more.get("ssl_verify_cert"):
            lines.append(self.flavor.verify)
        else:
            lines.append(self.flavor.trust)
        return "\n".join(["[client]", *filter(None, lines)]) + "\n"

    def what_is_wrong(self, error: Any, again: str = "load again") -> str:  # noqa: ANN401 - the driver's error
        """One sentence: what is wrong, and what to do; `again` is what to do after mending it."""
        said = _told(error)
        prefix = f"STARLIFT_{self.flavor.kind.upper()}"
        place = self.unix_socket or f"{self.host}:{self.port}"
        sentences = {
            _ACCESS_DENIED: (
                f"{self} refuses the user {self.user!r}: check the user and the password of the target "
                f"{self.name!r} ({prefix}_USER, {prefix}_PASSWORD)."
            ),
            _TLS: f"{self} cannot be reached with TLS ({said}): check {prefix}_SSL_CA and its like.",
            _UNREACHABLE: (
                f"No {self.flavor.title} answers at {place}: start it (`starlift server start "
                f"{self.flavor.kind}`), or name the right one in {prefix}_HOST and {prefix}_PORT."
            ),
            _NO_DATABASE: f"{self} lacks a database ({said}): create it, or correct its name.",
            _PRIVILEGE: (
                f"The user {self.user!r} lacks a privilege on {self} ({said}): grant it, or use another user."
            ),
            _READ_ONLY: f"{self} is read-only ({said}): name a server that takes writes.",
            _GONE: f"{self} went away ({said}): start it again, and {again}.",
            _DISK_FULL: f"The disk of {self} is full ({said}): make room, and {again}.",
            _LOCKED: f"Somebody is using a table of {self} ({said}): end that, and {again}.",
            _NO_LOCAL_INFILE: (
                f"{self} does not take rows from a client: set its local_infile to 1 "
                "(`set global local_infile = 1`), and load again."
            ),
            _OPTION: (
                f"{self} runs with an option that forbids this ({said}): start it without, or name another "
                "server."
            ),
        }
        number = _number(error.errno, said)
        fitting = (sentence for numbers, sentence in sentences.items() if number in numbers)
        return next(fitting, f"{self} refused that ({said}): put it right, and {again}.")


def _escaped(value: str) -> str:
    """As option files read what stands in quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _number(number: int, said: str) -> int:
    """The error's number, or where the words say more than that: one of those that mean the same."""
    if "SSL" in said or "Certificate" in said:
        return _TLS[0]
    if "LOCAL INFILE" in said and "rejected" in said:
        # the driver's own words for what newer servers announce
        return _NO_LOCAL_INFILE[0]
    if "No space left" in said or "rrno: 28" in said or "rror 28 " in said:
        return _DISK_FULL[0]
    if number in _OPTION and "read-only" in said:
        return _READ_ONLY[0]
    if "Connection not available" in said:
        # the driver's own words for a session that ended before
        return _GONE[0]
    return number


def _told(error: Any) -> str:  # noqa: ANN401 - the driver's error
    said = str(error.msg or error).strip()
    return said.splitlines()[0].strip(" .") if said else "it said nothing"
