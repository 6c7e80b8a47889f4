"""dbt as every part of Starlift runs it: the project's folder, the program, and why it failed."""

import os
import re
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from starlift.errors import StarliftError

_TIME = re.compile(r"^\d\d:\d\d:\d\d\s*")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FAILED_NODE = re.compile(r"^\d+ of \d+ (?:ERROR|FAIL) (.+?) \.\.+ \[")
# Above dbt's reasons: a node's, and one that kept it from running any node.
_REASON_FOLLOWS = ("[ERROR]: in ", "[ERROR]: Encountered an error", "Encountered an error")
_REASON_LINES = 3


def project_folder(here: Path | None = None) -> Path:
    """The folder of the dbt project, which is where Starlift's commands are run."""
    here = here or Path.cwd()
    if not (here / "dbt_project.yml").is_file():
        raise StarliftError(f"There is no dbt_project.yml in {here}: run this in the project's folder.")
    return here


def dbt_command(*words: str) -> list[str]:
    """The command line of dbt in this environment, whether or not on the path; STARLIFT_DBT names another."""
    named = shlex.split(os.environ.get("STARLIFT_DBT", ""))
    return [*(named or [str(Path(sys.executable).with_name("dbt"))]), *words]


def every_domain(project: Path) -> dict[str, bool]:
    """The vars that switch every domain on, also those that are off."""
    file = project / "vars.yml"
    known = (yaml.safe_load(file.read_text()) or {}).get("vars", {}) if file.is_file() else {}
    return {name: True for name in known if name.endswith("_enabled")}


def failure_reason(output: Iterable[str]) -> str:
    """What failed first and dbt's reason for it, from all it said; its last line where it gave neither."""
    lines = [_TIME.sub("", _COLOUR.sub("", line)).strip() for line in output]
    node = next((found[1] for line in lines if (found := _FAILED_NODE.match(line))), None)
    reason = []
    for at, line in enumerate(lines):
        if line.startswith(_REASON_FOLLOWS):
            after = lines[at + 1 :]
            end = after.index("") if "" in after else len(after)
            reason = after[: min(end, _REASON_LINES)]
            break
    if not reason:
        reason = [line for line in lines if line][-1:] or ["it said nothing"]
    return ": ".join(([node] if node else []) + [" ".join(reason)])
