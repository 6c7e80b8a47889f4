"""`starlift generate` on the terminal: progress while it runs, the tables when it is done."""

from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from starlift.generate.generators import generator
from starlift.generate.making import parse_date


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
        self._tasks: dict[str, TaskID] = {}

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
    chosen = generator(source)
    counts = {"patients": patients, "encounters": encounters}
    asked = chosen.asked(scale, {name: count for name, count in counts.items() if count is not None})
    began = perf_counter()
    with progress_bars(console) as bars:
        manifest = chosen.make(
            out,
            **asked,
            seed=seed,
            start=parse_date(start, "start"),
            end=parse_date(end, "end"),
            threads=threads,
            progress=Steps(bars),
        )
    rows = sum(entry.rows for entry in manifest.tables.values())
    console.print(
        f"{out}: {chosen.told(manifest)}, {rows:,} rows "
        f"in {len(manifest.tables)} tables, in {perf_counter() - began:.1f} s",
        highlight=False,
        soft_wrap=True,
    )
