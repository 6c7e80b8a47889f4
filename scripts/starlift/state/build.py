"""A state of one revision of the project, built with dbt in a DuckDB file of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from starlift.dbt_progress import DbtTask, run_dbt_side_by_side
from starlift.state.folder import MANIFEST, write_about
from starlift.state.variables import project_variables


@dataclass(frozen=True)
class Place:
    """A project, and the folder in which its state is made: profile, DuckDB file, dbt's artifacts."""

    project: Path
    folder: Path
    label: str
    variables: Mapping[str, Any]
    # What dbt says goes to its end; it outlives a folder that is gone afterwards.
    log: Path
    schema: str = "star"
    # Its name is the database's in views and compiled SQL.
    database: str = "starlift"

    @property
    def file(self) -> Path:
        return self.folder / f"{self.database}.duckdb"

    @property
    def artifacts(self) -> Path:
        return self.folder / "target"

    def prepare(self) -> None:
        """Write the profile, whatever the user's own says."""
        self.folder.mkdir(parents=True, exist_ok=True)
        profile = yaml.safe_load((self.project / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
        output = {"type": "duckdb", "path": str(self.file.absolute()), "schema": self.schema, "threads": 2}
        (self.folder / "profiles.yml").write_text(
            yaml.safe_dump({profile: {"target": "duckdb", "outputs": {"duckdb": output}}}), encoding="utf-8"
        )

    def task(self, work: str, *words: str) -> DbtTask:
        """A command of dbt's on this place."""
        places = {
            "--project-dir": self.project,
            "--profiles-dir": self.folder,
            "--target-path": self.artifacts,
            "--log-path": self.folder / "logs",
        }
        options = [word for name, path in places.items() for word in (name, str(path.absolute()))]
        options += ["--target", "duckdb", "--vars", json.dumps(dict(self.variables))]
        return DbtTask(f"{self.label}: {work}", [*words, *options], self.log)


def build_places(console: Console, places: Sequence[Place], *, first: bool) -> None:
    """Build models, seeds and snapshots of all places side by side.

    The compiled SQL that is kept is that of the `first` build: a later one's reads what is due, not all.
    """
    kinds = [word for kind in ("model", "seed", "snapshot") for word in ("--resource-type", kind)]
    run_dbt_side_by_side(console, [place.task("build", "build", *kinds) for place in places])
    if first:
        for place in places:
            (place.artifacts / MANIFEST).rename(place.folder / MANIFEST)
        run_dbt_side_by_side(
            console,
            [
                place.task("compile questions", "compile", "--select", "resource_type:analysis")
                for place in places
            ],
        )
        for place in places:
            _add_compiled(place)


def _add_compiled(place: Place) -> None:
    """Add the questions' SQL, which a build does not compile, to the build's manifest."""
    file = place.folder / MANIFEST
    manifest = json.loads(file.read_text(encoding="utf-8"))
    compiled = json.loads((place.artifacts / MANIFEST).read_text(encoding="utf-8"))
    add_compiled(manifest, compiled)
    file.write_text(json.dumps(manifest), encoding="utf-8")
    write_about(place.folder, place.label, project_variables(place.project, place.variables))


def add_compiled(manifest: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Give the nodes that have no compiled SQL that of another manifest of the same text."""
    for unique_id, node in manifest["nodes"].items():
        same = other["nodes"].get(unique_id)
        if (
            same
            and not node.get("compiled_code")
            and same.get("compiled_code")
            and same["raw_code"] == node["raw_code"]
        ):
            node["compiled_code"] = same["compiled_code"]
