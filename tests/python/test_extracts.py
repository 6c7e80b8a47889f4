"""Extracts that break rules, come back changed, or lack what others refer to: what the warehouse makes of them."""

from datetime import datetime
from pathlib import Path

import duckdb

from conftest import Warehouse, new_warehouse
from starlift.sources import CLINIC


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
    result = warehouse.build()
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
    warehouse.build()
    ((version_key, durable_key, is_inferred, version),) = warehouse.rows(keys)
    assert (is_inferred, version) == (True, 1)

    warehouse.starlift("load", "clinic", "--from", str(first_day.source), "--as-of", "2026-01-02")
    warehouse.build()
    assert warehouse.rows(keys) == [(version_key, durable_key, False, 1)]


# What befalls the same source on two later days; `{rows}` is the table as it was generated.
FIRST_CHANGES = {
    # patient 1 breaks a rule, patient 2 is gone although encounters refer to him
    "patients": """
        select * replace (case when patient_id = 1 then 'X' else gender end as gender)
        from {rows} where patient_id <> 2
    """,
    # encounter 2 breaks a rule, encounter 3 turns out to be of another patient, encounter 4 is withdrawn
    "encounters": """
        select * replace (
            case when encounter_id = 2 then timestamp '2001-01-01' else discharge_date end as discharge_date,
            case when encounter_id = 3 then 5 else patient_id end as patient_id
        )
        from {rows} where encounter_id <> 4
    """,
    "providers": "select * replace (case when provider_id = 1 then 3 - specialty_id % 2 else specialty_id end as specialty_id) from {rows}",
    "billing": "select * from {rows} where billing_id % 50 <> 0",
    "encounter_diagnoses": "select * from {rows} where encounter_diagnosis_id % 70 <> 0",
}
SECOND_CHANGES = {
    # everything else is back as it was, with the timestamps that it had
    "departments": """
        select * replace (
            'Restored' as department_name, timestamp '2013-01-01' as updated_at, timestamp '2013-01-01' as created_at
        )
        from {rows} where department_id = 1
        union all
        select * from {rows} where department_id > 1
    """,
    "providers": "select * from {rows} where provider_id <> 2",
}


def test_incremental_equals_full_whatever_befalls_the_source(first_day: Warehouse, tmp_path: Path) -> None:
    warehouse = new_warehouse(tmp_path / "warehouse")
    for day, changes in enumerate(({}, FIRST_CHANGES, SECOND_CHANGES), start=1):
        folder = extract(first_day.source, tmp_path / f"extract_{day}", **changes)
        warehouse.starlift("load", "clinic", "--from", str(folder), "--dirty", "--as-of", f"2026-02-0{day}")
        warehouse.build()
        afresh = warehouse.copy(tmp_path / f"afresh_{day}")
        assert afresh.dbt("run", "--full-refresh").ok
        assert afresh.star() == warehouse.star()
    versions = "select valid_from, is_deleted, is_current from star.dim_{0} where {0}_id = {1} order by version_number"
    start, second, third = datetime(1900, 1, 1), datetime(2026, 2, 2), datetime(2026, 2, 3)
    # a record that was rejected for a day is neither a change nor a deletion
    assert warehouse.rows(versions.format("patient", 1)) == [(start, False, True)]
    assert warehouse.rows(versions.format("patient", 2)) == [
        (start, False, False),
        (second, True, False),
        (third, False, True),
    ]
    # older content with an older timestamp is news all the same
    assert warehouse.rows(versions.format("department", 1)) == [(start, False, False), (third, False, True)]
    assert warehouse.rows(versions.format("provider", 2)) == [(start, False, False), (third, True, False)]
    # another window for readmissions reaches the encounters that were there before
    window = ("--vars", "{clinic_readmission_days: 90}")
    before = warehouse.one("select sum(readmission_count) from star.fact_encounters")
    warehouse.build(*window)
    assert warehouse.one("select sum(readmission_count) from star.fact_encounters") > before
    afresh = warehouse.copy(tmp_path / "afresh_window")
    assert afresh.dbt("run", "--full-refresh", *window).ok
    assert afresh.star() == warehouse.star()


def test_dbt_snapshot_alone_sees_the_source_of_the_moment(first_day: Warehouse, tmp_path: Path) -> None:
    warehouse = first_day.copy(tmp_path / "snapshot")
    for day in (1, 2):
        moved = f"select * replace (case when patient_id = 1 then 'Town {day}' else city end as city) from {{rows}}"
        folder = extract(first_day.source, tmp_path / f"extract_{day}", patients=moved)
        warehouse.starlift("load", "clinic", "--from", str(folder), "--as-of", f"2026-02-0{day}")
        assert warehouse.dbt("snapshot").ok
    cities = warehouse.rows(
        "select city from star_history.snap_clinic__patients where patient_id = 1 order by captured_at"
    )
    assert cities[1:] == [("Town 1",), ("Town 2",)]


def test_a_domain_can_be_switched_off(first_day: Warehouse, tmp_path: Path) -> None:
    result = first_day.dbt("ls", "--vars", "{clinic_enabled: false}", "--output", "name", "--quiet")
    assert result.ok, result.output
    assert "dim_date" in result.output
    assert "clinic" not in result.output
    assert "fact_encounters" not in result.output
    assert "stg_" not in result.output
    core = new_warehouse(tmp_path / "core")
    assert core.build("--vars", "{clinic_enabled: false}").status["dim_date"] == "success"
