"""What lacks a description: every resource, and every column that the project's YAML lists."""

from collections.abc import Iterator
from typing import Any

_KINDS = ("nodes", "sources", "exposures", "metrics", "saved_queries", "semantic_models")
# Those that have no place for one, or say it in their name.
_NEED_NONE = ("test", "unit_test", "operation", "sql_operation")


def undescribed(manifest: dict[str, Any]) -> list[str]:
    """One sentence per resource without a description, and per table of the star without its grain."""
    return sorted(
        sentence for kind in _KINDS for node in manifest.get(kind, {}).values() for sentence in _of(node)
    )


def _of(node: dict[str, Any]) -> Iterator[str]:
    kind, name = node["resource_type"], node["name"]
    if kind in _NEED_NONE:
        return
    if kind == "source":
        name = f"{node['source_name']}.{name}"
    if not node["description"]:
        yield f"the {kind.replace('_', ' ')} {name} has no description"
    if kind == "model" and node["fqn"][1] == "star" and "**Grain**: one row per" not in node["description"]:
        yield f"{name} does not begin its description with its grain: **Grain**: one row per ..."
    for column in node.get("columns", {}).values():
        if not column["description"]:
            yield f"the column {name}.{column['name']} has no description"
