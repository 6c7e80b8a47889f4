"""The warehouse from end to end: days go by, and nothing breaks, nothing is lost, nothing is doubled."""

import json
from pathlib import Path

import duckdb
import pytest

from conftest import Warehouse, new_warehouse
from starlift.bench.questions import GOALS
from starlift.sources import CLINIC


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
    days.build()
    assert days.star() == before
    assert days.rows("select * from star_history.snap_clinic__patients order by all") == history


def test_incremental_equals_full(days: Warehouse, tmp_path: Path) -> None:
    before = days.star()
    afresh = days.copy(tmp_path / "afresh")
    afresh.build("--full-refresh", "--exclude", "resource_type:snapshot")
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


def test_both_sides_give_the_same_answers(days: Warehouse) -> None:
    result = days.dbt("compile", "--select", "resource_type:analysis")
    assert result.ok, result.output
    compiled = days.folder / "target" / "compiled" / "starlift" / "analyses" / "clinic"
    for question in GOALS:
        answers = {
            variant: days.rows((compiled / f"{question}__{variant}.sql").read_text())
            for variant in ("3nf", "3nf_best", "star", "aggregate")
        }
        assert answers["3nf"]
        assert all(answer == answers["3nf"] for answer in answers.values()), question


def test_as_it_was_differs_from_as_it_is_after_a_provider_moved(days: Warehouse) -> None:
    compiled = days.folder / "target" / "compiled" / "starlift" / "analyses" / "clinic"
    now, then = (
        days.rows((compiled / f"q4_revenue__{variant}.sql").read_text())
        for variant in ("star", "star_as_was")
    )
    assert sum(row[2] for row in now) == sum(row[2] for row in then)
    assert now != then


def test_a_late_bill_rewrites_its_patient_and_no_one_else(first_day: Warehouse, tmp_path: Path) -> None:
    """A mark that the build does not compare survives on untouched patients and is gone from the touched one."""
    warehouse = first_day.copy(tmp_path / "late_bill")
    encounter, patient = warehouse.rows(
        "select encounter_id, patient_id from raw_clinic.encounters order by encounter_id desc limit 1"
    )[0]
    warehouse.change(
        "update star.fact_encounters set days_to_next_encounter = 12345",
        f"""
        insert into raw_clinic.billing
        select (select max(billing_id) + 1 from raw_clinic.billing), {encounter}, 20, 10, date '2025-12-31', 'Paid',
            timestamp '2025-12-31', timestamp '2025-12-31'
        """,
    )
    warehouse.build(
        "--select", "int_clinic__claims_by_encounter", "+fact_encounters", "--exclude", "resource_type:test"
    )
    rewritten = ids(
        warehouse,
        "select encounter_id from star.fact_encounters where coalesce(days_to_next_encounter, 0) <> 12345",
    )
    assert rewritten == ids(
        warehouse, f"select encounter_id from raw_clinic.encounters where patient_id = {patient}"
    )


def extract(source: Path, folder: Path, **queries: str) -> Path:
    """A folder of CSV files from `source`; a table named in `queries` is what its query makes of `{rows}`."""
    folder.mkdir()
    for table in CLINIC.tables:
        rows = f"read_parquet('{source / table.name}.parquet')"
        query = queries.get(table.name, "select * from {rows}").format(rows=rows)
        duckdb.execute(f"copy ({query}) to '{folder / table.name}.csv' (header)")
    return folder


BROKEN_ROWS = {
    "encounters": """
        select * replace (
            case when encounter_id = 2 then timestamp '2001-01-01' else discharge_date end as discharge_date,
            case when encounter_id = 3 then 999999 else patient_id end as patient_id
        )
        from {rows}
        union all
        select * from {rows} where encounter_id = 1
    """,
    "billing": """
        select * replace (case when billing_id = 1 then claim_amount + 1 else allowed_amount end as allowed_amount)
        from {rows}
    """,
    "patients": "select * replace (case when patient_id = 1 then 'X' else gender end as gender) from {rows}",
}


def test_a_broken_extract_goes_to_quarantine_and_the_rest_to_the_star(
    first_day: Warehouse, tmp_path: Path
) -> None:
    """Rows in = rows in the star + rows in quarantine, and money agrees, whatever is broken."""
    warehouse = new_warehouse(tmp_path / "dirty")
    folder = extract(first_day.source, tmp_path / "extract", **BROKEN_ROWS)
    warehouse.starlift("load", "clinic", "--from", str(folder), "--dirty")
    result = warehouse.build("--exclude", "test_type:unit")
    assert result.status["every_source_row_is_in_the_star_or_in_quarantine"] == "pass"
    assert result.status["money_agrees_to_the_cent"] == "pass"
    found = dict(
        warehouse.rows("select rule_id, count(*) from star_intermediate.int_clinic__quarantine group by 1")
    )
    for rule in (
        "encounter_id_repeated",
        "encounter_ends_before_start",
        "claim_allowed_over_claimed",
        "patient_gender_unknown",
    ):
        assert found[rule] == 1, rule
    # the children of a rejected encounter follow it
    children = warehouse.one("select count(*) from raw_clinic.encounter_diagnoses where encounter_id = 2")
    assert found["encounter_diagnosis_encounter_unknown"] == children > 0
    # an encounter whose patient has no record points at an inferred member, not at "unknown"
    inferred = {row for (row,) in warehouse.rows("select patient_id from star.dim_patient where is_inferred")}
    assert {999999} <= inferred <= {1, 999999}
    assert warehouse.one("select count(*) from star.fact_encounters where patient_key = -1") == 0


def test_an_inferred_member_is_filled_in_without_a_change_of_the_facts_key(
    first_day: Warehouse, tmp_path: Path
) -> None:
    busiest = first_day.one(
        "select patient_id from raw_clinic.encounters group by 1 order by count(*) desc, patient_id limit 1"
    )
    keys = f"""
        select distinct fact.patient_key, fact.patient_durable_key, patient.is_inferred, patient.version_number
        from star.fact_encounters as fact
        inner join star.dim_patient as patient on fact.patient_key = patient.patient_key
        where patient.patient_id = {busiest}
    """
    warehouse = new_warehouse(tmp_path / "inferred")
    late = f"select * from {{rows}} where patient_id <> {busiest}"
    folder = extract(first_day.source, tmp_path / "extract", patients=late)
    warehouse.starlift("load", "clinic", "--from", str(folder), "--dirty", "--as-of", "2026-01-01")
    warehouse.build("--exclude", "test_type:unit")
    ((version_key, durable_key, is_inferred, version),) = warehouse.rows(keys)
    assert (is_inferred, version) == (True, 1)

    warehouse.starlift("load", "clinic", "--from", str(first_day.source), "--as-of", "2026-01-02")
    warehouse.build("--exclude", "test_type:unit")
    assert warehouse.rows(keys) == [(version_key, durable_key, False, 1)]


def test_a_domain_can_be_switched_off(first_day: Warehouse) -> None:
    result = first_day.dbt("ls", "--vars", "{clinic_enabled: false}", "--output", "name", "--quiet")
    assert result.ok, result.output
    assert "dim_date" in result.output
    assert "clinic" not in result.output
    assert "fact_encounters" not in result.output
    assert "stg_" not in result.output
