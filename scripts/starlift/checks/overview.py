"""The first page of `dbt docs`: how to read the star, made of its README, the manifest and docs/star_*.svg.

dbt takes it from a docs block in a Markdown file under models; GitHub shows the README.
"""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starlift.checks.bus_matrix import bus_matrix

PAGE = Path("models") / "overview.md"
_README = Path("models") / "star" / "README.md"

_LAYERS = {
    "staging": "one view per table of a source: renamed, trimmed",
    "history": "every version of the records that change, and the rules that rows must keep",
    "intermediate": "rows that keep the rules, the quarantine of the others, steps that deserve a name",
    "quality": "rows in, loaded and rejected, by extract and rule",
    "star": "dimensions, facts, bridges and aggregates: what is queried",
}
# Of dbt_project.yml, in words: the site shows no HTML.
_COLOURS = {
    "#8fa3b3": "grey",
    "#a56cc1": "violet",
    "#c9932b": "ochre",
    "#d4596f": "red",
    "#2f6fed": "blue",
}
# In bus matrices and in the README.
_NAME = re.compile(r"`((?:dim|fact|agg|bridge)_\w+)`")
_DIMENSION = re.compile(r"`(dim_(\w+))`")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)")


def overview(project: Path, manifest: dict[str, Any]) -> str:
    """The page: a docs block `__overview__`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    readme = (project / _README).read_text(encoding="utf-8")
    text = environment.get_template("overview.md.j2").render(
        how_to_read=_below_title(_without_links(readme)),
        layers=[(name, _colour(manifest, name), words) for name, words in _LAYERS.items()],
        matrices=_narrow(_below_title(bus_matrix(manifest)).partition("\n\n")[2]),
        diagrams=_diagrams(project),
        questions=_questions(manifest),
        metrics=sorted(manifest["metrics"].values(), key=lambda metric: metric["name"]),
    )
    return _NAME.sub(lambda found: _linked(manifest, found[1]), text)


def _below_title(markdown: str) -> str:
    return markdown.partition("\n")[2].strip() + "\n"


def _narrow(matrices: str) -> str:
    """Dimensions by their short names, so that the site has room for all columns."""
    return "\n".join(
        _DIMENSION.sub(
            lambda found: f"[{found[2].replace('_', ' ')}](#!/model/model.starlift.{found[1]})", line
        )
        if line.startswith("| process |")
        else line
        for line in matrices.splitlines()
    )


def _without_links(markdown: str) -> str:
    """Links and pictures of files lead nowhere in the documentation site, which has the diagrams below."""
    kept = [one for one in markdown.split("\n\n") if ".svg)" not in one]
    return _LINK.sub(lambda found: "" if found[1] else found[2], "\n\n".join(kept))


def _colour(manifest: dict[str, Any], layer: str) -> str:
    colours = {
        node["config"]["docs"]["node_color"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == layer
    }
    return ", ".join(sorted(_COLOURS.get(colour, colour) for colour in colours if colour))


def _diagrams(project: Path) -> list[tuple[str, str]]:
    """Title and path of the stars' diagrams; dbt copies docs to where it writes the site."""
    return [
        (f"The star of the {file.stem.removeprefix('star_')} domain", file.relative_to(project).as_posix())
        for file in sorted((project / "docs").glob("star_*.svg"))
        if not file.stem.endswith("_columns")
    ]


def _questions(manifest: dict[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Domain, question in words and its analyses, by side, of every question."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "analysis" and "__" in node["name"]:
            found.setdefault((node["fqn"][1], node["name"].partition("__")[0]), []).append(node)
    return [
        (
            domain,
            _first_comment(nodes),
            [(one["name"].partition("__")[2].replace("_", " "), one["unique_id"]) for one in _by_name(nodes)],
        )
        for (domain, _), nodes in sorted(found.items())
    ]


def _by_name(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(nodes, key=lambda node: node["name"])


def _first_comment(nodes: list[dict[str, Any]]) -> str:
    return _by_name(nodes)[0]["raw_code"].lstrip().splitlines()[0].removeprefix("--").strip()


def _linked(manifest: dict[str, Any], name: str) -> str:
    known = f"model.starlift.{name}" in manifest["nodes"]
    return f"[`{name}`](#!/model/model.starlift.{name})" if known else f"`{name}`"
