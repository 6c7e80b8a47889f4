"""Whether the values of an input fit the types of the description, without a silent change on the way.

A cast alone would round 1.5 to 2, cut the time off a date and let any text into varchar(10). All SQL here is
for DuckDB, which reads every input whatever the engine that takes the rows.
"""

import re
from collections.abc import Callable

from starlift.errors import StarliftError
from starlift.load.extract import InputColumn, TableInput, quoted

Rows = Callable[[str], list[tuple]]
# From a value, its DuckDB type and the described type: when an engine cannot hold it, and a word on that.
Limit = Callable[[str, str, str], tuple[str, str] | None]

_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_INTO_INTEGER = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT")
_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")


def _family(type_name: str) -> str:
    return type_name.partition("(")[0].lower()


def _castable(found: str, wanted: str) -> bool:
    """Whether a column of the DuckDB type `found` can hold values of the type `wanted` at all."""
    family = _family(wanted)
    if found == "VARCHAR":
        return True
    if family in ("integer", "decimal"):
        return found in (*_WHOLE, "FLOAT", "DOUBLE") or found.startswith("DECIMAL")
    if family in ("date", "timestamp"):
        return found in _MOMENTS
    return found in (*_WHOLE, "UUID") or found.startswith("ENUM")


def _decimal(type_name: str) -> tuple[int, int]:
    precision, scale = re.findall(r"\d+", type_name)
    return int(precision), int(scale)


def _cast(value: str, found: str, wanted: str, cast: str = "cast") -> str:
    """SQL that casts; a text with an offset (10:00:00+02:00) or a zone becomes UTC, as the session is.

    A cast of text to timestamp alone would leave the offset out. The pattern spares the other texts the
    slower way over a time zone.
    """
    plain = f"{cast}({value} as {wanted})"
    if found != "VARCHAR" or wanted != "timestamp":
        return plain
    zoned = f"{cast}({cast}({value} as timestamptz) as timestamp)"
    return f"case when regexp_matches(substr({value}, 12), '[^0-9:. ]') then {zoned} else {plain} end"


def misfit(value: str, found: str, wanted: str) -> str | None:
    """A condition that is true for values that do not fit `wanted`; None if all of type `found` fit."""
    family = _family(wanted)
    if family in ("varchar", "char"):
        size = int(re.findall(r"\d+", wanted)[0])
        # bytes are quick to count, and at least as many as the characters
        return f"strlen({value}::varchar) > {size} and length({value}::varchar) > {size}"
    lossless = (
        found.lower() == wanted.replace(" ", "")
        or (family == "integer" and found in _INTO_INTEGER)
        or (family == "timestamp" and found in ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"))
    )
    if family == "decimal" and found.startswith("DECIMAL"):
        (precision, scale), (found_precision, found_scale) = _decimal(wanted), _decimal(found)
        lossless = found_scale <= scale and found_precision - found_scale <= precision - scale
    if lossless:
        return None
    cast = _cast(value, found, wanted, "try_cast")
    exact = {"integer": "decimal(38, 10)", "decimal": "decimal(38, 10)", "date": "timestamp"}.get(family)
    changed = f" or {_cast(value, found, exact, 'try_cast')} <> {cast}" if exact else ""
    return f"{value} is not null and ({cast} is null{changed})"


def check_fit(table_input: TableInput, rows: Rows, limit: Limit | None = None) -> int:
    """Refuse an input with a value that does not fit: the message says which; else count its rows.

    `limit` adds what the engine cannot hold though the model allows it.
    """
    table, relation = table_input.table, table_input.relation
    conditions: dict[str, str] = {}
    limits: dict[str, tuple[str, str]] = {}
    for column in table.columns:
        found = table_input.columns.get(column.name)
        if found is None:
            continue
        name = quoted(found.name)
        if not _castable(found.type, column.type):
            # An empty column has no type of its own; what wrote the file has made one up.
            conditions[column.name] = f"{name} is not null"
        elif condition := misfit(name, found.type, column.type):
            conditions[column.name] = condition
        if limit and (beyond := limit(name, found.type, column.type)):
            limits[column.name] = beyond
    every = [*conditions.values(), *(condition for condition, _ in limits.values())]
    counted = ", ".join(["count(*)", *(f"count_if({condition})" for condition in every)])
    row_count, *counts = rows(f"select {counted} from {relation}")[0]
    for (name, condition), count in zip(conditions.items(), counts, strict=False):
        if count:
            raise _misfit_error(table_input, name, condition, count, rows)
    for (name, (condition, sentence)), count in zip(limits.items(), counts[len(conditions) :], strict=True):
        if count:
            number, shown = _first_misfit(table_input, name, condition, rows)
            raise StarliftError(
                f"{table_input.origin}: {table.name}.{name} is {shown!r} in row {number:,}, and "
                f"{sentence}{_more(count)}: correct it."
            )
    return row_count


def _misfit_error(
    table_input: TableInput, name: str, condition: str, count: int, rows: Rows
) -> StarliftError:
    wanted = next(column.type for column in table_input.table.columns if column.name == name)
    number, shown = _first_misfit(table_input, name, condition, rows)
    return StarliftError(
        f"{table_input.origin}: {table_input.table.name}.{name} is {wanted}, which {shown!r} in row "
        f"{number:,} does not fit{_more(count)}: correct it."
    )


def _first_misfit(table_input: TableInput, name: str, condition: str, rows: Rows) -> tuple[int, str]:
    """The number and the value, shortened, of the first row with that condition."""
    found = table_input.columns[name]
    number, value = rows(
        f"select number, value from (select row_number() over () as number, {condition} as misfit, "
        f"{quoted(found.name)}::varchar as value from {table_input.relation}) where misfit "
        "order by number limit 1"
    )[0]
    return number, value if len(value) <= 60 else value[:57] + "..."


def _more(count: int) -> str:
    return f" (and {count - 1:,} more such values)" if count > 1 else ""


def typed_columns(table_input: TableInput) -> dict[str, str]:
    """For each column of the description, SQL that gives its typed value, null where the input lacks it."""
    typed = {}
    for column in table_input.table.columns:
        found: InputColumn | None = table_input.columns.get(column.name)
        if found is None or not _castable(found.type, column.type):
            typed[column.name] = f"cast(null as {column.type})"
        elif found.type.lower() == _stored(column.type):
            typed[column.name] = quoted(found.name)
        else:
            typed[column.name] = _cast(quoted(found.name), found.type, column.type)
    return typed


def _stored(type_name: str) -> str:
    """What DuckDB calls a type of the description."""
    return "varchar" if _family(type_name) in ("varchar", "char") else type_name
