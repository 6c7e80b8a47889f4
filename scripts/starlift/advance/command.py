"""`starlift advance` on the terminal: progress while it runs, then what each day brought."""

from pathlib import Path

from rich.console import Console

from starlift.advance.run import advance_clinic
from starlift.errors import StarliftError
from starlift.generate.command import Steps, progress_bars

# The events that a line on the terminal has room for; the manifest has them all.
_HIGHLIGHTS = {
    "encounter_new": "new encounters",
    "backdated_encounter": "back-dated",
    "encounter_withdrawn": "withdrawn",
    "late_bill": "late claims",
    "patient_deleted": "patients deleted",
    "patient_reinserted": "brought back",
}


def run_advance(console: Console, source: str, folder: Path, *, days: int, seed: int | None) -> None:
    """Move the folder on and print, for each day, how many rows came, changed and went."""
    if source != "clinic":
        raise StarliftError(f"There is no way to move '{source}' on: the only source is clinic.")
    with progress_bars(console) as bars:
        manifest = advance_clinic(folder, days=days, seed=seed, progress=Steps(bars))
    for day in manifest.days[-days:]:
        inserted, updated, deleted = (
            sum(len(change[kind]) for change in day["changes"].values())
            for kind in ("inserted", "updated", "deleted")
        )
        told = ", ".join(f"{len(day['events'].get(name, ())):,} {text}" for name, text in _HIGHLIGHTS.items())
        console.print(
            f"{day['date']}: {inserted:,} rows inserted, {updated:,} updated, {deleted:,} deleted ({told})",
            highlight=False,
            soft_wrap=True,
        )
    console.print(
        f"{folder} is now as of {manifest.extracted_at}; its manifest lists every change", highlight=False
    )
