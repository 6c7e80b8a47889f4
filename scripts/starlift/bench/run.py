"""One run of the benchmark: the suites asked for, their results in one dictionary, stored as it goes."""

import shutil
import time
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from starlift.bench.build_suite import run_building
from starlift.bench.engine import engine_for
from starlift.bench.generate_suite import run_generation
from starlift.bench.load_suite import run_loading
from starlift.bench.machine import describe_machine
from starlift.bench.memory_suite import run_memory
from starlift.bench.proof import Difference
from starlift.bench.question_suite import Progress, run_questions
from starlift.bench.questions import GOAL_ENCOUNTERS, compile_questions
from starlift.bench.runs import store
from starlift.bench.warehouse import Tell, Warehouse, kept_warehouse, warehouse_at_hand
from starlift.dbt_command import project_folder
from starlift.defaults import BENCH_FOLDER
from starlift.errors import StarliftError
from starlift.generate.clinic import scale_size
from starlift.sources import SOURCES, Source

DOMAIN = "clinic"
DEFAULT_MEMORY_SCALE = "10m"
# Building and loading take a minute where a query takes milliseconds.
_MOST_LONG_RUNS = 3
# Where a run keeps the artifacts and the logs of the dbt commands that it runs.
_DBT = "dbt"


class Suite(Enum):
    QUESTIONS = "questions"
    GENERATE = "generate"
    LOAD = "load"
    BUILD = "build"
    MEMORY = "memory"
    ALL = "all"


class AnswersDiffer(StarliftError):
    """The sides of a question disagree; `found` says where, and nothing was timed."""

    def __init__(self, found: list[Difference]) -> None:
        self.found = found
        names = ", ".join(sorted({difference.question for difference in found}))
        super().__init__(
            f"The sides of {names} do not give the same rows, so nothing was timed: see which differ."
        )


def run_bench(
    suite: Suite,
    *,
    target: str,
    scale: str | None,
    runs: int,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Run a suite and store it; what was measured is returned as it stands in run.json.

    Without a scale, `questions` and `build` take the warehouse at hand; `generate` and `load` make a million
    encounters of their own, `memory` ten million.
    """
    project, source = project_folder(), SOURCES[DOMAIN]
    engine_for(target)
    started = datetime.now(UTC)
    name = f"{started:%Y%m%d-%H%M%S}-{suite.value}-{scale or 'at-hand'}"
    folder = BENCH_FOLDER / name
    result: dict[str, Any] = {
        "run": name,
        "suite": suite.value,
        "target": target,
        "scale": scale,
        "started_at": started.isoformat(timespec="seconds"),
        "machine": describe_machine(),
    }
    began = time.perf_counter()

    def tell(words: str) -> None:
        progress(words, 0, None)

    wanted = [one for one in Suite if one is not Suite.ALL] if suite is Suite.ALL else [suite]
    warehouse = _warehouse(wanted, scale, target=target, project=project, tell=tell)
    if warehouse:
        result["warehouse"] = str(warehouse.path)
        result["steps"] = [asdict(step) for step in warehouse.steps]
    long_runs = min(runs, _MOST_LONG_RUNS)
    for one in wanted:
        if one is Suite.QUESTIONS and warehouse:
            result["questions"] = _questions(
                source, warehouse, project, target=target, runs=runs, folder=folder, progress=progress
            )
        elif one is Suite.GENERATE:
            result["generate"] = run_generation(scale or "1m", runs=long_runs, tell=tell)
        elif one is Suite.LOAD and warehouse and warehouse.data:
            result["load"] = run_loading(source, warehouse.data, runs=long_runs, tell=tell)
        elif one is Suite.BUILD and warehouse:
            result["build"] = run_building(
                source, warehouse.path, target=target, runs=long_runs, scratch=folder / _DBT, tell=tell
            )
        elif one is Suite.MEMORY:
            result["memory"] = run_memory(memory_scale(suite, scale), target=target, tell=tell)
        _drop_goal_of_small_data(result.get(one.value), source, warehouse, scale, target)
        result["seconds"] = time.perf_counter() - began
        store(result, folder)  # after every suite, so that a failure in a later one loses nothing
    shutil.rmtree(folder / _DBT, ignore_errors=True)  # its logs were only of use had it failed
    return result


def _drop_goal_of_small_data(
    section: dict[str, Any] | None,
    source: Source,
    warehouse: Warehouse | None,
    scale: str | None,
    target: str,
) -> None:
    """The goals speak of a million encounters; with fewer, start-up is all that one would see."""
    if not section or "goal" not in section or "peak_bytes" in section:
        return
    if warehouse and not scale:
        with engine_for(target)(warehouse.path) as engine:
            encounters = engine.raw_rows(source).get("encounters", 0)
    else:
        encounters = scale_size(scale or "1m")[1]
    if encounters < GOAL_ENCOUNTERS:
        section["goal"] = None


def memory_scale(suite: Suite, scale: str | None) -> str:
    """As asked for; beside suites at a million encounters, the ten million that the goal speaks of."""
    if scale and (suite is Suite.MEMORY or scale_size(scale)[1] < GOAL_ENCOUNTERS):
        return scale
    return DEFAULT_MEMORY_SCALE


def _warehouse(
    wanted: list[Suite], scale: str | None, *, target: str, project: Path, tell: Tell
) -> Warehouse | None:
    if not {Suite.QUESTIONS, Suite.LOAD, Suite.BUILD} & set(wanted):
        return None
    if scale is None and Suite.LOAD in wanted:
        scale = "1m"
    return kept_warehouse(scale, target=target, project=project, tell=tell) if scale else warehouse_at_hand()


def _questions(
    source: Source,
    warehouse: Warehouse,
    project: Path,
    *,
    target: str,
    runs: int,
    folder: Path,
    progress: Progress,
) -> dict[str, Any]:
    progress("compiling the questions with dbt", 0, None)
    with engine_for(target)(warehouse.path) as engine:
        engine.raw_rows(source)  # refuses a warehouse without raw tables before dbt is started
    questions = compile_questions(
        source.name, project=project, warehouse=warehouse.path, target=target, scratch=folder / _DBT
    )
    with engine_for(target)(warehouse.path) as engine:
        outcome = run_questions(
            engine,
            source,
            questions,
            runs=runs,
            plans=folder / "plans",
            keep_copy=warehouse.own,
            progress=progress,
        )
    if outcome.differences:
        shutil.rmtree(folder)
        raise AnswersDiffer(outcome.differences)
    return outcome.section
