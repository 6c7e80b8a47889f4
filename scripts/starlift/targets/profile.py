"""A target's settings, read from the dbt profile as dbt reads it: one place for credentials."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from starlift.errors import StarliftError


@dataclass(frozen=True)
class Target:
    """One output of the profile; `settings` are its fields, rendered."""

    name: str
    # dbt's adapter type, such as postgres.
    type: str
    settings: Mapping[str, Any]

    def get(self, *names: str) -> Any:  # noqa: ANN401 - as YAML gives it
        """The first of these fields that says anything; dbt knows some by two names."""
        return next(
            (self.settings[name] for name in names if self.settings.get(name) not in (None, "")), None
        )


def default_target() -> str:
    """The target where none is named, as in profiles.yml.example."""
    return os.environ.get("STARLIFT_TARGET") or "duckdb"


def read_target(name: str) -> Target:
    """The profile's output of that name; StarliftError where it or a variable it needs is missing."""
    from dbt.config.profile import Profile, read_profile  # noqa: PLC0415 - slow to import
    from dbt.config.renderer import ProfileRenderer  # noqa: PLC0415
    from dbt.exceptions import DbtProfileError, EnvVarMissingError  # noqa: PLC0415
    from dbt_common.context import set_invocation_context  # noqa: PLC0415
    from dbt_common.exceptions import DbtBaseException  # noqa: PLC0415

    folder, profile_name = _profiles_folder(), _profile_name()
    file = folder / "profiles.yml"
    set_invocation_context(dict(os.environ))
    try:
        profiles = read_profile(str(folder))
    except DbtBaseException as error:
        raise StarliftError(f"{file} is not readable YAML: correct it.") from error
    if not profiles.get(profile_name):
        raise StarliftError(
            f"There is no profile {profile_name!r} in {file}: copy profiles.yml.example to profiles.yml, or "
            "name the folder of yours in DBT_PROFILES_DIR."
        )
    outputs = profiles[profile_name].get("outputs") or {}
    if name not in outputs:
        raise StarliftError(
            f"The profile {profile_name!r} in {file} has no target {name!r}: choose {', '.join(outputs)}, or "
            "add it as in profiles.yml.example."
        )
    try:
        _, settings = Profile.render_profile(profiles[profile_name], profile_name, name, ProfileRenderer({}))
    except EnvVarMissingError as error:
        raise _missing_variable(name, _last_word(error)) from error
    except (DbtProfileError, DbtBaseException) as error:
        raise StarliftError(
            f"The target {name!r} in {file} cannot be read ({_last_line(error)}): correct it."
        ) from error
    # dbt leaves a password as it stands where its variable is missing
    for value in settings.values():
        if unset := re.search(r"\{\{\s*env_var\(['\"](\w+)", str(value)):
            raise _missing_variable(name, unset[1])
    return Target(name, str(settings.get("type")), settings)


def _missing_variable(target: str, variable: str) -> StarliftError:
    return StarliftError(f"The target {target!r} needs the environment variable {variable}: set it.")


def _profiles_folder() -> Path:
    """Where dbt looks for profiles.yml."""
    named = os.environ.get("DBT_PROFILES_DIR")
    if named:
        return Path(named)
    here = Path.cwd()
    return here if (here / "profiles.yml").exists() else Path.home() / ".dbt"


def _profile_name() -> str:
    try:
        project = yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))
        return str(project["profile"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return "starlift"


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].strip(" .")


def _last_word(error: Exception) -> str:
    return _last_line(error).split()[-1].strip("'")
