"""Who reads what a change touches: questions, exposures and aggregates, by column where that can be told."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from starlift.diff.project import NodeChange, ProjectChange
from starlift.diff.rows import TableChange
from starlift.lineage import Column, Lineage
from starlift.state import State

_AGGREGATE = "agg_"
_KINDS = ("question", "metric", "exposure", "aggregate")
# A metric's filter names a dimension, of its own model or of one that is joined, as entity__dimension.
_DIMENSION = re.compile(r"Dimension\('\w+?__(\w+)'")


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
    lineage_of: Callable[[State, Set[str]], Lineage],
) -> list[Reached]:
    """Everything that reads what the change touches; of what went, everything that read it."""
    edited = [one for one in project.nodes if one.kind != "analysis" and not one.only_words]
    found: dict[str, Reached] = {}
    # a side's lineage takes seconds, and most changes take nothing away
    for state, columns_of in ((now, partial(_touched, tables)), (before, partial(_gone, tables))):
        concerned = {one.unique_id for one in edited if columns_of(one, ("*",))}
        if not concerned:
            continue
        lineage = lineage_of(state, _with_descendants(state.manifest, concerned))
        columns = {
            Column(one.unique_id, name)
            for one in edited
            for name in columns_of(one, lineage.columns.get(one.unique_id, ()))
        }
        for one in _reached(state.manifest, lineage, columns):
            known = found.get(one.unique_id)
            found[one.unique_id] = _merged(known, one) if known else one
    return sorted(found.values(), key=lambda one: (_KINDS.index(one.kind), one.name))


def _with_descendants(manifest: Mapping[str, Any], nodes: Set[str]) -> set[str]:
    readers: dict[str, list[str]] = defaultdict(list)
    for unique_id, node in manifest["nodes"].items():
        for parent in node["depends_on"].get("nodes", ()):
            readers[parent].append(unique_id)
    waiting, found = list(nodes), set[str]()
    while waiting:
        if (node := waiting.pop()) not in found:
            found.add(node)
            waiting += readers[node]
    return found


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
    return [
        *_queries(manifest, read_by, origins),
        *_metrics(manifest, lineage, origins),
        *_exposures(manifest, origins),
    ]


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


def _metrics(
    manifest: Mapping[str, Any], lineage: Lineage, origins: Mapping[Column, set[str]]
) -> Iterable[Reached]:
    """The metrics whose own expression reads a touched column, and those that are made of such."""
    metrics = manifest.get("metrics", {})
    read: dict[str, set[Column]] = {}

    def columns_of(metric: str) -> set[Column]:
        if metric not in read:
            read[metric] = set()
            for parent in metrics[metric]["depends_on"]["nodes"]:
                if parent in metrics:
                    read[metric] |= columns_of(parent)
                elif parent in manifest["semantic_models"]:
                    (model,) = manifest["semantic_models"][parent]["depends_on"]["nodes"]
                    columns = lineage.columns.get(model, ())
                    read[metric] |= {Column(model, name) for name in _named_in(metrics[metric], columns)}
        return read[metric]

    for unique_id, metric in metrics.items():
        if columns := columns_of(unique_id) & origins.keys():
            names = _names(manifest, set().union(*(origins[one] for one in columns)))
            yield Reached(unique_id, metric["name"], "metric", _by_model(manifest, columns), names)


def _named_in(metric: Mapping[str, Any], columns: Iterable[str]) -> set[str]:
    """The columns of its model that a metric's expression and filter speak of; all, if none can read it."""
    try:
        tree = parse_one(str(metric["type_params"].get("expr") or "null"))
    except SqlglotError:
        return set(columns)
    named = {column.name for column in tree.find_all(exp.Column)}
    named |= set(_DIMENSION.findall(str(metric.get("filter") or "")))
    return named & set(columns)


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
