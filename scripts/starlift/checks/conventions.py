"""The conventions of dbt-bouncer.yml, held against dbt's manifest by dbt-bouncer."""

import json
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from starlift.errors import StarliftError

CONVENTIONS = "dbt-bouncer.yml"


def convention_findings(project: Path, manifest: dict[str, Any]) -> list[str]:
    """A sentence for each breach, with the check's name."""
    return sorted(
        f"{' '.join(one['failure_message'].split())} ({one['check_run_id'].split(':')[0]})"
        for one in broken_conventions(project, manifest)
    )


def broken_conventions(project: Path, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """What dbt-bouncer tells of each breach."""
    # slow to import
    from dbt_bouncer import run_bouncer  # noqa: PLC0415
    from dbt_bouncer.exceptions import DbtBouncerArtifactError, DbtBouncerConfigError  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        # it looks for the artifacts beside its configuration
        place = Path(folder)
        (place / "target").mkdir()
        (place / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        shutil.copy(project / CONVENTIONS, place)
        told = place / "told.json"
        said = StringIO()
        try:
            with redirect_stdout(said), redirect_stderr(said):
                run_bouncer(config_file=place / CONVENTIONS, output_file=told, output_only_failures=True)
        except (DbtBouncerArtifactError, DbtBouncerConfigError) as error:
            reason = " ".join(str(error).split())
            raise StarliftError(f"The conventions in {CONVENTIONS} cannot be checked: {reason}") from error
        return json.loads(told.read_text(encoding="utf-8"))
