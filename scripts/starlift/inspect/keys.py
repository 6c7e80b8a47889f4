"""Columns that could be a key although nobody declared them as one."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from starlift.inspect.model import Column, ForeignKey, Key, Table
from starlift.inspect.names import KEY_WORDS, words
from starlift.inspect.reader import Reader, Unreadable, quoted_list

_KINDS = ("integer", "text", "uuid")
# Personal data that are meant to be one person's alone.
_TELL_PEOPLE_APART = ("e-mail", "identity number", "bank account")
_KINDS_TOGETHER = (*_KINDS, "enum", "date", "timestamp")
# In fewer rows a column is soon unique by chance; only its name can say that it means to be.
_FEW_ROWS = 20
# Longer values are prose.
_LONGEST = 64
_MOST_COLUMNS = 6


def looks_like_key(name: str) -> bool:
    """Whether the name's last word says so: PatientID, order_no, SKU."""
    parts = words(name)
    return bool(parts) and (
        parts[-1] in (*KEY_WORDS, "sku", "isbn", "ean", "iban")
        or parts[-1].endswith(("id", "code", "number"))
    )


def candidate_keys(
    reader: Reader, source: str, table: Table, values: dict[str, list[str]]
) -> tuple[Key, ...]:
    """Single columns without a null or a repetition; where no key is known, also two or three together."""
    if table.rows_read is None or table.rows_read < 2:
        return ()
    declared = {table.primary_key, *(key.columns for key in table.unique_keys)}
    single = [
        column
        for column in table.columns
        if column.family in _KINDS
        and (column.name,) not in declared
        and _is_unique(column, table.rows_read)
        and (column.personal is None or column.personal.kind in _TELL_PEOPLE_APART)
        and (looks_like_key(column.name) or table.rows_read >= _FEW_ROWS or not table.primary_key)
        and all(len(value) <= _LONGEST for value in values.get(column.name, []))
    ]
    single.sort(key=lambda column: not looks_like_key(column.name))
    if single or declared - {()}:
        return tuple(Key((column.name,), "inferred") for column in single)
    return next(
        (
            (Key(together, "inferred"),)
            for together in _together(table)
            if _are_unique(reader, source, together, table.rows_read)
        ),
        (),
    )


def with_foreign_keys(table: Table, foreign_keys: tuple[ForeignKey, ...]) -> Table:
    """The table with its relations. What points elsewhere is no key for being unique in a few rows."""
    pointing = {key.columns for key in foreign_keys}
    few = (table.rows_read or 0) < _FEW_ROWS
    kept = tuple(key for key in table.candidate_keys if not (few and key.columns in pointing))
    return replace(table, foreign_keys=foreign_keys, candidate_keys=kept)


def _is_unique(column: Column, rows: int) -> bool:
    found = column.statistics
    return found is not None and not found.nulls and found.distinct == rows


def _together(table: Table) -> Iterator[tuple[str, ...]]:
    """Pairs, then triples of the columns that look most like parts of a key."""
    fit = [
        column
        for column in table.columns
        if column.family in _KINDS_TOGETHER
        and column.statistics is not None
        and not column.statistics.nulls
        and (column.statistics.distinct or 0) > 1
    ]
    fit.sort(key=lambda column: (not looks_like_key(column.name), column.family not in _KINDS))
    names = [column.name for column in fit[:_MOST_COLUMNS]]
    for size in (2, 3):
        for chosen in combinations(names, size):
            # in the order in which the table has them
            yield tuple(column.name for column in table.columns if column.name in chosen)


def _are_unique(reader: Reader, source: str, columns: tuple[str, ...], rows: int) -> bool:
    listed = quoted_list(reader, columns)
    try:
        found = reader.rows(f"select count(*) from (select distinct {listed} from {source}) as together")
    except Unreadable:
        return False
    return int(found[0][0]) == rows
