"""Generating: our rows per second against a row-by-row Faker loop in the same run, and equal digests."""

import tempfile
from pathlib import Path
from typing import Any

from starlift.bench.steps import Tell
from starlift.bench.timing import take_turns
from starlift.errors import StarliftError
from starlift.generate.clinic import generate_clinic, scale_size
from starlift.generate.faker_loop import faker_rows

# The loop's speed does not depend on its length; a longer one would only take longer.
FAKER_ENCOUNTERS = 5_000
GOAL_RATIO = 30


def run_generation(scale: str, *, runs: int, tell: Tell) -> dict[str, Any]:
    """Rows per second of both, Parquet files included in ours; a StarliftError if threads change the rows."""
    patients, encounters = scale_size(scale)
    with tempfile.TemporaryDirectory(prefix="starlift_") as folder:
        digests = {}
        for threads in (1, 2):
            tell(f"generating {encounters:,} encounters with {threads} thread(s), for the digests")
            out = Path(folder) / "clinic"
            manifest = generate_clinic(out, patients=patients, encounters=encounters, threads=threads)
            digests[threads] = {name: table.digest for name, table in manifest.tables.items()}
        changed = [name for name in digests[1] if digests[1][name] != digests[2][name]]
        if changed:
            raise StarliftError(
                f"Two threads generate other rows than one in {', '.join(changed)}: mend that first."
            )
        tell("generating and the Faker loop, in turns")
        timings = take_turns(
            {
                "starlift": lambda: generate_clinic(
                    Path(folder) / "clinic", patients=patients, encounters=encounters
                ),
                "faker": lambda: faker_rows(FAKER_ENCOUNTERS),
            },
            runs=runs,
            warmups=0,
        )
    ours = sum(table.rows for table in manifest.tables.values())
    theirs = sum(len(rows) for rows in faker_rows(FAKER_ENCOUNTERS).values())
    rates = {"starlift": ours / timings["starlift"].median, "faker": theirs / timings["faker"].median}
    return {
        "runs": runs,
        "encounters": {"starlift": encounters, "faker": FAKER_ENCOUNTERS},
        "rows": {"starlift": ours, "faker": theirs},
        "timings": {name: timing.as_json() for name, timing in timings.items()},
        "rows_per_second": rates,
        "ratio": rates["starlift"] / rates["faker"],
        "goal": GOAL_RATIO,
        "threads_agree": True,
    }
