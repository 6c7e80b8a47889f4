"""The columns of a dbt project, as a graph: made of its sources, seen by its questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sqlglot import exp
from sqlglot.schema import MappingSchema

from starlift.lineage.query import Leaf, Place, Query, UnreadableQueryError, dialect_of, read_query

_SNAPSHOT_COLUMNS = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
_WITH_A_QUERY = ("model", "snapshot", "analysis")


@dataclass(frozen=True, order=True)
class Column:
    """A column of a node, which its unique_id names."""

    node: str
    name: str


# Whatever has parents: a column, or a node with the columns that decide about its rows.
Child = TypeVar("Child", Column, str)


@dataclass
class Lineage:
    """Which columns each column is made of, and which decide about each node's rows."""

    # In the order in which dbt builds them.
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made_of: dict[Column, frozenset[Column]] = field(default_factory=dict)
    decided_by: dict[str, frozenset[Column]] = field(default_factory=dict)
    # Nodes whose SQL could not be followed, or not to its end, and why.
    unread: dict[str, str] = field(default_factory=dict)

    def goes_into(self, column: Column) -> list[Column]:
        """The columns whose values are made of a column, one step down."""
        return self._children.get(column, [])

    def decides(self, column: Column) -> list[str]:
        """The nodes of whose rows a column decides, in a join, a filter or a group."""
        return self._deciding.get(column, [])

    @cached_property
    def _children(self) -> dict[Column, list[Column]]:
        return _turned_round(self.made_of)

    @cached_property
    def _deciding(self) -> dict[Column, list[str]]:
        return _turned_round(self.decided_by)


def read_lineage(
    manifest: Mapping[str, Any],
    columns_of: Mapping[Place, Iterable[str]] | None = None,
    *,
    of: Set[str] | None = None,
) -> Lineage:
    """The lineage of all models, snapshots and analyses whose compiled SQL the manifest has, or `of` some.

    `columns_of`: the columns of relations as the database has them, by schema and name; where it says
    nothing, what a query selects and what the YAML lists.
    """
    dialect = dialect_of(manifest)
    known = MappingSchema(dialect=dialect)
    places: dict[Place, str] = {}
    found = Lineage()
    for unique_id, node in _in_order(manifest):
        query = _query_of(node, known, dialect, found) if of is None or unique_id in of else None
        place = _place(node)
        stored = (columns_of or {}).get(place) or _listed(node, query)
        found.columns[unique_id] = tuple(name.lower() for name in stored)
        if query:
            if strange := _places_read(query) - places.keys() - {place}:
                found.unread[unique_id] = f"it reads {'.'.join(min(strange))}, which dbt does not know"
            found.decided_by[unique_id] = _columns(query.decided_by, places, unique_id)
            for name, leaves in query.made_of.items():
                found.made_of[Column(unique_id, name.lower())] = _columns(leaves, places, unique_id)
        if node["resource_type"] != "analysis":
            places[place] = unique_id
            if found.columns[unique_id]:
                table = exp.table_(place[1], db=place[0])
                types = dict.fromkeys(found.columns[unique_id], "unknown")
                known.add_table(table, types, dialect=dialect)
    _complete(found)
    return found


def _complete(found: Lineage) -> None:
    """Of a source whose columns nobody lists, at least those that are read are known."""
    for parents in (*found.made_of.values(), *found.decided_by.values()):
        for parent in parents:
            if parent.name not in found.columns[parent.node]:
                found.columns[parent.node] += (parent.name,)


def _turned_round(parents_of: Mapping[Child, Iterable[Column]]) -> dict[Column, list[Child]]:
    children: dict[Column, list[Child]] = defaultdict(list)
    for child in sorted(parents_of):
        for parent in parents_of[child]:
            children[parent].append(child)
    return dict(children)


def _in_order(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everything with columns, each after what it reads."""
    nodes = {**manifest["sources"], **manifest["nodes"]}
    done: set[str] = set()

    def visit(unique_id: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        # a loop, since a chain of models can be longer than Python's stack
        waiting = [(unique_id, False)]
        while waiting:
            at, parents_done = waiting.pop()
            if at in done or at not in nodes:
                continue
            if parents_done:
                done.add(at)
                yield at, nodes[at]
                continue
            waiting.append((at, True))
            waiting += [(parent, False) for parent in (nodes[at].get("depends_on") or {}).get("nodes", ())]

    for unique_id, node in nodes.items():
        if node["resource_type"] in ("source", "seed", *_WITH_A_QUERY):
            yield from visit(unique_id)


def _query_of(node: Mapping[str, Any], known: MappingSchema, dialect: str, found: Lineage) -> Query | None:
    if node["resource_type"] not in _WITH_A_QUERY:
        return None
    sql = node.get("compiled_code")
    if not sql:
        found.unread[node["unique_id"]] = "dbt has not compiled it"
        return None
    try:
        return read_query(sql, known, dialect)
    except UnreadableQueryError as error:
        found.unread[node["unique_id"]] = str(error)
        return None


def _place(node: Mapping[str, Any]) -> Place:
    name = node.get("identifier") or node.get("alias") or node["name"]
    return (str(node["schema"]).lower(), str(name).lower())


def _listed(node: Mapping[str, Any], query: Query | None) -> list[str]:
    """The columns that the query or else the YAML gives a node."""
    if node["resource_type"] == "source":
        # a list without types is one of what is to be said of some columns
        listed = node["columns"].values()
        return list(node["columns"]) if all(column.get("data_type") for column in listed) else []
    columns = list(query.made_of) if query and "*" not in query.made_of else list(node["columns"])
    if node["resource_type"] == "snapshot":
        columns += [*_SNAPSHOT_COLUMNS, "dbt_is_deleted"]
    return list(dict.fromkeys(columns))


def _places_read(query: Query) -> set[Place]:
    return {place for leaves in (query.decided_by, *query.made_of.values()) for place, _ in leaves}


def _columns(leaves: Iterable[Leaf], places: Mapping[Place, str], reader: str) -> frozenset[Column]:
    """The project's columns among the leaves; that an incremental table reads itself adds nothing."""
    return frozenset(
        Column(places[place], name) for place, name in leaves if place in places and places[place] != reader
    )
