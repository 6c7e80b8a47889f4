"""What the rows say, asked of the engine as aggregates: but for a few hundred, rows stay where they are."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from starlift.inspect.keys import candidate_keys, with_foreign_keys
from starlift.inspect.model import Column, Database, Family, Statistics, Table
from starlift.inspect.personal import personal_data
from starlift.inspect.reader import Reader, Unreadable, relation
from starlift.inspect.relations import Relations

# Up to here rows are counted, also where the engine has an estimate of them.
_MOST_COUNTED = 5_000_000
# A sample that is not much smaller than the table is not worth it.
_WORTH_SAMPLING = 1.5
# Rows whose values are looked at one by one, and how much of each value.
_LOOKED_AT, _LETTERS = 500, 200
_SAMPLES, _SAMPLE_LETTERS = 3, 40

_ORDERED: tuple[Family, ...] = (
    "integer",
    "decimal",
    "float",
    "date",
    "timestamp",
    "timestamp with time zone",
    "time",
)
_NOT_COMPARED: tuple[Family, ...] = ("binary",)
_BY_TEXT: tuple[Family, ...] = ("json", "other")
_NOT_SHOWN: tuple[Family, ...] = ("binary", "other", "json")


@dataclass(frozen=True)
class Asked:
    """A table, what is read of it in the place of a FROM clause, and the values that were looked at."""

    table: Table
    source: str


def with_statistics(
    reader: Reader,
    database: Database,
    sample_rows: int | None,
    progress: Callable[[str, float], None],
    *,
    personal_samples: bool = False,
) -> Database:
    asked = []
    for done, table in enumerate(database.tables):
        progress(f"reading {table.name}", done / len(database.tables) * 0.7)
        asked.append(_read(reader, database.schema, table, sample_rows, personal_samples))
    tables = [one.table for one in asked]
    sources = {one.table.name: one.source for one in asked if not one.table.problem}
    relations = Relations(reader, database.schema, tables, sources)
    progress("relations", 0.7)
    tables = [
        replace(table, foreign_keys=tuple(map(relations.counted, table.foreign_keys))) for table in tables
    ]
    found = relations.inferred(lambda share: progress("relations", 0.7 + share * 0.3))
    return replace(
        database,
        tables=tuple(
            with_foreign_keys(table, (*table.foreign_keys, *found.get(table.name, ()))) for table in tables
        ),
    )


def _read(
    reader: Reader, schema: str, table: Table, sample_rows: int | None, personal_samples: bool
) -> Asked:
    whole = relation(reader, schema, table.name)
    try:
        rows, exact = _count(reader, schema, table)
        source = whole
        if sample_rows is not None and rows > sample_rows * _WORTH_SAMPLING:
            source = f"{reader.sample(whole, sample_rows / rows)} as sampled"
        read, counts = _counts(reader, source, table)
        values = _values(reader, source, table)
    except Unreadable as problem:
        return Asked(replace(table, problem=str(problem)), whole)
    columns = []
    for column in table.columns:
        nulls, distinct, smallest, largest = counts[column.name]
        looked_at = values.get(column.name, [])
        personal = personal_data(table, column, looked_at)
        hidden = personal is not None and not personal_samples
        there = read - nulls
        statistics = Statistics(
            nulls=nulls,
            distinct=distinct,
            null_share=nulls / read if read else 0.0,
            distinct_share=distinct / there if distinct is not None and there else None,
            smallest=None if hidden else smallest,
            largest=None if hidden else largest,
            samples=() if hidden else _frequent(looked_at),
        )
        columns.append(replace(column, statistics=statistics, personal=personal))
    known = replace(table, columns=tuple(columns), rows=rows, rows_are_exact=exact, rows_read=read)
    return Asked(replace(known, candidate_keys=candidate_keys(reader, source, known, values)), source)


def _count(reader: Reader, schema: str, table: Table) -> tuple[int, bool]:
    estimate = reader.estimated_rows(schema, table.name)
    if estimate is not None and estimate > _MOST_COUNTED:
        return estimate, False
    return int(reader.rows(f"select count(*) from {relation(reader, schema, table.name)}")[0][0]), True


Counts = tuple[int, int | None, str | None, str | None]


def _counts(reader: Reader, source: str, table: Table) -> tuple[int, dict[str, Counts]]:
    """How many rows there are, and of each column the nulls, the distinct values, smallest and largest."""
    try:
        return _ask(reader, source, table.columns)
    except Unreadable:
        # a column of a kind that the engine cannot compare: it alone goes without
        read = 0
        found: dict[str, Counts] = {}
        for column in table.columns:
            try:
                read, one = _ask(reader, source, [column])
            except Unreadable:
                read, one = _ask(reader, source, [replace(column, family="binary")])
            found.update(one)
        return read, found


def _ask(reader: Reader, source: str, columns: Sequence[Column]) -> tuple[int, dict[str, Counts]]:
    wanted = ["count(*)"]
    for column in columns:
        name = reader.quoted(column.name)
        compared = reader.as_text(name) if column.family in _BY_TEXT else name
        wanted += [
            f"count({name})",
            "null" if column.family in _NOT_COMPARED else f"count(distinct {compared})",
            *(
                reader.as_text(f"{aggregate}({name})") if column.family in _ORDERED else "null"
                for aggregate in ("min", "max")
            ),
        ]
    read, *answers = reader.rows(f"select {', '.join(wanted)} from {source}")[0]
    found = {}
    for at, column in enumerate(columns):
        there, distinct, smallest, largest = answers[at * 4 : at * 4 + 4]
        found[column.name] = (
            int(read) - int(there),
            None if distinct is None else int(distinct),
            smallest,
            largest,
        )
    return int(read), found


def _values(reader: Reader, source: str, table: Table) -> dict[str, list[str]]:
    """Values of some rows as text, without nulls, by column."""
    columns = [column for column in table.columns if column.family not in _NOT_SHOWN]
    if not columns:
        return {}
    wanted = ", ".join(
        f"substr({reader.as_text(reader.quoted(column.name))}, 1, {_LETTERS})" for column in columns
    )
    rows = reader.rows(f"select {wanted} from {source} limit {_LOOKED_AT}")
    return {
        column.name: [str(row[at]) for row in rows if row[at] is not None]
        for at, column in enumerate(columns)
    }


def _frequent(values: list[str]) -> tuple[str, ...]:
    def shown(value: str) -> str:
        plain = " ".join(value.split())
        return plain if len(plain) <= _SAMPLE_LETTERS else f"{plain[:_SAMPLE_LETTERS]}…"

    return tuple(shown(value) for value, _ in Counter(values).most_common(_SAMPLES))
