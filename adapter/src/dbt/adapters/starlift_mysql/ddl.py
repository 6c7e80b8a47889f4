"""Pieces of DDL that are easier to write in Python than in Jinja."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import md5
from typing import Any

from dbt_common.contracts.constraints import ConstraintType
from dbt_common.exceptions import CompilationError

KEYS = (ConstraintType.primary_key, ConstraintType.unique, ConstraintType.foreign_key)
LONGEST_NAME = 64
_HASH_LENGTH = 8

Quote = Callable[[str], str]


def literal(value: Any) -> str:
    """A value as SQL, for sessions in which a backslash is a letter."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return "'{}'".format(str(value).replace("'", "''"))


def name_beside(identifier: str, suffix: str) -> str:
    """`identifier` with a suffix, in the 64 characters that the servers allow."""
    if len(identifier) + len(suffix) <= LONGEST_NAME:
        return identifier + suffix
    digest = md5(identifier.encode(), usedforsecurity=False).hexdigest()[:_HASH_LENGTH]
    return f"{identifier[: LONGEST_NAME - len(suffix) - _HASH_LENGTH - 1]}_{digest}{suffix}"


# what a build makes beside its table: one per run, and one per batch of a microbatch
_BESIDE = re.compile(r"__dbt_(?:backup|tmp(?:_r[0-9a-f]{8}|_\d{4,8}(?:T\d\d)?)?)$", re.IGNORECASE)


def is_beside(name: str, identifier: str) -> bool:
    """Whether a build of `identifier` gives this name to something that it drops again."""
    suffix = _BESIDE.search(name)
    return suffix is not None and name.lower() == name_beside(identifier, suffix[0]).lower()


def index_columns(indexes: Sequence[Mapping[str, Any]]) -> set[str]:
    return {column for index in indexes for column in index.get("columns", [])}


def index_definitions(indexes: Sequence[Mapping[str, Any]], quote: Quote) -> list[str]:
    """The `indexes` config, in dbt-postgres's form: `{columns: [...], unique: bool, type: name}`."""
    definitions = []
    for index in indexes:
        columns = index.get("columns")
        if not columns or isinstance(columns, str):
            raise CompilationError(f"An index in `indexes` needs a list of `columns`: {dict(index)}")
        method = str(index.get("type") or "btree").lower()
        if method not in ("btree", "hash"):
            raise CompilationError(f"An index's `type` is btree or hash here, not {method}.")
        kind = "unique index" if index.get("unique") else "index"
        definitions.append(f"{kind} using {method} ({', '.join(quote(column) for column in columns)})")
    return definitions


def table_options(engine: str | None, row_format: str | None) -> str:
    options = {"engine": engine, "row_format": row_format}
    for name, value in options.items():
        if value is not None and not re.fullmatch(r"\w+", value):
            raise CompilationError(
                f"The config `{name}` is one word, such as InnoDB or compressed, not {value!r}."
            )
    return " ".join(f"{name}={value}" for name, value in options.items() if value)


def accounts(grantees: Iterable[str]) -> list[str]:
    """Grantees as the servers name accounts: `user` stands for `user` from anywhere."""
    named = []
    for grantee in grantees:
        user, _, host = grantee.partition("@")
        named.append(f"{literal(user)}@{literal(host or '%')}")
    return named


_COLUMN_LINE = re.compile(r'^\s*(?:`((?:[^`]|``)+)`|"((?:[^"]|"")+)")\s+(.*?),?$')
_TYPE = re.compile(r"^\w+(?:\([^)]*\))?")
_COMMENT = re.compile(r"\s+COMMENT\s+'(?:[^']|'')*'$", re.IGNORECASE)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"0": "\0", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
LONGEST_COLUMN_COMMENT = 1024


def column_definitions(create_table: str) -> dict[str, str]:
    """What `show create table` says of each column, in SQL in which a backslash is a letter."""
    definitions = {}
    for line in create_table.split("\n"):
        if match := _COLUMN_LINE.match(line):
            name = match[1].replace("``", "`") if match[1] else match[2].replace('""', '"')
            definitions[name] = _TEXT.sub(_without_escapes, match[3])
    return definitions


def _without_escapes(text: re.Match[str]) -> str:
    """The servers put backslashes there, whatever a backslash is to the session."""
    return _ESCAPED.sub(lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), text[0])


def widened(definition: str, data_type: str | None, may_be_null: bool) -> str:
    """A column's definition with another type, or without its NOT NULL; default and comment stay."""
    if data_type:
        definition = _TYPE.sub(data_type, definition, count=1)
    return definition.replace(" NOT NULL", "", 1) if may_be_null else definition


def column_comments(create_table: str, comments: Mapping[str, str], quote: Quote) -> list[str]:
    """`modify column` clauses that change comments only: each repeats what `show create table` says."""
    clauses = []
    wanted = {name.lower(): comment for name, comment in comments.items()}
    for name, definition in column_definitions(create_table).items():
        comment = wanted.get(name.lower())
        if comment is not None:
            text = literal(comment[:LONGEST_COLUMN_COMMENT])
            clauses.append(f"modify column {quote(name)} {_COMMENT.sub('', definition)} comment {text}")
    return clauses
