"""The quality page: one HTML file that needs nothing else and that a stranger can read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from starlift.pages import page_templates
from starlift.quality.chart import rules_chart, trend, when
from starlift.quality.read import Quality, Row


def write_page(qualities: Sequence[Quality], target: str, path: Path) -> None:
    """A page with a section for each source, and a table of all where there are several."""
    environment = page_templates(Path(__file__).parent)
    environment.filters |= {"share": share, "stay": stay, "day": lambda moment: f"{moment:%Y-%m-%d}"}
    html = environment.get_template("page.html.j2").render(
        sections=[_section(quality) for quality in qualities],
        titles=_listed([quality.source.title for quality in qualities]),
        target=target,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")


def _section(quality: Quality) -> dict[str, Any]:
    shown = [extract.tables for extract in quality.extracts]
    trends = {
        table: Markup(trend([tables[table].rejected for tables in shown if table in tables]))
        for table in quality.now.tables
    }
    chart = rules_chart(quality) if any(extract.rules for extract in quality.extracts) else ""
    return {
        "quality": quality,
        "trends": trends,
        "chart": Markup(chart),
        "labels": when([extract.at for extract in quality.extracts]),
        "tables": sorted(quality.now.tables, key=lambda table: (-quality.now.tables[table].rejected, table)),
    }


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def share(part: int, whole: int) -> str:
    """A percentage that never rounds something to nothing, nor all but something to all."""
    if not whole or part in (0, whole):
        return "0%" if not part else "100%"
    percent = part / whole * 100
    if percent < 0.01:
        return "< 0.01%"
    if percent > 99.99:
        return "> 99.99%"
    return f"{percent:.2f}%"


def stay(row: Row) -> str:
    """How long a row that has left was there."""
    if row.until is None:
        return ""
    days = round((row.until - row.since).total_seconds() / 86400)
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days:,} days"
