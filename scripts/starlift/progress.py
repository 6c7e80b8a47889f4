"""The bar on the terminal for work that tells its steps and how much of each is done."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def step_bar(console: Console) -> Progress:
    """A bar that is gone when it has served, and is not shown where nobody looks."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
