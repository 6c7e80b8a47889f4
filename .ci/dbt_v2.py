"""The project on dbt v2, dbt's engine in Rust: parsed whole, built on two days, compared with dbt-core's.

`make v2` runs it, in target/dbt_v2. Where the engine or DuckDB's driver cannot be had it says so
in a line and ends well; STARLIFT_REQUIRE_V2=1 makes that an error.
"""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "target" / "dbt_v2"
ENGINE = "dbt-core==2.0.0a4"
# DuckDB as a shared library, which the Python package does not hold.
DRIVER = "@duckdb/node-bindings-linux-x64@1.5.6-r.1"
# What that DuckDB can read.
STORAGE = "v1.4.0"
MANIFEST = """manifest_version = 1
name = "DuckDB"
[ADBC]
version = "1.1.0"
[Driver]
entrypoint = "duckdb_adbc_init"
[Driver.shared]
linux_amd64 = "{library}"
"""
EVERY_DOMAIN = "{retail_enabled: true, ultrasound_enabled: true}"
# v2 takes a bigint for an integer when it makes a fixture, so keys do not fit.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# Moments of the machine's clock.
NOT_COMPARED = ("dbt_updated_at", "dbt_scd_id")
COUNTED_WHOLE = "agg_diagnosis_procedure_pairs"


class CannotBeHad(Exception):
    """A reason why there is no v2 here."""


def main() -> None:
    try:
        engine, home = set_up()
    except CannotBeHad as reason:
        print(f"dbt v2 is skipped: {reason}")
        sys.exit(os.environ.get("STARLIFT_REQUIRE_V2") == "1")
    dbt = Path(sys.executable).with_name("dbt")
    with_v2 = {"HOME": str(home), "DBT_TARGET_PATH": str(FOLDER / "target"), "RUST_BACKTRACE": "0"}
    run([engine, "parse", "--vars", EVERY_DOMAIN], FOLDER / "v2.duckdb", with_v2)
    print("dbt v2 parses every domain", flush=True)

    shutil.rmtree(FOLDER / "clinic", ignore_errors=True)
    starlift("generate", "clinic", "--scale", "tiny", "--out", str(FOLDER / "clinic"))
    files = {name: FOLDER / f"{name}.duckdb" for name in ("v1", "v2")}
    for file in files.values():
        empty_warehouse(file)
    for day in ("the first day", "the next day"):
        if day != "the first day":
            starlift("advance", "clinic", "--from", str(FOLDER / "clinic"))
        for file in files.values():
            starlift("load", "clinic", "--from", str(FOLDER / "clinic"), file=file)
        v1 = {"DBT_TARGET_PATH": str(FOLDER / "target_v1")}
        seconds = {
            "dbt-core": run([dbt, "build", *WITHOUT_UNIT_TESTS], files["v1"], v1),
            "dbt v2": run([engine, "build", *WITHOUT_UNIT_TESTS], files["v2"], with_v2),
        }
        tables = compare(files["v1"], files["v2"])
        took = ", ".join(f"{name} {second:.1f} s" for name, second in seconds.items())
        print(f"{day}: {took}; {tables} tables are the same", flush=True)


def set_up() -> tuple[Path, Path]:
    """The engine's program, and a home folder with the driver's manifest."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise CannotBeHad("its DuckDB driver is taken from a package for Linux on x86-64")
    npm = shutil.which("npm")
    if not npm:
        raise CannotBeHad("npm, which fetches its DuckDB driver, is not installed")
    FOLDER.mkdir(parents=True, exist_ok=True)
    engine, library = FOLDER / "venv" / "bin" / "dbt", FOLDER / "package" / "libduckdb.so"
    if not engine.exists():
        venv.create(FOLDER / "venv", clear=True, with_pip=True)
        install = [FOLDER / "venv" / "bin" / "pip", "install", "--quiet", "--pre", ENGINE]
        fetched(install, f"{ENGINE} cannot be installed")
    if not library.exists():
        name = fetched([npm, "pack", "--silent", DRIVER], f"{DRIVER} cannot be fetched").splitlines()[-1]
        with tarfile.open(FOLDER / name) as archive:
            archive.extractall(FOLDER, filter="data")
    manifest = FOLDER / "home" / ".config" / "adbc" / "drivers" / "duckdb.toml"
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(MANIFEST.format(library=library))
    return engine, FOLDER / "home"


def fetched(words: Sequence[str | Path], otherwise: str) -> str:
    done = subprocess.run(words, cwd=FOLDER, text=True, capture_output=True, check=False)
    if done.returncode:
        raise CannotBeHad(otherwise)
    return done.stdout


def empty_warehouse(file: Path) -> None:
    file.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as warehouse (storage_version '{STORAGE}')")


def starlift(*words: str, file: Path | None = None) -> None:
    run([Path(sys.executable).with_name("starlift"), *words], file or FOLDER / "none.duckdb", {})


def run(words: Sequence[str | Path], file: Path, variables: dict[str, str]) -> float:
    """How long it took; where it fails, what it said, and the end."""
    environment = {**os.environ, "STARLIFT_DUCKDB": str(file), "STARLIFT_TARGET": "duckdb", **variables}
    began = time.perf_counter()
    done = subprocess.run(words, cwd=PROJECT, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))} failed:\n{(done.stdout + done.stderr)[-6000:]}")
    return time.perf_counter() - began


def compare(one: Path, other: Path) -> int:
    """How many tables both have alike, row by row; the end where any differs."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'one' "
            "and schema_name in ('star', 'star_history', 'star_reference', 'star_quality') "
            # of which dbt v2 keeps none
            "and not table_name like '%\\_\\_blocks' escape '\\' order by all"
        ).fetchall()
        for schema, table in tables:
            # where dbt v2 counts all, all rows bear the newest run's number
            left_out = (*NOT_COMPARED, "audit_key") if table == COUNTED_WHOLE else NOT_COMPARED
            ((columns,),) = connection.execute(
                "select string_agg(column_name, ', ') from duckdb_columns() "
                f"where database_name = 'one' and schema_name = '{schema}' and table_name = '{table}' "
                f"and column_name not in {left_out}"
            ).fetchall()
            sides = [f"select {columns} from {side}.{schema}.{table}" for side in ("one", "other")]
            for first, second in (sides, reversed(sides)):
                if connection.execute(f"{first} except all {second} limit 1").fetchall():
                    sys.exit(f"{schema}.{table} is another one on dbt v2")
    return len(tables)


if __name__ == "__main__":
    main()
