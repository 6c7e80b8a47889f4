"""`starlift demo`: the whole path once, from raw data to proven and timed answers."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.advance.run import advance_clinic
from starlift.bench.command import bench
from starlift.bench.runs import LATEST_REPORT
from starlift.dbt_progress import run_dbt_with_bar
from starlift.errors import StarliftError
from starlift.generate.clinic import generate_clinic, parse_date, scale_size
from starlift.load import load
from starlift.load.command import duckdb_path
from starlift.load.duckdb import DuckDB
from starlift.sources import CLINIC

Result = TypeVar("Result")

DATA = Path("data/clinic")
LOG = Path("logs/demo.log")
DAYS = 3
RUNS = 7


def run_demo(console: Console, scale: str) -> None:
    """Generate, load and build the clinic, move it on three days, answer, document and sum up."""
    began = time.perf_counter()
    warehouse = duckdb_path()
    if not Path("dbt_project.yml").is_file():
        raise StarliftError(f"There is no dbt_project.yml in {Path.cwd()}: run this in the project's folder.")
    _start_afresh(warehouse)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")

    console.rule("Day 0: the clinic's database and its star")
    patients, encounters = scale_size(scale)
    step = _Steps(console)
    manifest = step(
        "generate",
        lambda: generate_clinic(
            DATA,
            patients=patients,
            encounters=encounters,
            seed=1,
            start=parse_date("2023-01-01", "start"),
            end=parse_date("2025-12-31", "end"),
        ),
    )
    step("load", lambda: load(CLINIC, DATA, DuckDB(warehouse)))
    runs = [run_dbt_with_bar(console, "dbt build", ["build"], LOG)]
    for day in range(1, DAYS + 1):
        console.rule(f"Day {day}: records change, come and go")
        manifest = step("advance", lambda: advance_clinic(DATA, days=1))
        console.print(f"  {_what_happened(manifest.days[-1])}", highlight=False)
        step("load", lambda: load(CLINIC, DATA, DuckDB(warehouse)))
        runs.append(run_dbt_with_bar(console, "dbt build", ["build"], LOG))

    console.rule("The four questions, on both sides")
    bench(console, "questions", target="duckdb", scale=None, runs=RUNS)
    run_dbt_with_bar(console, "dbt docs generate", ["docs", "generate"], LOG)

    console.rule("What there is now")
    _show_warehouse(console, warehouse)
    console.print(
        f"{len(runs)} builds in a row; the last: {runs[-1]}. "
        f"All of it took {time.perf_counter() - began:.0f} seconds.\n",
        highlight=False,
    )
    _show_places(console, warehouse)


class _Steps:
    """Runs a step and says how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, name: str, work: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        with self._console.status(name):
            result = work()
        self._console.print(f"{name}: {time.perf_counter() - began:.1f} s", highlight=False)
        return result


def _start_afresh(warehouse: Path) -> None:
    """Take away what an earlier demo left; StarliftError where the warehouse holds anything else."""
    if warehouse.exists():
        try:
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                paths = connection.execute(
                    f"select distinct source_path from {CLINIC.raw_schema}.loads"
                ).fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise StarliftError(
                f"{warehouse} is not a demo's warehouse or is in use ({reason}): close what uses it, "
                "move it away, or name another file in STARLIFT_DUCKDB."
            ) from error
        if {path for (path,) in paths} != {str(DATA)}:
            raise StarliftError(
                f"{warehouse} holds loads from other places than {DATA}, and the demo would delete them: "
                "move the file away, or name another in STARLIFT_DUCKDB."
            )
        warehouse.unlink()
        warehouse.with_name(warehouse.name + ".wal").unlink(missing_ok=True)
    if (DATA / "manifest.json").exists():
        shutil.rmtree(DATA)


def _what_happened(day: dict[str, Any]) -> str:
    """A day's new (+), changed (~) and deleted (-) rows in a line, table by table."""
    tables = []
    for table, changes in day["changes"].items():
        counts = {"+": changes["inserted"], "~": changes["updated"], "-": changes["deleted"]}
        signs = [f"{sign}{len(rows)}" for sign, rows in counts.items() if rows]
        tables += [f"{table} {' '.join(signs)}"] if signs else []
    return f"{day['date']}: {', '.join(tables)}"


def _show_warehouse(console: Console, warehouse: Path) -> None:
    table = Table("schema", "what it holds", "tables", "rows")
    for column in table.columns[2:]:
        column.justify = "right"
    holds = {
        "raw_clinic": "the 3NF source",
        "star_history": "snapshots: every version seen",
        "star": "the star: dimensions, facts, bridges, aggregates",
        "star_intermediate": "checked rows, and the quarantine",
    }
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for schema, words in holds.items():
            tables, rows = connection.execute(
                "select count(*), sum(estimated_size) from duckdb_tables() where schema_name = ?", [schema]
            ).fetchall()[0]
            table.add_row(schema, words, str(tables), f"{rows or 0:,}")
    console.print(table)


def _show_places(console: Console, warehouse: Path) -> None:
    for what, where in (
        ("Warehouse", f"{warehouse}   (any DuckDB client opens it)"),
        ("Report", f"{LATEST_REPORT}   (answers, times, plans; open it in a browser)"),
        ("Documentation", "target/index.html   (serve it: .venv/bin/dbt docs serve)"),
        ("", ""),
        ("Try next", "source .venv/bin/activate"),
        ("", "starlift advance clinic --days 1 && starlift load clinic && dbt build"),
        ("", "dbt show --inline \"select * from {{ ref('dim_provider') }} where version_number > 1\""),
        ("", "dbt compile --select q3_readmission_rate__star"),
        ("", "starlift load clinic --from YOUR_FOLDER     (README: a database of your own)"),
    ):
        console.print(f"[bold]{what:<15}[/bold]{escape(where)}", highlight=False, soft_wrap=True)
