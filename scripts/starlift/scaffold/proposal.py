"""Which tables look like facts, dimensions and bridges, and why: a first proposal, to be argued with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlift.inspect.keys import looks_like_key
from starlift.inspect.model import Column, Database, ForeignKey, Table
from starlift.inspect.names import singular_name, snake_case, words
from starlift.scaffold.roles import is_created_at, is_updated_at, key_of

Role = Literal["fact", "dimension", "bridge", "extension", "alone"]

_AMOUNTS = {
    *("amount", "price", "cost", "total", "subtotal", "quantity", "qty", "fee", "charge", "paid", "balance"),
    *("discount", "tax", "freight", "salary", "value", "weight", "duration", "minutes", "hours", "score"),
    *("units", "dose", "milliseconds", "bytes"),
}
# Dates that say something of a thing, and not when something happened.
_NO_EVENT = {
    "birth",
    "dob",
    "born",
    "expiry",
    "expiration",
    "expires",
    "valid",
    "hire",
    "hired",
    "since",
    "until",
}
_NO_MEASURE = {"year", "month", "day", "rank", "order", "sort"}
_FEW_COLUMNS = 2


@dataclass
class Proposal:
    table: Table
    role: Role
    model: str
    reasons: list[str]
    # For a fact: when it happened, and what can be summed.
    dates: list[Column] = field(default_factory=list)
    measures: list[Column] = field(default_factory=list)
    # The tables that it points at.
    parents: list[ForeignKey] = field(default_factory=list)


def proposals(database: Database) -> list[Proposal]:
    pointed_at = {
        table.name: {key.table for key in database.foreign_keys if key.parent == table.name != key.table}
        for table in database.tables
    }
    rows = {table.name: table.rows or 0 for table in database.tables}
    return [_proposal(table, pointed_at[table.name], rows) for table in database.tables]


def _proposal(table: Table, children: set[str], rows: Mapping[str, int]) -> Proposal:
    parents = [key for key in table.foreign_keys if key.parent != table.name]
    out = len({key.parent for key in parents})
    key = set(key_of(table) or table.key)
    pointing = {name for one in parents for name in one.columns}
    free = [
        column
        for column in table.columns
        if column.name not in key | pointing and not (is_updated_at(column) or is_created_at(column))
    ]
    dates = [column for column in free if _is_event(column)]
    measures = [column for column in free if _is_measure(column)]
    one, name = singular_name(table.name), snake_case(table.name)
    if extended := next((one for one in parents if set(one.columns) == key and len(key) == 1), None):
        why = [f"its key is the key of {extended.parent}: one row there has at most one here"]
        return Proposal(table, "extension", f"dim_{singular_name(extended.parent)}", why, parents=parents)
    says_little = not measures and len(free) <= _FEW_COLUMNS and (key <= pointing or not free)
    if out >= 2 and not children and says_little:
        between = " and ".join(dict.fromkeys(parent.parent for parent in parents))
        why = [f"says which rows of {between} belong together, and little else"]
        return Proposal(table, "bridge", f"bridge_{one}", why, parents=parents)
    if pointing & key and not children and not free and _is_list(table, key - pointing):
        what = _listed(sorted(key - pointing))
        why = [f"lists any number of {what} for a row of {_listed([parent.parent for parent in parents])}"]
        return Proposal(table, "bridge", f"bridge_{one}", why, parents=parents)
    if not parents and not children:
        why = ["nothing points at it, and it points at nothing"]
        return Proposal(table, "alone", f"dim_{one}", why)
    for_fact, for_dimension = _votes(
        table=table,
        parents=parents,
        children=children,
        free=free,
        dates=dates,
        measures=measures,
        rows=rows,
    )
    if sum(weight for weight, _ in for_fact) > sum(weight for weight, _ in for_dimension):
        why = [reason for _, reason in for_fact]
        return Proposal(table, "fact", f"fact_{name}", why, dates, measures, parents)
    why = [reason for _, reason in for_dimension]
    return Proposal(table, "dimension", f"dim_{one}", why, parents=parents)


Votes = list[tuple[int, str]]


def _votes(
    *,
    table: Table,
    parents: list[ForeignKey],
    children: set[str],
    free: list[Column],
    dates: list[Column],
    measures: list[Column],
    rows: Mapping[str, int],
) -> tuple[Votes, Votes]:
    out = list(dict.fromkeys(key.parent for key in parents))
    most = max((rows.get(name, 0) for name in out), default=0)
    fact: Votes = []
    if out:
        fact.append((min(len(out), 2), f"points at {_listed(out)}"))
    if dates:
        fact.append((2, f"says when something happened ({_listed([column.name for column in dates])})"))
    if measures:
        amounts = [column for column in measures if set(words(column.name)) & _AMOUNTS]
        fact.append((2 if amounts else 1, f"has numbers to sum ({_listed([one.name for one in measures])})"))
    if out and not children:
        fact.append((1, "nothing points at it"))
    if most and (table.rows or 0) >= 2 * most:
        fact.append((1, f"has many rows for each of its parents' ({table.rows:,} against at most {most:,})"))
    dimension: Votes = []
    if children:
        verb = "points" if len(children) == 1 else "point"
        dimension.append((min(len(children), 2) + 1, f"{_listed(sorted(children))} {verb} at it"))
    if not dates and (children or len(out) <= 1):
        # numbers and parents a thing may have, too: a product its price and its category
        dimension.append(
            (3 if children else 1, "describes something rather than an event: no date of its own")
        )
    texts = [column for column in free if column.family in ("text", "enum")]
    if len(texts) >= 2:
        dimension.append((1, f"is mostly text ({_listed([column.name for column in texts])})"))
    if any(column.personal and column.personal.kind == "name" for column in table.columns):
        dimension.append((1, "each row looks like a person"))
    return fact, dimension


def _is_list(table: Table, rest: set[str]) -> bool:
    """Whether what the key has beside its foreign keys is a word, as a tag is."""
    return len(rest) == 1 and all(table.column(name).family in ("text", "enum") for name in rest)


def _is_event(column: Column) -> bool:
    if column.family not in ("date", "timestamp", "timestamp with time zone"):
        return False
    personal = column.personal is not None and column.personal.kind == "birth date"
    return not personal and not set(words(column.name)) & _NO_EVENT


def _is_measure(column: Column) -> bool:
    parts = set(words(column.name))
    if column.personal or looks_like_key(column.name) or parts & _NO_MEASURE:
        return False
    if column.family in ("decimal", "float"):
        return True
    return column.family == "integer" and bool(parts & _AMOUNTS)


def _listed(names: list[str], most: int = 4) -> str:
    shown = names[:most]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shown) + more
