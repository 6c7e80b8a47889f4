"""Loading: `starlift load` against plain `create table as select` from the same Parquet, into new files."""

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from starlift.bench.files import remove_duckdb
from starlift.bench.steps import Tell
from starlift.bench.timing import take_turns
from starlift.load import load
from starlift.load.duckdb import DuckDB, Keys
from starlift.load.extract import file_literal
from starlift.sources import Source

GOAL_RATIO = 1.5


def run_loading(source: Source, data: Path, *, runs: int, tell: Tell) -> dict[str, Any]:
    """Seconds until the tables are in the file and it is closed, in turns.

    Three contenders: the load as it is by default, with the keys declared in the DDL, and no rules at all.
    """
    rows = 0
    with tempfile.TemporaryDirectory(prefix="starlift_") as folder:
        file = Path(folder) / "load.duckdb"

        def ours(keys: Keys) -> None:
            nonlocal rows
            remove_duckdb(file)
            rows = load(source, data, DuckDB(file, keys)).row_count

        def plain() -> None:
            remove_duckdb(file)
            with duckdb.connect(str(file)) as connection:
                connection.execute(f"create schema {source.raw_schema}")
                for table in source.tables:
                    connection.execute(
                        f"create table {source.raw_schema}.{table.name} as "
                        f"select * from read_parquet({file_literal(data / f'{table.name}.parquet')})"
                    )

        tell("starlift load and create table as, in turns")
        timings = take_turns(
            {"starlift": lambda: ours(Keys.AUTO), "create_table_as": plain}, runs=runs, warmups=1
        )
        tell("starlift load with keys declared in the DDL")
        timings |= take_turns({"declared": lambda: ours(Keys.DECLARED)}, runs=1, warmups=0)
    return {
        "runs": runs,
        "rows": rows,
        "timings": {name: timing.as_json() for name, timing in timings.items()},
        "against": "create table as",
        "labels": {
            "create_table_as": "create table as, no rules",
            "starlift": "starlift load",
            "declared": "starlift load --keys declared",
        },
        "ratio": timings["starlift"].median / timings["create_table_as"].median,
        "ratio_declared": timings["declared"].median / timings["create_table_as"].median,
        "goal": GOAL_RATIO,
    }
