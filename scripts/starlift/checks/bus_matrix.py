"""The bus matrix: which dimension sees which business process, a fact, by the star's own foreign keys.

Kimball's enterprise data warehouse bus matrix; a dimension that several processes share is conformed.
"""

import re
from pathlib import Path
from typing import Any

PAGE = Path("docs") / "bus_matrix.md"

_REF = re.compile(r"ref\('(\w+)'\)")
_GRAIN = re.compile(r"\*\*Grain\*\*: (.*?)[.:;]?(?:\n|$)")


def bus_matrix(manifest: dict[str, Any]) -> str:
    """The page as Markdown: facts as rows, dimensions as columns, a table for each domain of the star."""
    seen = _dimensions_of_facts(manifest)
    facts = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("fact_")
    }
    lines = [
        "# Bus matrix",
        "",
        "Business processes and the dimensions that see them, as the foreign keys of the facts have it.",
        "Made by `starlift check --write` from dbt's manifest.",
    ]
    for domain in sorted({node["fqn"][2] for node in facts.values()}):
        names = sorted(name for name, node in facts.items() if node["fqn"][2] == domain)
        dimensions = sorted({dimension for name in names for dimension in seen.get(name, ())})
        lines += [
            "",
            f"## {domain.capitalize()}",
            "",
            f"| process | one row per | {' | '.join(f'`{one}`' for one in dimensions)} |",
            f"| --- | --- |{' :-: |' * len(dimensions)}",
        ]
        for name in names:
            marks = " | ".join("x" if one in seen.get(name, ()) else "" for one in dimensions)
            lines.append(f"| `{name}` | {_grain(facts[name])} | {marks} |")
        shared = [one for one in dimensions if sum(one in seen.get(name, ()) for name in names) > 1]
        lines += ["", f"Conformed over several processes: {', '.join(f'`{one}`' for one in shared)}."]
    return "\n".join(lines) + "\n"


def _dimensions_of_facts(manifest: dict[str, Any]) -> dict[str, set[str]]:
    """By fact the dimensions that its tested foreign keys lead to; a `_current` view is its dimension."""
    found: dict[str, set[str]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        attached = (node.get("attached_node") or "").split(".")[-1]
        if test.get("name") == "relationships" and attached.startswith("fact_"):
            for parent in _REF.findall(str(test["kwargs"].get("to", ""))):
                if parent.startswith("dim_"):
                    found.setdefault(attached, set()).add(parent.removesuffix("_current"))
    return found


def _grain(node: dict[str, Any]) -> str:
    grain = _GRAIN.search(node["description"])
    return grain.group(1).removeprefix("one row per ") if grain else ""
