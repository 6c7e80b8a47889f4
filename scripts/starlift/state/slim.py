"""`starlift slim`: build what a change touches, on a copy of a state, and nothing else."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from starlift.dbt_command import project_folder
from starlift.dbt_progress import run_dbt_side_by_side
from starlift.diff.project import UNSEEN_MACROS, ProjectChange, compare_projects
from starlift.errors import StarliftError
from starlift.state.build import Place, add_compiled
from starlift.state.folder import ABOUT, MANIFEST, State, read_state, write_about
from starlift.state.save import copy_duckdb
from starlift.state.variables import changed_variables, project_variables, variables_read

LOG = Path("logs/slim.log")
# What stands for what was changed, in dbt's words.
_MODIFIED = "state:modified+"
_WITH_ROWS = ("model", "seed", "snapshot")
_SHOWN = 12


@dataclass(frozen=True)
class Slim:
    """A build of what differs from a state: what there is to build, where, and what came of it."""

    place: Place
    # What dbt is told to build and test, and to look for elsewhere.
    words: tuple[str, ...]
    # The models, seeds and snapshots that were built, by name, and how many there are.
    built: tuple[str, ...]
    of: int
    # Edited macros of which dbt does not say who calls them.
    unseen: tuple[str, ...]


def run_slim(console: Console, folder: Path, out: Path, variables: Mapping[str, Any]) -> None:
    """Build, say what was built, and test; a test that fails leaves what was built, to be compared."""
    slim = build_changed(console, folder, out, variables)
    if slim.unseen:
        console.print(
            f"[yellow]Note:[/yellow] no model names {', '.join(slim.unseen)}, edited, too: where that "
            "overrides dbt's own, a build of all shows what comes of it.",
            soft_wrap=True,
            highlight=False,
        )
    names, rest = ", ".join(slim.built[:_SHOWN]), len(slim.built) - _SHOWN
    console.print(
        f"Built {len(slim.built)} of {slim.of} models, seeds and snapshots"
        f"{f': {names}' if names else ''}{f' and {rest} more' if rest > 0 else ''}.",
        soft_wrap=True,
        highlight=False,
    )
    console.print(f"What that changes: starlift diff {folder} {out}", highlight=False, soft_wrap=True)
    tests = run_tests(console, slim)
    ended = ", ".join(f"{count} {status}" for status, count in sorted(tests.items()))
    console.print(f"Tests: {ended or 'none to run'}.", highlight=False)


def build_changed(console: Console, folder: Path, out: Path, variables: Mapping[str, Any]) -> Slim:
    """Build in `out`, on a copy of the state in `folder`, what differs from it, and its descendants.

    `variables` come on top of those that the state was built with.
    `out` is a state afterwards, too. What was built there before is replaced.
    """
    project, state = project_folder(), read_state(folder)
    variables = {**state.given, **variables}
    now = project_variables(project, variables)
    place = Place(project, out, "the change", variables, LOG, _schema(state), state.database)
    _clear(out, folder)
    place.prepare()
    write_about(out, place.label, now, schema=place.schema)
    copy_duckdb(state.file, place.file)
    # dbt is told to look in the state for what it does not build, all of which the copy has, too
    words = ("--select", *chosen(state, now), "--state", str(folder.absolute()), "--defer")
    # tests come later: one that fails would leave what hangs on its model as it was. Incremental models are
    # built whole, since they do not notice an edit of a macro.
    untested = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "--full-refresh")
    run_dbt_side_by_side(console, [place.task("build", "build", *words, *untested)])
    built = sorted(name for kind, name, _ in _results(place) if kind in _WITH_ROWS)
    manifest = json.loads((place.artifacts / MANIFEST).read_text(encoding="utf-8"))
    changes = compare_projects(state.manifest, manifest, state.variables, now)
    _keep_compiled(console, place, state, manifest, changes)
    return Slim(
        place,
        words,
        tuple(built),
        sum(node["resource_type"] in _WITH_ROWS for node in manifest["nodes"].values()),
        changes.others.get(UNSEEN_MACROS, {}).get("changed", ()),
    )


def run_tests(console: Console, slim: Slim) -> Counter[str]:
    """Test what was built; how many tests ended how, or a StarliftError that names the first which failed."""
    run_dbt_side_by_side(console, [slim.place.task("test", "test", *slim.words)])
    return Counter(status for kind, _, status in _results(slim.place) if kind in ("test", "unit_test"))


def _clear(out: Path, state: Path) -> None:
    """Remove what an earlier build left, but for what dbt has parsed; nothing else is ever removed."""
    if out.resolve() == state.resolve():
        raise StarliftError(f"{out} is the state to compare with: build in another folder.")
    if out.exists() and any(out.iterdir()) and not (out / ABOUT).is_file():
        raise StarliftError(f"{out} holds what `starlift slim` did not build: name another folder.")
    for file in (*out.glob("*.duckdb*"), out / MANIFEST):
        file.unlink(missing_ok=True)
    for name in (MANIFEST, "run_results.json"):
        (out / "target" / name).unlink(missing_ok=True)


def _schema(state: State) -> str:
    """The profile's schema when the state was built: that of the models which add nothing to it."""
    return next(
        (
            node["schema"]
            for node in state.manifest["nodes"].values()
            if node["resource_type"] == "model" and not node["config"].get("schema")
        ),
        "star",
    )


def chosen(state: State, now: Mapping[str, Any]) -> list[str]:
    """What to build, in dbt's words: what differs from the state, and what reads a var that does."""
    # dbt compares text, and not what it comes to
    changed = set(changed_variables(state.variables, now)) if state.variables else set()
    nodes = state.manifest["nodes"]
    readers = [
        f"{nodes[unique_id]['name']}+"
        for unique_id, read in variables_read(state.manifest).items()
        if read & changed and nodes[unique_id]["resource_type"] in _WITH_ROWS
    ]
    return [_MODIFIED, *sorted(readers)]


def _results(place: Place) -> list[tuple[str, str, str]]:
    """Of the last command's nodes the kind, the name, and how they ended."""
    file = place.artifacts / "run_results.json"
    results = json.loads(file.read_text(encoding="utf-8"))["results"] if file.exists() else []
    return [(*one["unique_id"].split(".")[:3:2], one["status"]) for one in results]


def _keep_compiled(
    console: Console, place: Place, state: State, manifest: dict[str, Any], change: ProjectChange
) -> None:
    """Complete the manifest with the state's SQL of what was not built, and that of changed questions."""
    questions = [one.name for one in change.nodes if one.kind == "analysis" and one.change != "removed"]
    if questions:
        run_dbt_side_by_side(
            console, [place.task("compile questions", "compile", "--full-refresh", "--select", *questions)]
        )
        add_compiled(manifest, json.loads((place.artifacts / MANIFEST).read_text(encoding="utf-8")))
    add_compiled(manifest, state.manifest)
    (place.folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
