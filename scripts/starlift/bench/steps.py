"""A step in a process of its own, with its time and its peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlift.errors import StarliftError
from starlift.processes import ended_with_us

# Called with what is being done.
Tell = Callable[[str], None]

# ru_maxrss is in kibibytes on Linux and in bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Step:
    """What one process took: wall-clock seconds, CPU seconds (all threads), peak resident bytes.

    Linux counts the parent's size at the start of a process as its peak too, so a step never shows less than
    the benchmark itself (some 0.2 GiB).
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def starlift_command(*words: str) -> list[str]:
    """The public command line, in a process of its own."""
    return [sys.executable, "-m", "starlift.cli", *words]


def last_error(output: Sequence[str]) -> str:
    """The last line that speaks of an error, else the last line."""
    lines = [line.strip() for line in output if line.strip()]
    return next((line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "no output")


def run_step(
    name: str,
    command: Sequence[str],
    env: Mapping[str, str],
    log: Path,
    reason_in: Callable[[Sequence[str]], str] = last_error,
) -> Step:
    """Run a command, output to `log`; a failure is a StarliftError with the reason found in its output."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=dict(env))
        with ended_with_us(process):
            # wait4, because it tells the memory of this one process
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        reason = reason_in(log.read_text(errors="replace").splitlines())
        raise StarliftError(f"The step {name!r} failed ({reason}); all it said is in {log}.")
    return Step(name, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT)
