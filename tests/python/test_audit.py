"""The log of runs says what happened: on every engine, and also of runs that failed or were killed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from any_target import AnyTarget, any_target
from conftest import PROJECT, Warehouse
from dbt_starlift.git_commit import git_commit

SEEDS_AND_MONTHS = ("--select", "+dim_month", "--indirect-selection", "cautious")
# What the log held before it said what became of a run.
FIRST_LOG = (
    "create schema {schema}_audit",
    "create table {schema}_audit.runs (audit_key integer not null primary key, invocation_id varchar(36) not null "
    "unique, rules_fingerprint varchar(32) not null, started_at {timestamp} not null)",
    "insert into {schema}_audit.runs values (1, 'an earlier release', 'others', '2025-01-01 00:00:00')",
)
RUN = (
    "select command, status, ended_at is not null, nodes_built, nodes_failed, nodes_skipped, tests_passed, "
    "tests_failed from {schema}_audit.runs where audit_key = "
)


@pytest.fixture(scope="module", params=["duckdb", "postgres", "mariadb", "mysql"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyTarget]:
    kind = request.param
    server = None if kind == "duckdb" else request.getfixturevalue(f"{kind}_server")
    with any_target(kind, server, tmp_path_factory.mktemp("audit"), "audit") as target:
        timestamp = "datetime(6)" if kind in ("mariadb", "mysql") else "timestamp"
        target.change(*(statement.replace("{timestamp}", timestamp) for statement in FIRST_LOG))
        yield target


def newest(target: AnyTarget) -> int:
    return target.one("select max(audit_key) from {schema}_audit.runs")


def logged(target: AnyTarget, run: int) -> dict[str, tuple[str, int | None]]:
    """Status and rows found of each node of a run."""
    rows = target.rows(
        "select unique_id, status, test_failures from {schema}_audit.run_results "
        f"where audit_key = {run} and execution_seconds >= 0"
    )
    return {unique_id: (status, failures) for unique_id, status, failures in rows}


def told_by_dbt(target: AnyTarget) -> dict[str, tuple[str, int | None]]:
    return {
        result["unique_id"]: (
            result["status"],
            result["failures"] if result["unique_id"].startswith("test.") else None,
        )
        for result in target.results()
    }


def test_the_log_holds_what_happened(target: AnyTarget) -> None:
    """One story of several commands, since each of them goes on from where the last one ended."""
    # a build that passes, on the log of an earlier release
    target.dbt("build", *SEEDS_AND_MONTHS)
    told = told_by_dbt(target)
    assert logged(target, 2) == told
    tests = sum(name.startswith("test.") for name in told)
    assert target.rows(RUN + "2") == [("build", "success", True, len(told) - tests, 0, 0, tests, 0)]
    facts = "select dbt_version, target_name, git_commit from {schema}_audit.runs where audit_key = 2"
    ((version, name, commit),) = target.rows(facts)
    assert version.startswith("1.12.") and name == target.kind
    # somebody may be editing
    assert (commit or "").removesuffix("-dirty") == (git_commit(PROJECT) or "").removesuffix("-dirty")
    assert target.one("select status from {schema}_audit.runs where audit_key = 1") is None

    # rows in, written and out
    days, months = 14979, 495
    rows = target.rows(
        "select rows_in, rows_written, rows_out, rows_are_exact from {schema}_audit.run_results "
        "where audit_key = 2 and node_name = 'dim_month'"
    )
    assert [tuple(map(int, row)) for row in rows] == [(days, months, months, 1)]

    # a test that fails: as many rows as it found
    target.change("delete from {schema}.dim_date where date_key = 20200229")
    target.change("update {schema}.dim_date set iso_week = 99 where date_key in (20200301, 20200302)")
    target.dbt("test", "--select", "dim_date", "--indirect-selection", "cautious", succeeds=False)
    told = told_by_dbt(target)
    assert logged(target, 3) == told
    assert ("fail", 2) in told.values()
    ((command, status, ended, *_, failed),) = target.rows(RUN + "3")
    assert (command, status, ended) == ("test", "failed", True)
    assert failed == sum(status == "fail" for status, _ in told.values())

    # a model that fails, and the one behind it
    target.change("drop table {schema}_reference.ref_holidays")
    target.dbt("run", "--select", "dim_date", "dim_month", succeeds=False)
    assert logged(target, 4) == told_by_dbt(target)
    assert target.rows(RUN + "4") == [("run", "failed", True, 0, 1, 1, 0, 0)]
    message = target.one(
        "select message from {schema}_audit.run_results where audit_key = 4 and node_name = 'dim_date'"
    )
    assert "ref_holidays" in message

    # one that is killed has no end; the next one says so
    process = target.start("build", *SEEDS_AND_MONTHS)
    for line in process.stdout or ():
        if "1 of " in line and "START seed" in line:
            break
    process.kill()
    process.communicate()
    assert target.rows(RUN + "5")[0][:3] == ("build", "running", False)
    target.dbt("seed")
    assert target.rows(RUN + "5")[0][:3] == ("build", "running", False)
    target.dbt("run", "--select", "dim_date", "dim_month")
    assert target.rows(RUN + "5")[0][:3] == ("build", "killed", False)
    assert target.rows(RUN + "6")[0][:2] == ("seed", "success")
    assert target.rows(RUN + "7")[0][:4] == ("run", "success", True, 2)

    listed = target.starlift("runs").splitlines()
    assert [line.split()[0] for line in listed if line.strip()[:1].isdigit()] == list("1234567")
    assert "dim_date" in target.starlift("runs", "--run", "4")
    assert "dim_month" in target.starlift("runs", "--slowest")


def test_who_may_only_read_can_test(target: AnyTarget) -> None:
    if not target.server:
        pytest.skip("a DuckDB file has no users")
    name = "starlift_test_reader"
    before = newest(target)
    schemas = [f"{target.schema}{layer}" for layer in ("", "_audit", "_reference")]
    if target.kind == "postgres":
        target.change(f"create role {name} login password '{name}'")
        target.change(*(f"grant usage on schema {schema} to {name}" for schema in schemas))
        target.change(*(f"grant select on all tables in schema {schema} to {name}" for schema in schemas))
    else:
        target.change(f"create user {name} identified by '{name}'")
        target.change(*(f"grant select on {schema}.* to {name}" for schema in schemas))
    prefix = f"STARLIFT_{target.kind.upper()}"
    target.variables = {f"{prefix}_USER": name, f"{prefix}_PASSWORD": name}
    try:
        target.dbt("test", "--select", "dim_month", "--indirect-selection", "cautious")
    finally:
        target.variables = {}
        if target.kind == "postgres":
            target.change(f"drop owned by {name}", f"drop role {name}")
        else:
            target.change(f"drop user {name}")
    assert newest(target) == before


def test_every_row_leads_to_its_run_and_its_load(first_day: Warehouse, tmp_path: Path) -> None:
    warehouse = first_day.copy(tmp_path)
    assert warehouse.dbt("compile", "--select", "path:analyses/audit").ok
    compiled = next(
        (tmp_path / "target" / "compiled").glob("*/analyses/audit/where_encounters_come_from.sql")
    )
    ((run, encounters, _, _, load, extracted_at),) = warehouse.rows(compiled.read_text())
    assert (run, load) == (1, 1)
    assert encounters == warehouse.one("select count(*) from star.fact_encounters")
    assert extracted_at == warehouse.one("select extracted_at from raw_clinic.loads")
    slowest = warehouse.rows((compiled.parent / "slowest_nodes.sql").read_text())
    assert len(slowest) == warehouse.one(
        "select count(*) from star_audit.run_results where started_at is not null"
    )
    assert slowest[0][3] == warehouse.one("select max(execution_seconds) from star_audit.run_results")


def test_a_retry_is_logged_as_what_it_repeats(first_day: Warehouse, tmp_path: Path) -> None:
    warehouse = first_day.copy(tmp_path)
    warehouse.change("alter table star_reference.ref_holidays rename to away")
    assert not warehouse.dbt("run", "--select", "dim_date", "dim_month").ok
    warehouse.change("alter table star_reference.away rename to ref_holidays")
    kept = (tmp_path / "target" / "run_results.json").read_text()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "run_results.json").write_text(kept)
    assert warehouse.dbt("retry", "--state", str(tmp_path / "state")).ok
    runs = warehouse.rows(
        "select command, status, nodes_built from star_audit.runs order by audit_key desc limit 2"
    )
    assert runs == [("run", "success", 2), ("run", "failed", 0)]


def test_a_commit_is_known_only_in_a_repository(tmp_path: Path) -> None:
    assert git_commit(tmp_path) is None
    assert git_commit(tmp_path / "nowhere") is None
    if shutil.which("git") and (PROJECT / ".git").exists():
        assert len((git_commit(PROJECT) or "").removesuffix("-dirty")) == 40
