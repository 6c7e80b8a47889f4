"""`starlift advance` on the terminal: progress while it runs, then what each day brought."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from starlift.advance.run import advance_clinic
from starlift.errors import StarliftError
from starlift.generate.command import Steps, progress_bars


def run_advance(console: Console, source: str, folder: Path, *, days: int, seed: int | None) -> None:
    """Move the folder on and print, for each day, how many rows came, changed and went."""
    if source != "clinic":
        raise StarliftError(f"There is no way to move '{source}' on: the only source is clinic.")
    with progress_bars(console) as bars:
        manifest = advance_clinic(folder, days=days, seed=seed, progress=Steps(bars))
    shown = Table(title=f"{folder} as of {manifest.extracted_at}")
    for heading in ("day", "inserted", "updated", "deleted", "events"):
        shown.add_column(heading, justify="left" if heading in ("day", "events") else "right")
    for day in manifest.days[-days:]:
        counts = [
            sum(len(change[kind]) for change in day["changes"].values())
            for kind in ("inserted", "updated", "deleted")
        ]
        events = ", ".join(f"{name} {len(listed)}" for name, listed in day["events"].items())
        shown.add_row(day["date"], *(f"{count:,}" for count in counts), events)
    console.print(shown)
