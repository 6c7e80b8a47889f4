"""`starlift advance` on the terminal: progress while it runs, then what each day brought."""

from pathlib import Path

from rich.console import Console

from starlift.advance.run import DAYS, advance
from starlift.generate.command import Steps, progress_bars


def run_advance(console: Console, source: str, folder: Path, *, days: int, seed: int | None) -> None:
    """Move the folder on and print, for each day, how many rows came, changed and went."""
    with progress_bars(console) as bars:
        manifest = advance(source, folder, days=days, seed=seed, progress=Steps(bars))
    for day in manifest.days[-days:]:
        inserted, updated, deleted = (
            sum(len(change[kind]) for change in day["changes"].values())
            for kind in ("inserted", "updated", "deleted")
        )
        ends = [change["appended"] for change in day["changes"].values() if "appended" in change]
        inserted += sum(last - first + 1 for first, last in ends)
        told = ", ".join(
            f"{len(day['events'].get(name, ())):,} {text}" for name, text in DAYS[source].highlights.items()
        )
        console.print(
            f"{day['date']}: {inserted:,} rows inserted, {updated:,} updated, {deleted:,} deleted ({told})",
            highlight=False,
            soft_wrap=True,
        )
    console.print(
        f"{folder} is now as of {manifest.extracted_at}; its manifest lists every change", highlight=False
    )
