"""What SQL cannot do for a run of dbt: hold a lock while its process lives, and say what commit it builds."""

import json
from pathlib import Path
from typing import Any

import click
from dbt.config.profile import Profile
from dbt.config.runtime import load_profile
from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.events.functions import get_metadata_vars

from dbt_starlift.build_lock import hold_build_lock, release_build_lock
from dbt_starlift.git_commit import git_commit

PROJECT = "starlift"
# They write seeds, history or star.
BUILDING = ("build", "clone", "run", "seed", "snapshot")
READING = ("freshness", "generate", "run-operation", "show", "test")
# What macros/audit.sql asks for; DBT_ENV_CUSTOM_ENV_STARLIFT_GIT_COMMIT in the environment comes first.
COMMIT = "STARLIFT_GIT_COMMIT"


class StarliftPlugin(dbtPlugin):
    """dbt makes one per command, once it has read the project and before it reads a model."""

    def initialize(self) -> None:
        flags = get_flags()
        # a tool that only parses may have no command
        command, profile = getattr(flags, "WHICH", None), _profile()
        if self.project_name != PROJECT or not command:
            return
        if command == "retry":
            command, profile = _retried(flags, profile)
        if command in (*BUILDING, "test") and (commit := git_commit(Path(flags.PROJECT_DIR))):
            get_metadata_vars().setdefault(COMMIT, commit)
        if command in (*BUILDING, *READING) and profile:
            hold_build_lock(profile, building=command in BUILDING)
            add_callback_to_manager(_release_at_the_end)


def _profile() -> Profile | None:
    """The profile that dbt has just read for this command."""
    context = click.get_current_context(silent=True)
    return (context.obj or {}).get("profile") if context else None


def _retried(flags: Any, profile: Profile | None) -> tuple[str | None, Profile | None]:  # noqa: ANN401 - dbt's
    """What `dbt retry` is going to do, and where: as the command before it."""
    folder = Path(flags.PROJECT_DIR, flags.STATE or flags.TARGET_PATH or "target")
    try:
        before = json.loads((folder / "run_results.json").read_text())["args"]
    except (OSError, ValueError, KeyError):
        # dbt says itself that there is nothing to retry
        return None, None
    if before.get("target") and (not profile or before["target"] != profile.target_name):
        profile = load_profile(flags.PROJECT_DIR, flags.VARS, before.get("profile"), before["target"])
    return before.get("which"), profile


def _release_at_the_end(message: Any) -> None:  # noqa: ANN401 - dbt's event
    if message.info.name == "CommandCompleted":
        release_build_lock()
