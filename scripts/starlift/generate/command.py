"""`starlift generate` on the terminal: progress while it runs, the tables when it is done."""

from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from starlift.errors import StarliftError
from starlift.generate.clinic import generate_clinic, parse_date, scale_size


def progress_bars(console: Console) -> Progress:
    """One line per step, with counts and time; gone without trace where there is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class Steps:
    """Turns calls (step, done, total) into bars, a new one for each step named."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, int] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)


def run_generate(
    console: Console,
    source: str,
    out: Path,
    *,
    scale: str,
    patients: int | None,
    encounters: int | None,
    seed: int,
    start: str,
    end: str,
    threads: int | None,
) -> None:
    """Generate the source's tables into `out` and say what was made."""
    if source != "clinic":
        raise StarliftError(f"There is no generator for '{source}': the only one is clinic.")
    scaled_patients, scaled_encounters = scale_size(scale)
    if encounters is not None and patients is None:
        patients = max(1, encounters // 5)  # as the named scales have it
    began = perf_counter()
    with progress_bars(console) as bars:
        manifest = generate_clinic(
            out,
            patients=scaled_patients if patients is None else patients,
            encounters=scaled_encounters if encounters is None else encounters,
            seed=seed,
            start=parse_date(start, "start"),
            end=parse_date(end, "end"),
            threads=threads,
            progress=Steps(bars),
        )
    rows = sum(entry.rows for entry in manifest.tables.values())
    console.print(
        f"{out}: {manifest.encounters:,} encounters of {manifest.patients:,} patients, {rows:,} rows "
        f"in {len(manifest.tables)} tables, in {perf_counter() - began:.1f} s",
        highlight=False,
        soft_wrap=True,
    )
