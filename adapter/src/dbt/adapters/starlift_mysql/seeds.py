"""Seeds: column types from what the cells hold, and inserts in batches of bytes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbt.adapters.starlift_mysql.column import StarliftMySQLColumn
from dbt.adapters.starlift_mysql.ddl import literal

if TYPE_CHECKING:
    import agate

_LARGEST_INT = 2**31 - 1
_SHORT_TEXT = 255
_LONG_TEXT = 65_535
# well below the 16 MB that MariaDB takes in one packet
_BATCH_CHARACTERS = 1_000_000


def text_type(table: "agate.Table", index: int) -> str:
    """A varchar, so that a seed's code can be a key; longer texts become `text`."""
    longest = max((len(value) for value in table.columns[index].values() if value is not None), default=0)
    return (
        f"varchar({_SHORT_TEXT})"
        if longest <= _SHORT_TEXT
        else StarliftMySQLColumn.string_type(max(longest * 4, _LONG_TEXT))
    )


def integer_type(table: "agate.Table", index: int) -> str:
    values = (value for value in table.columns[index].values() if value is not None)
    return "int" if all(abs(value) <= _LARGEST_INT for value in values) else "bigint"


def number_type(table: "agate.Table", index: int) -> str:
    import agate  # noqa: PLC0415 - slow to import, and only seeds need it

    return "double" if table.aggregate(agate.MaxPrecision(index)) else integer_type(table, index)


def inserts(target: str, columns: str, table: "agate.Table") -> Iterator[str]:
    """The rows as statements of about a megabyte: fast, and no packet is too large."""
    head = f"insert into {target} ({columns}) values\n"
    batch: list[str] = []
    size = 0
    for row in table.rows:
        values = f"({', '.join(literal(value) for value in row)})"
        batch.append(values)
        size += len(values)
        if size >= _BATCH_CHARACTERS:
            yield head + ",\n".join(batch)
            batch, size = [], 0
    if batch:
        yield head + ",\n".join(batch)
