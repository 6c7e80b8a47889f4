"""A strict `dbt parse`: every warning and every deprecated or unknown key in the YAML is a finding.

dbt validates YAML against its JSON schemas for four cloud adapters only, so on DuckDB a clean parse proves
nothing. Here the project's own adapter is added to them for the time of the parse.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.jsonschemas import jsonschemas
from dbt_common.events.base_types import EventLevel, EventMsg

from starlift.dbt_command import every_domain
from starlift.errors import StarliftError


@contextmanager
def _schemas_checked_for(adapters: set[str]) -> Iterator[None]:
    supported = jsonschemas._JSONSCHEMA_SUPPORTED_ADAPTERS
    added = adapters - supported
    supported |= added
    try:
        yield
    finally:
        supported -= added


def strict_parse(project: Path, target_path: Path) -> tuple[dict[str, Any], list[str]]:
    """Parse the dbt project in `project`, every domain of it; its manifest, and dbt's warnings as sentences.

    The manifest and the parser's state go to `target_path`, so that a strict parse never reads a cached one.
    """
    warnings: list[str] = []

    def collect(event: EventMsg) -> None:
        if event.info.level == EventLevel.WARN.value:
            warnings.append(" ".join(event.info.msg.split()))

    arguments = ["parse", "--no-partial-parse", "--show-all-deprecations", "--quiet"]
    places = [
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
        "--target-path",
        str(target_path),
        "--vars",
        json.dumps(every_domain(project)),
    ]
    with _schemas_checked_for({"duckdb"}):
        result = dbtRunner(callbacks=[collect]).invoke(arguments + places)
    if not result.success:
        message = " ".join(str(result.exception).split())
        raise StarliftError(f"dbt cannot parse the project: {message}")
    return json.loads((target_path / "manifest.json").read_text()), warnings
