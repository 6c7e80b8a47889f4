"""The star as of a day is the star that stood there on that day, whatever has happened since."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from any_target import star_of
from conftest import PROJECT, Warehouse, starlift_command
from starlift.dbt_command import dbt_command
from starlift.parity.broken import break_extract
from starlift.parity.content import Part, departures, read_contents
from starlift.servers import Server
from starlift.sources import CLINIC

MODELS = ("--exclude-resource-type", "test", "unit_test", "exposure")
ANALYSES = ("q1_monthly_encounters__star", "q3_readmission_rate__star", "q4_revenue__star")
SCHEMA = "starlift_parity_as_of"
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
        self.stars[day(self.warehouse)] = self.warehouse.star()
        self.answers[day(self.warehouse)] = answers(self.warehouse)


def day(warehouse: Warehouse) -> str:
    """That of the newest extract that a run has read."""
    return str(warehouse.one("select cast(max(extracted_at) as date) from star_audit.run_batches"))


def answers(warehouse: Warehouse) -> Tables:
    """What the questions come to, as the project was compiled last; specialties of one name stand in any order."""
    compiled = warehouse.folder / "target" / "compiled" / "starlift" / "analyses" / "clinic"
    return {
        name: sorted(warehouse.rows((compiled / f"{name}.sql").read_text()), key=repr) for name in ANALYSES
    }


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
    # a run that is killed after it has taken in a part of a day
    last = list(past.stars)[-1]
    warehouse.starlift("advance", "clinic", "--days", "1", "--from", str(warehouse.source))
    warehouse.load("--dirty")
    warehouse.build("--select", "hist_clinic__encounters", *MODELS)
    killed = "audit_key = (select max(audit_key) from star_audit.runs)"
    warehouse.change(f"update star_audit.runs set status = 'killed' where {killed}")
    past.stars[day(warehouse)] = past.stars.pop(last)
    return past


def test_the_star_as_of_a_day_is_the_star_of_that_day(past: Past) -> None:
    """And a question's answer as of then is that day's; the star of now and all history stay as they are."""
    warehouse, before = past.warehouse, everything(past.warehouse)
    damaged = list(past.stars)[1]
    for then, star in past.stars.items():
        with_tests = "build" if then == damaged else "run"
        result = warehouse.dbt(with_tests, "--selector", "as_of", "--vars", f"{{as_of: {then}}}")
        assert result.ok, result.output[-3000:]
        assert differences(star, warehouse.star(f"star_as_of_{then.replace('-', '')}")) == [], then
        if then == damaged:
            compiled = warehouse.dbt("compile", "--select", *ANALYSES, "--vars", f"{{as_of: {then}}}")
            assert compiled.ok, compiled.output[-3000:]
            assert differences(past.answers[then], answers(warehouse)) == []
    first, *_, last = past.answers
    assert differences(past.answers[first], past.answers[damaged])
    assert differences(past.answers[last], past.answers[damaged])
    assert differences(before, everything(warehouse)) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--selector", "as_of", "--vars", "as_of: 2001-01-01"),
            "the first run read an extract of 2025-12-31",
        ),
        (("--selector", "as_of", "--vars", "as_of: yesterday"), "as_of is 'yesterday', which is no date"),
        (("--selector", "as_of", "--vars", "as_of: '2026-02-29'"), "as_of is '2026-02-29', which is no date"),
        (("--vars", "as_of: 2025-12-31"), "is no part of it: choose with --selector as_of"),
    ],
)
def test_a_run_that_cannot_know_or_would_write_now_is_refused(
    first_day: Warehouse, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    warehouse = first_day.copy(tmp_path / "refused")
    before, runs = schemas(warehouse), warehouse.one("select count(*) from star_audit.runs")
    result = warehouse.dbt("build", *words)
    assert not result.ok
    assert told in result.output
    assert schemas(warehouse) == before
    assert warehouse.one("select count(*) from star_audit.runs") == runs


def schemas(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        "select schema_name from duckdb_schemas() where database_name = 'starlift' order by 1"
    )


def test_the_command_says_where_the_star_of_then_is_and_drops_it(
    first_day: Warehouse, tmp_path: Path
) -> None:
    warehouse = first_day.copy(tmp_path / "told")
    before = schemas(warehouse)
    assert "in the schema star_as_of_20251231235959." in warehouse.starlift(
        "as-of", "2026-01-01T00:59:59+01:00"
    )
    assert len(schemas(warehouse)) == len(before) + 2
    assert "Dropped" in warehouse.starlift("as-of", "2025-12-31 23:59:59", "--drop")
    assert schemas(warehouse) == before


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_on_servers_too(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """As of a day on which every rule was broken, when all of that has been repaired."""
    server: Server = request.getfixturevalue(f"{kind}_server")
    site = Site(server, tmp_path)
    site.starlift("generate", "clinic", "--scale", "tiny", "--out", str(tmp_path / "clinic"))
    break_extract(CLINIC, tmp_path / "clinic", tmp_path / "broken")
    try:
        site.load("broken", "--dirty")
        site.dbt("build", *MODELS)
        then = site.star()
        site.starlift("advance", "clinic", "--from", str(tmp_path / "clinic"))
        site.load("clinic")
        site.dbt("build", *MODELS)
        site.dbt("run", "--selector", "as_of", as_of="2025-12-31")
        found = site.star(as_of="2025-12-31")
        assert departures(then, found, first="then", target="as of then") == []
        assert departures(then, site.star(), first="then", target="now")
    finally:
        site.dbt("run-operation", "drop_schemas_of", "--args", f"{{warehouse: {SCHEMA}}}")


@dataclass
class Site:
    """A warehouse on a server, in schemas of its own."""

    server: Server
    folder: Path

    def dbt(self, *words: str, as_of: str | None = None) -> list[str]:
        variables = json.dumps({"clinic_schema": f"{SCHEMA}_raw_clinic", "as_of": as_of})
        # where vars differ, dbt would parse everything again
        parsed = str(self.folder / ("then" if as_of else "now"))
        places = ("--target", self.server.kind, "--target-path", parsed, "--log-path", parsed)
        return self._run(dbt_command("--quiet", *words, *places, "--vars", variables))

    def load(self, extract: str, *words: str) -> None:
        where = ("--target", self.server.kind, "--schema", f"{SCHEMA}_raw_clinic")
        self.starlift("load", "clinic", "--from", str(self.folder / extract), *where, *words)

    def starlift(self, *words: str) -> None:
        self._run(starlift_command(*words))

    def star(self, as_of: str | None = None) -> dict[str, Part]:
        """What the star holds and the questions come to."""
        return star_of(read_contents(self.dbt("run-operation", "content_checksums", as_of=as_of)))

    def _run(self, command: list[str]) -> list[str]:
        shutil.copy(PROJECT / "profiles.yml.example", self.folder / "profiles.yml")
        own = {"DBT_PROFILES_DIR": str(self.folder), "STARLIFT_SCHEMA": SCHEMA}
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env={**os.environ, **self.server.environment, **own},
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.splitlines()
