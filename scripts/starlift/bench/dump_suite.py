"""Loading a dump: megabytes a minute of CPU time, and whether memory stays flat from one size to the next."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlift.bench.steps import Step, Tell, run_step, starlift_command

GOAL_MEGABYTES_A_MINUTE = 20
# Megabytes, and rows of one INSERT: mysqldump's lines of a megabyte, and a statement for each row.
_DUMPS = ((20, 10_000), (100, 10_000), (20, 1))
_TABLE = """CREATE TABLE `sales` (
  `id` int NOT NULL AUTO_INCREMENT,
  `customer` varchar(100) DEFAULT NULL,
  `sold_at` datetime NOT NULL,
  `amount` decimal(10,2) NOT NULL,
  `returned` date DEFAULT NULL,
  `note` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
"""


def run_dump_loading(*, tell: Tell, dumps: tuple[tuple[int, int], ...] = _DUMPS) -> dict[str, Any]:
    """Each dump once, in a process of its own, into a new DuckDB file; CPU seconds of all threads count."""
    loaded: list[tuple[int, Step]] = []
    with tempfile.TemporaryDirectory(prefix="starlift_") as name:
        folder = Path(name)
        for size, rows in dumps:
            what = f"a dump of {size} MB, {rows:,} row{'s' * (rows != 1)} an INSERT"
            tell(f"loading {what}")
            dump = folder / f"dump_{size}_{rows}.sql"
            _write(dump, size * 1_000_000, rows)
            env = {**os.environ, "STARLIFT_DUCKDB": str(dump.with_suffix(".duckdb"))}
            command = starlift_command("load-dump", str(dump))
            loaded.append((size, run_step(what, command, env, folder / "load.log")))
            dump.unlink()
    return {
        "steps": [
            {**asdict(step), "megabytes": size, "a_minute": size / step.cpu_seconds * 60}
            for size, step in loaded
        ],
        "a_minute": min(size / step.cpu_seconds * 60 for size, step in loaded),
        "goal_a_minute": GOAL_MEGABYTES_A_MINUTE,
    }


def _write(dump: Path, size: int, rows: int) -> None:
    with dump.open("w", encoding="utf-8") as file:
        written = file.write(_TABLE)
        first = 0
        while written < size:
            written += file.write(f"INSERT INTO `sales` VALUES {','.join(_rows(first, rows))};\n")
            first += rows


def _rows(first: int, count: int) -> Iterator[str]:
    """As mysqldump writes them, with what needs an escape."""
    for number in range(first, first + count):
        day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
        returned = f"'{day}'" if number % 9 == 0 else "NULL"
        note = f"it\\'s no. {number}" + " and more" * (number % 5)
        yield (
            f"({number},'customer {number % 977}','{day} {number % 24:02}:30:00',"
            f"{number % 1000}.{number % 100:02},{returned},'{note}')"
        )
