"""dbt as a user runs it: a process of its own, so that its memory and its database connection end with it."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlift.bench.steps import Step, run_step
from starlift.dbt_command import dbt_command, failure_reason


def dbt_arguments(
    command: str,
    arguments: Sequence[str],
    target: str,
    target_path: Path,
    dbt_vars: Mapping[str, Any] | None = None,
) -> list[str]:
    """The words after `dbt` that run one command with its artifacts in `target_path`."""
    options = ["--target", target, "--target-path", str(target_path), "--log-path", str(target_path / "logs")]
    if dbt_vars:
        options += ["--vars", json.dumps(dict(dbt_vars))]
    return [command, *arguments, *options]


def run_dbt_as_step(
    name: str,
    arguments: list[str],
    warehouse: Path,
    log: Path,
) -> Step:
    """Run dbt (`dbt_arguments`) on the DuckDB file; a failure is a StarliftError with dbt's reason."""
    env = {**os.environ, "STARLIFT_DUCKDB": str(warehouse), "NO_COLOR": "1"}
    return run_step(name, dbt_command(*arguments), env, log, reason_in=failure_reason)
