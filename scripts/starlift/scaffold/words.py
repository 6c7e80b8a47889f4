"""The descriptions and the YAML scalars of a scaffold."""

import json

import yaml

from starlift.inspect import describe
from starlift.inspect.model import Column, ForeignKey, Table
from starlift.inspect.names import singular_name, snake_case

_LONGEST_EXAMPLE = 30
_KINDS = {
    "integer": "Number",
    "decimal": "Number",
    "float": "Number",
    "text": "Text",
    "enum": "Text",
    "uuid": "UUID",
    "boolean": "Flag",
    "date": "Day",
    "timestamp": "Moment",
    "timestamp with time zone": "Moment, with a time zone",
    "time": "Time of day",
    "binary": "Binary data",
    "json": "JSON",
    "other": "Value",
}


def scalar(text: str) -> str:
    """The text as a YAML scalar that may stand in a flow mapping, quoted only where it has to be."""
    try:
        if yaml.safe_load(f"{{a: {text}}}") == {"a": text}:
            return text
    except yaml.YAMLError:
        pass
    return json.dumps(text, ensure_ascii=False)


def one_of(table: Table) -> str:
    """A row of the table in words: `order item`."""
    return singular_name(table.name).replace("_", " ")


def about_table(table: Table) -> str:
    return (
        _plain(table.comment)
        or f"{snake_case(table.name).replace('_', ' ').capitalize()}; one row per {one_of(table)}."
    )


def about_column(table: Table, column: Column) -> str:
    """What the database says of the column, else what the inspection found."""
    said = [_plain(column.comment)] if column.comment else []
    if table.primary_key == (column.name,):
        said.append("Primary key.")
    elif column.primary_key:
        said.append("Part of the primary key.")
    keys = [key for key in table.foreign_keys if column.name in key.columns]
    said += [about_key(key) for key in keys]
    return " ".join(said) or _by_values(column)


def about_key(key: ForeignKey) -> str:
    to = f"{key.parent_schema}.{key.parent}" if key.parent_schema else key.parent
    part = "Foreign key" if len(key.columns) == 1 else "Part of a foreign key"
    how = "" if key.origin == "declared" else f" (not declared; inferred, {key.confidence:.0%})"
    orphans = f"; no parent: {describe.orphans(key)}" if key.orphans else ""
    return _plain(f"{part} to {to}{how}{orphans}.")


def _by_values(column: Column) -> str:
    kind = _KINDS[column.family]
    if column.personal:
        return f"{kind}; likely personal data ({column.personal.kind})."
    if column.family in ("text", "enum"):
        samples = column.statistics.samples if column.statistics else ()
        short = [value for value in samples if _is_short(value)]
        return _plain(f"{kind}, such as {', '.join(short)}." if short else f"{kind}.")
    known = describe.values(column)
    return _plain(f"{kind}; {known} when it was looked at." if known else f"{kind}.")


def _is_short(value: str) -> bool:
    """Whether a value is a word of a list rather than prose."""
    return 0 < len(value) <= _LONGEST_EXAMPLE


def _plain(text: str | None) -> str:
    """In a line, and nothing in it that dbt would take for Jinja."""
    joined = " ".join((text or "").split())
    for mark in ("{{", "{%", "{#", "}}", "%}", "#}"):
        joined = joined.replace(mark, " ".join(mark))
    return joined
