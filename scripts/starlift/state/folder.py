"""The folder that keeps a state: `manifest.json`, one DuckDB file, and what else is to be known of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlift.errors import StarliftError

MANIFEST, ABOUT = "manifest.json", "state.json"


@dataclass(frozen=True)
class State:
    """One build of the project, as it stands in a folder."""

    label: str
    manifest: Mapping[str, Any]
    file: Path
    # The project's vars at the time, where they are known.
    variables: Mapping[str, Any] = field(default_factory=dict)
    # Those of them that vars.yml did not say.
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """What views and compiled SQL call the database: its file's name when it was built."""
        named = (node["database"] for node in self.manifest["nodes"].values() if node.get("database"))
        return next(named, self.file.stem)


def is_state(folder: Path) -> bool:
    """Whether a folder holds any part of a state; one that lacks the rest is told of by `read_state`."""
    return (folder / MANIFEST).is_file() or any(folder.glob("*.duckdb"))


def read_state(folder: Path) -> State:
    """The state in a folder; StarliftError with what it lacks."""
    if not folder.is_dir():
        raise StarliftError(
            f"There is no folder {folder}: name one that `starlift state save` or `starlift slim` wrote."
        )
    files = sorted(folder.glob("*.duckdb"))
    if len(files) != 1:
        found = f"{len(files)} DuckDB files" if files else "no DuckDB file"
        raise StarliftError(f"{folder} is no state, for it has {found}: it takes one, and dbt's {MANIFEST}.")
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8")) if (folder / ABOUT).exists() else {}
    except FileNotFoundError as error:
        raise StarliftError(
            f"{folder} is no state, for it has no {MANIFEST}: put dbt's there, or take `starlift state save`."
        ) from error
    except ValueError as error:
        raise StarliftError(f"A file in {folder} is no JSON ({error}): save the state again.") from error
    # of another kind of file it lacks more than one word
    metadata = manifest.get("metadata") if isinstance(manifest, dict) and "nodes" in manifest else None
    if not isinstance(metadata, dict) or "adapter_type" not in metadata or not isinstance(about, dict):
        raise StarliftError(f"The JSON in {folder} is not dbt's manifest: save the state again.")
    if (adapter := metadata["adapter_type"]) != "duckdb":
        raise StarliftError(f"The manifest in {folder} is of {adapter}: states are compared on DuckDB.")
    label = about.get("label") or str(folder)
    return State(label, manifest, files[0], about.get("vars") or {}, about.get("given") or {})


def write_about(folder: Path, label: str, variables: Mapping[str, Any], **more: Any) -> None:  # noqa: ANN401
    """Say in a state's folder what the state is of."""
    about = {"label": label, "vars": dict(variables), **more}
    (folder / ABOUT).write_text(json.dumps(about, indent=2, default=str) + "\n", encoding="utf-8")
