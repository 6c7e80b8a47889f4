"""dbt as a user runs it: a process of its own, so that its memory and its database connection end with it."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlift.bench.steps import Step, run_step
from starlift.errors import StarliftError


def project_folder() -> Path:
    """The folder of the dbt project, which is where Starlift's commands are run."""
    here = Path.cwd()
    if not (here / "dbt_project.yml").is_file():
        raise StarliftError(
            f"There is no dbt_project.yml in {here}: run `starlift bench` in the project's folder."
        )
    return here


def dbt_arguments(
    command: str,
    arguments: Sequence[str],
    target: str,
    target_path: Path,
    dbt_vars: Mapping[str, Any] | None = None,
) -> list[str]:
    """The words after `python -m` that run one dbt command with its artifacts in `target_path`."""
    options = ["--target", target, "--target-path", str(target_path), "--log-path", str(target_path / "logs")]
    if dbt_vars:
        options += ["--vars", json.dumps(dict(dbt_vars))]
    return ["dbt.cli.main", command, *arguments, *options]


def run_dbt(
    name: str,
    arguments: list[str],
    warehouse: Path,
    log: Path,
) -> Step:
    """Run dbt (`dbt_arguments`) on the DuckDB file; a failure is a StarliftError that names the log."""
    return run_step(name, arguments, {**os.environ, "STARLIFT_DUCKDB": str(warehouse), "NO_COLOR": "1"}, log)
