"""The layer boundary: which layer may read which, checked on dbt's manifest."""

from typing import Any

# What a node of a layer may read. Staging reads only sources; the star reads what is clean; an analysis
# reads the star, or, on its 3NF side, the sources and reference lists.
MAY_READ: dict[str, set[str]] = {
    "staging": {"source"},
    # and of what was checked: since when a record is rejected is a history, too
    "history": {"staging", "seed", "history", "intermediate"},
    # and snapshots, where members of several systems become one
    "intermediate": {"staging", "history", "intermediate", "seed", "snapshot"},
    # and histories, which say which of many members to look at
    "snapshot": {"intermediate", "staging", "history"},
    "quality": {"staging", "history", "intermediate", "seed", "quality"},
    "star": {"staging", "history", "intermediate", "snapshot", "seed", "star"},
    "analysis on the star": {"star"},
    # and reference lists, which whoever asks the sources has, too
    "analysis on 3NF": {"source", "seed"},
    "analysis of runs": {"source", "star"},
}


def layer_of(node: dict[str, Any]) -> str | None:
    """The layer of a manifest's node, or None where no rule applies (tests, seeds, exposures)."""
    kind = node["resource_type"]
    if kind == "model":
        return node["fqn"][1]
    if kind == "analysis" and node["fqn"][1] == "audit":
        return "analysis of runs"
    if kind == "analysis":
        return "analysis on 3NF" if "__3nf" in node["name"] else "analysis on the star"
    if kind in {"snapshot", "seed", "source"}:
        return kind
    return None


def layer_violations(manifest: dict[str, Any]) -> list[str]:
    """One sentence per reference that crosses the boundary the wrong way."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    found = []
    for node in manifest["nodes"].values():
        layer = layer_of(node)
        if node["resource_type"] == "model" and layer not in MAY_READ:
            found.append(f"{node['name']} lies in models/{layer}, which is no layer of this project")
        if layer not in MAY_READ:
            continue
        for parent in (nodes[unique_id] for unique_id in node["depends_on"]["nodes"]):
            # the log of loads is no business data: any layer may ask it when the extract was taken
            is_load_log = layer_of(parent) == "source" and parent["name"] == "loads"
            if is_load_log or layer_of(parent) in MAY_READ[layer]:
                continue
            crossing = f"{node['name']} ({layer}) reads {parent['name']} ({layer_of(parent)})"
            found.append(f"{crossing}; it may read: {', '.join(sorted(MAY_READ[layer]))}")
    return sorted(found)
