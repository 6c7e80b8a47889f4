"""One run of the benchmark: the suites asked for, their results in one dictionary, stored as it goes."""

import shutil
import time
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from starlift.bench.day_suite import run_days
from starlift.bench.dump_suite import run_dump_loading
from starlift.bench.generate_suite import run_generation
from starlift.bench.goals import GOAL_SIZE
from starlift.bench.machine import describe_machine
from starlift.bench.memory_suite import run_memory
from starlift.bench.private import server_for
from starlift.bench.proof import Difference
from starlift.bench.question_suite import Progress, run_questions
from starlift.bench.questions import compile_questions
from starlift.bench.runs import store
from starlift.bench.targets import Target, target_named
from starlift.bench.warehouse import Warehouse, kept_warehouse, warehouse_at_hand
from starlift.dbt_command import project_folder
from starlift.defaults import BENCH_FOLDER
from starlift.domains import Domain, domain_named
from starlift.errors import StarliftError

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
    DAY = "day"
    DUMP = "dump"
    MEMORY = "memory"
    ALL = "all"


_NEED_A_WAREHOUSE = {Suite.QUESTIONS, Suite.LOAD, Suite.BUILD}
# Those that have something to time on a server, too.
_OF_AN_ENGINE = {*_NEED_A_WAREHOUSE, Suite.DAY}
# Those that know of any domain; the others time one source.
_OF_ANY_DOMAIN = {Suite.QUESTIONS, Suite.BUILD, Suite.DAY, Suite.MEMORY}


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
    domain: str = "clinic",
    private: bool | None = None,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Run a suite and store it; what was measured is returned as it stands in run.json.

    Without a scale, `questions` and `build` take the warehouse at hand; `generate`, `load` and `day` make a
    million encounters (the retailer: sale lines and order items) of their own, `memory` ten million.
    `private`: on a server that the benchmark starts itself; None: where none is named and none answers.
    """
    project = project_folder()
    engine = target_named(target)
    asked = domain_named(domain)
    wanted = _wanted(suite, engine, asked)
    if scale is None and {Suite.LOAD, Suite.DAY} & set(wanted):
        scale = "1m"

    def tell(words: str) -> None:
        progress(words, 0, None)

    if not _OF_AN_ENGINE & set(wanted):
        return _run(
            suite, wanted, None, engine, asked, scale=scale, runs=runs, project=project, progress=progress
        )
    with server_for(engine, private=private, scale=scale, tell=tell):
        warehouse = None
        if _NEED_A_WAREHOUSE & set(wanted):
            warehouse = (
                kept_warehouse(asked, scale, target=engine, project=project, tell=tell)
                if scale
                else warehouse_at_hand(asked, engine)
            )
        return _run(
            suite,
            wanted,
            warehouse,
            engine,
            asked,
            scale=scale,
            runs=runs,
            project=project,
            progress=progress,
        )


def _wanted(suite: Suite, target: Target, domain: Domain) -> list[Suite]:
    """The suites to run; generation and its memory have nothing to do with a server."""
    if len(domain.sources) > 1 and suite not in {*_OF_ANY_DOMAIN, Suite.ALL}:
        raise StarliftError(f"The suite {suite.value} times the clinic's source: leave --domain out.")
    if suite is not Suite.ALL:
        if target.has_server and suite not in _OF_AN_ENGINE:
            raise StarliftError(
                f"The suite {suite.value} has nothing to do with {target.title}: leave --target out."
            )
        return [suite]
    every = [one for one in Suite if one is not Suite.ALL]
    if len(domain.sources) > 1:
        every = [one for one in every if one in _OF_ANY_DOMAIN]
    return [one for one in every if one in _OF_AN_ENGINE or not target.has_server]


def _run(
    suite: Suite,
    wanted: list[Suite],
    warehouse: Warehouse | None,
    target: Target,
    domain: Domain,
    *,
    scale: str | None,
    runs: int,
    project: Path,
    progress: Progress,
) -> dict[str, Any]:
    started, began = datetime.now(UTC), time.perf_counter()
    name = f"{started:%Y%m%d-%H%M%S}-{target.name}-{domain.name}-{suite.value}-{scale or 'at-hand'}"
    folder = BENCH_FOLDER / name
    result: dict[str, Any] = {
        "run": name,
        "suite": suite.value,
        "target": target.name,
        "title": target.title,
        "domain": domain.name,
        "scale": scale,
        "started_at": started.isoformat(timespec="seconds"),
        "machine": describe_machine(),
    }

    def tell(words: str) -> None:
        progress(words, 0, None)

    if warehouse:
        result["warehouse"] = warehouse.place.label
        with warehouse.place.open() as opened:
            result["machine"]["engine"] = opened.version()
        result["steps"] = [asdict(step) for step in warehouse.steps]
    long_runs = min(runs, _MOST_LONG_RUNS)
    for one in wanted:
        if one is Suite.QUESTIONS and warehouse:
            result["questions"] = _questions(
                warehouse, target, project, runs=runs, folder=folder, progress=progress
            )
        elif one is Suite.GENERATE:
            result["generate"] = run_generation(scale or "1m", runs=long_runs, tell=tell)
        elif one is Suite.LOAD and warehouse and warehouse.data:
            result["load"] = target.time_loading(warehouse.place, warehouse.data, runs=long_runs, tell=tell)
        elif one is Suite.BUILD and warehouse:
            result["build"] = target.time_building(
                warehouse.place, runs=long_runs, scratch=folder / _DBT, tell=tell
            )
        elif one is Suite.DAY:
            result["day"] = run_days(
                target, domain, scale or "1m", days=long_runs, scratch=folder / _DBT / "days", tell=tell
            )
        elif one is Suite.DUMP:
            result["dump"] = run_dump_loading(tell=tell)
        elif one is Suite.MEMORY:
            result["memory"] = run_memory(domain, memory_scale(suite, scale, domain), tell=tell)
        _drop_goal_of_small_data(result.get(one.value), domain, warehouse, scale)
        result["seconds"] = time.perf_counter() - began
        store(result, folder)  # after every suite, so that a failure in a later one loses nothing
    shutil.rmtree(folder / _DBT, ignore_errors=True)  # its logs were only of use had it failed
    return result


def _drop_goal_of_small_data(
    section: dict[str, Any] | None, domain: Domain, warehouse: Warehouse | None, scale: str | None
) -> None:
    """The goals speak of a million rows; with fewer, start-up is all that one would see."""
    if not section or "goal" not in section or "peak_bytes" in section:
        return
    if warehouse and not scale:
        with warehouse.place.open() as engine:
            size = domain.size({one.name: engine.raw_rows(one) for one in warehouse.place.sources})
    else:
        size = domain.size_of(scale or "1m")
    if size < GOAL_SIZE:
        section["goal"] = None


def memory_scale(suite: Suite, scale: str | None, domain: Domain) -> str:
    """As asked for; beside suites at a million, the ten million that the goal speaks of."""
    if scale and (suite is Suite.MEMORY or domain.size_of(scale) < GOAL_SIZE):
        return scale
    return DEFAULT_MEMORY_SCALE


def _questions(
    warehouse: Warehouse,
    target: Target,
    project: Path,
    *,
    runs: int,
    folder: Path,
    progress: Progress,
) -> dict[str, Any]:
    place = warehouse.place
    progress("compiling the questions with dbt", 0, None)
    with place.open() as engine:
        for source in place.sources:
            engine.raw_rows(source)  # refuses a warehouse without raw tables before dbt is started
    questions = compile_questions(place, project=project, scratch=folder / _DBT)
    with place.open() as engine:
        outcome = run_questions(
            engine,
            place,
            questions,
            runs=runs,
            plans=folder / "plans",
            keep_copy=warehouse.own,
            goals=target.goals,
            progress=progress,
        )
    if outcome.differences:
        shutil.rmtree(folder)
        raise AnswersDiffer(outcome.differences)
    return outcome.section
