"""What a column is to a staging model: an id, a text, a date, when the row was changed, ..."""

import re

from starlift.inspect.keys import looks_like_key
from starlift.inspect.model import Column, Table
from starlift.inspect.names import snake_case, words

# The groups of a staging model, in their order.
GROUPS = ("ids", "text", "numbers", "flags", "dates", "timestamps", "times", "other", "audit")
_BY_FAMILY = {
    "integer": "numbers",
    "decimal": "numbers",
    "float": "numbers",
    "text": "text",
    "enum": "text",
    "uuid": "ids",
    "boolean": "flags",
    "date": "dates",
    "timestamp": "timestamps",
    "timestamp with time zone": "timestamps",
    "time": "times",
}
_MOMENTS = ("date", "timestamp", "timestamp with time zone")
_UPDATED = re.compile(
    r"(^|_)(updated|modified|changed|last_?updated?|last_?modified|last_?changed?|update_(date|time)|mtime)(_|$)"
)
_CREATED = re.compile(r"(^|_)(created|inserted|creation|create_(date|time)|ctime)(_|$)")
_ID_WORDS = ("id", "uuid", "guid", "key", "sku", "uid")


def key_of(table: Table) -> tuple[str, ...]:
    """What tells the rows apart: the primary key, else a unique one without nulls, else one by its name."""
    if table.primary_key:
        return table.primary_key
    for key in table.unique_keys:
        if not any(table.column(name).nullable for name in key.columns):
            return key.columns
    named = (key.columns for key in table.candidate_keys if all(map(looks_like_key, key.columns)))
    return next(named, ())


def is_updated_at(column: Column) -> bool:
    return column.family in _MOMENTS and bool(_UPDATED.search(snake_case(column.name)))


def is_created_at(column: Column) -> bool:
    return column.family in _MOMENTS and bool(_CREATED.search(snake_case(column.name)))


def group_of(table: Table, column: Column) -> str:
    if is_updated_at(column) or is_created_at(column):
        return "audit"
    pointing = {name for key in table.foreign_keys for name in key.columns}
    last = words(column.name)[-1:]
    named = bool(last) and (last[0] in _ID_WORDS or last[0].endswith("id"))
    is_id = named or column.name in (*key_of(table), *pointing)
    if is_id and column.family in ("integer", "decimal", "text", "uuid", "binary"):
        return "ids"
    return _BY_FAMILY.get(column.family, "other")


def ordered(table: Table) -> list[Column]:
    """The columns as a staging model lists them: by group, the key first."""
    key = key_of(table)

    def place(column: Column) -> tuple[int, int]:
        is_key = column.name in key
        return GROUPS.index(group_of(table, column)), key.index(column.name) if is_key else len(key)

    return sorted(table.columns, key=place)
