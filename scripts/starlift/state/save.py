"""`starlift state save`: keep a state of the project, apart from `target/`, to hold changes against."""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from dbt_starlift.git_commit import git_commit
from starlift.dbt_command import project_folder
from starlift.dbt_progress import run_dbt_side_by_side
from starlift.duckdb_file import duckdb_path, open_duckdb, use_of_duckdb
from starlift.errors import StarliftError
from starlift.state.build import Place
from starlift.state.folder import ABOUT, MANIFEST, write_about
from starlift.state.variables import project_variables
from starlift.targets import read_target

LOG = Path("logs/state.log")
WITH_SQL = [f"resource_type:{kind}" for kind in ("model", "snapshot", "analysis")]


def save_state(console: Console, to: Path, variables: Mapping[str, Any]) -> None:
    """Copy the warehouse's DuckDB file, and write the project's manifest beside it; all or nothing."""
    project, warehouse = project_folder(), duckdb_path()
    if to.exists() and not (to / ABOUT).is_file():
        raise StarliftError(f"{to} is there and is no state that was saved before: name a new folder.")
    schema = str(read_target("duckdb").get("schema"))
    commit = git_commit(project)
    built_from = _last_build(warehouse, schema)
    if not built_from:
        raise StarliftError(
            f"{warehouse} holds no build in the schema {schema}: run `dbt build`, and save what it built."
        )
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.name}_", dir=to.parent) as scratch:
        place = Place(project, Path(scratch), "state", variables, LOG, schema, warehouse.stem)
        place.prepare()
        copy_duckdb(warehouse, place.file)
        # as on a first build: the SQL that is to be compared reads all there is
        compiling = place.task("compile", "compile", "--full-refresh", "--select", *WITH_SQL)
        run_dbt_side_by_side(console, [compiling])
        new = Path(scratch) / "new"
        new.mkdir()
        shutil.move(place.artifacts / MANIFEST, new / MANIFEST)
        shutil.move(place.file, new / place.file.name)
        write_about(
            new,
            _short(commit) if commit else str(to),
            project_variables(project, variables),
            given=dict(variables),
            commit=commit,
            schema=schema,
            saved_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        if to.exists():
            shutil.rmtree(to)
        shutil.move(new, to)
    console.print(f"The state is in {to}: {MANIFEST}, {warehouse.name}, {ABOUT}.", soft_wrap=True)
    if commit and built_from != commit:
        console.print(
            f"[yellow]Note:[/yellow] the warehouse was last built from {_short(built_from)}, and the "
            f"project is at {_short(commit)}: where they differ, run `dbt build` and save again.",
            soft_wrap=True,
            highlight=False,
        )


def _short(commit: str) -> str:
    """A commit's first digits, and whether files differ from it."""
    digits, dash, dirty = commit.partition("-")
    return digits[:8] + dash + dirty


def copy_duckdb(file: Path, to: Path) -> None:
    """Copy a DuckDB file that nobody is writing to, with all that is still in its log."""
    with use_of_duckdb(file):
        if file.with_name(f"{file.name}.wal").exists():
            with open_duckdb(file) as connection:
                connection.execute("checkpoint")
        # as long as this is open nobody else writes
        with open_duckdb(file, read_only=True):
            shutil.copyfile(file, to)


def given_variables(text: str | None) -> dict[str, Any]:
    """What `--vars` says, as dbt reads it."""
    try:
        found = yaml.safe_load(text or "{}")
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise StarliftError(f"--vars is {text!r}: write it as YAML, as in '{{retail_enabled: true}}'.")
    return found


def _last_build(warehouse: Path, schema: str) -> str:
    """The commit that the newest run was of, or what else it says; empty where there was none."""
    if not warehouse.exists():
        return ""
    with use_of_duckdb(warehouse), open_duckdb(warehouse, read_only=True) as connection:
        found = connection.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = 'runs'", [f"{schema}_audit"]
        ).fetchall()
        if not found:
            return ""
        rows = connection.execute(
            f"select coalesce(git_commit, 'an unknown commit') from \"{schema}_audit\".runs "
            "order by audit_key desc limit 1"
        ).fetchall()
    return rows[0][0] if rows else ""
