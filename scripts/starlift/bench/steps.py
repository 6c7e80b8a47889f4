"""A step in a process of its own, with its time and its peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlift.errors import StarliftError

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


def run_step(name: str, module_and_arguments: Sequence[str], env: Mapping[str, str], log: Path) -> Step:
    """Run `python -m module arguments`, output to `log`; a failure is a StarliftError with its last line."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module_and_arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
        )
        try:
            # wait4, because it tells the memory of this one process
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        reason = next(
            (line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "no output"
        )
        raise StarliftError(f"The step {name!r} failed ({reason}); all it said is in {log}.")
    return Step(name, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT)
