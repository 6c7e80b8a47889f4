"""`starlift check`: run every check of the dbt project and say what was found."""

import tempfile
from pathlib import Path

from rich.console import Console

from starlift.checks.layers import layer_violations
from starlift.checks.parse import strict_parse
from starlift.dbt_command import project_folder
from starlift.errors import StarliftError


def run_checks(console: Console, project: Path) -> None:
    """Print what each check found; StarliftError where any found anything."""
    project = project_folder(project)
    with tempfile.TemporaryDirectory() as target_path:
        manifest, warnings = strict_parse(project, Path(target_path))
    findings = {"strict parse": warnings, "layer boundary": layer_violations(manifest)}
    for check, found in findings.items():
        console.print(f"{check}: {'ok' if not found else f'{len(found)} found'}")
        for sentence in found:
            console.print(f"  {sentence}", highlight=False, soft_wrap=True)
    if any(findings.values()):
        raise StarliftError("The project breaks its own rules; see the lines above.")
