"""The star's own diagrams from dbt's manifest: its contracts give the columns, its tests the relations."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlift.erd.diagram import Box, Diagram, Group, Line, Tie
from starlift.flatten.star import HOUSEKEEPING, foreign_keys
from starlift.manifest import primary_key

FOLDER = Path("docs")
_DIMENSION, _FACT, _BRIDGE = 0, 1, 2
_COLOURS = {_FACT: "fact", _DIMENSION: "dimension", _BRIDGE: "bridge"}
_KINDS = {"fact_": _FACT, "bridge_": _BRIDGE, "dim_": _DIMENSION}
_GRAIN = re.compile(r"\*\*Grain\*\*: (.*?)(?:[.:;,(\n]|$)")
_LONGEST_GRAIN = 46


def star_diagrams(manifest: dict[str, Any]) -> dict[str, Diagram]:
    """By domain, which is a folder of the star that has facts."""
    models = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "star"
    }
    domains = sorted({node["fqn"][2] for name, node in models.items() if name.startswith("fact_")})
    return {domain: _diagram(domain, models, manifest) for domain in domains}


def star_pages(manifest: dict[str, Any]) -> dict[Path, str]:
    """Two of each domain as SVG, the keys alone and all columns, and where they are kept."""
    from starlift.erd.layout import lay_out  # noqa: PLC0415 - Graphviz takes a second or two to come
    from starlift.erd.svg import draw  # noqa: PLC0415

    pages = {}
    for domain, diagram in star_diagrams(manifest).items():
        for name, one in ((domain, keys_alone(diagram)), (f"{domain}_columns", diagram)):
            pages[FOLDER / f"star_{name}.svg"] = draw(one, lay_out(one))
    return pages


def keys_alone(diagram: Diagram) -> Diagram:
    """The same without the columns that lead nowhere: it fits on a screen."""
    boxes = []
    for box in diagram.boxes:
        keys = tuple(line for line in box.lines if line.is_primary or line.is_foreign)
        boxes.append(replace(box, lines=keys, more=len(box.lines) - len(keys)))
    return replace(diagram, boxes=tuple(boxes))


def _diagram(domain: str, models: dict[str, Any], manifest: dict[str, Any]) -> Diagram:
    own = [
        name for name, node in models.items() if node["fqn"][2] == domain and _kind(name) in (_FACT, _BRIDGE)
    ]
    ties = [tie for tie in _ties(models, manifest) if tie.child in own]
    names = sorted(
        {*own, *(tie.parent for tie in ties if not tie.is_told)}, key=lambda name: (_kind(name), name)
    )
    boxes = tuple(_box(name, models[name], ties) for name in names)
    counted = ", ".join(
        f"{count} {word}{'s' * (count != 1)}"
        for kind, word in _COLOURS.items()
        if (count := sum(_kind(name) == kind for name in names))
    )
    title = f"The star of the domain {domain}: {counted}"
    colours = {kind: word for kind, word in _COLOURS.items() if any(_kind(name) == kind for name in names)}
    return Diagram(title, boxes, tuple(ties), (Group("", tuple(names)),), colours)


def _kind(name: str) -> int | None:
    return next((kind for prefix, kind in _KINDS.items() if name.startswith(prefix)), None)


def _ties(models: dict[str, Any], manifest: dict[str, Any]) -> Iterator[Tie]:
    """One for each role, by the version key where there is one.

    Calendars, which all share, are only told, and so is a member as it is now beside its version of then.
    """
    links = sorted(foreign_keys(manifest), key=lambda link: "_durable_" in link.columns[0])
    known = {(link.child, link.role): link for link in reversed(links)}
    versions = {(link.child, link.parent) for link in links}
    for link in links:
        parent = link.parent.removesuffix("_current")
        if known[link.child, link.role] is link and link.child in models and parent in models:
            of_another_domain = models[link.child]["fqn"][2] != models[parent]["fqn"][2]
            beside_its_version = parent != link.parent and (link.child, parent) in versions
            yield Tie(
                link.child,
                link.columns,
                parent,
                link.parent_columns,
                is_optional=False,
                is_told=of_another_domain or beside_its_version,
            )


def _box(name: str, node: dict[str, Any], ties: list[Tie]) -> Box:
    leads_to = {tie.columns[0]: tie for tie in ties if tie.child == name}
    key = primary_key(node) or tuple(
        column for column in list(node["columns"])[:1] if _kind(name) == _DIMENSION
    )
    lines = []
    for column, described in node["columns"].items():
        tie = leads_to.get(column)
        if tie is None and (column in HOUSEKEEPING or column.endswith("_durable_key")):
            continue
        told = tie.parent if tie and tie.is_told else ""
        note = f"→ {told}" if told else str(described.get("data_type") or "").lower()
        lines.append(Line(column, note, column in key, tie is not None, told))
    return Box(name, tuple(lines), _grain(node), colour=_kind(name) or 0)


def _grain(node: dict[str, Any]) -> str:
    found = _GRAIN.search(node.get("description") or "")
    words = found[1].strip() if found else ""
    return words if len(words) <= _LONGEST_GRAIN else words[: _LONGEST_GRAIN - 1].rsplit(" ", 1)[0] + " …"
