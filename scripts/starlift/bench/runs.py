"""Stored runs: one folder each under data/bench, and the latest report in a place that does not move."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlift.bench.report import write_report
from starlift.defaults import BENCH_FOLDER
from starlift.errors import StarliftError

LATEST_REPORT = Path("data/report.html")


@dataclass(frozen=True)
class Figure:
    """One measured number; `more_is_better` for speeds and ratios of ours, not for seconds and bytes."""

    value: float
    unit: str
    more_is_better: bool = False


def store(run: dict[str, Any], folder: Path) -> None:
    """Write run.json and report.html into the run's folder, and the report to data/report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    write_report(run, folder / "report.html")
    (folder / "run.json").write_text(json.dumps(run, indent=1, default=str) + "\n")
    shutil.copyfile(folder / "report.html", LATEST_REPORT)


def stored_runs(runs: Path = BENCH_FOLDER) -> list[dict[str, Any]]:
    """All stored runs, oldest first; unreadable ones are passed over."""
    found = []
    for file in sorted(runs.glob("*/run.json")):
        try:
            found.append(json.loads(file.read_text()))
        except json.JSONDecodeError:
            continue
    return found


def pick(runs: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The run of that name, or the only one whose name contains it."""
    matches = [run for run in runs if run["run"] == name] or [run for run in runs if name in run["run"]]
    if len(matches) != 1:
        raise StarliftError(
            f"{len(matches) or 'No'} stored runs match {name!r}: `starlift bench --list` names them."
        )
    return matches[0]


def latest_pair(runs: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newest run and the newest one before it of the same target, domain, suite and scale."""
    if runs:
        new = runs[-1]
        for old in reversed(runs[:-1]):
            if all(old.get(part) == new.get(part) for part in ("target", "domain", "suite", "scale")):
                return old, new
    raise StarliftError(
        "There are not two stored runs of the same suite and scale yet: run the benchmark again."
    )


def figures(run: dict[str, Any]) -> dict[str, Figure]:
    """Every number of a run that is worth comparing, by a readable name."""
    found = {}
    for question in run.get("questions", {}).get("questions", []):
        for side, timing in question["timings"].items():
            found[f"{question['name']}, {side}"] = Figure(timing["median"], "s")
    if generate := run.get("generate"):
        found["generate, rows a second"] = Figure(generate["rows_per_second"]["starlift"], "/s", True)
        found["generate, times the Faker loop"] = Figure(generate["ratio"], "x", True)
    if load := run.get("load"):
        found["load"] = Figure(load["timings"]["starlift"]["median"], "s")
        found["load, times create table as"] = Figure(load["ratio"], "x")
    if build := run.get("build"):
        found["build, tables by dbt"] = Figure(build["dbt_seconds"], "s")
        found["build, times by hand"] = Figure(build["ratio"], "x")
        found["build, times by hand, dbt's overhead aside"] = Figure(build["ratio_aside"], "x")
    if day := run.get("day"):
        for step in day["scales"]:
            found[f"day at {step['scale']}"] = Figure(step["day"]["sql_seconds"], "s")
            found[f"day at {step['scale']}, of the full build"] = Figure(step["ratio"], "x")
    if dump := run.get("dump"):
        for step in dump["steps"]:
            found[f"{step['name']}, MB a minute"] = Figure(step["a_minute"], "/min", True)
            found[f"{step['name']}, memory"] = Figure(step["peak_bytes"] / 2**30, "GiB")
    if memory := run.get("memory"):
        for step in memory["steps"]:
            found[f"memory, {step['name']}"] = Figure(step["peak_bytes"] / 2**30, "GiB")
            found[f"time, {step['name']} at {memory['scale']}"] = Figure(step["seconds"], "s")
    return found
