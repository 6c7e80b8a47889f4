"""dbt as a process of its own, with one progress bar instead of hundreds of lines."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from starlift.dbt_command import dbt_command, failure_reason
from starlift.errors import StarliftError
from starlift.processes import ended_with_us

_DONE = re.compile(r"(\d+) of (\d+) (OK|PASS|WARN|ERROR|FAIL|SKIP|NO-OP|SUCCESS)")


@dataclass
class DbtRun:
    """What a run of dbt came to: how many nodes ended in which state."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, state: str) -> None:
        self.counts[state] = self.counts.get(state, 0) + 1

    def __str__(self) -> str:
        built, passed = self.counts.get("OK", 0), self.counts.get("PASS", 0)
        other = [
            f"{n} {state.lower()}" for state, n in self.counts.items() if state not in {"OK", "PASS", "NO-OP"}
        ]
        return ", ".join([f"{built} built", f"{passed} tests passed", *other])


def run_dbt_with_bar(console: Console, label: str, arguments: Sequence[str], log: Path) -> DbtRun:
    """Run `dbt arguments` under a progress bar named `label`; all it says goes to the end of `log`.

    StarliftError with the first node that failed and dbt's reason for it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    run, said = DbtRun(), []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, log.open("a") as output:
        bar = progress.add_task(label, total=None)
        process = subprocess.Popen(
            dbt_command("--no-use-colors", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        with ended_with_us(process):
            assert process.stdout is not None
            for line in process.stdout:
                output.write(line)
                said.append(line)
                if done := _DONE.search(line):
                    progress.update(bar, completed=int(done[1]), total=int(done[2]))
                    run.add(done[3])
            failed = process.wait() != 0
        task = progress.tasks[0]
        progress.update(bar, total=task.total or 1, completed=task.total or 1)
    if failed:
        raise StarliftError(f"dbt {arguments[0]} failed: {failure_reason(said)} (all it said is in {log}).")
    return run
