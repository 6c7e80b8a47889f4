"""The conventions of dbt-bouncer.yml, held against dbt's manifest by dbt-bouncer."""

import json
import logging
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from starlift.errors import StarliftError

CONVENTIONS = "dbt-bouncer.yml"


def convention_findings(project: Path, artifacts: Path) -> list[str]:
    """A sentence for each breach of a convention by what the manifest in `artifacts` holds."""
    # slow to import
    from dbt_bouncer.exceptions import DbtBouncerArtifactError, DbtBouncerConfigError  # noqa: PLC0415
    from dbt_bouncer.main import run_bouncer  # noqa: PLC0415

    # it looks for the artifacts beside its configuration
    place = artifacts / "conventions"
    (place / "target").mkdir(parents=True, exist_ok=True)
    shutil.copy(artifacts / "manifest.json", place / "target")
    shutil.copy(project / CONVENTIONS, place)
    told = place / "told.json"
    try:
        with redirect_stdout(StringIO()):
            run_bouncer(config_file=place / CONVENTIONS, output_file=told)
    except (DbtBouncerArtifactError, DbtBouncerConfigError) as error:
        raise StarliftError(f"The conventions in {CONVENTIONS} cannot be checked: {error}") from error
    finally:
        logging.getLogger().handlers.clear()
    results = json.loads(told.read_text(encoding="utf-8"))
    return sorted(
        f"{one['failure_message'].strip()} ({one['check_run_id'].split(':')[0]})"
        for one in results
        if one["outcome"] != "success"
    )
