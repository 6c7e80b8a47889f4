"""`starlift demo`: the whole path of one domain once, from raw data to proven and timed answers."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.advance.run import advance
from starlift.bench.command import bench
from starlift.bench.questions import INDEXED_SCHEMA
from starlift.bench.runs import LATEST_REPORT
from starlift.bench.warehouse import remove_warehouse
from starlift.dbt_command import project_folder
from starlift.dbt_progress import run_dbt_with_bar
from starlift.defaults import BENCH_RUNS, data_folder
from starlift.domains import Domain, domain_named
from starlift.duckdb_file import duckdb_path, open_duckdb, use_of_duckdb
from starlift.errors import StarliftError
from starlift.generate.generators import generator
from starlift.load import load
from starlift.load.duckdb import DuckDB
from starlift.sources import SOURCES

Result = TypeVar("Result")

LOG = Path("logs/demo.log")
DAYS = 3
# Unit tests do not look at the data: the first build has run them.
_BUILD_DATA = ["build", "--exclude-resource-type", "unit_test"]
# What schemas begin with that dbt or the benchmark makes.
_OWN_SCHEMAS = ("star", INDEXED_SCHEMA)
# What to look at afterwards: a member with a history, and a question, of each domain.
_WORTH_A_LOOK = {
    "clinic": ("dim_provider", "q3_readmission_rate"),
    "retail": ("dim_customer", "q01_sales_and_refunds"),
    "ultrasound": ("dim_ultrasound_patient", "q1_report_delay"),
}


def run_demo(console: Console, domain_name: str, scale: str) -> None:
    """Generate, load and build a domain, move it on three days, answer, document and sum up."""
    began = time.perf_counter()
    project_folder()
    domain = domain_named(domain_name)
    domain.size_of(scale)  # an unknown scale is refused before anything is deleted
    warehouse = duckdb_path()
    check_replaceable(warehouse)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")
    step, on_duckdb = _Steps(console), _on_duckdb(domain)

    console.rule(f"Day 0: the raw data of {domain.title}, and its star")
    for source in domain.sources:
        made = generator(source.name)
        making = partial(made.make, data_folder(source.name), **made.asked(scale, {}))
        step(domain.step_name("generate", source), making)
    remove_warehouse(warehouse)  # not before: the data's folders may refuse to be replaced
    _load(step, domain, warehouse)
    runs = [run_dbt_with_bar(console, "dbt build", ["build", *on_duckdb], LOG)]
    for day in range(1, DAYS + 1):
        console.rule(f"Day {day}: records change, come and go")
        for source in domain.sources:
            moving_on = partial(advance, source.name, data_folder(source.name), days=1)
            manifest = step(domain.step_name("advance", source), moving_on)
            console.print(f"  {_what_happened(manifest.days[-1])}", highlight=False)
        _load(step, domain, warehouse)
        runs.append(
            run_dbt_with_bar(console, "dbt build, without unit tests", [*_BUILD_DATA, *on_duckdb], LOG)
        )

    console.rule("The questions, on both sides")
    bench(console, "questions", target="duckdb", scale=None, runs=BENCH_RUNS, domain=domain.name)
    # the build has compiled every model just now
    run_dbt_with_bar(console, "dbt docs generate", ["docs", "generate", "--no-compile", *on_duckdb], LOG)

    console.rule("What there is now")
    _show_warehouse(console, domain, warehouse)
    console.print(
        f"{len(runs)} builds in a row; the last: {runs[-1]}. "
        f"All of it took {time.perf_counter() - began:.0f} seconds.\n",
        highlight=False,
    )
    _show_places(console, domain, warehouse)


def _on_duckdb(domain: Domain) -> list[str]:
    """The words that lead dbt to the domain, on DuckDB whatever target the environment names."""
    told = domain.vars_to_tell()
    return ["--target", "duckdb", *(["--vars", json.dumps(told)] if told else [])]


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


def _load(step: _Steps, domain: Domain, warehouse: Path) -> None:
    for source in domain.sources:
        step(
            domain.step_name("load", source),
            partial(load, source, data_folder(source.name), DuckDB(warehouse)),
        )


def check_replaceable(warehouse: Path) -> None:
    """StarliftError where the warehouse holds anything that is neither an earlier demo's nor made by dbt.

    Any dbt command makes the file, so one without raw tables is as good as none.
    """
    if not warehouse.exists():
        return
    raw = {source.raw_schema: source for source in SOURCES.values()}
    with open_duckdb(warehouse, read_only=True) as connection, use_of_duckdb(warehouse):
        tables = set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())
        origins = {
            schema: connection.execute(f"select distinct source_path from {schema}.loads").fetchall()
            for schema in raw
            if (schema, "loads") in tables
        }
    schemas = {schema for schema, _ in tables if not schema.startswith(_OWN_SCHEMAS)}
    unlogged = schemas & raw.keys() - origins.keys()
    elsewhere = {
        path
        for schema, paths in origins.items()
        for (path,) in paths
        if path != str(data_folder(raw[schema].name))
    }
    if schemas - raw.keys():
        found = f"tables in {', '.join(sorted(schemas - raw.keys()))}"
    elif unlogged:
        found = f"tables in {', '.join(sorted(unlogged))} that no load has put there"
    elif elsewhere:
        found = f"a load from {', '.join(sorted(elsewhere))}"
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
        first, last = changes.get("appended", (1, 0))  # the ends of a run of new keys
        counts = {
            "+": len(changes["inserted"]) + last - first + 1,
            "~": len(changes["updated"]),
            "-": len(changes["deleted"]),
        }
        signs = [f"{sign}{count}" for sign, count in counts.items() if count]
        tables += [f"{table} {' '.join(signs)}"] if signs else []
    return f"{day['date']}: {', '.join(tables)}"


def _show_warehouse(console: Console, domain: Domain, warehouse: Path) -> None:
    table = Table("schema", "what it holds", "tables", "rows")
    for column in table.columns[2:]:
        column.justify = "right"
    holds = {
        **{source.raw_schema: "the 3NF source" for source in domain.sources},
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


def _show_places(console: Console, domain: Domain, warehouse: Path) -> None:
    dimension, question = _WORTH_A_LOOK[domain.name]
    versions = f"select * from {{{{ ref('{dimension}') }}}} where version_number > 1"
    told = domain.vars_to_tell()
    its_vars = f" --vars '{json.dumps(told)}'" if told else ""
    moves = [f"starlift {work} {one.name}" for one in domain.sources for work in ("advance", "load")]
    first = domain.sources[0].name
    for what, where in (
        ("Warehouse", f"{warehouse}   (any DuckDB client opens it)"),
        ("Report", f"{LATEST_REPORT}   (answers, times, plans; open it in a browser)"),
        ("Documentation", "target/index.html   (serve it: .venv/bin/dbt docs serve)"),
        ("", ""),
        ("Try next", "source .venv/bin/activate"),
        ("", f"{' && '.join(moves)} && dbt build{its_vars}"),
        ("", f'dbt show --inline "{versions}"{its_vars}'),
        ("", "starlift quality     (what came in, what was rejected and why)"),
        ("", f"dbt compile --select {question}__star{its_vars}"),
        ("", f"starlift load {first} --from YOUR_FOLDER     (README: a database of your own)"),
    ):
        console.print(f"[bold]{what:<15}[/bold]{escape(where)}", highlight=False, soft_wrap=True)
