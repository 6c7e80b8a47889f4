"""A scaffold: from what an inspection found to the files of a dbt project."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starlift.errors import StarliftError
from starlift.inspect import describe
from starlift.inspect.model import Database
from starlift.inspect.page import escaped
from starlift.scaffold.naming import Names, model_names
from starlift.scaffold.project import Project, house_file
from starlift.scaffold.proposal import proposals
from starlift.scaffold.roles import key_of
from starlift.scaffold.snapshots import Snapshot, house_snapshot, house_yaml, plain_yaml, snapshots_of
from starlift.scaffold.staging import staging_model
from starlift.scaffold.words import one_of
from starlift.scaffold.yaml_files import sources_yaml, staging_yaml

_TITLES = {
    "fact": "fact",
    "dimension": "dimension",
    "bridge": "bridge",
    "extension": "part of a dimension",
    "alone": "stands alone",
}


@dataclass(frozen=True)
class Scaffold:
    """The files to write, by their path in the project, and what has to be said of them."""

    files: Mapping[Path, str]
    models: int
    snapshots: int
    notes: tuple[str, ...]


def scaffold(database: Database, system: str, project: Project) -> Scaffold:
    """What a developer would otherwise type for the database; nothing is written yet."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", system) or "__" in system:
        raise StarliftError(
            f"--name {system!r} is no name of up to 20 small letters, digits and underscores: choose one."
        )
    folder = project.models / "staging" / system
    if other := project.source_elsewhere(system, folder / "_sources.yml"):
        raise StarliftError(f"There is a source {system!r} in {other} already: choose another --name.")
    notes = [f"{table.name} has no columns, and no model" for table in database.tables if not table.columns]
    database = replace(database, tables=tuple(table for table in database.tables if table.columns))
    if not database.tables:
        raise StarliftError(f"{database.place} has no table with columns: name a database that holds some.")
    dialect = project.dialect(database.engine)
    models = model_names(database.tables)
    names = {table.name: Names(table, dialect) for table in database.tables}
    snapshots, without = snapshots_of(system, database, models, names)
    files = {
        folder / "_sources.yml": sources_yaml(system, database, models),
        folder / "_staging.yml": staging_yaml(system, database, models, names),
        **{
            folder / f"stg_{system}__{models[table.name]}.sql": staging_model(
                system, models[table.name], table, names[table.name]
            )
            for table in database.tables
        },
        folder / "README.md": _proposal(system, database, names, snapshots, without),
        **_snapshot_files(system, project, snapshots),
        **_what_it_needs(project, database, dialect),
    }
    return Scaffold(files, len(database.tables), len(snapshots), tuple(notes))


def _snapshot_files(system: str, project: Project, snapshots: list[Snapshot]) -> dict[Path, str]:
    if not snapshots:
        return {}
    folder = project.snapshots / system
    if not project.has_macro("find_due_members"):
        return {folder / "_snapshots.yml": plain_yaml(snapshots)}
    return {
        folder / "_snapshots.yml": house_yaml(snapshots),
        **{folder / f"{one.name}.sql": house_snapshot(system, one) for one in snapshots},
    }


def _what_it_needs(project: Project, database: Database, dialect: str) -> dict[Path, str]:
    """What the models and tests call, and the rules that they are written by, where the project has none."""
    files = {}
    if not project.has_macro("clean_text"):
        files[project.macros / "clean_text.sql"] = house_file("macros/clean_text.sql")
    is_needed = any(len(key_of(table)) > 1 for table in database.tables)
    if is_needed and not project.has_macro("unique_combination"):
        path = project.tests / "generic" / "unique_combination.sql"
        files[path] = house_file("tests/generic/unique_combination.sql")
    if not project.has_sqlfluff():
        text = (Path(__file__).parent / "sqlfluff.cfg").read_text(encoding="utf-8")
        files[Path(".sqlfluff")] = text.replace("<dialect>", dialect)
    return files


def _proposal(
    system: str,
    database: Database,
    names: Mapping[str, Names],
    snapshots: list[Snapshot],
    without: Mapping[str, str],
) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = escaped
    found = proposals(database)
    return environment.get_template("proposal.md.j2").render(
        system=system,
        database=database,
        d=describe,
        found=found,
        titles=_TITLES,
        names=names,
        one_of=one_of,
        key_of=key_of,
        facts=[one.table.name for one in found if one.role == "fact"],
        models_of={one.table.name: f"`{one.model}`" for one in found},
        broken=[key for key in database.foreign_keys if key.orphans],
        snapshots=snapshots,
        without=_by_reason(without),
        personal=[
            (f"{table.name}.{column.name}", column.personal)
            for table in database.tables
            for column in table.columns
            if column.personal
        ],
    )


def _by_reason(without: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, why in without.items():
        found.setdefault(why, []).append(table)
    return found
