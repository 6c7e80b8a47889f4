"""`starlift scaffold`: from words on the command line to the files of a dbt project."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.inspect.command import inspected
from starlift.inspect.describe import counted, heading
from starlift.scaffold.project import Project
from starlift.scaffold.run import scaffold

_PAGE = Path("docs") / "data_quality.md"


def run_scaffold(
    console: Console, place: str, *, system: str, schema: str | None, folder: Path, force: bool
) -> None:
    project = Project(folder)
    # all rows: what is written as a test has to hold for each of them
    database = inspected(console, place, schema, sample_rows=None)
    made = scaffold(database, system, project)
    project.write(made.files, force=force)

    def line(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    line(escape(heading(database)))
    for path in made.files:
        line(f"  {escape(str(path))}")
    line(f"{made.models:,} staging models, {made.snapshots:,} snapshots, {len(made.files):,} files written")
    broken = [key for key in database.foreign_keys if key.orphans]
    if broken:
        line(f"[yellow]{counted(len(broken), 'relation')} broken:[/yellow] the tests warn, see README.md")
    left = [
        f"{path} is of a table that is no longer there: remove it" for path in project.left_over(made.files)
    ]
    for note in (*made.notes, *left):
        line(f"[yellow]Note:[/yellow] {escape(note)}")
    line(
        f"The models read the schema {escape(database.schema)} of the dbt target (var {system}_schema). Next:"
    )
    line(f"  dbt build --select source:{system}+")
    if (project.folder / _PAGE).is_file():
        line(f"  starlift check --write    # {_PAGE} lists the project's tests")
