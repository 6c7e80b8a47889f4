"""`starlift advance`: move a folder of raw data on by days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from starlift.advance.clinic import ClinicDay
from starlift.advance.day import Day
from starlift.advance.pos import PosDay
from starlift.advance.shop import ShopDay
from starlift.advance.state import State
from starlift.advance.ultrasound import UltrasoundDay
from starlift.errors import StarliftError
from starlift.generate.files import MANIFEST, Manifest, read_manifest, replaced_folder

# What a day brings, by source.
DAYS: dict[str, type[Day]] = {day.source.name: day for day in (ClinicDay, PosDay, ShopDay, UltrasoundDay)}
# Ten years, which take minutes even of small data.
MOST_DAYS = 3_660
# Told the name of a step, how much of it is done, and its total.
Progress = Callable[[str, int, int], None]


def advance(
    source: str, folder: Path, *, days: int, seed: int | None = None, progress: Progress | None = None
) -> Manifest:
    """Rewrite `folder` as it would be read `days` days later, all or nothing; the new manifest.

    Each day is drawn from the folder's content, the date and the seed (default: the one it was made with),
    so three days at once equal three times one day.
    """
    if source not in DAYS:
        raise StarliftError(f"There is no way to move '{source}' on: choose one of {', '.join(DAYS)}.")
    next_day = DAYS[source]
    if not 1 <= days <= MOST_DAYS:
        raise StarliftError(f"Days must be at least 1 and at most {MOST_DAYS:,}: move on in smaller steps.")
    tell = progress or (lambda _step, _done, _total: None)
    manifest = read_manifest(folder)
    if manifest.source != source:
        raise StarliftError(f"{folder} holds data of '{manifest.source}', not of {source}.")
    try:
        last = datetime.fromisoformat(manifest.extracted_at).date()
    except (TypeError, ValueError) as error:
        raise StarliftError(
            f"{folder / MANIFEST}: extracted_at is not a timestamp: make the data anew."
        ) from error
    with replaced_folder(folder, next_day.source) as work:
        tell("days", 0, days)
        state = State(folder, manifest, next_day.source)
        for number in range(1, days + 1):
            day = last + timedelta(days=number)
            today = next_day(state, manifest, day, manifest.seed if seed is None else seed)
            entry = today.run()
            state.apply(today.changes)
            manifest.days.append(entry)
            manifest.extracted_at = f"{day.isoformat()}T23:59:59"
            tell("days", number, days)
        state.write(work)
    return manifest


advance_clinic = partial(advance, "clinic")
