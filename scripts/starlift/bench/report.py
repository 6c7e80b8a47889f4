"""The HTML report of a run: one file that needs nothing else and that a stranger can read."""

from pathlib import Path
from typing import Any

from starlift.bench.chart import questions_chart
from starlift.bench.goals import missed_goals
from starlift.bench.words import duration, gibibytes, runs_in_words, significant, times
from starlift.pages import page_templates


def write_report(run: dict[str, Any], path: Path) -> None:
    """Render the run; sections of suites that were not run are left out."""
    environment = page_templates(Path(__file__).parent)
    environment.filters |= {
        "duration": duration,
        "times": times,
        "gib": gibibytes,
        "significant": significant,
        "runs_in_words": runs_in_words,
    }
    chart = questions_chart(run["questions"]) if "questions" in run else ""
    section = run.get("questions")
    missed = list(missed_goals(section)) if section and section["goals_apply"] else []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        environment.get_template("report.html.j2").render(run=run, chart=chart, missed=missed),
        encoding="utf-8",
    )
