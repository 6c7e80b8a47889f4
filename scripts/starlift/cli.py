"""The command line: it parses and prints; the work is in the modules it calls."""

import sys

import typer
from rich.console import Console

from starlift.errors import StarliftError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()


@app.callback()
def starlift() -> None:
    """Raw data for the Starlift warehouse: generate it, load it, and time what dbt builds from it."""


def main() -> None:
    """Run the command line; an expected error becomes one sentence on stderr and exit code 1."""
    try:
        app()
    except StarliftError as error:
        Console(stderr=True).print(f"[red]Error:[/red] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
