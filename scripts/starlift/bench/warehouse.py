"""Which warehouse is timed: the one at hand, or one that the benchmark makes for itself and keeps."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from starlift.bench.dbt import dbt_arguments, run_dbt_as_step
from starlift.bench.steps import Step, run_step, starlift_command
from starlift.defaults import BENCH_FOLDER
from starlift.duckdb_file import duckdb_path
from starlift.generate.clinic import scale_size

# What the data and the star of a kept warehouse depend on, from the project's folder.
_DATA_PARTS = ("generate", "load", "sources")
_STAR_PARTS = ("models", "macros", "seeds", "snapshots", "dbt_project.yml", "vars.yml")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Warehouse:
    """A built warehouse; `data` is the Parquet it came from, `own` whether it is the benchmark's."""

    path: Path
    data: Path | None
    scale: str | None
    own: bool
    steps: tuple[Step, ...] = ()


def warehouse_at_hand() -> Warehouse:
    """The warehouse that profiles.yml points at; the engine says so if it is not there."""
    return Warehouse(duckdb_path(), None, None, own=False)


def kept_warehouse(scale: str, *, target: str, project: Path, tell: Tell) -> Warehouse:
    """The benchmark's own warehouse of that scale, made again where the project has changed since."""
    scale_size(scale)  # an unknown scale is refused before anything is made
    name = f"clinic_{scale}"
    path, data, record = (BENCH_FOLDER / f"{name}{ending}" for ending in (".duckdb", "", ".json"))
    wanted = {"data": _fingerprint_of_data(), "star": _fingerprint(project, _STAR_PARTS)}
    kept = json.loads(record.read_text()) if record.is_file() and path.is_file() else {}
    if kept.get("data") == wanted["data"] and kept.get("star") == wanted["star"] and data.is_dir():
        steps = tuple(Step(**step) for step in kept["steps"])
        return Warehouse(path, data, scale, own=True, steps=steps)
    record.unlink(missing_ok=True)
    steps = make_warehouse(path, data, scale=scale, target=target, tell=tell, declared_keys=True)
    record.write_text(json.dumps({**wanted, "steps": [asdict(step) for step in steps]}, indent=1))
    return Warehouse(path, data, scale, own=True, steps=steps)


def make_warehouse(
    path: Path, data: Path, *, scale: str, target: str, tell: Tell, declared_keys: bool, tests: bool = False
) -> tuple[Step, ...]:
    """Generate, load and build from nothing, each as the public command in a process of its own."""
    remove_warehouse(path)
    shutil.rmtree(data, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    logs = path.parent / "logs" / path.stem
    env = {**os.environ, "STARLIFT_DUCKDB": str(path)}
    tell(f"generating the clinic at scale {scale}")
    words = starlift_command("generate", "clinic", "--scale", scale, "--out", str(data))
    generated = run_step("generate", words, env, logs / "generate.log")
    tell(f"loading it into {path}")
    words = starlift_command("load", "clinic", "--target", target, "--from", str(data))
    words += ["--keys", "declared"] if declared_keys else []
    loaded = run_step("load", words, env, logs / "load.log")
    tell("building the star with dbt")
    arguments = [] if tests else ["--exclude-resource-type", "test", "unit_test"]
    words = dbt_arguments("build", arguments, target, logs / "target")
    built = run_dbt_as_step("build", words, path, logs / "build.log")
    return generated, loaded, built


def remove_warehouse(path: Path) -> None:
    path.unlink(missing_ok=True)
    Path(f"{path}.wal").unlink(missing_ok=True)


def _fingerprint_of_data() -> str:
    package = Path(sys.modules["starlift"].__file__ or "").parent
    return _fingerprint(package, _DATA_PARTS)


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
