"""dbt's manifest of the project as it stands, every domain of it, for what is asked of models and tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlift.dbt_command import every_domain, project_folder
from starlift.errors import StarliftError

# A folder of its own, since dbt parses the project again where a run has other vars than the one before.
_SCRATCH = Path("target/manifest")


def parsed_manifest(target: str) -> dict[str, Any]:
    """Parsed for a target, whose schemas it names; StarliftError where dbt cannot."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415 - slow to import

    project = project_folder()
    words = ["parse", "--quiet", "--target", target, "--target-path", str(project / _SCRATCH)]
    result = dbtRunner().invoke([*words, "--vars", json.dumps(every_domain(project))])
    if not result.success:
        raise StarliftError(f"dbt cannot parse the project: {' '.join(str(result.exception).split())}")
    return json.loads((project / _SCRATCH / "manifest.json").read_text())


def primary_key(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the primary key that a node's contract declares; empty if it declares none."""
    for constraint in node.get("constraints") or []:
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    for name, column in node.get("columns", {}).items():
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints") or []):
            return (name,)
    return ()
