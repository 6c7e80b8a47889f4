"""Who reads what a change touches: questions, exposures and aggregates, by column where that can be told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlift.diff.project import NodeChange, ProjectChange
from starlift.diff.rows import TableChange
from starlift.lineage import Column, Lineage
from starlift.state import State

_AGGREGATE = "agg_"


@dataclass(frozen=True)
class Reached:
    """A question, an aggregate or an exposure downstream of a change."""

    unique_id: str
    name: str
    kind: str
    # What it reads itself that the change touches: columns by model, none where more is not known.
    reads: Mapping[str, tuple[str, ...]]
    # The changed models that this comes from.
    origins: tuple[str, ...]


def downstream(
    project: ProjectChange,
    tables: Mapping[str, TableChange],
    before: State,
    now: State,
    lineage_of: Callable[[State], Lineage],
) -> list[Reached]:
    """Everything that reads what the change touches; of what went, everything that read it."""
    edited = [one for one in project.nodes if one.kind != "analysis" and not one.only_words]
    found: dict[str, Reached] = {}
    # a side's lineage takes seconds, and most changes take nothing away
    for state, columns_of in ((now, partial(_touched, tables)), (before, partial(_gone, tables))):
        if not any(columns_of(one, ("*",)) for one in edited):
            continue
        lineage = lineage_of(state)
        columns = {
            Column(one.unique_id, name)
            for one in edited
            for name in columns_of(one, lineage.columns.get(one.unique_id, ()))
        }
        for one in _reached(state.manifest, lineage, columns):
            known = found.get(one.unique_id)
            found[one.unique_id] = _merged(known, one) if known else one
    order = ("question", "exposure", "aggregate")
    return sorted(found.values(), key=lambda one: (order.index(one.kind), one.name))


def _touched(tables: Mapping[str, TableChange], change: NodeChange, columns: Iterable[str]) -> Iterable[str]:
    """Of the columns that an edited node has now, those that are not as they were; all, if none can tell."""
    if change.change == "removed":
        return ()
    table = tables.get(change.unique_id)
    if change.change == "added" or not table or table.rows.problem or table.rows.added or table.rows.removed:
        return columns
    return {*table.rows.by_column, *table.columns.added, *table.columns.retyped}


def _gone(tables: Mapping[str, TableChange], change: NodeChange, columns: Iterable[str]) -> Iterable[str]:
    """Of the columns that an edited node had, those that are no more."""
    if change.change == "removed":
        return columns
    table = tables.get(change.unique_id)
    return table.columns.removed if table and change.change == "changed" else ()


def _reached(manifest: Mapping[str, Any], lineage: Lineage, touched: set[Column]) -> list[Reached]:
    """Walk from the touched columns to whoever reads them, in the order of the build."""
    # By touched column the changed nodes that it comes from.
    origins: dict[Column, set[str]] = {column: {column.node} for column in touched}
    read_by: dict[str, set[Column]] = defaultdict(set)
    for node, columns in lineage.columns.items():
        if node in lineage.unread:
            _spread_unread(manifest, node, columns, origins, read_by)
        for name in columns:
            column = Column(node, name)
            for parent in lineage.made_of.get(column, ()):
                if parent in origins:
                    origins.setdefault(column, set()).update(origins[parent])
                    read_by[node].add(parent)
        for parent in lineage.decided_by.get(node, ()):
            if parent in origins:
                read_by[node].add(parent)
                for name in columns:
                    origins.setdefault(Column(node, name), set()).update(origins[parent])
    return [*_queries(manifest, read_by, origins), *_exposures(manifest, origins)]


def _spread_unread(
    manifest: Mapping[str, Any],
    node: str,
    columns: Iterable[str],
    origins: dict[Column, set[str]],
    read_by: dict[str, set[Column]],
) -> None:
    """A query that could not be followed reads all of what dbt says it reads."""
    for parent in manifest["nodes"][node]["depends_on"]["nodes"]:
        for column in [one for one in origins if one.node == parent]:
            read_by[node].add(column)
            for name in columns:
                origins.setdefault(Column(node, name), set()).update(origins[column])


def _queries(
    manifest: Mapping[str, Any], read_by: Mapping[str, set[Column]], origins: Mapping[Column, set[str]]
) -> Iterable[Reached]:
    for node, columns in read_by.items():
        about = manifest["nodes"].get(node)
        if not about:
            continue
        is_question = about["resource_type"] == "analysis"
        if is_question or about["name"].startswith(_AGGREGATE):
            yield Reached(
                node,
                about["name"],
                "question" if is_question else "aggregate",
                _by_model(manifest, columns),
                _names(manifest, set().union(*(origins[one] for one in columns))),
            )


def _exposures(manifest: Mapping[str, Any], origins: Mapping[Column, set[str]]) -> Iterable[Reached]:
    of_nodes: dict[str, set[str]] = defaultdict(set)
    for column, names in origins.items():
        of_nodes[column.node] |= names
    for unique_id, exposure in manifest["exposures"].items():
        parents = [one for one in exposure["depends_on"]["nodes"] if one in of_nodes]
        if parents:
            yield Reached(
                unique_id,
                exposure["name"],
                "exposure",
                dict.fromkeys(_names(manifest, parents), ()),
                _names(manifest, set().union(*(of_nodes[one] for one in parents))),
            )


def _by_model(manifest: Mapping[str, Any], columns: Iterable[Column]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column in sorted(columns):
        name = _name(manifest, column.node)
        found[name] = (*found.get(name, ()), column.name)
    return found


def _merged(one: Reached, other: Reached) -> Reached:
    reads = {
        model: tuple(sorted({*one.reads.get(model, ()), *other.reads.get(model, ())}))
        for model in sorted(one.reads.keys() | other.reads.keys())
    }
    return Reached(one.unique_id, one.name, one.kind, reads, tuple(sorted({*one.origins, *other.origins})))


def _names(manifest: Mapping[str, Any], nodes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_name(manifest, one) for one in nodes))


def _name(manifest: Mapping[str, Any], node: str) -> str:
    about = manifest["nodes"].get(node) or manifest["sources"][node]
    return about["name"]
