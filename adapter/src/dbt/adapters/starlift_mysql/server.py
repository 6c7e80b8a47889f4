"""What differs between the two servers, one class each."""

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Server(ABC):
    """A server as dbt needs to know it: its name, and the session that makes SQL mean the same on both."""

    version: str
    name: ClassVar[str]
    collation: ClassVar[str]
    sql_modes: ClassVar[tuple[str, ...]]
    variables: ClassVar[dict[str, str | int]]
    casts_to_json: ClassVar[bool]

    # literals as the standard has them: `||` joins, a backslash is a letter, and "x" is a name; were it a text, a
    # query that quotes its columns would silently return their names
    standard: ClassVar[tuple[str, ...]] = ("PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES")
    strict: ClassVar[tuple[str, ...]] = (
        "STRICT_ALL_TABLES",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ENGINE_SUBSTITUTION",
    )

    @property
    def sql_mode(self) -> list[str]:
        return [*self.strict, *self.standard, *self.sql_modes]


@dataclass(frozen=True)
class MySQL(Server):
    name = "MySQL"
    # binary and without padding: 'A', 'a' and 'a ' are three texts
    collation = "utf8mb4_0900_bin"
    sql_modes = ("ONLY_FULL_GROUP_BY", "NO_ZERO_DATE", "NO_ZERO_IN_DATE")
    variables: ClassVar[dict[str, str | int]] = {"group_concat_max_len": 16_777_216}
    casts_to_json = True


@dataclass(frozen=True)
class MariaDB(Server):
    name = "MariaDB"
    collation = "utf8mb4_nopad_bin"
    # its ONLY_FULL_GROUP_BY also refuses valid queries, so it stays off, as it is by default
    sql_modes = ("NO_ZERO_DATE", "NO_ZERO_IN_DATE")
    variables: ClassVar[dict[str, str | int]] = {"group_concat_max_len": 16_777_216}
    casts_to_json = False


def server_of(version: str) -> Server:
    """The server that gives this version text when it greets, such as `8.4.3` or `5.5.5-10.11.6-MariaDB`."""
    if "mariadb" in version.lower():
        return MariaDB(version.removeprefix("5.5.5-"))
    return MySQL(version)
