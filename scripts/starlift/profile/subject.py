"""What is profiled: a table or view by itself, or a fact with what its dimensions say of its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlift.domains import DOMAINS
from starlift.errors import StarliftError
from starlift.flatten.graph import Graph
from starlift.flatten.star import star_graph
from starlift.flatten.wide import widen
from starlift.relations import Column, Kind, Reader, Relation, find_relation

_CALENDARS = ("dim_date", "dim_month")
_DATE_KEY = "_date_key"


@dataclass(frozen=True)
class Subject:
    """A query to read, and what is known of its columns beforehand."""

    name: str
    description: str
    relation: Relation
    sql: str
    columns: tuple[Column, ...]
    # Columns of the table itself, not of what it leads to.
    own: frozenset[str]
    # Keys of a dimension's members: told which are stand-ins, and nothing else.
    roles: tuple[str, ...] = ()
    # Days as yyyymmdd, negative for the stand-ins.
    date_keys: tuple[str, ...] = ()
    # Numbers that may be added up over any rows.
    additive: frozenset[str] = field(default_factory=frozenset)


def subjects(reader: Reader, manifest_of: Callable[[], Mapping[str, Any]], name: str) -> Iterator[Subject]:
    """All facts of the domain of that name, else the relation of that name.

    What the project says is asked for only where it can say something, since dbt takes seconds to tell.
    """
    if name not in DOMAINS:
        relation = find_relation(reader, name)
        is_own = relation.schema == reader.schema or relation.schema.startswith(f"{reader.schema}_")
        yield _subject(reader, manifest_of() if is_own else {"nodes": {}}, relation)
        return
    manifest = manifest_of()
    models = _models(manifest)
    built = {one.name for one in reader.relations() if one.schema == reader.schema}
    facts = sorted(
        model
        for model, node in models.items()
        if model.startswith("fact_") and node["config"].get("group") == name and model in built
    )
    if not facts:
        raise StarliftError(
            f"{reader.place} has no fact of the domain {name!r}: load its sources, and run `dbt build` with "
            f"the var {name}_enabled."
        )
    for fact in facts:
        yield _subject(reader, manifest, find_relation(reader, f"{reader.schema}.{fact}"))


def _models(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


def _subject(reader: Reader, manifest: Mapping[str, Any], relation: Relation) -> Subject:
    node = _models(manifest).get(relation.name)
    description = str(node.get("description") or "") if node else ""
    graph = star_graph(dict(manifest), reader, relation) if node and _is_fact(relation) else None
    if node is None or graph is None:
        place = f"{reader.name(relation.schema)}.{reader.name(relation.name)}"
        names = frozenset(column.name for column in relation.columns)
        return Subject(
            relation.name, description, relation, f"select * from {place}", relation.columns, names
        )
    parents = Graph(
        graph.tables,
        tuple(link for link in graph.links if link.parent not in _CALENDARS and link.child == relation.name),
        graph.primary_keys,
        graph.housekeeping,
        graph.made_to_join,
        graph.no_child,
    )
    wide = widen(reader, parents, relation.name, depth=1)
    own = {column.name: column for column in relation.columns}
    date_keys = tuple(name for name in own if name.endswith(_DATE_KEY))
    keys = set(graph.primary_keys.get(relation.name, ())) | {name for name in own if name.endswith("_key")}
    roles = tuple(link.columns[0] for link in parents.parents_of(relation.name))
    shown = [
        column
        for column in wide.columns
        if column.name in own or not column.name.endswith(("_id", "_key", "_at", "is_inferred"))
    ]
    dropped = keys - set(roles) - set(date_keys)
    columns = tuple(column for column in shown if column.name not in dropped)
    return Subject(
        relation.name,
        description,
        relation,
        _only(reader, wide.sql, columns),
        columns,
        frozenset(own),
        roles,
        date_keys,
        frozenset(
            name
            for name, column in node["columns"].items()
            if (column.get("config") or {}).get("meta", column.get("meta", {})).get("additivity")
            == "additive"
        ),
    )


def _only(reader: Reader, sql: str, columns: Sequence[Column]) -> str:
    return f"select {', '.join(reader.name(column.name) for column in columns)} from ({sql}) as wide"


def _is_fact(relation: Relation) -> bool:
    return relation.name.startswith("fact_") and any(
        column.kind is Kind.INTEGER and column.name.endswith("_key") for column in relation.columns
    )
