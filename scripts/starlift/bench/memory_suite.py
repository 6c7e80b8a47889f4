"""Memory: generate, load and build at a large scale, with the peak of each step's process."""

import shutil
from dataclasses import asdict
from typing import Any

from starlift.bench.warehouse import Tell, make_warehouse, remove_warehouse
from starlift.defaults import BENCH_FOLDER
from starlift.generate.clinic import scale_size

GOAL_BYTES = 8 * 2**30


def run_memory(scale: str, *, target: str, tell: Tell) -> dict[str, Any]:
    """All three steps from nothing; what they made is removed again, being large."""
    _, encounters = scale_size(scale)
    path, data = BENCH_FOLDER / f"memory_{scale}.duckdb", BENCH_FOLDER / f"memory_{scale}"
    try:
        steps = make_warehouse(path, data, scale=scale, target=target, tell=tell, declared_keys=False)
        sizes = {
            "parquet": sum(file.stat().st_size for file in data.glob("*.parquet")),
            "warehouse": path.stat().st_size,
        }
    finally:
        remove_warehouse(path)
        shutil.rmtree(data, ignore_errors=True)
    return {
        "scale": scale,
        "encounters": encounters,
        "steps": [asdict(step) for step in steps],
        "peak_bytes": max(step.peak_bytes for step in steps),
        "sizes": sizes,
        "goal": GOAL_BYTES,
    }
