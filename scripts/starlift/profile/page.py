"""The page of a profile: one HTML file that needs nothing else."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from starlift.export.run import whole_file
from starlift.pages import page_templates
from starlift.profile.charts import delay_chart, distribution_chart, missing_chart, trend_chart
from starlift.profile.model import Profile


def write_page(profiles: Sequence[Profile], title: str, place: str, path: Path) -> None:
    """A section for each table, a list where there are several; an older page stays until then."""
    environment = page_templates(Path(__file__).parent)
    environment.filters |= {"percent": percent, "days": days}
    html = environment.get_template("page.html.j2").render(
        title=title, place=place, sections=[_section(profile) for profile in profiles]
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary:
        temporary.write_text(html, encoding="utf-8")


def _section(profile: Profile) -> dict[str, Any]:
    columns = profile.columns
    return {
        "profile": profile,
        "missing": Markup(missing_chart(columns, profile.rows_read))
        if any(column.without_value for column in columns)
        else "",
        "trends": [Markup(trend_chart(trend)) for trend in profile.trends],
        "delays": Markup(delay_chart(profile.delays)) if profile.delays else "",
        "distributions": Markup(distribution_chart(columns))
        if any(column.is_drawn for column in columns)
        else "",
    }


def percent(part: int, whole: int) -> str:
    if not whole or not part:
        return ""
    share = part / whole * 100
    return "< 0.1%" if share < 0.1 else f"{share:.1f}%"


def days(value: float) -> str:
    """Days, or hours where it is less than one."""
    if 0 < abs(value) < 1:
        return f"{value * 24:.1f} h"
    return f"{value:,.1f}".removesuffix(".0")
