"""What Starlift's HTML pages share: each is one file that needs nothing else, and they look alike."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def page_templates(folder: Path) -> Environment:
    """The templates of a folder, with the pages' style to include as `style.css`."""
    environment = Environment(
        loader=FileSystemLoader([folder, Path(__file__).parent]), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["count"] = lambda value: f"{value:,.0f}"
    return environment


# matplotlib's, for charts that stand in a page: text stays text, and the same figures give the same file.
CHART_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "starlift",
    "font.family": "sans-serif",
    "font.size": 10,
}
