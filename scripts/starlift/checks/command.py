"""`starlift check`: run every check of the dbt project and say what was found."""

import tempfile
from pathlib import Path

from rich.console import Console

from starlift.checks import bus_matrix, overview
from starlift.checks.conventions import convention_findings
from starlift.checks.descriptions import undescribed
from starlift.checks.layers import layer_violations
from starlift.checks.parse import strict_parse
from starlift.checks.quality import PAGE, SEEDS, page, quality_findings, read_rules
from starlift.dbt_command import project_folder
from starlift.erd.star import star_pages
from starlift.errors import StarliftError


def run_checks(console: Console, project: Path, *, write: bool = False) -> None:
    """Print what each check found; StarliftError where any found anything. `write` renews the pages."""
    project = project_folder(project)
    with tempfile.TemporaryDirectory() as target_path:
        manifest, warnings = strict_parse(project, Path(target_path))
    gaps, maps = quality_findings(manifest, read_rules(project / SEEDS))
    findings = {
        "strict parse": warnings,
        "layer boundary": layer_violations(manifest),
        "descriptions": undescribed(manifest),
        "conventions": convention_findings(project, manifest),
        "constraints and rules": gaps,
        "pages": [
            *page_findings(project, PAGE, page(manifest, maps), write=write),
            *page_findings(project, bus_matrix.PAGE, bus_matrix.bus_matrix(manifest), write=write),
            *(
                sentence
                for name, wanted in star_pages(manifest).items()
                for sentence in page_findings(project, name, wanted, write=write)
            ),
            *page_findings(project, overview.PAGE, overview.overview(project, manifest), write=write),
        ],
    }
    for check, found in findings.items():
        console.print(f"{check}: {'ok' if not found else f'{len(found)} found'}")
        for sentence in found:
            console.print(f"  {sentence}", highlight=False, soft_wrap=True)
    if any(findings.values()):
        raise StarliftError("The project breaks its own rules; see the lines above.")


def page_findings(project: Path, name: Path, wanted: str, *, write: bool) -> list[str]:
    """A sentence where the page does not say what the project does; `write` corrects the page instead."""
    file = project / name
    if file.is_file() and file.read_text(encoding="utf-8") == wanted:
        return []
    if write:
        file.parent.mkdir(exist_ok=True)
        file.write_text(wanted, encoding="utf-8")
        return []
    return [f"{name} is out of date: write it with `starlift check --write`"]
