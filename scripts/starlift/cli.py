"""The command line: it parses and prints; the work is in the modules it calls."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from starlift.defaults import (
    BENCH_RUNS,
    DOCS_PAGE,
    END,
    QUALITY_PAGE,
    SAMPLE_ROWS,
    SCALE,
    SEED,
    SLIM_FOLDER,
    START,
    STATE_FOLDER,
    data_folder,
)
from starlift.errors import StarliftError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
PLACE_HELP = "A DuckDB or SQLite file, an SQL dump, a dbt target, or a URL of postgresql, mysql or mariadb."


@app.callback()
def starlift() -> None:
    """Raw data for the Starlift warehouse: generate it, load it, and time what dbt builds from it."""


@app.command("generate")
def generate_command(
    source: Annotated[str, typer.Argument(help="The source system, such as clinic.")],
    *,
    scale: Annotated[str, typer.Option(help="tiny, lab, 100k, 1m or 10m.")] = SCALE,
    patients: Annotated[
        int | None, typer.Option(help="The clinic's, instead of the scale's.", show_default=False)
    ] = None,
    encounters: Annotated[
        int | None, typer.Option(help="The clinic's, instead of the scale's.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = SEED,
    start: Annotated[str, typer.Option(help="First day.")] = START.isoformat(),
    end: Annotated[str, typer.Option(help="Last day; the source is read at its end.")] = END.isoformat(),
    out: Annotated[
        Path | None, typer.Option(help="The folder to write.", show_default="data/<source>")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Default: all cores.", show_default=False)] = None,
) -> None:
    """Make raw data as Parquet: the same on every machine, version and number of threads."""
    from starlift.generate.command import run_generate  # noqa: PLC0415

    run_generate(
        console,
        source,
        out or data_folder(source),
        scale=scale,
        patients=patients,
        encounters=encounters,
        seed=seed,
        start=start,
        end=end,
        threads=threads,
    )


@app.command("advance")
def advance_command(
    source: Annotated[str, typer.Argument(help="The source system, such as clinic.")],
    *,
    days: Annotated[int, typer.Option(help="How many days to move on.")] = 1,
    path: Annotated[
        Path | None,
        typer.Option("--from", help="The folder to move on, in place.", show_default="data/<source>"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Default: the folder's own.", show_default=False)] = None,
) -> None:
    """Let days go by in generated data: new, changed, late, deleted and returning rows."""
    from starlift.advance.command import run_advance  # noqa: PLC0415

    run_advance(console, source, path or data_folder(source), days=days, seed=seed)


@app.command("load")
def load_command(
    source: Annotated[str, typer.Argument(help="The source system, such as clinic.")],
    *,
    target: Annotated[
        str | None,
        typer.Option(help="The dbt target to load into.", show_default="STARLIFT_TARGET, or duckdb"),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A folder of .parquet or .csv, or .sql files.", show_default="data/<source>"
        ),
    ] = None,
    dirty: Annotated[bool, typer.Option("--dirty", help="Land an extract that breaks the rules.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option(help="When the extract was taken, UTC.", show_default="its manifest's, or now"),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start afresh: compare with nothing loaded before.")
    ] = False,
    keys: Annotated[
        str,
        typer.Option(
            help="declared in the DDL, checked by the load (faster), or auto: declared if few rows."
        ),
    ] = "auto",
    schema: Annotated[str | None, typer.Option(help="The raw schema.", show_default="raw_<source>")] = None,
) -> None:
    """Load an extract into the raw schema, all of it or nothing."""
    from starlift.load.command import run_load  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    run_load(
        console,
        source,
        path or data_folder(source),
        target=target or default_target(),
        dirty=dirty,
        as_of=as_of,
        fresh=fresh,
        keys=keys,
        schema=schema,
    )


@app.command("load-dump")
def load_dump_command(
    files: Annotated[list[Path], typer.Argument(help="The dump's .sql files, in order.")],
    *,
    into: Annotated[str, typer.Option("--into", help="duckdb, sqlite, or another dbt target.")] = "duckdb",
    schema: Annotated[
        str | None,
        typer.Option(help="The schema; for sqlite the file's name.", show_default="raw_<first file>"),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the schema that is there.")
    ] = False,
) -> None:
    """Load an SQL dump (MySQL, PostgreSQL, SQLite, by hand), all of it or nothing, and say what it held."""
    from starlift.dump.command import run_load_dump  # noqa: PLC0415 - each command imports only what it needs

    run_load_dump(console, files, into=into, schema=schema, replace=replace)


@app.command("export")
def export_command(
    relation: Annotated[str, typer.Argument(help="A dbt model or table, or schema.table.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="The file to write; an older one is replaced.",
            show_default="its name and --format, here",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, parquet, xlsx, json (an array) or jsonl (a line per row).",
            show_default="what the file's name ends in",
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The dbt target to read.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
) -> None:
    """Write any table or view of the warehouse to a file, all of it or nothing."""
    from starlift.export.command import run_export  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    run_export(console, relation, out=out, format_=format_, target=target or default_target())


@app.command("flatten")
def flatten_command(
    relation: Annotated[str, typer.Argument(help="A fact, a dimension or any table, or schema.table.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="The file to write; an older one is replaced.",
            show_default="with --format: its name and _wide, here",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, parquet, xlsx, json (an array) or jsonl (a line per row).",
            show_default="what the file's name ends in",
        ),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query.")] = False,
    depth: Annotated[
        int | None,
        typer.Option(min=1, help="How many steps up to join.", show_default="1 in the star, else 3"),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The dbt target to read.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
) -> None:
    """Make one wide table of a fact or table: parents joined, children added up, no row lost or doubled."""
    from starlift.flatten.command import run_flatten  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    run_flatten(
        console,
        relation,
        out=out,
        format_=format_,
        sql=sql,
        depth=depth,
        target=target or default_target(),
    )


@app.command("profile")
def profile_command(
    name: Annotated[
        str, typer.Argument(help="A domain (all of its facts), a dbt model or table, or schema.table.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="The page to write.", show_default="data/profile_<name>.html")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The dbt target to read.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
) -> None:
    """Take a first look at data: distributions, gaps, trends and delays, on a page with charts."""
    from starlift.profile.command import run_profile  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    run_profile(console, name, out=out, target=target or default_target())


@app.command("erd")
def erd_command(
    place: Annotated[str, typer.Argument(help="A database's URL or file, an SQL dump, or a dbt target.")],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="The file to write: .svg, .png, .html or .mmd (Mermaid).")
    ],
    schema: Annotated[
        str | None, typer.Option(help="The schema to draw, where there are several.", show_default=False)
    ] = None,
) -> None:
    """Draw a database's tables, keys and relations, declared and inferred."""
    from starlift.erd.command import run_erd  # noqa: PLC0415 - each command imports only what it needs

    run_erd(console, place, out, schema=schema)


@app.command("inspect")
def inspect_command(
    place: Annotated[str, typer.Argument(metavar="URL|FILE|TARGET", help=PLACE_HELP)],
    *,
    schema: Annotated[
        str | None, typer.Option(help="The schema to look at.", show_default="the only one with tables")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="markdown or json.", show_default="the terminal, or as --out ends"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file.", show_default=False)] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="Of larger tables read about so many rows; 0: all of them.")
    ] = SAMPLE_ROWS,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="Show values of what looks like personal data, too.")
    ] = False,
) -> None:
    """Show what a database holds: tables, keys, relations (also undeclared), orphans, personal data."""
    from starlift.inspect.command import run_inspect  # noqa: PLC0415 - each command imports only what it needs

    run_inspect(
        console,
        place,
        schema=schema,
        form=form,
        out=out,
        sample_rows=sample or None,
        personal_samples=show_personal,
    )


@app.command("scaffold")
def scaffold_command(
    place: Annotated[str, typer.Argument(metavar="URL|FILE|TARGET", help=PLACE_HELP)],
    *,
    name: Annotated[str, typer.Option("--name", help="What to call the source system, such as clinic.")],
    schema: Annotated[
        str | None, typer.Option(help="The schema to look at.", show_default="the only one with tables")
    ] = None,
    project: Annotated[Path, typer.Option("--project", help="The folder of the dbt project.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write sources, tests, staging models and snapshots for a database, and a proposal for its star."""
    from starlift.scaffold.command import run_scaffold  # noqa: PLC0415 - each command imports only what it needs

    run_scaffold(console, place, system=name, schema=schema, folder=project, force=force)


@app.command("backup")
def backup_command(
    *,
    to: Annotated[Path, typer.Option("--to", help="A new folder.")],
    target: Annotated[
        str | None, typer.Option(help="The dbt target to back up.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    schema: Annotated[
        list[str] | None,
        typer.Option(help="A schema to keep besides; may be repeated.", show_default="the warehouse's own"),
    ] = None,
) -> None:
    """Keep a warehouse safe: raw tables, histories, log of runs, reference lists and star."""
    from starlift.backup import command  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    command.backup(console, to, target=target or default_target(), besides=tuple(schema or ()))


@app.command("restore")
def restore_command(
    *,
    path: Annotated[Path, typer.Option("--from", help="A folder that `starlift backup` wrote.")],
    target: Annotated[
        str | None,
        typer.Option(help="The dbt target to restore to.", show_default="STARLIFT_TARGET, or duckdb"),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the warehouse that is there.")
    ] = False,
) -> None:
    """Bring a warehouse back, and see that every table holds what it held."""
    from starlift.backup import command  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    command.restore(console, path, target=target or default_target(), replace=replace)


servers = typer.Typer(
    no_args_is_help=True, help="Run a PostgreSQL, MySQL or MariaDB of your own, on this machine only."
)
app.add_typer(servers, name="server")
ServerKind = Annotated[str, typer.Argument(help="postgres, mysql or mariadb.")]
ServerFolder = Annotated[
    Path | None, typer.Option("--data", help="Its folder.", show_default="data/servers/<kind>")
]


@servers.command("start")
def server_start_command(
    kind: ServerKind,
    *,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Default: a free one.")] = None,
    folder: ServerFolder = None,
) -> None:
    """Start a server (set up where it is new) and print the variables with which dbt finds it."""
    from starlift.servers.command import run_start  # noqa: PLC0415 - each command imports only what it needs

    run_start(console, kind, port, folder)


@servers.command("stop")
def server_stop_command(kind: ServerKind, *, folder: ServerFolder = None) -> None:
    """Stop a server; its data stays."""
    from starlift.servers.command import run_stop  # noqa: PLC0415 - each command imports only what it needs

    run_stop(console, kind, folder)


@servers.command("status")
def server_status_command() -> None:
    """Say which of the servers in data/servers run."""
    from starlift.servers.command import run_status  # noqa: PLC0415 - each command imports only what it needs

    run_status(console)


@app.command("runs")
def runs_command(
    *,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    last: Annotated[
        int, typer.Option(min=1, help="How many of the newest runs, or of the slowest nodes.")
    ] = 10,
    run: Annotated[int | None, typer.Option(min=1, help="What failed in the run of this number.")] = None,
    slowest: Annotated[
        bool, typer.Option("--slowest", help="The slowest nodes of the newest run, or of --run.")
    ] = False,
) -> None:
    """List the runs of the warehouse, what failed in one, or what took longest."""
    from starlift.audit.command import show_run, show_runs  # noqa: PLC0415 - each command imports only its own
    from starlift.targets import default_target  # noqa: PLC0415

    if run or slowest:
        show_run(console, target or default_target(), run, last if slowest else None)
    else:
        show_runs(console, target or default_target(), last)


@app.command("metrics")
def metrics_command(
    metrics: Annotated[
        list[str] | None, typer.Argument(help="The metrics; without any they are listed.", show_default=False)
    ] = None,
    *,
    by: Annotated[
        str, typer.Option(help="Dimensions, as in metric_time__month,specialty__specialty_name.")
    ] = "",
    saved: Annotated[str | None, typer.Option(help="A saved query in place of metrics and --by.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="A condition, as in \"{{ Dimension('patient__state') }} = 'CA'\"."),
    ] = None,
    order: Annotated[str, typer.Option(help="Names to order by; -name for the largest first.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="The first so many rows.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Of the star that `starlift as-of` built.")] = None,
    dimensions: Annotated[
        bool, typer.Option("--dimensions", help="List what the metrics can be asked by.")
    ] = False,
    sql: Annotated[bool, typer.Option("--sql", help="Show the SQL instead of running it.")] = False,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
) -> None:
    """Ask the metrics of the semantic layer, or list them."""
    from starlift.metrics import command  # noqa: PLC0415 - each command imports only what it needs
    from starlift.metrics.semantic import Ask  # noqa: PLC0415
    from starlift.targets import default_target  # noqa: PLC0415

    target = target or default_target()
    if not metrics and not saved:
        if by or where or order or limit or dimensions or sql:
            raise StarliftError(
                "Name the metrics that are meant, or a saved query: `starlift metrics` lists them."
            )
        command.list_metrics(console, target)
    elif dimensions:
        command.list_dimensions(console, tuple(metrics or ()), target)
    else:
        ask = Ask(metrics or (), _split(by), where or (), _split(order), limit, saved)
        command.ask_metrics(console, ask, target, as_of=as_of, sql=sql)


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


@app.command("docs")
def docs_command(
    *,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    out: Annotated[Path, typer.Option(help="The page to write.", dir_okay=False)] = DOCS_PAGE,
) -> None:
    """Write dbt's documentation of every domain as one page, diagrams included."""
    from starlift.site import write_site  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    write_site(console, target or default_target(), out)


@app.command("check")
def check_command(
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Bring the pages and diagrams that are made of it up to date.")
    ] = False,
) -> None:
    """Check the dbt project: deprecated YAML, layers, descriptions, constraints, pages and diagrams."""
    from starlift.checks.command import run_checks  # noqa: PLC0415 - each command imports only what it needs

    run_checks(console, Path.cwd(), write=write)


@app.command("diff")
def diff_command(
    before: Annotated[str, typer.Argument(metavar="BASE", help="A git revision, or a folder with a state.")],
    now: Annotated[
        str | None,
        typer.Argument(metavar="[HEAD]", help="Another.", show_default="the working tree"),
    ] = None,
    *,
    domain: Annotated[
        str | None, typer.Option(help="Build clinic, retail or ultrasound alone.", show_default="all domains")
    ] = None,
    scale: Annotated[str, typer.Option(help="Of the raw data that both revisions are built on.")] = "tiny",
    days: Annotated[
        int, typer.Option(min=0, help="Days that go by after the first build, each with a build.")
    ] = 1,
    path: Annotated[
        Path | None,
        typer.Option("--from", help="Extracts to take instead, as for load.", show_default="generated data"),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="terminal or markdown.")] = "terminal",
    out: Annotated[Path | None, typer.Option(help="A file to write instead of showing it.")] = None,
) -> None:
    """Say what a change does to models, columns, rows and answers, and who reads what it touches."""
    from starlift.diff.command import run_diff  # noqa: PLC0415 - each command imports only what it needs
    from starlift.diff.revisions import Data  # noqa: PLC0415
    from starlift.domains import DOMAINS, domain_named  # noqa: PLC0415

    domains = (domain_named(domain),) if domain else tuple(DOMAINS.values())
    run_diff(console, before, now, Data(scale, days, path, domains), format_=format_, out=out)


@app.command("lineage")
def lineage_command(
    column: Annotated[
        str | None, typer.Argument(help="As model.column, or schema.table.column of a source.")
    ] = None,
    *,
    up: Annotated[bool, typer.Option("--up", help="Only what it is made of.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only what it goes into.")] = False,
    page: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page of all columns to this file.", dir_okay=False),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", help="A folder with a state.", show_default="the project, compiled"),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    variables: Annotated[str | None, typer.Option("--vars", help="As dbt takes them.")] = None,
) -> None:
    """Show what a column is made of, back to the sources, and what it goes into, as far as the questions."""
    from starlift.lineage.command import run_lineage  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    if not column and not page:
        raise StarliftError(
            "Name a column, as in fact_claims.allowed_amount, or a page to write with --html."
        )
    run_lineage(
        console,
        column,
        state=state,
        target=target or default_target(),
        variables=variables,
        up=up,
        down=down,
        page=page,
    )


states = typer.Typer(
    no_args_is_help=True, help="Keep what the main branch builds, for changes to be held against."
)
app.add_typer(states, name="state")
DbtVars = Annotated[
    str | None, typer.Option("--vars", help="As dbt takes them.", show_default="those of vars.yml")
]


@states.command("save")
def state_save_command(
    *,
    to: Annotated[Path, typer.Option("--to", help="The folder; a state in it is replaced.")] = STATE_FOLDER,
    variables: DbtVars = None,
) -> None:
    """Keep the DuckDB warehouse and the project's manifest, compiled, in a folder apart from target/."""
    from starlift.state.save import given_variables, save_state  # noqa: PLC0415 - imports only what it needs

    save_state(console, to, given_variables(variables))


@app.command("slim")
def slim_command(
    *,
    state: Annotated[
        Path, typer.Option("--state", help="The folder that `starlift state save` wrote.")
    ] = STATE_FOLDER,
    out: Annotated[Path, typer.Option(help="The folder to build in.")] = SLIM_FOLDER,
    variables: Annotated[
        str | None, typer.Option("--vars", help="As dbt takes them.", show_default="those of the state")
    ] = None,
) -> None:
    """Build and test what differs from a state and what hangs on it, on a copy of the state's warehouse."""
    from starlift.state.save import given_variables  # noqa: PLC0415 - each command imports only what it needs
    from starlift.state.slim import run_slim  # noqa: PLC0415

    run_slim(console, state, out, given_variables(variables))


@app.command("as-of")
def as_of_command(
    moment: Annotated[str, typer.Argument(help="A day, up to its end, or a moment in UTC.")],
    *,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Drop what an earlier call built.")] = False,
) -> None:
    """Build the star as it was known at the end of a day, in schemas of its own."""
    from starlift.as_of import build_as_of, drop_as_of  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    (drop_as_of if drop else build_as_of)(console, moment, target or default_target())


@app.command("quality")
def quality_command(
    *,
    target: Annotated[
        str | None, typer.Option(help="The dbt target.", show_default="STARLIFT_TARGET, or duckdb")
    ] = None,
    out: Annotated[Path, typer.Option(help="The page to write.")] = QUALITY_PAGE,
) -> None:
    """Show what came in, what was rejected and why: a summary here, and a page with charts and examples."""
    from starlift.quality.command import run_quality  # noqa: PLC0415 - each command imports only what it needs
    from starlift.targets import default_target  # noqa: PLC0415

    run_quality(console, target or default_target(), out)


@app.command("bench")
def bench_command(
    suite: Annotated[
        str, typer.Argument(help="questions, generate, load, build, day, dump, memory or all.")
    ] = "questions",
    *,
    domain: Annotated[str, typer.Option(help="clinic, retail or ultrasound.")] = "clinic",
    target: Annotated[str, typer.Option(help="The dbt target whose warehouse is timed.")] = "duckdb",
    scale: Annotated[
        str | None,
        typer.Option(
            help="Make and keep a warehouse of that scale: lab, 1m, 10m, ...",
            show_default="the warehouse at hand",
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="Timed runs of every query.")] = BENCH_RUNS,
    private: Annotated[
        bool | None,
        typer.Option(
            "--private/--no-private",
            help="On a server that the benchmark starts itself.",
            show_default="if none is named and none answers",
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the stored runs.")] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Compare the latest two runs.")] = False,
    old: Annotated[str | None, typer.Option(help="With --compare: the run before.")] = None,
    new: Annotated[str | None, typer.Option(help="With --compare: the run after.")] = None,
) -> None:
    """Prove that 3NF and star give the same answers, then time them; or time the other steps."""
    from starlift.bench import command  # noqa: PLC0415 - each command imports only what it needs

    if list_:
        command.list_runs(console)
    elif compare or old or new:
        command.compare_runs(console, old, new)
    else:
        command.bench(console, suite, domain=domain, target=target, scale=scale, runs=runs, private=private)


@app.command("parity")
def parity_command(
    targets: Annotated[str, typer.Option(help="The targets to compare with the first of them.")] = (
        "duckdb,postgres,mariadb"
    ),
    *,
    domain: Annotated[str, typer.Option(help="clinic, retail or ultrasound.")] = "clinic",
    scale: Annotated[str, typer.Option(help="tiny, lab, 100k, 1m or 10m.")] = "tiny",
    days: Annotated[int, typer.Option(min=0, help="Days to move on after the initial load.")] = 3,
    private: Annotated[
        bool,
        typer.Option("--private", help="Start servers of its own instead of using the profile's."),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what was compared, also where it is all the same.")
    ] = False,
) -> None:
    """Build the same data on several targets and compare every table and answer."""
    from starlift.parity.command import parity  # noqa: PLC0415 - each command imports only what it needs

    named = [target.strip() for target in targets.split(",")]
    parity(console, named, domain=domain, scale=scale, days=days, private=private, keep=keep)


@app.command("demo")
def demo_command(
    *,
    domain: Annotated[str, typer.Option(help="clinic, retail or ultrasound.")] = "clinic",
    scale: Annotated[str, typer.Option(help="tiny, lab, 100k, 1m or 10m.")] = SCALE,
) -> None:
    """Show the whole path once: raw data, a star over four days, answers proven equal and timed."""
    from starlift.demo import run_demo  # noqa: PLC0415 - each command imports only what it needs

    run_demo(console, domain, scale)


def main() -> None:
    """Run the command line; an expected error becomes one sentence on stderr and exit code 1."""
    # an exception, so that child processes and temporary folders go as they do after an error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        app()
    except StarliftError as error:
        Console(stderr=True).print(f"[red]Error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
