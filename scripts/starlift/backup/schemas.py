"""Which schemas make up a warehouse."""

from pathlib import Path
from typing import Any

import yaml

from starlift.dbt_command import project_folder
from starlift.errors import StarliftError
from starlift.sources import SOURCES

_LAYERED = ("models", "snapshots", "seeds")


def warehouse_schemas(star: str, besides: tuple[str, ...] = ()) -> list[str]:
    """The star's schema, its layers and the log of runs, and the raw schemas that `starlift load` fills.

    An operational schema that is read where it stands (`<source>_has_load_log: false`) is somebody else's.
    """
    folder = project_folder()
    project, variables = _read(folder / "dbt_project.yml"), _read(folder / "vars.yml").get("vars") or {}
    layers = {name for part in _LAYERED for name in _schemas_in(project.get(part))}
    raw = [
        str(variables.get(f"{source.name}_schema") or source.raw_schema)
        for source in SOURCES.values()
        if variables.get(f"{source.name}_has_load_log", True)
    ]
    named = [*raw, star, *(f"{star}_{layer}" for layer in sorted({*layers, "audit"})), *besides]
    return list(dict.fromkeys(named))


def _read(file: Path) -> dict[str, Any]:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return {}
    except (OSError, yaml.YAMLError) as error:
        raise StarliftError(f"{file} cannot be read: correct it.") from error


def _schemas_in(config: Any) -> set[str]:  # noqa: ANN401 - as YAML gives it
    """Every `+schema` at any depth."""
    found = set()
    for name, value in config.items() if isinstance(config, dict) else ():
        if name in ("+schema", "schema") and isinstance(value, str):
            found.add(value)
        found |= _schemas_in(value)
    return found
