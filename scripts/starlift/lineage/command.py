"""`starlift lineage`: where a column comes from and where it goes, or a page of all columns."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from starlift.dbt_command import project_folder
from starlift.dbt_progress import run_dbt_with_bar
from starlift.lineage.columns import Column, read_lineage
from starlift.lineage.graph import NamedLineage
from starlift.lineage.page import write_page
from starlift.state import read_state
from starlift.state.save import WITH_SQL
from starlift.state.stored import stored_columns
from starlift.targets import read_target
from starlift.targets.warehouse import refuse_without_file

# dbt's artifacts of a compile for this alone, kept for the next call.
_SCRATCH = Path("target/lineage")
_READ_BY_DBT = (
    "models",
    "macros",
    "snapshots",
    "seeds",
    "analyses",
    "dbt_project.yml",
    "vars.yml",
    "profiles.yml",
)


def run_lineage(
    console: Console,
    column: str | None,
    *,
    state: Path | None,
    target: str,
    variables: str | None,
    up: bool,
    down: bool,
    page: Path | None,
) -> None:
    """Show a column's lineage, both ways unless one is asked for; write the page where it is named."""
    found = _of_state(state) if state else project_lineage(console, target, variables)
    if column:
        _show(console, found, found.find(column), up=up or not down, down=down or not up)
    if page:
        write_page(found, page)
        console.print(f"The page: {page}   (open it in a browser)", soft_wrap=True)


def _of_state(folder: Path) -> NamedLineage:
    state = read_state(folder)
    return NamedLineage(state.manifest, read_lineage(state.manifest, stored_columns(state.file)))


def project_lineage(console: Console, target: str, variables: str | None) -> NamedLineage:
    """Of the project as it stands, compiled against the target's warehouse, unless that was done just now."""
    project = project_folder()
    warehouse = read_target(target)
    refuse_without_file(warehouse)
    words = ["--target", target, *(["--vars", variables] if variables else [])]
    manifest, said = _SCRATCH / "manifest.json", _SCRATCH / "compiled_with.json"
    fresh = said.exists() and manifest.exists() and json.loads(said.read_text()) == words
    if not fresh or manifest.stat().st_mtime < _last_edit(project):
        said.unlink(missing_ok=True)
        # as on a first build: the SQL of a later one reads what is due, and not all there is
        arguments = ["compile", "--full-refresh", "--select", *WITH_SQL, *words]
        log = Path("logs/lineage.log")
        run_dbt_with_bar(console, "dbt compile", [*arguments, "--target-path", str(_SCRATCH)], log)
        said.write_text(json.dumps(words))
    compiled: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    file = warehouse.get("path")
    stored = stored_columns(Path(str(file))) if file else None
    return NamedLineage(compiled, read_lineage(compiled, stored))


def _last_edit(project: Path) -> float:
    places = [project / name for name in _READ_BY_DBT]
    files = [file for place in places for file in (place.rglob("*") if place.is_dir() else (place,))]
    return max(file.stat().st_mtime for file in files if file.exists())


def _show(console: Console, found: NamedLineage, column: Column, *, up: bool, down: bool) -> None:
    lineage = found.lineage
    if up:
        console.print(
            _tree(found, column, "made of", lambda one: sorted(lineage.made_of.get(one, ())), seen=set())
        )
    if down:
        reached: set[Column] = set()
        console.print(
            _tree(found, column, "goes into", lineage.goes_into, seen=reached, rows=lineage.decides)
        )
        nodes = {one.node for one in reached} | {node for one in reached for node in lineage.decides(one)}
        if exposures := found.exposures_of(nodes):
            console.print(f"exposures: {', '.join(exposures)}", highlight=False, soft_wrap=True)


def _tree(
    found: NamedLineage,
    column: Column,
    words: str,
    following: Callable[[Column], Iterable[Column]],
    *,
    seen: set[Column],
    rows: Callable[[Column], Iterable[str]] = lambda _: (),
) -> Tree:
    """A column and, branching, what follows; what stands there already is not followed again."""
    root = Tree(Text.assemble((found.words(column), "bold"), f" {words}"))

    def grow(branch: Tree, at: Column) -> None:
        seen.add(at)
        nothing = True
        for one in following(at):
            nothing = False
            again = one in seen
            label = Text.assemble((found.words(one), "cyan"), (f"  {found.kind(one.node)}", "dim"))
            added = branch.add(label.append(" (see above)", "dim") if again else label)
            if not again:
                grow(added, one)
        for node in rows(at):
            nothing = False
            branch.add(Text.assemble((found.name(node), "cyan"), ("  which rows, or how many", "dim")))
        if nothing and at is column:
            branch.add(Text("nothing", "dim"))

    grow(root, column)
    return root
