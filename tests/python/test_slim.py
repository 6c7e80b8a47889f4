"""Slim builds: what a change touches is built on a copy of a state, and nothing else; an unchanged project is unchanged."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from conftest import PROJECT, Warehouse
from made_up_state import Model, make_state
from starlift.dbt_command import dbt_command
from starlift.diff.report import compare_states
from starlift.errors import StarliftError
from starlift.lineage import Column, read_lineage
from starlift.state import read_state
from starlift.state.save import given_variables, save_state
from starlift.state.slim import build_changed, chosen, run_tests
from starlift.state.stored import stored_columns

FOLDERS = ("models", "macros", "seeds", "snapshots", "analyses", "tests")
FILES = ("dbt_project.yml", "vars.yml", "selectors.yml")
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def state(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the project builds, as `starlift state save` would keep it, had nobody asked a question yet."""
    folder = tmp_path_factory.mktemp("main") / "state"
    folder.mkdir()
    shutil.copy(first_day.folder / "target" / "manifest.json", folder)
    shutil.copy(first_day.file, folder)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, in another place than the one that the state was built from."""
    copy = tmp_path / "elsewhere"
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("python"))
    for name in FILES:
        shutil.copy(PROJECT / name, copy)
    monkeypatch.chdir(copy)
    return copy


def test_an_unchanged_project_is_unchanged_whatever_it_is_built_into(state, project):
    output = {"type": "duckdb", "path": str(project / "another.duckdb"), "schema": "somebody", "threads": 1}
    (project / "profiles.yml").write_text(
        json.dumps({"starlift": {"target": "dev", "outputs": {"dev": output}}})
    )
    listed = subprocess.run(
        dbt_command("--quiet", "ls", "--select", "state:modified+", "--state", str(state)),
        env={**os.environ, "STARLIFT_SCHEMA": "other", "STARLIFT_TARGET": "dev", "STARLIFT_DUCKDB": "none"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (listed.returncode, listed.stdout.strip()) == (0, ""), listed.stdout + listed.stderr


def test_an_edit_builds_that_model_and_what_depends_on_it_and_nothing_else(state, project, tmp_path):
    before = (state / "starlift.duckdb").read_bytes()
    model = project / "models/star/clinic/dim_diagnosis.sql"
    sql = model.read_text()
    model.write_text(
        sql.replace("label as icd10_description", "concat(label, ' diagnosis') as icd10_description")
    )
    assert model.read_text() != sql

    out = tmp_path / "slim"
    slim = build_changed(QUIET, state, out, {})
    assert slim.built == ("agg_diagnosis_procedure_pairs", "bridge_encounter_diagnosis", "dim_diagnosis")
    tests = run_tests(QUIET, slim)
    assert tests.keys() == {"pass"}
    assert tests["pass"] > len(slim.built)
    # the state is what it was, and the copy holds what was not built, too
    assert (state / "starlift.duckdb").read_bytes() == before
    with duckdb.connect(str(out / "starlift.duckdb"), read_only=True) as connection:
        runs = connection.execute("select distinct audit_key from star.dim_patient").fetchall()
        assert runs == [(1,)]
        assert connection.execute("select distinct audit_key from star.dim_diagnosis").fetchall() == [(2,)]

    report = compare_states(read_state(state), read_state(out))
    rows = report.tables["model.starlift.dim_diagnosis"].rows
    assert (rows.key, rows.changed, rows.by_column) == (("diagnosis_key",), 3, {"icd10_description": 3})
    assert {report.node(node)["name"] for node in report.changed} == {"dim_diagnosis"}
    assert [one.what for one in report.project.nodes] == [("SQL",)]

    with pytest.raises(StarliftError, match="is the state to compare with"):
        build_changed(QUIET, out, out, {})


def test_what_reads_a_changed_var_is_built_though_its_text_is_the_same(tmp_path):
    macros = {"macro.p.window": "{% macro window() %}{{ var('days') }}{% endmacro %}"}
    models = {
        "by_macro": Model("select 1 as a", macros=("macro.p.window",)),
        "itself": Model('select {{ var("days") }} as a', rows="select 1 as a"),
        "neither": Model("select 1 as a"),
        "question": Model("select {{ var('days') }} as a", kind="analysis"),
    }
    saved = read_state(
        make_state(tmp_path / "state", models, macros=macros, variables={"days": 30, "other": 1})
    )
    assert chosen(saved, {"days": 30, "other": 2}) == ["state:modified+"]
    assert chosen(saved, {"days": 31, "other": 1}) == ["state:modified+", "by_macro+", "itself+"]


def test_what_is_no_slim_build_is_not_overwritten(state, project, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "warehouse.duckdb").write_text("precious")
    with pytest.raises(StarliftError, match="holds what `starlift slim` did not build"):
        build_changed(QUIET, state, mine, {})
    assert (mine / "warehouse.duckdb").read_text() == "precious"
    with pytest.raises(StarliftError, match="is no state that was saved before"):
        save_state(QUIET, mine, {})
    with pytest.raises(StarliftError, match="There is no folder"):
        build_changed(QUIET, tmp_path / "none", tmp_path / "slim", {})


def test_vars_are_yaml(tmp_path):
    assert given_variables("{retail_enabled: true}") == {"retail_enabled": True}
    assert given_variables(None) == {}
    for wrong in ("retail_enabled", "{a: ", "[1]"):
        with pytest.raises(StarliftError, match="write it as YAML"):
            given_variables(wrong)


def test_a_state_is_saved_with_every_question_compiled(first_day, state, project, tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIFT_DUCKDB", str(first_day.copy(tmp_path / "copy").file))
    monkeypatch.setenv("DBT_PROFILES_DIR", str(first_day.folder))
    to = tmp_path / "kept" / "state"
    make_state(to, {"older": Model("select 1 as a")}, variables={})  # which is replaced
    save_state(QUIET, to, {"clinic_top_pairs": 20})
    assert sorted(file.name for file in to.iterdir()) == ["manifest.json", "starlift.duckdb", "state.json"]
    assert [file.name for file in to.parent.iterdir()] == ["state"]
    saved = read_state(to)
    assert saved.variables["clinic_readmission_days"] == 30
    # what a slim build of it is told, too
    assert saved.given == {"clinic_top_pairs": 20}
    report = compare_states(read_state(state), saved)
    assert not report.project.nodes
    assert not report.changed

    # the columns of the real project, from a question back to the source
    lineage = read_lineage(saved.manifest, stored_columns(saved.file))
    assert lineage.unread == {}

    def made_of(column: Column) -> set[str]:
        up, seen = [column], set()
        while up:
            column = up.pop()
            seen.add(re.sub(r"^\w+\.starlift\.", "", f"{column.node}.{column.name}"))
            up += lineage.made_of.get(column, ())
        return seen

    # through a snapshot that stands, whose next run would read what is due alone
    assert {
        "dim_specialty_current.specialty_name",
        "snap_clinic__specialties.specialty_name",
        "stg_clinic__specialties.specialty_name",
        "clinic.specialties.specialty_name",
    } <= made_of(Column("analysis.starlift.q4_revenue__star", "specialty_name"))
    seen = made_of(Column("analysis.starlift.q4_revenue__star", "revenue"))
    assert {
        "fact_encounters.revenue_amount",
        "int_clinic__valid_billing.revenue_amount",
        "hist_clinic__billing.allowed_amount",
        "stg_clinic__billing.allowed_amount",
        "clinic.billing.allowed_amount",
    } <= seen
    assert not any("claimed_amount" in one for one in seen)
