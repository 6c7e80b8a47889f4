"""The star as of a day is the star that stood there on that day, whatever has happened since."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from conftest import Warehouse

MODELS = ("--exclude-resource-type", "test", "unit_test", "exposure")
ANALYSES = ("q1_monthly_encounters__star", "q3_readmission_rate__star", "q4_revenue__star")
Tables = dict[str, list[tuple[Any, ...]]]

# What happens to the source after a load, without a trace in any time stamp. The next load takes all of it back: what
# was deleted returns as it was, what was broken is sound again.
FIRST_DAMAGE = (
    "delete from raw_clinic.patients where patient_id in (select min(patient_id) from raw_clinic.encounters)",
    "delete from raw_clinic.providers where provider_id = (select max(provider_id) from raw_clinic.encounters)",
    "delete from raw_clinic.encounters where encounter_id % 17 = 3",
    "update raw_clinic.encounters set encounter_type = 'Walk-in' where encounter_id % 17 = 4",
    "update raw_clinic.encounters set encounter_date = encounter_date - interval 400 day where encounter_id % 17 = 5",
    "update raw_clinic.encounters set patient_id = 987654, provider_id = 987655, department_id = 987656 "
    "where encounter_id % 17 = 6",
    "delete from raw_clinic.billing where billing_id % 13 = 1",
    "update raw_clinic.billing set claim_amount = -1 where billing_id % 13 = 2",
    "update raw_clinic.billing set allowed_amount = allowed_amount / 2 where billing_id % 13 = 3",
    "insert into raw_clinic.billing select * from raw_clinic.billing where billing_id % 13 = 4",
    "delete from raw_clinic.encounter_diagnoses where encounter_diagnosis_id % 11 = 1",
    "update raw_clinic.encounter_procedures set procedure_date = null where encounter_procedure_id % 11 = 2",
    "update raw_clinic.diagnoses set icd10_description = 'corrected' where diagnosis_id = 1",
    "delete from raw_clinic.diagnoses where diagnosis_id = 2",
    "update raw_clinic.diagnoses set icd10_code = (select icd10_code from raw_clinic.diagnoses where diagnosis_id = 3) "
    "where diagnosis_id = 4",
    "update raw_clinic.procedures set cpt_code = null where procedure_id = 1",
    "update raw_clinic.specialties set specialty_name = 'renamed' where specialty_id = 1",
    "update raw_clinic.departments set capacity = -1 where department_id = 1",
    "update raw_clinic.providers set specialty_id = 987657, department_id = 987658 where provider_id = 1",
)
SECOND_DAMAGE = (
    "update raw_clinic.diagnoses set icd10_description = 'corrected again' where diagnosis_id in (1, 2)",
    "delete from raw_clinic.procedures where procedure_id = 1",
    "delete from raw_clinic.encounters where encounter_id % 19 = 3",
    "update raw_clinic.patients set city = 'Elsewhere', updated_at = timestamp '2001-01-01 00:00:00' "
    "where patient_id % 7 = 1",
    "update raw_clinic.encounters set discharge_date = null where encounter_id % 19 = 4",
)


@dataclass
class Past:
    """A warehouse after some days, and what each of them saw."""

    warehouse: Warehouse
    stars: dict[str, Tables] = field(default_factory=dict)
    answers: dict[str, Tables] = field(default_factory=dict)

    def remember(self) -> None:
        day = str(self.warehouse.one("select cast(max(extracted_at) as date) from star_audit.run_batches"))
        self.stars[day] = self.warehouse.star()
        self.answers[day] = answers(self.warehouse)


def answers(warehouse: Warehouse) -> Tables:
    """What the questions come to, as the project was compiled last."""
    compiled = warehouse.folder / "target" / "compiled" / "starlift" / "analyses" / "clinic"
    return {name: warehouse.rows((compiled / f"{name}.sql").read_text()) for name in ANALYSES}


def everything(warehouse: Warehouse) -> Tables:
    """Every row of every table that is not of another time."""
    tables = warehouse.rows(
        "select schema_name, table_name from duckdb_tables() where not contains(schema_name, '_as_of_') order by all"
    )
    return {f"{s}.{t}": warehouse.rows(f"select * from {s}.{t} order by all") for s, t in tables}


def differences(expected: Tables, found: Tables) -> list[str]:
    """The tables that are not the same, each with a row that only one side has."""
    apart = [name for name in sorted(expected.keys() | found.keys()) if expected.get(name) != found.get(name)]
    rows = {name: set(expected.get(name, [])) ^ set(found.get(name, [])) for name in apart}
    return [f"{name}: {len(rows[name])} rows, such as {next(iter(rows[name]), None)}" for name in apart]


@pytest.fixture(scope="module")
def past(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Past:
    warehouse = first_day.copy(tmp_path_factory.mktemp("past"))
    assert warehouse.dbt("compile", "--select", *ANALYSES).ok
    past = Past(warehouse)
    past.remember()
    for damage in (FIRST_DAMAGE, SECOND_DAMAGE, ()):
        warehouse.starlift("advance", "clinic", "--days", "1", "--from", str(warehouse.source))
        warehouse.load("--dirty")
        if damage is SECOND_DAMAGE:
            # more of the same day comes with its second run
            warehouse.build(*MODELS)
        warehouse.change(*damage)
        warehouse.build(*MODELS)
        past.remember()
    # a run that takes in a part of a day and leaves the star as it was
    warehouse.starlift("advance", "clinic", "--days", "1", "--from", str(warehouse.source))
    warehouse.load("--dirty")
    warehouse.build("--select", "dim_date")
    return past


def test_the_star_as_of_a_day_is_the_star_of_that_day(past: Past) -> None:
    """And a question's answer as of then is that day's; the star of now and all history stay as they are."""
    warehouse, before = past.warehouse, everything(past.warehouse)
    damaged = list(past.stars)[1]
    for day, star in past.stars.items():
        with_tests = "build" if day == damaged else "run"
        result = warehouse.dbt(with_tests, "--selector", "as_of", "--vars", f"{{as_of: {day}}}")
        assert result.ok, result.output[-3000:]
        assert differences(star, warehouse.star(f"star_as_of_{day.replace('-', '')}")) == [], day
        if day == damaged:
            compiled = warehouse.dbt("compile", "--select", *ANALYSES, "--vars", f"{{as_of: {day}}}")
            assert compiled.ok, compiled.output[-3000:]
            assert differences(past.answers[day], answers(warehouse)) == []
    first, *_, last = past.answers
    assert differences(past.answers[first], past.answers[damaged])
    assert differences(past.answers[last], past.answers[damaged])
    assert differences(before, everything(warehouse)) == []
