"""dbt as a user runs it: a process of its own, so that its memory and its database connection end with it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from starlift.bench.place import Place
from starlift.bench.steps import Step, run_step
from starlift.dbt_command import dbt_command, failure_reason


def dbt_arguments(
    command: str,
    arguments: Sequence[str],
    place: Place,
    target_path: Path,
    *,
    indexed: bool = False,
) -> list[str]:
    """The words after `dbt` that run one command on a place, with its artifacts in `target_path`.

    `indexed`: the well-indexed copy takes the place of the raw tables.
    """
    target = ["--target", place.target, "--target-path", str(target_path)]
    options = [*target, "--log-path", str(target_path / "logs")]
    if dbt_vars := place.dbt_vars(indexed=indexed):
        options += ["--vars", json.dumps(dbt_vars)]
    return [command, *arguments, *options]


def run_dbt_as_step(name: str, arguments: list[str], place: Place, log: Path) -> Step:
    """Run dbt (`dbt_arguments`) on a place; a failure is a StarliftError with dbt's reason."""
    env = {**os.environ, **place.environment, "NO_COLOR": "1"}
    return run_step(name, dbt_command(*arguments), env, log, reason_in=failure_reason)
