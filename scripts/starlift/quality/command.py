"""`starlift quality`: a summary on the terminal, and the page."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.dbt_command import project_folder
from starlift.quality.page import share, write_page
from starlift.quality.read import Quality, ask_warehouse

_SHOWN_RULES = 5


def run_quality(console: Console, target: str, path: Path) -> None:
    """Ask the target's warehouse, write the page to `path`, and print what matters of it."""
    project_folder()
    with console.status(f"asking {target}"):
        qualities = ask_warehouse(target)
        write_page(qualities, target, path)
    for quality in qualities:
        _show(console, quality)
    console.print(f"\nThe page: {path}   (charts, examples, what left; open it in a browser)", soft_wrap=True)


def _show(console: Console, quality: Quality) -> None:
    now = quality.now
    load = f", load {now.load}" if now.load else ""
    table = Table(
        "table",
        title=f"{quality.source.title.capitalize()} as of {now.at:%Y-%m-%d %H:%M}{load}, run {now.run}",
    )
    for heading in ("rows in", "in the star", "rejected", "share"):
        table.add_column(heading, justify="right")
    for name, counts in sorted(now.tables.items()):
        style = "red" if counts.rejected else ""
        numbers = (f"{counts.rows_in:,}", f"{counts.loaded:,}", f"{counts.rejected:,}")
        table.add_row(name, *numbers, share(counts.rejected, counts.rows_in), style=style)
    console.print(table)
    console.print(
        f"{now.total('rejected'):,} of {now.total('rows_in'):,} rows are in quarantine; since the extract "
        f"before {now.total('new'):,} came and {now.total('left'):,} left.",
        highlight=False,
    )
    for rule_id in quality.broken_now[:_SHOWN_RULES]:
        rule = quality.rules[rule_id]
        console.print(
            f"  {now.rules[rule_id].standing:>6,}  {rule.source_table}: {escape(rule.reason)}  "
            f"[dim]{rule_id}, since {quality.oldest[rule_id]:%Y-%m-%d}[/dim]",
            highlight=False,
        )
    rest = len(quality.broken_now) - _SHOWN_RULES
    if rest > 0:
        console.print(f"  ... and {rest} more rules", highlight=False)
