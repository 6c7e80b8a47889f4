"""The names that models and columns get, and when the source's own names need quotes."""

import logging
import re
from collections.abc import Iterable
from functools import cache

from starlift.inspect.model import Column, Table
from starlift.inspect.names import KEY_WORDS, singular_name, snake_case

# The engines that the result has to build on.
_DIALECTS = ("duckdb", "postgres", "mysql", "mariadb")
# PostgreSQL takes 63 characters; dbt adds some of its own to a model's name while it builds.
_LONGEST_NAME = 45


class Names:
    """The names of one table's columns in its staging model, by those in the source."""

    def __init__(self, table: Table, dialect: str) -> None:
        self._by_source: dict[str, str] = {}
        of = singular_name(table.name)
        for column in table.columns:
            name = snake_case(column.name)
            # `id` says nothing where tables meet, and words of SQL are in the way of every query
            if name in KEY_WORDS or name in words_of_sql(dialect):
                name = f"{of}_{name}"
            self._by_source[column.name] = _free(name, self._by_source.values())

    def __getitem__(self, name: str) -> str:
        return self._by_source[name]


def model_names(tables: Iterable[Table]) -> dict[str, str]:
    """By table, the word after `stg_<system>__`; no two alike."""
    found: dict[str, str] = {}
    for table in tables:
        found[table.name] = _free(snake_case(table.name)[:_LONGEST_NAME].rstrip("_"), found.values())
    return found


def expression(column: Column) -> str:
    """The source's column, as Jinja within a macro's call: 'patient_id' or adapter.quote('PatientID')."""
    literal = "'" + column.name.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"adapter.quote({literal})" if needs_quotes(column.name) else literal


def needs_quotes(name: str) -> bool:
    """Whether some engine reads the name otherwise without quotes, or not at all."""
    return not re.fullmatch(r"[a-z_][a-z0-9_]*", name) or name in reserved_words()


@cache
def reserved_words() -> frozenset[str]:
    return frozenset(
        word.lower() for dialect in _DIALECTS for word in _dialect(dialect).sets("reserved_keywords")
    )


@cache
def words_of_sql(dialect: str) -> frozenset[str]:
    """The words that are no good names: reserved ones of any engine, and all that SQLFluff knows of one."""
    own = {word.lower() for word in _dialect(dialect).sets("unreserved_keywords")}
    return frozenset(own | reserved_words())


@cache
def _dialect(name: str):  # noqa: ANN202 - SQLFluff's own class
    logging.getLogger("sqlfluff").setLevel(logging.ERROR)
    from sqlfluff.core.dialects import dialect_selector  # noqa: PLC0415 - slow to import

    return dialect_selector(name)


def _free(name: str, taken: Iterable[str]) -> str:
    others, number, free = set(taken), 2, name
    while free in others:
        free, number = f"{name}_{number}", number + 1
    return free
