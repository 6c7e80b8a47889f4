"""`starlift profile` on the terminal."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.defaults import profile_page
from starlift.export.command import row_bar
from starlift.manifest import parsed_manifest
from starlift.profile.measure import measure
from starlift.profile.model import Profile
from starlift.profile.page import write_page
from starlift.profile.subject import subjects
from starlift.relations import open_reader


def run_profile(console: Console, name: str, *, out: Path | None, target: str) -> None:
    path = out or profile_page(name)
    with open_reader(target) as reader, row_bar(console) as progress:
        progress("reading what the project says of it", 0, None)
        found = list(subjects(reader, lambda: parsed_manifest(target), name))
        profiles = [measure(reader, subject, progress) for subject in found]
        progress("drawing", 0, None)
        write_page(profiles, name, reader.place, path)
    _show(console, profiles)
    console.print(f"The page: {escape(str(path))}   (open it in a browser)", highlight=False, soft_wrap=True)


def _show(console: Console, profiles: list[Profile]) -> None:
    table = Table("table")
    for heading in ("rows", "columns", "with gaps"):
        table.add_column(heading, justify="right")
    table.add_column("from")
    table.add_column("until")
    for profile in profiles:
        gaps = sum(1 for column in profile.columns if column.without_value)
        first, last = profile.period or ("", "")
        table.add_row(
            escape(profile.name),
            f"{profile.rows:,}",
            f"{len(profile.columns):,}",
            f"{gaps:,}",
            str(first),
            str(last),
        )
    console.print(table)
    for profile in profiles:
        if profile.is_sampled:
            console.print(
                f"Of {escape(profile.name)} a random {profile.rows_read:,} rows were read.", highlight=False
            )
