"""Flattens a table, and proves that its rows came through one by one."""

from dataclasses import dataclass
from pathlib import Path

from starlift.errors import StarliftError
from starlift.export.formats import Format, write
from starlift.export.run import Progress, whole_file
from starlift.flatten.graph import Graph
from starlift.flatten.wide import Wide, widen
from starlift.relations import Reader, Relation


@dataclass(frozen=True)
class Flat:
    base: Relation
    wide: Wide
    rows_in: int


def flatten(reader: Reader, base: Relation, graph: Graph, depth: int) -> Flat:
    """The wide query of a table, and how many rows it has to give."""
    ((rows_in,),) = reader.rows(f"select count(*) from {reader.name(base.schema)}.{reader.name(base.name)}")
    return Flat(base, widen(reader, graph, base.name, depth), int(rows_in))


def prove(reader: Reader, flat: Flat) -> None:
    """Count what the query gives; StarliftError where that is not every row once."""
    ((rows_out,),) = reader.rows(f"select count(*) from ({flat.wide.sql}) as wide")
    check(reader, flat, int(rows_out))


def write_flat(reader: Reader, flat: Flat, out: Path, format_: Format, progress: Progress) -> int:
    """Write the wide table, whose rows are counted as they are written; the file's size in bytes."""
    rows = reader.stream(flat.wide.sql, flat.wide.columns)
    step = f"flattening {flat.base}"
    with whole_file(out) as temporary:
        written = write(rows, temporary, format_, lambda done: progress(step, done, flat.rows_in))
        check(reader, flat, written)
        return temporary.stat().st_size


def check(reader: Reader, flat: Flat, rows_out: int) -> None:
    if rows_out == flat.rows_in:
        return
    repeated = [
        f"{parent} ({count:,})"
        for parent, query in flat.wide.repeated_keys.items()
        if (count := int(reader.rows(query)[0][0]))
    ]
    why = f"; keys stand more than once in {', '.join(repeated)}: correct these" if repeated else ""
    raise StarliftError(
        f"{flat.base} has {flat.rows_in:,} rows and its wide table would have {rows_out:,}{why}."
    )
