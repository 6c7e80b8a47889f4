"""`starlift demo`: the whole path once, from raw data to proven and timed answers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.advance.run import advance_clinic
from starlift.bench.command import bench
from starlift.bench.questions import INDEXED_SCHEMA
from starlift.bench.runs import LATEST_REPORT
from starlift.bench.warehouse import remove_warehouse
from starlift.dbt_command import project_folder
from starlift.dbt_progress import run_dbt_with_bar
from starlift.defaults import BENCH_RUNS, data_folder
from starlift.duckdb_file import duckdb_path, open_duckdb, use_of_duckdb
from starlift.errors import StarliftError
from starlift.generate.clinic import generate_clinic, scale_size
from starlift.load import load
from starlift.load.duckdb import DuckDB
from starlift.sources import CLINIC

Result = TypeVar("Result")

DATA = data_folder(CLINIC.name)
LOG = Path("logs/demo.log")
DAYS = 3
# Unit tests do not look at the data: the first build has run them.
_BUILD_DATA = ["build", "--exclude-resource-type", "unit_test"]
# whatever target the environment names, the demo is DuckDB's
_ON_DUCKDB = ["--target", "duckdb"]
# What schemas begin with that dbt or the benchmark makes.
_OWN_SCHEMAS = ("star", INDEXED_SCHEMA)


def run_demo(console: Console, scale: str) -> None:
    """Generate, load and build the clinic, move it on three days, answer, document and sum up."""
    began = time.perf_counter()
    project_folder()
    patients, encounters = scale_size(scale)
    warehouse = duckdb_path()
    check_replaceable(warehouse)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")

    console.rule("Day 0: the clinic's database and its star")
    step = _Steps(console)
    step("generate", lambda: generate_clinic(DATA, patients=patients, encounters=encounters))
    remove_warehouse(warehouse)  # not before: the data's folder may refuse to be replaced
    step("load", lambda: load(CLINIC, DATA, DuckDB(warehouse)))
    runs = [run_dbt_with_bar(console, "dbt build", ["build", *_ON_DUCKDB], LOG)]
    for day in range(1, DAYS + 1):
        console.rule(f"Day {day}: records change, come and go")
        manifest = step("advance", lambda: advance_clinic(DATA, days=1))
        console.print(f"  {_what_happened(manifest.days[-1])}", highlight=False)
        step("load", lambda: load(CLINIC, DATA, DuckDB(warehouse)))
        runs.append(
            run_dbt_with_bar(console, "dbt build, without unit tests", [*_BUILD_DATA, *_ON_DUCKDB], LOG)
        )

    console.rule("The four questions, on both sides")
    bench(console, "questions", target="duckdb", scale=None, runs=BENCH_RUNS)
    # the build has compiled every model just now
    run_dbt_with_bar(console, "dbt docs generate", ["docs", "generate", "--no-compile", *_ON_DUCKDB], LOG)

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


def check_replaceable(warehouse: Path) -> None:
    """StarliftError where the warehouse holds anything that is neither an earlier demo's nor made by dbt.

    Any dbt command makes the file, so one without raw tables is as good as none.
    """
    if not warehouse.exists():
        return
    with open_duckdb(warehouse, read_only=True) as connection, use_of_duckdb(warehouse):
        tables = set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())
        logged = (CLINIC.raw_schema, "loads") in tables
        query = f"select distinct source_path from {CLINIC.raw_schema}.loads"
        origins = {path for (path,) in connection.execute(query).fetchall()} if logged else set()
    others = {schema for schema, _ in tables if not schema.startswith(_OWN_SCHEMAS)}
    if others - {CLINIC.raw_schema}:
        found = f"tables in {', '.join(sorted(others - {CLINIC.raw_schema}))}"
    elif others and not logged:
        found = f"tables in {CLINIC.raw_schema} that no load has put there"
    elif origins - {str(DATA)}:
        found = f"a load from {', '.join(sorted(origins - {str(DATA)}))}"
    else:
        return
    raise StarliftError(
        f"{warehouse} holds {found}, and the demo would delete that: move the file away, or name another "
        "in STARLIFT_DUCKDB."
    )


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
    with open_duckdb(warehouse, read_only=True) as connection:
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
        ("", "starlift quality     (what came in, what was rejected and why)"),
        ("", "dbt compile --select q3_readmission_rate__star"),
        ("", "starlift load clinic --from YOUR_FOLDER     (README: a database of your own)"),
    ):
        console.print(f"[bold]{what:<15}[/bold]{escape(where)}", highlight=False, soft_wrap=True)
