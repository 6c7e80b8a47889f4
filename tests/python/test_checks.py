"""The project's own checks find what they are for."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from conftest import PROJECT
from starlift.checks.bus_matrix import bus_matrix
from starlift.checks.command import run_checks
from starlift.checks.layers import layer_violations
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


def test_an_unknown_key_in_yaml_is_found(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("models", "macros", "seeds", "snapshots", "tests", "analyses"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("python"))
    for name in (
        "dbt_project.yml",
        "vars.yml",
        *(f"docs/{page.name}" for page in (PROJECT / "docs").iterdir()),
    ):
        (project / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, project / name)
    shutil.copy(PROJECT / "profiles.yml.example", project / "profiles.yml")
    run_checks(Console(quiet=True), project)

    core = project / "models" / "star" / "core" / "_core.yml"
    core.write_text(core.read_text().replace("  - name: dim_date\n", "  - name: dim_date\n    colour: red\n"))
    console = Console(record=True, quiet=False, width=200, file=(tmp_path / "said").open("w"))
    with pytest.raises(StarliftError, match="breaks its own rules"):
        run_checks(console, project)
    assert "colour" in console.export_text()


def test_outside_a_project_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StarliftError, match="There is no dbt_project"):
        run_checks(Console(quiet=True), tmp_path)
