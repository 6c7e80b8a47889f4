"""Loading a dump: megabytes a minute of one core, and whether memory stays flat from one size to the next."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlift.bench.steps import Step, Tell, run_step, starlift_command

GOAL_MEGABYTES_A_MINUTE = 20
# Megabytes of two dumps that differ in nothing else.
_SIZES = (20, 100)
_ROWS_OF_A_STATEMENT = 10_000
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


def run_dump_loading(*, tell: Tell, sizes: tuple[int, ...] = _SIZES) -> dict[str, Any]:
    """Each size once, in a process of its own, into a new DuckDB file; CPU seconds of all threads count."""
    loaded: list[tuple[int, Step]] = []
    with tempfile.TemporaryDirectory(prefix="starlift_") as name:
        folder = Path(name)
        for size in sizes:
            tell(f"loading a dump of {size} MB")
            dump = folder / f"dump_{size}.sql"
            _write(dump, size * 1_000_000)
            env = {**os.environ, "STARLIFT_DUCKDB": str(folder / f"dump_{size}.duckdb")}
            command = starlift_command("load-dump", str(dump))
            loaded.append((size, run_step(f"a dump of {size} MB", command, env, folder / "load.log")))
            dump.unlink()
    return {
        "steps": [
            {**asdict(step), "megabytes": size, "a_minute": size / step.cpu_seconds * 60}
            for size, step in loaded
        ],
        "a_minute": min(size / step.cpu_seconds * 60 for size, step in loaded),
        "goal_a_minute": GOAL_MEGABYTES_A_MINUTE,
    }


def _write(dump: Path, size: int) -> None:
    with dump.open("w", encoding="utf-8") as file:
        written = file.write(_TABLE)
        first = 0
        while written < size:
            written += file.write(f"INSERT INTO `sales` VALUES {','.join(_rows(first))};\n")
            first += _ROWS_OF_A_STATEMENT


def _rows(first: int) -> Iterator[str]:
    """As mysqldump writes them: in lines of about a megabyte, with what needs an escape."""
    for number in range(first, first + _ROWS_OF_A_STATEMENT):
        day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
        returned = f"'{day}'" if number % 9 == 0 else "NULL"
        note = f"it\\'s no. {number}" + " and more" * (number % 5)
        yield (
            f"({number},'customer {number % 977}','{day} {number % 24:02}:30:00',"
            f"{number % 1000}.{number % 100:02},{returned},'{note}')"
        )
