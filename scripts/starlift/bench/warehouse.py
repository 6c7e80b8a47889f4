"""Which warehouse is timed: the one at hand, or one that the benchmark makes for itself and keeps."""

import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from starlift.bench.dbt import dbt_arguments, run_dbt_as_step
from starlift.bench.files import remove_duckdb
from starlift.bench.place import Place
from starlift.bench.steps import Step, Tell, run_step, starlift_command
from starlift.bench.targets import Target
from starlift.defaults import BENCH_FOLDER
from starlift.domains import Domain

# What the data, the raw tables and the star of a kept warehouse depend on; the last in the project's folder.
_DATA_PARTS = ("generate",)
_RAW_PARTS = ("generate", "load", "sources")
_STAR_PARTS = ("models", "macros", "seeds", "snapshots", "dbt_project.yml", "vars.yml")

remove_warehouse = remove_duckdb


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse; `data` holds the Parquet it came from, `own` says whether it is the benchmark's."""

    place: Place
    data: Path | None
    scale: str | None
    own: bool
    steps: tuple[Step, ...] = ()


def warehouse_at_hand(domain: Domain, target: Target) -> Warehouse:
    """The warehouse that profiles.yml points at; the engine says so if it is not there."""
    return Warehouse(target.at_hand(domain), None, None, own=False)


def kept_data(domain: Domain, scale: str, tell: Tell) -> tuple[Path, list[Step]]:
    """The generated data of that scale, the same for all targets, and what they took."""
    domain.size_of(scale)  # an unknown scale is refused before anything is made
    folder = BENCH_FOLDER / f"{domain.name}_{scale}"
    record = BENCH_FOLDER / f"{folder.name}_data.json"
    wanted = {"data": _fingerprint(_package(), _DATA_PARTS)}
    kept = json.loads(record.read_text()) if record.is_file() and folder.is_dir() else {}
    if kept.get("data") == wanted["data"]:
        return folder, [Step(**step) for step in kept["steps"]]
    record.unlink(missing_ok=True)
    steps = generate_data(domain, folder, scale, tell)
    record.write_text(json.dumps({**wanted, "steps": [asdict(step) for step in steps]}, indent=1))
    return folder, steps


def kept_warehouse(domain: Domain, scale: str, *, target: Target, project: Path, tell: Tell) -> Warehouse:
    """The benchmark's own warehouse of that scale, made again where the project has changed since.

    Where only what dbt builds has changed, the raw tables stay if the target can tell them apart.
    """
    data, generated = kept_data(domain, scale, tell)
    place = target.own(domain, scale)
    record = BENCH_FOLDER / f"{domain.name}_{scale}_{target.name}.json"
    wanted = {
        "place": place.label,
        "raw": _fingerprint(_package(), _RAW_PARTS),
        "star": _fingerprint(project, (*_STAR_PARTS, *target.star_parts)),
    }
    kept = json.loads(record.read_text()) if record.is_file() and target.is_there(place) else {}
    same = {part for part, value in wanted.items() if kept.get(part) == value}
    if same == set(wanted):
        steps = tuple(Step(**step) for step in kept["steps"])
        return Warehouse(place, data, scale, own=True, steps=(*generated, *steps))
    record.unlink(missing_ok=True)
    if same == {"place", "raw"} and target.clear_star(place):
        loaded = [Step(**step) for step in kept["steps"][:-1]]
    else:
        target.clear(place)
        loaded = load_data(place, data, tell, declared_keys=True)
    built = build_star(place, tell)
    tell("gathering statistics")
    target.settle(place)
    record.write_text(json.dumps({**wanted, "steps": [asdict(step) for step in (*loaded, built)]}, indent=1))
    return Warehouse(place, data, scale, own=True, steps=(*generated, *loaded, built))


def generate_data(domain: Domain, folder: Path, scale: str, tell: Tell) -> list[Step]:
    """The extracts of all sources; each step is the public command in a process of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    steps = []
    for source in domain.sources:
        tell(f"generating {source.name} at scale {scale}")
        out = domain.extract_in(folder, source)
        words = starlift_command("generate", source.name, "--scale", scale, "--out", str(out))
        log = _logs(folder.name) / f"generate_{source.name}.log"
        steps.append(run_step(domain.step_name("generate", source), words, os.environ, log))
    return steps


def load_data(place: Place, data: Path, tell: Tell, *, declared_keys: bool) -> list[Step]:
    """The extracts of all sources, source by source."""
    steps = []
    for source in place.sources:
        tell(f"loading {source.name} into {place.label}")
        extract = place.domain.extract_in(data, source)
        words = starlift_command("load", source.name, "--target", place.target, "--from", str(extract))
        words += ["--schema", source.schema] if source.schema else []
        words += ["--keys", "declared"] if declared_keys else []
        log = _logs(data.name, place) / f"load_{source.name}.log"
        steps.append(run_step(place.domain.step_name("load", source), words, child_environment(place), log))
    return steps


def child_environment(place: Place) -> dict[str, str]:
    """What leads a process of ours to the place."""
    return {**os.environ, **place.environment}


def build_star(place: Place, tell: Tell) -> Step:
    tell("building the star with dbt")
    logs = _logs(place.domain.name, place)
    arguments = ["--exclude-resource-type", "test", "unit_test"]
    words = dbt_arguments("build", arguments, place, logs / "target")
    return run_dbt_as_step("build", words, place, logs / "build.log")


def _logs(name: str, place: Place | None = None) -> Path:
    return BENCH_FOLDER / "logs" / (f"{name}_{place.target}" if place else name)


def _package() -> Path:
    return Path(sys.modules["starlift"].__file__ or "").parent


def _fingerprint(folder: Path, parts: tuple[str, ...]) -> str:
    """Of the names and the contents of all files below the parts."""
    digest = hashlib.sha256()
    for part in parts:
        top = folder / part
        files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
