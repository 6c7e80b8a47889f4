"""`starlift parity` on the terminal: progress, a table for each day, and the first rows that differ."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.dbt_command import project_folder
from starlift.defaults import PARITY_FOLDER
from starlift.domains import Domain, domain_named
from starlift.errors import StarliftError
from starlift.parity.run import BROKEN_DAY, SCHEMA, DayResult, TargetSpace, clear, run_parity
from starlift.servers import KINDS, private_server
from starlift.targets import read_target, server_of

# What the tables are called on the screen, in the order in which they are shown.
_KINDS = {
    "snapshot": "snapshots",
    "dim": "dimensions",
    "hist": "histories",
    "fact": "facts",
    "bridge": "bridges",
    "agg": "aggregates",
    "wide": "wide tables",
    "int": "quarantine",
    "seed": "reference lists",
    "answer": "answers",
}


def parity(
    console: Console,
    targets: Sequence[str],
    *,
    domain: str = "clinic",
    scale: str,
    days: int,
    private: bool = False,
    keep: bool = False,
) -> None:
    """Compare the targets; a StarliftError after all has been shown where they are not the same.

    What was compared goes afterwards, unless it is to be kept or there is a difference to look into.
    """
    project_folder()
    if len(set(targets)) < 2:
        raise StarliftError("Name at least two different targets, such as --targets duckdb,postgres.")

    for target in targets:
        _check(target, private=private)

    def show(result: DayResult) -> None:
        _show(console, result, targets)

    with (
        _spaces(targets, domain_named(domain), private=private) as spaces,
        console.status("starting") as status,
    ):
        results = run_parity(spaces, scale=scale, days=days, tell=status.update, done=show)
        equal = all(result.equal for result in results)
        if equal and not keep:
            clear(spaces, status.update)
    if not equal:
        raise StarliftError(
            f"{', '.join(targets)} do not hold the same (see above): look into {_kept(spaces)}; "
            f"what dbt said is in {PARITY_FOLDER / 'dbt'}."
        )
    checked = len(results[-1].parts[targets[0]])
    console.print(
        f"{', '.join(targets)} hold the same after each of {len(results)} loads: "
        f"{checked} tables and answers.",
        highlight=False,
    )
    if keep:
        console.print(f"Kept: {_kept(spaces)}.", highlight=False, soft_wrap=True)


def _check(target: str, *, private: bool) -> None:
    """Refuse a target that is not there, or whose server lets nobody in, before anything is made."""
    server = server_of(read_target(target))
    if server and not _is_own(target, private=private):
        server.connect().close()


def _is_own(target: str, *, private: bool) -> bool:
    """Whether the target gets a server that ends with the comparison."""
    return private and target in KINDS


def _kept(spaces: Sequence[TargetSpace]) -> str:
    """Where what was compared still is, in words."""
    places = [f"the schemas {SCHEMA}... of {space}" for space in spaces if space.stays]
    return ", ".join([str(PARITY_FOLDER), *places])


@contextmanager
def _spaces(targets: Sequence[str], domain: Domain, *, private: bool) -> Iterator[list[TargetSpace]]:
    """A place on each target: on the server of the profile, or on one that ends with the comparison."""
    with ExitStack() as servers:
        spaces = []
        for target in targets:
            environment = {}
            own = _is_own(target, private=private)
            if own:
                environment = dict(servers.enter_context(private_server(target)).environment)
            spaces.append(TargetSpace(target, environment, domain, stays=target in KINDS and not own))
        yield spaces


def _show(console: Console, result: DayResult, targets: Sequence[str]) -> None:
    first = targets[0]
    table = Table("what", *targets, title=_title(result.day))
    apart = {(one.departure.target, one.departure.part) for one in result.apart}
    for kind, words in _KINDS.items():
        names = [name for name, part in result.parts[first].items() if part.kind == kind]
        if not names:
            continue
        rows = sum(result.parts[first][name].rows for name in names)
        cells = [f"{rows:,} rows"]
        for target in targets[1:]:
            wrong = sum((target, name) in apart for name in names)
            cells.append(f"[red]{wrong} differ[/red]" if wrong else "[green]the same[/green]")
        table.add_row(f"{len(names)} {words}", *cells)
    ran = [sum(result.builds[target].values()) for target in targets]
    table.add_row(
        "nodes and tests run",
        str(ran[0]),
        *(
            f"[red]{count}[/red]" if target in result.unequal_builds else str(count)
            for target, count in zip(targets[1:], ran[1:], strict=True)
        ),
    )
    console.print(table)
    for target in result.unequal_builds:
        console.print(
            f"[red]{target}[/red] did not run the same: {_counts(result.builds[target])}; "
            f"{first}: {_counts(result.builds[first])}",
            highlight=False,
            soft_wrap=True,
        )
    for one in result.apart:
        departure = one.departure
        console.print(
            f"[red]{departure.part}[/red] on {departure.target}: {escape(departure.reason)}", highlight=False
        )
        for label, rows in ((departure.target, one.only_here), (first, one.only_there)):
            for row in rows:
                console.print(f"  only on {label}: {escape(row)}", highlight=False, soft_wrap=True)


def _title(day: int) -> str:
    if day == 0:
        return "after the initial load"
    return f"after day {day}, with every rule broken" if day == BROKEN_DAY else f"after day {day}"


def _counts(build: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(build.items()))
