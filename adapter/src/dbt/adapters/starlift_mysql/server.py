"""What differs between the two servers, one class each."""

import re
from abc import ABC
from dataclasses import dataclass
from typing import ClassVar

# comments, names and texts, so that only texts are touched
_LITERAL_OR_NOT = re.compile(
    r"""--\s[^\n]*|\#[^\n]*|/\*.*?\*/|"(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'""", re.DOTALL
)

LONG_TEXT = 16_777_216
# what a join without an index may take of memory
JOIN_BUFFER = 33_554_432

# the end of `cast(x as char(10))`, up to its last parenthesis
_TEXT_CAST = re.compile(
    r"(\bas\s+(?:var)?char(?:acter)?\s*(?:\(\s*\d+\s*\)\s*)?\))(?!\s*collate\b)", re.IGNORECASE
)


@dataclass(frozen=True)
class Server(ABC):
    """A server as dbt needs to know it: its name, and the session that makes SQL mean the same on both."""

    version: str
    name: ClassVar[str]
    collation: ClassVar[str]
    sql_modes: ClassVar[tuple[str, ...]]
    variables: ClassVar[dict[str, str | int]]
    casts_to_json: ClassVar[bool]

    # literals as the standard has them: `||` joins, a backslash is a letter, "x" is a name; were it a text, a
    # query that quotes its columns would silently return their names
    standard: ClassVar[tuple[str, ...]] = ("PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES")
    strict: ClassVar[tuple[str, ...]] = (
        "STRICT_ALL_TABLES",
        "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_ENGINE_SUBSTITUTION",
    )

    def view_sql(self, sql: str) -> str:
        """A view's query, as this server must read it so that it stores what was meant."""
        return sql

    @property
    def sql_mode(self) -> list[str]:
        return [*self.strict, *self.standard, *self.sql_modes]


@dataclass(frozen=True)
class MySQL(Server):
    name = "MySQL"
    # binary and without padding: 'A', 'a' and 'a ' are three texts
    collation = "utf8mb4_0900_bin"
    sql_modes = ("ONLY_FULL_GROUP_BY", "NO_ZERO_DATE", "NO_ZERO_IN_DATE")
    variables: ClassVar[dict[str, str | int]] = {
        "group_concat_max_len": LONG_TEXT,
        "join_buffer_size": JOIN_BUFFER,
        # A condition that is pushed into a subquery or view is written out and read again, with backslashes
        # before quotes and backslashes; where a backslash is a letter that is an error, or finds no rows.
        "optimizer_switch": "derived_condition_pushdown=off",
    }
    casts_to_json = True


@dataclass(frozen=True)
class MariaDB(Server):
    name = "MariaDB"
    collation = "utf8mb4_nopad_bin"
    # its ONLY_FULL_GROUP_BY also refuses valid queries, so it stays off, as it is by default
    # without NO_AUTO_CREATE_USER, a grant to a misspelt user makes that user
    sql_modes = ("NO_ZERO_DATE", "NO_ZERO_IN_DATE", "NO_AUTO_CREATE_USER")
    variables: ClassVar[dict[str, str | int]] = {
        "group_concat_max_len": LONG_TEXT,
        # joins without an index by hashing; by default it compares every row with every row
        "join_cache_level": 4,
        "join_buffer_size": JOIN_BUFFER,
        "join_buffer_space_limit": 4 * JOIN_BUFFER,
    }
    casts_to_json = False

    def view_sql(self, sql: str) -> str:
        # A view keeps `cast(x as char)` as `char charset utf8mb4 binary`, which reads as another collation
        # (utf8mb4_bin), and then no longer compares with a column.
        parts, end = [], 0
        for kept in _LITERAL_OR_NOT.finditer(sql):
            parts += [self._with_collation(sql[end : kept.start()]), kept[0]]
            end = kept.end()
        return "".join([*parts, self._with_collation(sql[end:])])

    def _with_collation(self, sql: str) -> str:
        return _TEXT_CAST.sub(rf"\1 collate {self.collation}", sql)


def server_of(version: str) -> Server:
    """The server that gives this version text when it greets, such as `8.4.3` or `5.5.5-10.11.6-MariaDB`."""
    if "mariadb" in version.lower():
        return MariaDB(version.removeprefix("5.5.5-"))
    return MySQL(version)
