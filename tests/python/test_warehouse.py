"""The warehouse from end to end: days go by, and nothing breaks, nothing is lost, nothing is doubled."""

import json
from datetime import date
from pathlib import Path

import pytest

from conftest import Warehouse

# Where the rows are compared, the tests have seen them already.
MODELS = ("--exclude-resource-type", "test", "unit_test", "exposure")


@pytest.fixture(scope="module")
def days(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The first day's warehouse three business days later, built after each."""
    warehouse = first_day.copy(tmp_path_factory.mktemp("days"))
    for _ in range(3):
        warehouse.starlift("advance", "clinic", "--days", "1", "--from", str(warehouse.source))
        warehouse.load()
        warehouse.build()
    return warehouse


def manifest(warehouse: Warehouse) -> dict:
    return json.loads((warehouse.source / "manifest.json").read_text())


def changed(warehouse: Warehouse, table: str, change: str) -> set[int]:
    """Ids that any of the days changed that way."""
    return {
        row for day in manifest(warehouse)["days"] for row in day["changes"].get(table, {}).get(change, [])
    }


def ids(warehouse: Warehouse, sql: str) -> set[int]:
    return {value for (value,) in warehouse.rows(sql)}


def test_a_second_build_of_the_same_day_changes_nothing(days: Warehouse) -> None:
    before = days.star()
    history = days.rows("select * from star_history.snap_clinic__patients order by all")
    days.build(*MODELS)
    assert days.star() == before
    assert days.rows("select * from star_history.snap_clinic__patients order by all") == history


def test_a_table_of_reference_lists_alone_is_not_made_again(days: Warehouse) -> None:
    assert days.rows("select distinct audit_key from star.dim_date") == [(1,)]
    assert days.rows("select distinct audit_key from star.dim_month") == [(1,)]
    # where one of them has changed since, it is
    days.change(
        "update star_audit.views_made set made_of = 'something else' where view_name like '%dim_date%'"
    )
    days.dbt("build", "--select", "+dim_month", "--exclude", "resource_type:test")
    newest = days.rows("select max(audit_key) from star_audit.runs")
    assert days.rows("select distinct audit_key from star.dim_date") == newest
    assert days.rows("select distinct audit_key from star.dim_month") == newest


def test_a_change_by_hand_is_seen_whatever_became_of_the_blocks(days: Warehouse, tmp_path: Path) -> None:
    warehouse = days.copy(tmp_path / "by_hand")
    blocks = "star_history.hist_clinic__billing__blocks"
    spoilt = (
        f"update {blocks} set hashed_by = hashed_by",
        f"update {blocks} set hashed_by = 'another release', hashes = 0",
        f"update {blocks} set audit_key = audit_key - 1, hashes = 0",
        f"drop table {blocks}",
    )
    for claim, statement in enumerate(spoilt, start=1):
        warehouse.change(statement)
        # one is withdrawn, the other is changed under its old stamp
        warehouse.change(f"delete from raw_clinic.billing where billing_id = {claim}")
        warehouse.change(
            f"update raw_clinic.billing set claim_date = date '2024-02-29' where billing_id = {100 + claim}"
        )
        assert set(warehouse.dbt("build", "--select", "hist_clinic__billing").status.values()) == {
            "success",
            "pass",
        }
        assert warehouse.rows(
            "select claim_id, claim_date from star_history.hist_clinic__billing "
            f"where known_to = 2147483647 and claim_id in ({claim}, {100 + claim})"
        ) == [(100 + claim, date(2024, 2, 29))]


def test_incremental_equals_full(days: Warehouse, tmp_path: Path) -> None:
    before = days.star()
    afresh = days.copy(tmp_path / "afresh")
    afresh.build("--full-refresh", "--exclude", "resource_type:snapshot", *MODELS)
    after = afresh.star()
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert after == before


def test_the_star_holds_the_source_of_the_last_day(days: Warehouse) -> None:
    for table, key, fact in (
        ("encounters", "encounter_id", "select encounter_id from star.fact_encounters"),
        ("billing", "billing_id", "select claim_id from star.fact_claims"),
    ):
        assert ids(days, fact) == ids(days, f"select {key} from raw_clinic.{table}")
        assert changed(days, table, "inserted") - changed(days, table, "deleted") <= ids(days, fact)
    assert days.one("select sum(allowed_amount) from star.fact_claims") == days.one(
        "select sum(allowed_amount) from raw_clinic.billing"
    )


def test_each_changed_member_has_a_version_for_each_day_of_change(days: Warehouse) -> None:
    for table, key, dimension in (
        ("patients", "patient_id", "dim_patient"),
        ("providers", "provider_id", "dim_provider"),
    ):
        touched = changed(days, table, "updated")
        assert touched
        versions = dict(
            days.rows(f"select {key}, count(*) from star.{dimension} where {key} is not null group by 1")
        )
        for member in touched:
            times = sum(
                member in day["changes"].get(table, {}).get(change, [])
                for day in manifest(days)["days"]
                for change in ("inserted", "updated", "deleted")
            )
            first = 0 if member in changed(days, table, "inserted") else 1
            assert versions[member] == first + times, member


def test_a_deleted_patient_stays_in_history_and_a_returning_one_lives_again(days: Warehouse) -> None:
    deleted, inserted = changed(days, "patients", "deleted"), changed(days, "patients", "inserted")
    present = ids(days, "select patient_id from raw_clinic.patients")
    assert deleted - present, "the generator deletes patients"
    assert deleted & inserted & present, "the generator brings one back"
    current = ids(days, "select patient_id from star.dim_patient where is_current and patient_id is not null")
    assert current == present
    gone = ids(days, "select patient_id from star.dim_patient_current where is_deleted")
    assert gone == deleted - present


def test_facts_keep_the_specialty_of_their_time(days: Warehouse) -> None:
    moves = [move for day in manifest(days)["days"] for move in day["events"]["provider_changed_specialty"]]
    assert moves
    for move in moves:
        as_was = ids(
            days,
            f"""
            select specialty.specialty_id
            from star.fact_encounters as fact
            inner join star.dim_provider as provider on fact.provider_key = provider.provider_key
            inner join star.dim_specialty as specialty on fact.specialty_key = specialty.specialty_key
            where provider.provider_id = {move["provider_id"]} and provider.version_number = 1
            """,
        )
        assert as_was == {move["from"]}


def compiled_questions(warehouse: Warehouse) -> Path:
    result = warehouse.dbt("compile", "--select", "resource_type:analysis")
    assert result.ok, result.output
    return warehouse.folder / "target" / "compiled" / "starlift" / "analyses" / "clinic"


def test_both_sides_give_the_same_answers(days: Warehouse) -> None:
    compiled = compiled_questions(days)
    for question in sorted(file.name.split("__")[0] for file in compiled.glob("*__3nf.sql")):
        answers = {
            variant: days.rows((compiled / f"{question}__{variant}.sql").read_text())
            for variant in ("3nf", "3nf_best", "star", "aggregate")
        }
        assert answers["3nf"]
        assert all(answer == answers["3nf"] for answer in answers.values()), question


def test_as_it_was_is_as_it_is_while_nothing_has_changed(first_day: Warehouse) -> None:
    compiled = compiled_questions(first_day)
    for question in ("q1_monthly_encounters", "q3_readmission_rate", "q4_revenue"):
        was, now = (
            first_day.rows((compiled / f"{question}__{v}.sql").read_text()) for v in ("star_as_was", "star")
        )
        assert was == now, question


def test_as_it_was_differs_from_as_it_is_after_a_provider_moved(days: Warehouse) -> None:
    compiled = compiled_questions(days)
    now, then = (
        days.rows((compiled / f"q4_revenue__{variant}.sql").read_text())
        for variant in ("star", "star_as_was")
    )
    assert sum(row[2] for row in now) == sum(row[2] for row in then)
    assert now != then


@pytest.mark.parametrize("flag", [["--empty"], ["--sample", "1 day"]])
def test_a_run_that_reads_nothing_cannot_end_history(
    flag: list[str], first_day: Warehouse, tmp_path: Path
) -> None:
    warehouse = first_day.copy(tmp_path / "forgetful")
    result = warehouse.dbt("run", *flag)
    assert not result.ok
    assert "has a history" in result.output
    assert (
        warehouse.one("select count(*) from star_history.hist_clinic__billing where known_to < 2147483647")
        == 0
    )
