"""`starlift as-of`: the star as it was known then, beside that of now."""

import json
import shlex
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from starlift.dbt_command import dbt_command, failure_reason, project_folder
from starlift.dbt_progress import run_dbt_with_bar
from starlift.errors import StarliftError

LOG = Path("logs/as_of.log")
# A folder of its own, since dbt parses the project again where a run has other vars than the one before.
_SCRATCH = Path("target/as_of")


def build_as_of(console: Console, moment: str, target: str) -> None:
    """Build the star as of a day or a moment and say where it is."""
    project_folder()
    moment = _as_dbt_takes_it(moment)
    label = f"the star as of {moment}"
    built = run_dbt_with_bar(console, label, ["build", "--selector", "as_of", *_options(moment, target)], LOG)
    console.print(
        f"{built}. The star as of {moment} is in the schema [bold]{escape(_schema())}[/bold].", soft_wrap=True
    )
    variables = shlex.quote(json.dumps({"as_of": moment}))
    for what, words in (
        (
            "A question, as of then",
            f"dbt show --select q4_revenue__star --target {target} --vars {variables}",
        ),
        ("Drop it again", f"starlift as-of {shlex.quote(moment)} --target {target} --drop"),
    ):
        console.print(f"[bold]{what:<24}[/bold]{escape(words)}", highlight=False, soft_wrap=True)


def drop_as_of(console: Console, moment: str, target: str) -> None:
    """Drop what `build_as_of` built; that nothing is there is no error."""
    project_folder()
    moment = _as_dbt_takes_it(moment)
    words = ["--no-use-colors", "run-operation", "drop_as_of", *_options(moment, target)]
    done = subprocess.run(dbt_command(*words), text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise StarliftError(f"dbt run-operation failed: {failure_reason(done.stdout.splitlines())}.")
    console.print(f"Dropped the star as of {moment}: {_schema()} and what belongs to it.", soft_wrap=True)


def _as_dbt_takes_it(moment: str) -> str:
    """A day, or a moment in UTC."""
    try:
        return date.fromisoformat(moment).isoformat()
    except ValueError:
        pass
    try:
        exact = datetime.fromisoformat(moment)
    except ValueError as error:
        raise StarliftError(
            f"{moment!r} is no date: say a day, as in 2026-01-05, or a moment in UTC, as in "
            "'2026-01-05 18:00:00'."
        ) from error
    if exact.tzinfo:
        exact = exact.astimezone(UTC).replace(tzinfo=None)
    return exact.isoformat(sep=" ")


def _options(moment: str, target: str) -> list[str]:
    return ["--vars", json.dumps({"as_of": moment}), "--target", target, "--target-path", str(_SCRATCH)]


def _schema() -> str:
    """Where dbt has just put, or would put, the star of then."""
    manifest = json.loads((_SCRATCH / "manifest.json").read_text())
    return next(
        node["schema"]
        for node in manifest["nodes"].values()
        if node["fqn"][1:2] == ["star"] and node["schema"]
    )
