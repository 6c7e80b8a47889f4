"""Every generic test of the project, and the singular ones, go red when the data is broken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import PROJECT, Warehouse
from test_retail import DAMAGES
from test_ultrasound import DAMAGES as ULTRASOUND_DAMAGES

LAYERS = ("models", "seeds", "snapshots")
# What is broken, and which tests must notice.
BREAKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a version ends before the next begins": (
        "update star.dim_provider set valid_to = timestamp '2000-01-01' where provider_id = (select min(provider_id) from star.dim_provider)",
        ("intervals_are_whole_dim_provider_provider_durable_key",),
    ),
    "a member has two current versions": (
        "insert into star.dim_department select department_key + 1, * exclude (department_key) from star.dim_department where department_id = 1 and is_current",
        ("one_current_version_dim_department_department_durable_key",),
    ),
    "a default member is missing": (
        "delete from star.dim_encounter_type where encounter_type_key = -3",
        ("has_default_members_dim_encounter_type_encounter_type_key",),
    ),
    "a diagnosis counts twice for one encounter": (
        "create or replace table star.bridge_encounter_diagnosis as select * from star.bridge_encounter_diagnosis union all (select * from star.bridge_encounter_diagnosis limit 1)",
        (
            "unique_combination_bridge_encounter_diagnosis_encounter_id__diagnosis_key",
            "weights_sum_to_one_bridge_encounter_diagnosis_encounter_id__weighting_factor",
        ),
    ),
    "an encounter has no procedure, not even none": (
        "delete from star.bridge_encounter_procedure where encounter_id = (select min(encounter_id) from star.fact_encounters)",
        ("covers_every_parent_bridge_encounter_procedure_ref_fact_encounters___encounter_id",),
    ),
    "a thirteenth month": (
        "update star.dim_date set month_of_year = 13 where date_key = 20240101",
        ("within_range_dim_date_month_of_year__12__1",),
    ),
    "an aggregate that lost an encounter": (
        "update star.agg_encounters_by_month set encounter_count = encounter_count - 1 where start_month_key = (select min(start_month_key) from star.agg_encounters_by_month)",
        ("adds_up_to_agg_encounters_by_month_count___encounter_count__ref_fact_encounters_",),
    ),
    "a stay that ended before it began": (
        "update star.fact_encounters set length_of_stay_days = -1 where encounter_id = 20",
        ("within_range_fact_encounters_length_of_stay_days__0",),
    ),
    "a readmission that never was": (
        "update star.fact_encounters set readmission_count = 1 - readmission_count where encounter_id = 21",
        ("encounters_carry_what_their_records_say",),
    ),
    "an encounter of a later version of its patient": (
        "update star.fact_encounters set patient_key = (select max(patient_key) from star.dim_patient) where encounter_id = 22",
        ("facts_find_the_versions_of_their_time",),
    ),
    "a patient counted twice in a month": (
        "update star.agg_encounters_by_month set patient_count = patient_count + 1 where start_month_key = 202401",
        ("patient_counts_are_distinct_patients",),
    ),
    "two primary diagnoses": (
        "update star.bridge_encounter_diagnosis set is_primary = true where encounter_id in (select encounter_id from star.fact_encounters where diagnosis_count > 1)",
        ("an_encounter_has_one_primary_diagnosis",),
    ),
    "a patient who moved without the star noticing": (
        "update star.dim_patient set city = 'Nowhere' where patient_id = 2",
        ("current_members_say_what_the_source_says",),
    ),
    "a fact of a patient that no one has": (
        "update star.fact_encounters set patient_key = 1 where encounter_id = (select min(encounter_id) from star.fact_encounters)",
        ("relationships_fact_encounters_patient_key__patient_key__ref_dim_patient_",),
    ),
    "a month twice": (
        "create or replace table star.dim_month as select * from star.dim_month union all (select * from star.dim_month where month_key = 202401)",
        ("unique_dim_month_month_key",),
    ),
    "a claim with two standing versions": (
        "insert into star_history.hist_clinic__billing select * replace (known_from + 1 as known_from) from star_history.hist_clinic__billing where claim_id = 5",
        ("one_open_version_hist_clinic__billing_row_key__duplicate_number",),
    ),
    "a change of a history that its blocks do not know of": (
        "update star_history.hist_clinic__encounters set updated_at = timestamp '1999-01-01' where known_to = 2147483647 and encounter_id = 23",
        ("keeps_its_blocks_hist_clinic__encounters_",),
    ),
    "a rejected row without a reason": (
        "update star_intermediate.int_clinic__rejections set rule_id = null",
        ("not_null_int_clinic__rejections_rule_id",),
    ),
}


# Broken by themselves, since other breaks would turn their tests red, too.
ALONE: dict[str, tuple[str, str]] = {
    "a lost claim": (
        "delete from star.fact_claims where claim_id = (select min(claim_id) from star.fact_claims)",
        "every_source_row_is_in_the_star_or_in_quarantine",
    ),
    "a rejected row that nobody counted": (
        "update star_quality.quality_clinic__row_counts set rows_loaded = rows_loaded + 1, rows_rejected = rows_rejected - 1 where source_table = 'encounter_diagnoses'",
        "every_source_row_is_in_the_star_or_in_quarantine",
    ),
    "a cent of revenue too much": (
        "update star.fact_encounters set revenue_amount = revenue_amount + 0.01 where encounter_id = 1",
        "money_agrees_to_the_cent",
    ),
}


@pytest.mark.parametrize("what", ALONE)
def test_a_break_alone_turns_its_test_red(what: str, first_day: Warehouse, tmp_path: Path) -> None:
    statement, test = ALONE[what]
    warehouse = first_day.copy(tmp_path / "alone")
    assert warehouse.dbt("test", "--select", test).status == {test: "pass"}
    warehouse.change(statement)
    assert warehouse.dbt("test", "--select", test).status == {test: "fail"}


@pytest.fixture(scope="module")
def broken(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """How every test of the star ends after all the breaks."""
    warehouse = first_day.copy(tmp_path_factory.mktemp("broken"))
    for statement, _ in BREAKS.values():
        warehouse.change(statement)
    return warehouse.dbt("test", "--exclude", "test_type:unit").status


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_turns_its_tests_red(what: str, broken: dict[str, str]) -> None:
    for test in BREAKS[what][1]:
        matching = {name: status for name, status in broken.items() if name.startswith(test[:60])}
        assert matching, f"no test of that name: {test}"
        assert "fail" in matching.values(), (what, matching)


def test_the_unbroken_warehouse_passes_them(first_day: Warehouse) -> None:
    result = first_day.dbt("test", "--exclude", "test_type:unit")
    assert result.ok, result.output[-3000:]


def in_use(told: Any) -> Iterator[str]:
    """The generic tests that a part of the project's YAML names."""
    if isinstance(told, list):
        for part in told:
            yield from in_use(part)
    elif isinstance(told, dict):
        for key, part in told.items():
            if key == "data_tests" and isinstance(part, list):
                yield from (test if isinstance(test, str) else next(iter(test)) for test in part)
            else:
                yield from in_use(part)


def test_no_test_is_left_out() -> None:
    yaml_files = (file for layer in LAYERS for file in (PROJECT / layer).rglob("*.yml"))
    used = {test for file in yaml_files for test in in_use(yaml.safe_load(file.read_text()))}
    written = {path.stem for path in (PROJECT / "tests" / "generic").glob("*.sql")}
    assert len(used - written) > 3, "dbt's own are among them"
    folders = [folder for folder in (PROJECT / "tests").iterdir() if folder.name not in ("generic", "python")]
    singular = {path.stem for folder in folders for path in folder.glob("*.sql")}
    broken = {test for _, tests in BREAKS.values() for test in tests} | {test for _, test in ALONE.values()}
    broken |= DAMAGES.keys() | ULTRASOUND_DAMAGES.keys()
    for name in used | written | singular:
        assert any(test.startswith(name) for test in broken), f"nothing breaks the data for {name}"
