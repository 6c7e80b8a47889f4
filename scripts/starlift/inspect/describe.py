"""What an inspection found, in the words that the terminal, the page and a scaffold share."""

from starlift.inspect.model import Column, Database, ForeignKey, Table

_TITLES = {
    "duckdb": "DuckDB",
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
}


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def heading(database: Database) -> str:
    """What was looked at, in a line."""
    keys = list(database.foreign_keys)
    inferred = sum(key.origin == "inferred" for key in keys)
    parts = [
        counted(len(database.tables), "table"),
        counted(sum(table.rows or 0 for table in database.tables), "row"),
        f"{counted(len(keys) - inferred, 'foreign key')} declared and {inferred:,} inferred",
    ]
    title = _TITLES[database.engine]
    where = database.place if title in database.place else f"{database.place} ({title})"
    return f"{database.schema} of {where}: {', '.join(parts)}"


def notes(database: Database) -> list[str]:
    """What one has to know to read the figures right."""
    said = list(database.notes)
    said += [f"{table.name} could not be read: {table.problem}" for table in database.tables if table.problem]
    names = {table.name for table in database.tables}
    said += [
        f"{ends(key)[0]} refers to {key.parent}, which is not there"
        for key in database.foreign_keys
        if not key.parent_schema and key.parent not in names
    ]
    said += [
        f"{table.name}: a sample of {table.rows_read or 0:,} of its {rows(table)} rows was read; shares, "
        "candidate keys and orphans are of these"
        for table in database.tables
        if table.is_sampled
    ]
    return said


def rows(table: Table) -> str:
    if table.rows is None:
        return "?"
    return f"{table.rows:,}" if table.rows_are_exact else f"about {table.rows:,}"


def share(value: float | None) -> str:
    """Whole percents, but never 0% or 100% of what is not quite that."""
    if value is None:
        return ""
    if 0 < value < 0.01:
        return "<1%"
    return ">99%" if 0.99 < value < 1 else f"{value:.0%}"


def null_share(table: Table, column: Column) -> str:
    """Empty where there is no row that could have been null."""
    return share(column.statistics.null_share) if column.statistics and table.rows_read else ""


def marks(table: Table, column: Column) -> list[str]:
    """What a column is: part of which key, pointing where, and whose."""
    found = []
    if column.primary_key:
        found.append("primary key")
    elif (column.name,) in [key.columns for key in table.unique_keys]:
        found.append("unique")
    elif (column.name,) in [key.columns for key in table.candidate_keys]:
        found.append("candidate key")
    found += [
        f"→ {key.parent}{'' if key.origin == 'declared' else '?'}"
        for key in table.foreign_keys
        if column.name in key.columns
    ]
    if column.personal:
        found.append(f"personal: {column.personal.kind}")
    return found


def values(column: Column) -> str:
    """The range where there is an order, else a few values."""
    known = column.statistics
    if known is None:
        return ""
    if known.smallest is not None and known.largest is not None:
        same = known.smallest == known.largest
        return known.smallest if same else f"{known.smallest} to {known.largest}"
    return ", ".join(known.samples)


def ends(key: ForeignKey) -> tuple[str, str]:
    """Both ends of a relation."""
    parent = f"{key.parent_schema}.{key.parent}" if key.parent_schema else key.parent
    return (
        f"{key.table}.{' + '.join(key.columns)}",
        f"{parent}.{' + '.join(key.parent_columns)}",
    )


def origin(key: ForeignKey) -> str:
    return "declared" if key.origin == "declared" else f"inferred, {key.confidence:.0%}"


def orphans(key: ForeignKey) -> str:
    """`21 of 28 rows: 0 (21)`; empty where they were not counted."""
    if key.orphans is None:
        return ""
    if not key.orphans:
        return "none"
    of = f"{key.orphans:,} of {counted(key.checked or 0, 'row')}"
    return f"{of}: {', '.join(f'{value} ({times:,})' for value, times in key.orphan_values)}"


def keys_of(table: Table) -> tuple[str, str, str]:
    """The primary key, the other declared keys, and the candidates."""
    return (
        ", ".join(table.primary_key),
        "; ".join(", ".join(key.columns) for key in table.unique_keys),
        "; ".join(", ".join(key.columns) for key in table.candidate_keys),
    )
