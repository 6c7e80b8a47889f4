"""Memory: generate, load and build at a large scale, with the peak of each step's process."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlift.bench.files import remove_duckdb
from starlift.bench.steps import Tell
from starlift.bench.targets import DuckDBTarget
from starlift.bench.warehouse import build_star, generate_data, load_data
from starlift.defaults import BENCH_FOLDER
from starlift.domains import Domain

GOAL_BYTES = 8 * 2**30


def run_memory(domain: Domain, scale: str, *, tell: Tell) -> dict[str, Any]:
    """All three steps from nothing, in DuckDB; what they made is removed again, being large."""
    size = domain.size_of(scale)
    data = BENCH_FOLDER / f"memory_{domain.name}_{scale}"
    place = DuckDBTarget().in_file(domain, data.with_suffix(".duckdb"))
    path = Path(place.label)
    try:
        remove_duckdb(path)
        generated = generate_data(domain, data, scale, tell)
        loaded = load_data(place, data, tell, declared_keys=False)
        steps = (*generated, *loaded, build_star(place, tell))
        sizes = {
            "parquet": sum(file.stat().st_size for file in data.rglob("*.parquet")),
            "warehouse": path.stat().st_size,
        }
    finally:
        remove_duckdb(path)
        shutil.rmtree(data, ignore_errors=True)
    return {
        "scale": scale,
        "size": domain.in_words(size),
        "steps": [asdict(step) for step in steps],
        "peak_bytes": max(step.peak_bytes for step in steps),
        "sizes": sizes,
        "goal": GOAL_BYTES,
    }
