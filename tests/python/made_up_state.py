"""A state of a project that is made up: a manifest by hand, and a DuckDB file with the tables that it speaks of."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb


@dataclass
class Model:
    """A model of the made-up project, or an analysis where it has no table."""

    sql: str
    parents: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    kind: str = "model"
    materialized: str = "table"
    config: dict[str, Any] = field(default_factory=dict)
    contract: dict[str, str] = field(default_factory=dict)
    description: str = ""
    macros: tuple[str, ...] = ()
    # what is in its table, where that is not what its SQL gives
    rows: str = ""


def node(name: str, model: Model) -> dict[str, Any]:
    unique_id = f"{model.kind}.p.{name}"
    return {
        "unique_id": unique_id,
        "name": name,
        "alias": name,
        "database": "warehouse",
        "schema": "star",
        "resource_type": model.kind,
        "raw_code": model.sql,
        "compiled_code": model.sql,
        "checksum": {"checksum": model.sql},
        "description": model.description,
        "columns": {
            column: {"name": column, "data_type": kind, "description": "", "constraints": []}
            for column, kind in model.contract.items()
        },
        "constraints": [{"type": "primary_key", "columns": list(model.key)}] if model.key else [],
        "contract": {"enforced": bool(model.contract)},
        "config": {"materialized": model.materialized, **model.config},
        "unrendered_config": {"materialized": model.materialized, **model.config},
        "depends_on": {
            "nodes": [one if "." in one else f"model.p.{one}" for one in model.parents],
            "macros": list(model.macros),
        },
    }


def semantic_layer(metrics: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """A metric by its name: an expression and the model that it is about, or none and a metric that it is made of."""
    return {
        "semantic_models": {
            f"semantic_model.p.{model}": {"name": model, "depends_on": {"nodes": [f"model.p.{model}"]}}
            for expression, model in metrics.values()
            if expression
        },
        "metrics": {
            f"metric.p.{name}": {
                "name": name,
                "type_params": {"expr": expression or None},
                "filter": None,
                "depends_on": {"nodes": [f"semantic_model.p.{of}" if expression else f"metric.p.{of}"]},
            }
            for name, (expression, of) in metrics.items()
        },
    }


def make_state(
    folder: Path,
    models: dict[str, Model],
    *,
    macros: dict[str, str] | None = None,
    exposures: dict[str, tuple[str, ...]] | None = None,
    metrics: dict[str, tuple[str, str]] | None = None,
    variables: dict[str, Any] | None = None,
) -> Path:
    folder.mkdir(parents=True)
    manifest = {
        "metadata": {"adapter_type": "duckdb"},
        "nodes": {f"{model.kind}.p.{name}": node(name, model) for name, model in models.items()},
        "sources": {},
        "macros": {
            name: {"macro_sql": sql, "depends_on": {"macros": []}} for name, sql in (macros or {}).items()
        },
        "exposures": {
            f"exposure.p.{name}": {
                "name": name,
                "depends_on": {"nodes": [f"model.p.{one}" for one in parents]},
            }
            for name, parents in (exposures or {}).items()
        },
        "unit_tests": {},
        **semantic_layer(metrics or {}),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if variables is not None:
        (folder / "state.json").write_text(json.dumps({"label": folder.name, "vars": variables}))
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema star")
        for name, model in models.items():
            if model.kind in ("model", "seed", "snapshot"):
                what = "view" if model.materialized == "view" else "table"
                connection.execute(f"create {what} star.{name} as {model.rows or model.sql}")
    return folder
