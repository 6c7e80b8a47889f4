"""The graph of a star, from dbt's manifest: its tested foreign keys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlift.flatten.graph import Graph, Link
from starlift.manifest import primary_key
from starlift.relations import Reader, Relation

# Of every version of a member or row of a fact; what they say is not of the business.
HOUSEKEEPING = frozenset(
    {"audit_key", "valid_from", "valid_to", "version_number", "is_current", "weighting_factor"}
)
# macros/members.sql: the member "not applicable", which a bridge has where a parent has no child.
NOT_APPLICABLE = -2
_REF = re.compile(r"ref\('(\w+)'\)")


def foreign_keys(manifest: dict[str, Any]) -> Iterator[Link]:
    """The relationships tests of models, each a link, in the order of their names."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    for node in sorted(tests, key=lambda one: str(one.get("unique_id"))):
        test = node.get("test_metadata") or {}
        attached = str(node.get("attached_node") or "")
        to = _REF.search(str(test.get("kwargs", {}).get("to", "")))
        if test.get("name") == "relationships" and attached.startswith("model.") and to:
            column, field = test["kwargs"]["column_name"], test["kwargs"]["field"]
            yield Link(attached.rsplit(".", maxsplit=1)[-1], (column,), to[1], (field,))


def star_graph(manifest: dict[str, Any], reader: Reader, base: Relation) -> Graph | None:
    """What is around a model, in the schema that it is in; None where it is no model.

    Facts lead to dimensions only: to the version of the time or, where there is none, the member of now.
    """
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    if base.name not in models:
        return None
    there = {one.name: one for one in reader.relations() if one.schema == base.schema}
    links = [link for link in foreign_keys(manifest) if link.child in there and link.parent in there]
    chosen: dict[tuple[str, str], Link] = {}
    # the first of each role stays: what leads to the table itself, then what leads to a version
    for link in sorted(links, key=lambda one: (one.parent != base.name, "_durable_" in one.columns[0])):
        if link.parent.startswith("dim_") or link.parent == base.name:
            chosen.setdefault((link.child, link.role), link)
    # an aggregate counts once more what a fact has counted: it is nobody's child
    kept = [
        link
        for link in chosen.values()
        if link.child == base.name or (link.parent == base.name and not link.child.startswith("agg_"))
    ]
    near = {base.name, *(name for link in kept for name in (link.child, link.parent))}
    kept += [link for link in chosen.values() if link.child in near and link not in kept]
    near |= {link.parent for link in kept}
    tables = {name: replace(there[name], columns=tuple(reader.columns(there[name]))) for name in sorted(near)}
    keys = {name: primary_key(models[name]) for name in near}
    return Graph(tables, tuple(kept), keys, HOUSEKEEPING, "_key", NOT_APPLICABLE)
