"""The graph of a schema of anybody's, from an inspection: its foreign keys, declared and inferred."""

from dataclasses import replace

from starlift.flatten.graph import Graph, Link
from starlift.inspect.read import Progress, inspect
from starlift.relations import Reader, Relation
from starlift.sources.model import AUDIT_COLUMNS


def database_graph(reader: Reader, base: Relation, place: str, progress: Progress) -> Graph:
    """What is around a table within its schema, in the database at a place that can be inspected."""
    found = inspect(place, base.schema, progress=progress)
    links = tuple(
        Link(key.table, key.columns, key.parent, key.parent_columns)
        for key in found.foreign_keys
        if key.parent_schema in (None, base.schema)
    )
    named = {base.name, *(table.name for table in found.tables)}
    tables = {one.name: one for one in reader.relations() if one.schema == base.schema and one.name in named}
    described = {name: replace(one, columns=tuple(reader.columns(one))) for name, one in tables.items()}
    keys = {table.name: table.primary_key for table in found.tables}
    return Graph(
        described,
        tuple(link for link in links if link.child in tables and link.parent in tables),
        keys,
        frozenset(AUDIT_COLUMNS),
    )
