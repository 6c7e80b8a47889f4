"""A project's lineage with the names that people know its columns by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from starlift.errors import StarliftError
from starlift.lineage.columns import Column, Lineage


@dataclass(frozen=True)
class NamedLineage:
    """The lineage of a manifest. A model is known by its name, a source's table by its schema, too."""

    manifest: Mapping[str, Any]
    lineage: Lineage

    def name(self, node: str) -> str:
        if node in self.manifest["sources"]:
            source = self.manifest["sources"][node]
            return f"{source['schema']}.{source['identifier']}"
        return self.manifest["nodes"][node]["name"]

    def kind(self, node: str) -> str:
        """model, seed, snapshot, source, or question."""
        kind = node.partition(".")[0]
        return "question" if kind == "analysis" else kind

    def is_public(self, node: str) -> bool:
        """Whether it is for whoever queries the warehouse."""
        return (self.manifest["nodes"].get(node, {}).get("config") or {}).get("access") == "public"

    def words(self, column: Column) -> str:
        return f"{self.name(column.node)}.{column.name}"

    def find(self, words: str) -> Column:
        """The column that somebody names, as model.column; a StarliftError that helps where there is none."""
        node_name, _, column = words.lower().rpartition(".")
        if words.lower() in self._by_name:
            columns = ", ".join(self.lineage.columns[self._by_name[words.lower()]])
            raise StarliftError(f"Say which column of {words}, as in {words}.COLUMN: it has {columns}.")
        node = self._by_name.get(node_name)
        if node is None:
            raise StarliftError(
                f"There is no model, seed, snapshot, question or source {node_name or words!r}"
                f"{_perhaps(node_name or words.lower(), self._by_name)}."
            )
        known = self.lineage.columns[node]
        if column not in known:
            near = _perhaps(column, known)
            listed = near or f": it has {', '.join(known) or 'none that is known'}"
            why = self.lineage.unread.get(node)
            raise StarliftError(
                f"{node_name} has no column {column!r}{listed}"
                f"{f' (its SQL could not be followed: {why})' if why else ''}."
            )
        return Column(node, column)

    def exposures_of(self, nodes: Iterable[str]) -> list[str]:
        """The exposures that depend on any of these nodes, by name."""
        wanted = set(nodes)
        return sorted(
            one["name"]
            for one in self.manifest["exposures"].values()
            if wanted & set(one["depends_on"]["nodes"])
        )

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names = {}
        for node in self.lineage.columns:
            if node in self.manifest["sources"]:
                source = self.manifest["sources"][node]
                names[f"{source['source_name']}.{source['name']}".lower()] = node
            names[self.name(node).lower()] = node
        return names


def _perhaps(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"; perhaps {' or '.join(near)}" if near else ""
