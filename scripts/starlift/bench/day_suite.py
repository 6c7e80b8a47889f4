"""A day: what a build takes that finds one day's changes in the source, against building all of it."""

import json
import shutil
import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from starlift.bench.dbt import dbt_arguments, run_dbt_as_step
from starlift.bench.place import Place
from starlift.bench.steps import Tell, run_step, starlift_command
from starlift.bench.targets import Target
from starlift.bench.warehouse import child_environment, kept_data, load_data
from starlift.domains import Domain

# Of the full build's model time.
GOAL_RATIO = 0.1
# What a run grows through on its way to the scale that is asked for.
_LADDER = ("100k", "1m", "10m")
_MODEL_KINDS = ("model", "snapshot")


@dataclass(frozen=True)
class Cost:
    """Seconds of one build's models and snapshots: of their statements and as dbt times them; of the command.

    The first leaves out dbt's own work on every model, which is the same for any amount of rows.
    """

    sql_seconds: float
    model_seconds: float
    command_seconds: float


def run_days(
    target: Target, domain: Domain, scale: str, *, days: int, scratch: Path, tell: Tell
) -> dict[str, Any]:
    """The full build and some days' builds (medians) at each scale up to the one asked for."""
    wanted = domain.size_of(scale)
    scales = [name for name in _LADDER if domain.size_of(name) < wanted] + [scale]
    steps = [_at_scale(target, domain, one, days=days, scratch=scratch / one, tell=tell) for one in scales]
    return {"scales": steps, "days": days, "goal": GOAL_RATIO, "ratio": steps[-1]["ratio"]}


def _at_scale(
    target: Target, domain: Domain, scale: str, *, days: int, scratch: Path, tell: Tell
) -> dict[str, Any]:
    kept, _ = kept_data(domain, scale, tell)
    data, place = scratch / "data", target.own(domain, f"day_{scale}")
    try:
        shutil.copytree(kept, data)
        target.clear(place)
        load_data(place, data, tell, declared_keys=False)
        tell(f"building all of it at {scale}")
        full = _build(place, scratch / "full")
        costs, changed = [], []
        for day in range(1, days + 1):
            tell(f"day {day} of {days} at {scale}")
            extracts = {source.name: domain.extract_in(data, source) for source in domain.sources}
            for name, extract in extracts.items():
                words = starlift_command("advance", name, "--from", str(extract))
                run_step("advance", words, child_environment(place), scratch / f"advance_{name}.log")
            changed.append(sum(map(_changed_rows, extracts.values())))
            load_data(place, data, tell, declared_keys=False)
            tell(f"building day {day} of {days} at {scale}")
            costs.append(_build(place, scratch / f"day_{day}"))
        with place.open() as engine:
            rows = sum(sum(engine.raw_rows(source).values()) for source in place.sources)
    finally:
        target.clear(place)
        shutil.rmtree(data, ignore_errors=True)
    parts = [asdict(cost) for cost in costs]
    day_cost = Cost(**{part: statistics.median(cost[part] for cost in parts) for part in parts[0]})
    return {
        "scale": scale,
        "size": domain.in_words(domain.size_of(scale)),
        "rows": rows,
        "changed_rows": statistics.median(changed),
        "full": asdict(full),
        "day": asdict(day_cost),
        "ratio": day_cost.sql_seconds / full.sql_seconds,
        "ratio_by_dbt": day_cost.model_seconds / full.model_seconds,
    }


def _changed_rows(data: Path) -> int:
    """How many rows the newest day inserted, updated or deleted, as the data's manifest lists them."""
    newest = json.loads((data / "manifest.json").read_text())["days"][-1]
    return sum(len(keys) for table in newest["changes"].values() for keys in table.values())


def _build(place: Place, target_path: Path) -> Cost:
    # one thread: with more, a model's time would include waiting for the others
    arguments = ["--threads", "1", "--exclude-resource-type", "test", "unit_test"]
    arguments += ["--log-format-file", "json", "--log-level-file", "debug", "--log-file-max-bytes", "0"]
    words = dbt_arguments("build", arguments, place, target_path)
    step = run_dbt_as_step("dbt build", words, place, target_path / "build.log")
    results = json.loads((target_path / "run_results.json").read_text())["results"]
    models = [
        one for one in results if one["unique_id"].startswith(tuple(f"{kind}." for kind in _MODEL_KINDS))
    ]
    return Cost(
        sql_seconds=sum(_statement_seconds(target_path / "logs" / "dbt.log")),
        model_seconds=sum(one["execution_time"] for one in models),
        command_seconds=step.seconds,
    )


def _statement_seconds(log: Path) -> Iterator[float]:
    """Seconds of every statement of a model or a snapshot, from dbt's log in JSON."""
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["info"]["name"] == "SQLQueryStatus":
                node = event["data"].get("node_info") or {}
                if node.get("resource_type") in _MODEL_KINDS:
                    yield event["data"]["elapsed"]
