"""`starlift bench` on the terminal: progress while it runs, then tables, and where the report is."""

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from starlift.bench.run import AnswersDiffer, Suite, run_bench
from starlift.bench.runs import LATEST_REPORT, latest_pair, pick, stored_runs
from starlift.bench.show import show_comparison, show_differences, show_list, show_run
from starlift.defaults import BENCH_FOLDER
from starlift.errors import StarliftError


def bench(
    console: Console,
    suite: str,
    *,
    target: str,
    scale: str | None,
    runs: int,
    domain: str = "clinic",
    private: bool | None = None,
) -> None:
    """Run a suite and print what came out; differing answers are shown before they become the error."""
    names = [one.value for one in Suite]
    if suite not in names:
        raise StarliftError(f"There is no suite {suite!r}: choose {', '.join(names)}.")
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            task = bars.add_task("starting", total=None)

            def progress(words: str, done: int, total: int | None) -> None:
                bars.update(task, description=words, completed=done, total=total)

            run = run_bench(
                Suite(suite),
                target=target,
                scale=scale,
                runs=runs,
                domain=domain,
                private=private,
                progress=progress,
            )
    except AnswersDiffer as error:
        show_differences(console, error.found)
        raise
    show_run(console, run)
    console.print(
        f"Report: {LATEST_REPORT} (kept with all figures and plans in {BENCH_FOLDER / run['run']})",
        soft_wrap=True,
    )


def list_runs(console: Console) -> None:
    show_list(console, stored_runs())


def compare_runs(console: Console, old: str | None, new: str | None) -> None:
    """Compare two stored runs: the two named, or the newest with the one before it of its kind."""
    runs = stored_runs()
    if old is None and new is None:
        show_comparison(console, *latest_pair(runs))
    elif old is None or new is None:
        raise StarliftError("Name both runs, --old and --new, or neither for the latest two.")
    else:
        show_comparison(console, pick(runs, old), pick(runs, new))
