"""The demo's refusals, and what is said when dbt fails; no dbt is started here."""

import os
import subprocess
import sys

import duckdb
import pytest
from rich.console import Console

from starlift import dbt_progress
from starlift.dbt_command import failure_reason
from starlift.demo import _what_happened, check_replaceable, run_demo
from starlift.errors import StarliftError
from starlift.processes import ended_with_us

BROKEN_MODEL = """\
04:23:19  1 of 4 OK created sql view model main.m1 ....................................... [OK in 0.08s]
04:23:19  2 of 4 ERROR creating sql view model main.m2 ................................... [\x1b[31mERROR\x1b[0m in 0.02s]
04:23:19  4 of 4 SKIP relation main.m3 ................................................... [SKIP]
04:23:19
04:23:19  Completed with 1 error, 0 partial successes, and 0 warnings:
04:23:19
04:23:19  [ERROR]: in model m2 (models/m2.sql)
04:23:19    Runtime Error in model m2 (models/m2.sql)
  Catalog Error: Table with name nope does not exist!
04:23:19
04:23:19    compiled code at target/compiled/p/models/m2.sql
04:23:19  Done. PASS=1 WARN=0 ERROR=1 SKIP=1 NO-OP=0 REUSED=0 TOTAL=4
"""
FAILED_TEST = """\
04:24:21  2 of 4 FAIL 1 accepted_values_m1_a__7 .......................................... [FAIL 1 in 0.07s]
04:24:22  [ERROR]: in test accepted_values_m1_a__7 (models/s.yml)
04:24:22    Got 1 result, configured to fail if != 0
04:24:22
04:24:22  Done. PASS=1 WARN=0 ERROR=1 SKIP=2 NO-OP=0 REUSED=0 TOTAL=4
"""
UNREADABLE_PROJECT = """\
04:23:22  Registered adapter: duckdb=1.11.1
04:23:22  [ERROR]: Encountered an error:
Compilation Error
  Model 'model.p.m3' (models/m3.sql) depends on a node named 'm2' which was not found
"""


@pytest.mark.parametrize(
    "output, reason",
    [
        (
            BROKEN_MODEL,
            "creating sql view model main.m2: Runtime Error in model m2 (models/m2.sql) "
            "Catalog Error: Table with name nope does not exist!",
        ),
        (FAILED_TEST, "1 accepted_values_m1_a__7: Got 1 result, configured to fail if != 0"),
        (
            UNREADABLE_PROJECT,
            "Compilation Error Model 'model.p.m3' (models/m3.sql) depends on a node named 'm2' which was not found",
        ),
        ("04:23:22  Killed\n\n", "Killed"),
        ("", "it said nothing"),
    ],
)
def test_a_failure_of_dbt_names_the_first_node_and_its_reason(output, reason):
    assert failure_reason(output.splitlines()) == reason


def test_a_failed_dbt_under_the_bar_gives_its_reason_and_keeps_what_it_said(tmp_path, monkeypatch):
    said = tmp_path / "said"
    said.write_text(BROKEN_MODEL)
    script = f"import sys; print(open({str(said)!r}).read(), end=''); sys.exit(1)"
    monkeypatch.setattr(dbt_progress, "dbt_command", lambda *_: [sys.executable, "-c", script])
    log = tmp_path / "logs" / "demo.log"
    with pytest.raises(StarliftError, match=r"dbt build failed: creating .* main\.m2: .*nope.*demo\.log"):
        dbt_progress.run_dbt_with_bar(Console(quiet=True), "dbt build", ["build"], log)
    assert log.read_text() == BROKEN_MODEL


def test_a_child_process_does_not_outlive_what_started_it():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(SystemExit), ended_with_us(process):
        raise SystemExit(143)
    assert process.poll() is not None


def database(path, *statements):
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def loaded_from(folder, schema="raw_clinic"):
    return (
        f"create schema {schema}",
        f"create table {schema}.loads as select '{folder}' as source_path",
    )


def test_what_dbt_or_an_earlier_demo_has_made_may_be_replaced(tmp_path):
    check_replaceable(tmp_path / "none.duckdb")
    check_replaceable(database(tmp_path / "empty.duckdb"))
    seeds = ("create schema star_seeds", "create table star_seeds.rules (id integer)")
    check_replaceable(database(tmp_path / "seeds.duckdb", *seeds))
    check_replaceable(database(tmp_path / "demo.duckdb", *loaded_from("data/clinic"), *seeds))
    check_replaceable(database(tmp_path / "retail.duckdb", *loaded_from("data/shop", "raw_shop"), *seeds))


def test_a_day_is_told_in_one_line_whether_its_keys_are_listed_or_a_run_of_numbers():
    changes = {
        "orders": {"inserted": [], "updated": [7], "deleted": [], "appended": [11, 14]},
        "returns": {"inserted": [3], "updated": [], "deleted": [1, 2]},
        "products": {"inserted": [], "updated": [], "deleted": []},
    }
    day = {"date": "2026-01-01", "changes": changes}
    assert _what_happened(day) == "2026-01-01: orders +4 ~1, returns +1 -2"


@pytest.mark.parametrize(
    "statements, message",
    [
        (loaded_from("/mnt/clinic"), "a load from /mnt/clinic, and"),
        (loaded_from("/mnt/pos", "raw_pos"), "a load from /mnt/pos, and"),
        (("create schema raw_clinic", "create table raw_clinic.patients (id integer)"), "no load has put"),
        (("create table sales (id integer)",), "tables in main, and"),
        ((*loaded_from("data/clinic"), "create table sales (id integer)"), "tables in main, and"),
    ],
)
def test_what_comes_from_elsewhere_is_refused(tmp_path, statements, message):
    with pytest.raises(StarliftError, match=message):
        check_replaceable(database(tmp_path / "mine.duckdb", *statements))


def test_no_database_a_damaged_and_a_locked_one_are_told_apart(tmp_path):
    (tmp_path / "note.duckdb").write_text("not a database, but long enough to be looked at " * 100)
    with pytest.raises(StarliftError, match="not a DuckDB database"):
        check_replaceable(tmp_path / "note.duckdb")
    damaged = database(tmp_path / "damaged.duckdb", "create table t as select * from range(100000)")
    os.truncate(damaged, damaged.stat().st_size // 2)
    with pytest.raises(StarliftError, match="is damaged"):
        check_replaceable(damaged)
    locked = database(tmp_path / "locked.duckdb")
    script = f"import duckdb; c = duckdb.connect({str(locked)!r}); print(1, flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with ended_with_us(holder):
        holder.stdout.readline()
        with pytest.raises(StarliftError, match="in use by another process"):
            check_replaceable(locked)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder with an earlier demo's warehouse and data, and with no dbt to start."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STARLIFT_DUCKDB", "data/starlift.duckdb")
    (tmp_path / "dbt_project.yml").touch()
    (tmp_path / "data" / "clinic").mkdir(parents=True)
    (tmp_path / "data" / "clinic" / "manifest.json").write_text("{}")
    database(tmp_path / "data" / "starlift.duckdb", *loaded_from("data/clinic"))
    return tmp_path


@pytest.mark.parametrize(
    "domain, scale, message",
    [
        ("clinic", "huge", "no scale 'huge'"),
        ("retail", "huge", "no scale 'huge'"),
        ("school", "tiny", "no domain 'school'"),
    ],
)
def test_what_is_not_known_is_refused_before_anything_is_deleted(project, domain, scale, message):
    with pytest.raises(StarliftError, match=message):
        run_demo(Console(quiet=True), domain, scale)
    assert (project / "data" / "starlift.duckdb").exists()
    assert (project / "data" / "clinic" / "manifest.json").exists()


def test_data_with_files_of_others_are_left_alone_and_the_warehouse_too(project):
    (project / "data" / "clinic" / "notes.txt").write_text("mine")
    with pytest.raises(StarliftError, match="holds other files"):
        run_demo(Console(quiet=True), "clinic", "tiny")
    assert (project / "data" / "starlift.duckdb").exists()
    assert (project / "data" / "clinic" / "notes.txt").read_text() == "mine"


def test_outside_the_project_nothing_is_done(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StarliftError, match=r"no dbt_project\.yml"):
        run_demo(Console(quiet=True), "clinic", "tiny")
    assert list(tmp_path.iterdir()) == []


def test_sigterm_ends_the_command_line_like_an_error_so_that_what_it_began_is_cleaned_up():
    script = """
import os, signal
from starlift import cli

def work():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    finally:
        print("cleaned up")

cli.app = work
cli.main()
"""
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (143, "cleaned up\n"), ended.stderr
