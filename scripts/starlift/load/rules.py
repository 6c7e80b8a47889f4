"""The rules of a source, checked set by set over tables with its rows, in SQL that every engine reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlift.errors import StarliftError
from starlift.sources import Source, Table

# Runs a query and returns its first row.
FirstRow = Callable[[str], tuple]
# The name of the relation that holds a table's rows.
Relation = Callable[[str], str]


@dataclass(frozen=True)
class Violation:
    """A broken rule; `rows` counts the rows that break it."""

    table: str
    sentence: str
    rows: int

    def __str__(self) -> str:
        return self.sentence


class KeyProofs(Protocol):
    """An engine's quick way to see that a key rule holds; False leaves the answer to a query."""

    def unique(self, relation: str, column: str) -> bool: ...

    def within(self, relation: str, column: str, parent: str, key: str) -> bool: ...


def in_rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _nulls(table: Table, relation: Relation, first_row: FirstRow) -> Iterator[Violation]:
    required = [column.name for column in table.columns if not column.nullable]
    key = table.primary_key
    counts = ", ".join(
        f"sum(case when {name} is null then 1 else 0 end), min(case when {name} is null then {key} end)"
        for name in required
    )
    found = first_row(f"select {counts} from {relation(table.name)}")
    for name, count, example in zip(required, found[::2], found[1::2], strict=True):
        if count:
            where = f" (for example where {key} is {example})" if example is not None else ""
            yield Violation(table.name, f"{table.name}.{name} is missing in {in_rows(count)}{where}", count)


def _repeats(table: Table, relation: Relation, first_row: FirstRow, proofs: KeyProofs) -> Iterator[Violation]:
    for column in (table.primary_key, *table.unique):
        if proofs.unique(relation(table.name), column):
            continue
        total, distinct = first_row(
            f"select count({column}), count(distinct {column}) from {relation(table.name)}"
        )
        if total == distinct:
            continue
        (example,) = first_row(
            f"select min({column}) from (select {column} from {relation(table.name)}"
            f" where {column} is not null group by {column} having count(*) > 1) as repeated"
        )
        rows = total - distinct
        kind = "primary key" if column == table.primary_key else "unique column"
        sentence = (
            f"{table.name}.{column}, its {kind}, has values that occur more than once: "
            f"{in_rows(rows)} too many (for example {column} {example})"
        )
        yield Violation(table.name, sentence, rows)


def _orphans(
    source: Source, table: Table, relation: Relation, first_row: FirstRow, proofs: KeyProofs
) -> Iterator[Violation]:
    for key in table.foreign_keys:
        parent = source.table(key.references)
        if proofs.within(relation(table.name), key.column, relation(parent.name), parent.primary_key):
            continue
        count, example = first_row(
            f"select count(*), min(child.{key.column}) from {relation(table.name)} as child"
            f" where child.{key.column} is not null and not exists (select 1 from {relation(parent.name)}"
            f" as parent where parent.{parent.primary_key} = child.{key.column})"
        )
        if count:
            sentence = (
                f"{table.name}.{key.column} refers to {parent.name} that do not exist in {in_rows(count)} "
                f"(for example {parent.primary_key} {example})"
            )
            yield Violation(table.name, sentence, count)


def _checks(table: Table, relation: Relation, first_row: FirstRow) -> Iterator[Violation]:
    for check in table.checks:
        count, example = first_row(
            f"select count(*), min({table.primary_key}) from {relation(table.name)} where not ({check.sql})"
        )
        if count:
            sentence = (
                f"{table.name} breaks the rule {check.name} ({check.sql}) in {in_rows(count)} "
                f"(for example {table.primary_key} {example})"
            )
            yield Violation(table.name, sentence, count)


def key_violations(
    source: Source, relation: Relation, first_row: FirstRow, proofs: KeyProofs
) -> Iterator[Violation]:
    """Broken primary keys, unique columns and foreign keys, parents first."""
    for table in source.tables:
        yield from _repeats(table, relation, first_row, proofs)
        yield from _orphans(source, table, relation, first_row, proofs)


def row_violations(source: Source, relation: Relation, first_row: FirstRow) -> Iterator[Violation]:
    """What a row alone can break: required columns without a value, and checks."""
    for table in source.tables:
        yield from _nulls(table, relation, first_row)
        yield from _checks(table, relation, first_row)


def refusal(violations: Sequence[Violation]) -> StarliftError:
    """What a strict load says of broken rules."""
    more = f"; {len(violations) - 1} more rules are broken" if len(violations) > 2 else ""
    more = "; 1 more rule is broken" if len(violations) == 2 else more
    return StarliftError(
        f"{violations[0].sentence}{more}: correct the source, or load it with --dirty and let the "
        "warehouse's quarantine hold the broken rows."
    )
