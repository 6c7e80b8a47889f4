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
from starlift.generate.clinic import scale_size
from starlift.sources import Source

# What the data, the raw tables and the star of a kept warehouse depend on; the last in the project's folder.
_DATA_PARTS = ("generate",)
_RAW_PARTS = ("generate", "load", "sources")
_STAR_PARTS = ("models", "macros", "seeds", "snapshots", "dbt_project.yml", "vars.yml")

remove_warehouse = remove_duckdb


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse; `data` is the Parquet it came from, `own` whether it is the benchmark's."""

    place: Place
    data: Path | None
    scale: str | None
    own: bool
    steps: tuple[Step, ...] = ()


def warehouse_at_hand(source: Source, target: Target) -> Warehouse:
    """The warehouse that profiles.yml points at; the engine says so if it is not there."""
    return Warehouse(target.at_hand(source), None, None, own=False)


def kept_data(source: Source, scale: str, tell: Tell) -> tuple[Path, Step]:
    """The generated data of that scale, the same for all targets, and what they took."""
    scale_size(scale)  # an unknown scale is refused before anything is made
    folder = BENCH_FOLDER / f"{source.name}_{scale}"
    record = BENCH_FOLDER / f"{folder.name}_data.json"
    wanted = {"data": _fingerprint(_package(), _DATA_PARTS)}
    kept = json.loads(record.read_text()) if record.is_file() and folder.is_dir() else {}
    if kept.get("data") == wanted["data"]:
        return folder, Step(**kept["step"])
    record.unlink(missing_ok=True)
    step = generate_data(source, folder, scale, tell)
    record.write_text(json.dumps({**wanted, "step": asdict(step)}, indent=1))
    return folder, step


def kept_warehouse(source: Source, scale: str, *, target: Target, project: Path, tell: Tell) -> Warehouse:
    """The benchmark's own warehouse of that scale, made again where the project has changed since.

    Where only what dbt builds has changed, the raw tables stay if the target can tell them apart.
    """
    data, generated = kept_data(source, scale, tell)
    place = target.own(source, scale)
    record = BENCH_FOLDER / f"{source.name}_{scale}_{target.name}.json"
    wanted = {
        "place": place.label,
        "raw": _fingerprint(_package(), _RAW_PARTS),
        "star": _fingerprint(project, (*_STAR_PARTS, *target.star_parts)),
    }
    kept = json.loads(record.read_text()) if record.is_file() and target.is_there(place) else {}
    same = {part for part, value in wanted.items() if kept.get(part) == value}
    if same == set(wanted):
        steps = tuple(Step(**step) for step in kept["steps"])
        return Warehouse(place, data, scale, own=True, steps=(generated, *steps))
    record.unlink(missing_ok=True)
    if same == {"place", "raw"} and target.clear_star(place):
        loaded = Step(**kept["steps"][0])
    else:
        target.clear(place)
        loaded = load_data(place, data, tell, declared_keys=True)
    built = build_star(place, tell)
    tell("gathering statistics")
    target.settle(place)
    record.write_text(json.dumps({**wanted, "steps": [asdict(step) for step in (loaded, built)]}, indent=1))
    return Warehouse(place, data, scale, own=True, steps=(generated, loaded, built))


def generate_data(source: Source, folder: Path, scale: str, tell: Tell) -> Step:
    """Each step is the public command in a process of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    tell(f"generating the {source.name} at scale {scale}")
    words = starlift_command("generate", source.name, "--scale", scale, "--out", str(folder))
    return run_step("generate", words, os.environ, _logs(folder.name) / "generate.log")


def load_data(place: Place, data: Path, tell: Tell, *, declared_keys: bool) -> Step:
    tell(f"loading it into {place.label}")
    words = starlift_command("load", place.source.name, "--target", place.target, "--from", str(data))
    words += ["--schema", place.source.schema] if place.source.schema else []
    words += ["--keys", "declared"] if declared_keys else []
    return run_step("load", words, child_environment(place), _logs(data.name, place) / "load.log")


def child_environment(place: Place) -> dict[str, str]:
    """What leads a process of ours to the place."""
    return {**os.environ, **place.environment}


def build_star(place: Place, tell: Tell) -> Step:
    tell("building the star with dbt")
    logs = _logs(place.source.name, place)
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
