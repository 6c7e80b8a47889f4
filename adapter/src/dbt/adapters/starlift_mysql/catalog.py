"""What `dbt docs generate` shows of the database."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dbt_common.contracts.metadata import CatalogTable, ColumnMetadata, StatsItem, TableMetadata

from dbt.adapters.starlift_mysql.ddl import literal

if TYPE_CHECKING:
    import agate

_STATS = (
    ("rows", "Rows (estimate)", "The server's estimate of how many rows the table has"),
    ("bytes", "Size", "Bytes of rows and indexes"),
)
_COLUMNS = [
    "table_database",
    "table_schema",
    "table_name",
    "table_type",
    "table_comment",
    "table_owner",
    "column_name",
    "column_index",
    "column_type",
    "column_comment",
]


def query(schemas: Iterable[str]) -> str:
    """Every column of the schemas' tables, in the order of `_COLUMNS`, then rows and bytes."""
    names = ", ".join(literal(schema) for schema in sorted(schemas)) or "null"
    return f"""
        select
            null as d,
            t.table_schema as s,
            t.table_name as n,
            t.table_type as k,
            case t.table_type when 'VIEW' then null else nullif(t.table_comment, '') end as c,
            null as o,
            c.column_name as cn,
            c.ordinal_position as ci,
            c.column_type as ct,
            nullif(c.column_comment, '') as cc,
            t.table_rows as r,
            t.data_length + t.index_length as b
        from information_schema.tables as t
        inner join information_schema.columns as c
            on t.table_schema = c.table_schema and t.table_name = c.table_name
        where t.table_schema in ({names}) and t.table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
        order by t.table_schema, t.table_name, c.ordinal_position
    """


def table(rows: Sequence[Any]) -> "agate.Table":
    """The rows as dbt wants its catalog."""
    from dbt_common.clients.agate_helper import table_from_data_flat  # noqa: PLC0415 - slow to import

    names = list(_COLUMNS)
    for key, *_ in _STATS:
        names += [f"stats:{key}:{part}" for part in ("label", "value", "description", "include")]
    data = []
    for row in rows:
        values = list(row[: len(_COLUMNS)])
        for (_, label, description), value in zip(_STATS, row[len(_COLUMNS) :], strict=True):
            values += [label, None if value is None else int(value), description, value is not None]
        data.append(dict(zip(names, values, strict=True)))
    return table_from_data_flat(data, names)


def single(rows: Sequence[Any]) -> CatalogTable | None:
    """One relation's rows as dbt wants a relation by itself."""
    if not rows:
        return None
    first = rows[0]
    columns = {
        row[6]: ColumnMetadata(type=row[8], index=int(row[7]), name=row[6], comment=row[9]) for row in rows
    }
    stats = {
        key: StatsItem(
            id=key,
            label=label,
            value=None if value is None else int(value),
            include=value is not None,
            description=description,
        )
        for (key, label, description), value in zip(_STATS, first[len(_COLUMNS) :], strict=True)
    }
    return CatalogTable(
        metadata=TableMetadata(type=first[3], schema=first[1], name=first[2], comment=first[4]),
        columns=columns,
        stats=stats,
    )
