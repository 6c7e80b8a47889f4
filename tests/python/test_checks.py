"""The project's own checks find what they are for."""

import pickle
import shutil
from collections import Counter
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from conftest import PROJECT
from starlift.checks import command
from starlift.checks.bus_matrix import bus_matrix
from starlift.checks.command import run_checks
from starlift.checks.conventions import broken_conventions, convention_findings
from starlift.checks.layers import layer_violations
from starlift.checks.parse import strict_parse
from starlift.errors import StarliftError


def node(name: str, kind: str, folder: str, *parents: str) -> dict:
    return {
        "name": name,
        "resource_type": kind,
        "fqn": ["starlift", folder, name],
        "depends_on": {"nodes": list(parents)},
    }


def manifest(*nodes: dict) -> dict:
    known = {entry["name"]: entry for entry in nodes}
    return {
        "nodes": {name: entry for name, entry in known.items() if entry["resource_type"] != "source"},
        "sources": {name: entry for name, entry in known.items() if entry["resource_type"] == "source"},
    }


SOURCE = node("patients", "source", "clinic")
STAGING = node("stg_clinic__patients", "model", "staging", "patients")


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (node("dim_patient", "model", "star", "patients"), "dim_patient (star) reads patients (source)"),
        (
            node("stg_b", "model", "staging", "stg_clinic__patients"),
            "stg_b (staging) reads stg_clinic__patients",
        ),
        (
            node("q1__star", "analysis", "clinic", "stg_clinic__patients"),
            "q1__star (analysis on the star) reads",
        ),
        (node("q1__3nf", "analysis", "clinic", "stg_clinic__patients"), "q1__3nf (analysis on 3NF) reads"),
        (node("slow", "analysis", "audit", "stg_clinic__patients"), "slow (analysis of runs) reads"),
    ],
)
def test_a_reference_across_the_layers_is_found(reader: dict, words: str) -> None:
    (found,) = layer_violations(manifest(SOURCE, STAGING, reader))
    assert found.startswith(words)


def test_the_bus_matrix_marks_what_the_foreign_keys_lead_to() -> None:
    def fact(name: str, domain: str) -> dict:
        return {
            **node(name, "model", "star"),
            "fqn": ["starlift", "star", domain, name],
            "description": "**Grain**: one row per line.\n**Nuance**: none.",
        }

    def key(attached: str, dimension: str) -> dict:
        return {
            **node(f"{attached}_{dimension}", "test", "star"),
            "attached_node": f"model.starlift.{attached}",
            "test_metadata": {"name": "relationships", "kwargs": {"to": f"ref('{dimension}')"}},
        }

    page = bus_matrix(
        manifest(
            fact("fact_sales", "retail"),
            fact("fact_orders", "retail"),
            key("fact_sales", "dim_store"),
            key("fact_sales", "dim_product_current"),
            key("fact_orders", "dim_product"),
            key("fact_orders", "fact_sales"),
        )
    )
    assert "| process | one row per | `dim_product` | `dim_store` |" in page
    assert "| `fact_sales` | line | x | x |" in page
    assert "| `fact_orders` | line | x |  |" in page
    assert "Conformed over several processes: `dim_product`." in page


def test_a_model_outside_the_layers_is_found() -> None:
    (found,) = layer_violations(manifest(SOURCE, node("m", "model", "marts", "patients")))
    assert found.startswith("m lies in models/marts")


def test_only_the_sources_log_of_loads_may_be_read_from_anywhere() -> None:
    log, model = node("loads", "source", "clinic"), node("loads", "model", "staging")
    reader = node("snap", "snapshot", "clinic", "loads")
    assert layer_violations(manifest(log, reader)) == []
    reader = node("dim_x", "analysis", "clinic", "loads")
    assert len(layer_violations(manifest(model, reader))) == 1


def test_references_along_the_layers_pass() -> None:
    dimension = node("dim_patient", "model", "star", "stg_clinic__patients")
    assert (
        layer_violations(
            manifest(SOURCE, STAGING, dimension, node("q1__star", "analysis", "clinic", "dim_patient"))
        )
        == []
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that is checked."""
    project = tmp_path_factory.mktemp("checked") / "project"
    for name in ("models", "macros", "seeds", "snapshots", "tests", "analyses", "docs"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("python"))
    for name in ("dbt_project.yml", "vars.yml", "dbt-bouncer.yml"):
        shutil.copy(PROJECT / name, project / name)
    shutil.copy(PROJECT / "profiles.yml.example", project / "profiles.yml")
    return project


@pytest.fixture(scope="module")
def parsed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project's manifest, as dbt writes it."""
    manifest, warnings = strict_parse(project, tmp_path_factory.mktemp("parsed"))
    assert warnings == []
    return manifest


def test_the_project_keeps_its_own_rules_and_what_breaks_one_is_printed(
    project: Path, parsed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "strict_parse", lambda *_: (parsed, []))
    run_checks(Console(quiet=True), project)

    monkeypatch.setattr(command, "strict_parse", lambda *_: (parsed, ["a key that dbt does not know"]))
    console = Console(record=True, quiet=False, width=200, file=(tmp_path / "said").open("w"))
    with pytest.raises(StarliftError, match="breaks its own rules"):
        run_checks(console, project)
    said = console.export_text()
    assert "strict parse: 1 found\n  a key that dbt does not know\nlayer boundary: ok" in said


def test_an_unknown_key_in_yaml_is_found(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "one.sql").write_text("select 1 as one")
    (tmp_path / "models" / "one.yml").write_text("models: [{name: one, colour: red}]")
    (tmp_path / "dbt_project.yml").write_text("{name: small, version: '1.0', profile: starlift}")
    shutil.copy(PROJECT / "profiles.yml.example", tmp_path / "profiles.yml")
    _, warnings = strict_parse(tmp_path, tmp_path / "target")
    assert any("colour" in one for one in warnings)


FACT, DIMENSION, STAGED = "fact_encounters", "dim_provider", "stg_clinic__patients"
# What is put in the place of what stands in the manifest, and the convention that it breaks.
BREACHES: list[tuple[str, str, dict[str, Any]]] = [
    ("check_model_has_properties_file", STAGED, {"patch_path": None}),
    ("check_model_documented_in_same_directory", STAGED, {"patch_path": "starlift://models/elsewhere.yml"}),
    ("check_source_top_level_description_populated", "billing", {"source_description": ""}),
    ("check_exposure_has_owner", "clinic_revenue", {"owner": {"name": None, "email": None}}),
    (
        "check_model_contract_enforced_for_public_model",
        FACT,
        {"contract.enforced": False, "config.contract.enforced": False},
    ),
    ("check_model_columns_have_types", FACT, {"columns.encounter_id.data_type": None}),
    ("check_model_access", FACT, {"access": "protected", "config.access": "protected"}),
    ("check_model_access", "hist_clinic__billing", {"access": "public", "config.access": "public"}),
    ("check_model_names", STAGED, {"name": "patients"}),
    ("check_model_names", "int_clinic__valid_patients", {"name": "valid_patients"}),
    ("check_model_names", "hist_clinic__billing", {"name": "billing_history"}),
    ("check_model_names", "quality_clinic__row_counts", {"name": "row_counts"}),
    ("check_model_names", FACT, {"name": "encounters"}),
    ("check_seed_names", "ref_holidays", {"name": "holidays"}),
    ("check_snapshot_names", "snap_clinic__patients", {"name": "patients"}),
    (
        "check_model_column_names",
        FACT,
        {"columns.EncounterID": {"name": "EncounterID", "description": "", "data_type": "int"}},
    ),
    (
        "check_model_column_name_complies_to_column_type",
        DIMENSION,
        {"columns.is_current.data_type": "varchar(3)"},
    ),
    ("check_source_not_orphaned", "stg_clinic__billing", {"depends_on.nodes": []}),
    ("check_duplicate_sources", "billing", {"identifier": "patients"}),
    ("check_model_hard_coded_references", STAGED, {"raw_code": "select * from raw_clinic.patients"}),
    ("check_model_has_semi_colon", STAGED, {"raw_code": "select 1 as one;"}),
    ("check_model_incremental_has_unique_key", FACT, {"config.unique_key": None}),
    ("check_snapshot_has_unique_key", "snap_clinic__patients", {"config.unique_key": None}),
    (
        "check_model_depends_on_multiple_sources",
        STAGED,
        {"depends_on.nodes": ["source.starlift.clinic.patients", "source.starlift.clinic.billing"]},
    ),
    ("check_model_materialization_permitted", STAGED, {"config.materialized": "table"}),
]


def test_the_project_keeps_its_conventions(parsed: dict[str, Any]) -> None:
    assert broken_conventions(PROJECT, parsed) == []


@pytest.mark.parametrize(
    ("convention", "where", "instead"), BREACHES, ids=[f"{one[0]}-{one[1]}" for one in BREACHES]
)
def test_a_breach_of_a_convention_is_found(
    parsed: dict[str, Any], convention: str, where: str, instead: dict[str, Any]
) -> None:
    changed = pickle.loads(pickle.dumps(parsed))
    everything = {**changed["nodes"], **changed["sources"], **changed["exposures"]}
    (thing,) = (one for one in everything.values() if one["name"] == where)
    for place, value in instead.items():
        *path, last = place.split(".")
        reduce(dict.__getitem__, path, thing)[last] = value
    assert convention in {one["check_run_id"].split(":")[0] for one in broken_conventions(PROJECT, changed)}


def test_a_table_of_the_star_without_a_test_is_found(parsed: dict[str, Any]) -> None:
    changed = dict(parsed)
    changed["nodes"] = {
        name: one
        for name, one in changed["nodes"].items()
        if one["resource_type"] != "test" or one.get("attached_node") != f"model.starlift.{FACT}"
    }
    ((found),) = convention_findings(PROJECT, changed)
    assert FACT in found and "(check_model_has_tests_by_type)" in found


def test_every_convention_is_broken_once() -> None:
    known = yaml.safe_load((PROJECT / "dbt-bouncer.yml").read_text())["manifest_checks"]
    wanted = Counter(one["name"] for one in known)
    broken = Counter(name for name, _, _ in BREACHES) + Counter(["check_model_has_tests_by_type"])
    assert broken == wanted


def test_outside_a_project_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StarliftError, match="There is no dbt_project"):
        run_checks(Console(quiet=True), tmp_path)
