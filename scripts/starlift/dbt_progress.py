"""dbt as a process of its own, with one progress bar instead of hundreds of lines."""

import re
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from starlift.dbt_command import dbt_command, failure_reason
from starlift.errors import StarliftError
from starlift.processes import ended_with_us

# Hooks count among themselves, and are no nodes.
_DONE = re.compile(r"(\d+) of (\d+) (OK|PASS|WARN|ERROR|FAIL|SKIP|NO-OP|SUCCESS)(?! hook: )")


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


@dataclass(frozen=True)
class DbtTask:
    """A command of dbt's to run under a bar."""

    label: str
    arguments: Sequence[str]
    # All that dbt says goes to its end.
    log: Path

    @property
    def name(self) -> str:
        """What it is called where it fails."""
        command = f"dbt {self.arguments[0]}"
        return command if self.label.startswith("dbt") else f"{self.label} ({command})"


def run_dbt_with_bar(console: Console, label: str, arguments: Sequence[str], log: Path) -> DbtRun:
    """Run `dbt arguments` under a progress bar named `label`; all it says goes to the end of `log`.

    StarliftError with the first node that failed and dbt's reason for it.
    """
    (run,) = run_dbt_side_by_side(console, [DbtTask(label, arguments, log)])
    return run


def run_dbt_side_by_side(console: Console, tasks: Sequence[DbtTask]) -> list[DbtRun]:
    """Run several commands of dbt at one time, a bar for each; none outlives an error or Ctrl-C."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with ExitStack() as running:
        progress = running.enter_context(Progress(*columns, console=console))
        started = [_Started(task, progress, running) for task in tasks]
        return [one.ended() for one in started]


class _Started:
    """A process of dbt's, and a thread that reads what it says."""

    def __init__(self, task: DbtTask, progress: Progress, running: ExitStack) -> None:
        self._task, self._progress = task, progress
        self._run, self._said = DbtRun(), list[str]()
        self._bar = progress.add_task(task.label, total=None)
        task.log.parent.mkdir(parents=True, exist_ok=True)
        output = running.enter_context(task.log.open("a"))
        self._process = subprocess.Popen(
            dbt_command("--no-use-colors", *task.arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = Thread(target=self._read, args=(self._process.stdout, output), daemon=True)
        self._reader.start()
        running.callback(self._reader.join)
        running.enter_context(ended_with_us(self._process))

    def _read(self, said: IO[str], output: IO[str]) -> None:
        for line in said:
            output.write(line)
            self._said.append(line)
            if done := _DONE.search(line):
                self._progress.update(self._bar, completed=int(done[1]), total=int(done[2]))
                self._run.add(done[3])

    def ended(self) -> DbtRun:
        failed = self._process.wait() != 0
        self._reader.join()
        bar = next(one for one in self._progress.tasks if one.id == self._bar)
        self._progress.update(self._bar, total=bar.total or 1, completed=bar.total or 1)
        self._progress.stop_task(self._bar)
        if failed:
            raise StarliftError(
                f"{self._task.name} failed: {failure_reason(self._said)} "
                f"(all it said is in {self._task.log})."
            )
        return self._run
