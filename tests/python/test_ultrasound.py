"""The ultrasound clinic: the same star from generated data on every target, whole after a day, and from a dump of CamelCase."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from any_target import AnyTarget, any_target
from conftest import PROJECT
from starlift.advance.run import advance
from starlift.checks.quality import Rule, read_rules
from starlift.generate.ultrasound import SIZES, generate_ultrasound
from starlift.parity.broken import break_extract, broken_rows
from starlift.parity.content import departures
from starlift.servers import Server
from starlift.sources import ULTRASOUND

DOMAIN: dict[str, Any] = {
    "sources": ("ultrasound",),
    "dbt_vars": {"clinic_enabled": False, "ultrasound_enabled": True},
}
RULES = [rule for rule in read_rules(PROJECT / "seeds") if rule.source_name == "ultrasound"]
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
# What each of the singular tests is to see, and a generic one that no other domain has a use for.
DAMAGES = {
    "every_row_of_the_ultrasound_clinic_is_in_the_star_or_in_quarantine": "update {schema}.fact_ultrasound_exams "
    "set report_count = report_count + 1 where appointment_id = 1",
    "money_of_the_ultrasound_clinic_agrees_to_the_cent": "update {schema}.fact_ultrasound_bills "
    "set outstanding_amount = outstanding_amount + 0.01 where bill_id = 1",
    "every_patient_is_in_the_wide_model_and_no_visit_twice": "delete from {schema}.wide_ultrasound_visits "
    "where appointment_id is null and patient_id = (select max(patient_id) from {schema}.wide_ultrasound_visits "
    "where appointment_id is null)",
    "accepted_values_fact_ultrasound_exams": "update {schema}.fact_ultrasound_exams "
    "set exam_status = 'Lost' where appointment_id = 2",
}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A day on which every rule is broken, and one two days later."""
    root = tmp_path_factory.mktemp("ultrasound")
    days = {name: root / name for name in ("broken", "later")}
    generate_ultrasound(days["later"], size=SIZES["tiny"])
    advance("ultrasound", days["later"], days=1)
    break_extract(ULTRASOUND, days["later"], days["broken"])
    advance("ultrasound", days["later"], days=2)
    return days


@pytest.fixture(scope="module")
def embedded(
    extracts: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[AnyTarget, list[dict[str, Any]]]]:
    """The warehouse in DuckDB after both days, with every test passed on the broken one, and what it held."""
    contents = []
    with any_target("duckdb", None, tmp_path_factory.mktemp("embedded"), "ultrasound", **DOMAIN) as target:
        for day in ("broken", "later"):
            _load(target, extracts[day])
            target.dbt("build", *(() if day == "broken" else WITHOUT_TESTS))
            contents.append(target.contents())
        yield target, contents


def _load(target: AnyTarget, day: Path) -> None:
    dirty = ("--dirty",) if day.name == "broken" else ()
    schema = target.raw_schema("ultrasound")
    target.starlift("load", "ultrasound", *dirty, "--from", str(day), "--schema", schema)


Embedded = tuple[AnyTarget, list[dict[str, Any]]]


def test_another_run_and_a_full_refresh_change_nothing(embedded: Embedded) -> None:
    target, contents = embedded
    target.dbt("build", "--full-refresh", *WITHOUT_TESTS)
    assert target.contents() == contents[-1]


def test_history_holds_who_moved_and_who_is_gone(embedded: Embedded) -> None:
    target, _ = embedded
    for member in ("patient", "doctor", "machine"):
        assert target.one(f"select count(*) from {{schema}}.dim_ultrasound_{member} where version_number > 1")
    assert target.one("select count(*) from {schema}.dim_ultrasound_patient_current where is_deleted")
    # as it was is not as it is, once a doctor has changed the department
    assert target.one(
        "select count(*) from {schema}.fact_appointments as facts "
        "join {schema}.dim_ultrasound_doctor_current as doctors using (doctor_durable_key) "
        "where facts.department_key <> doctors.department_key"
    )


def test_the_star_answers_as_the_source_does(embedded: Embedded) -> None:
    target, _ = embedded
    target.dbt("compile", "--select", "path:analyses/ultrasound")
    answers: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
    for file in (target.folder / "target" / "compiled").glob("*/analyses/ultrasound/*.sql"):
        question, side = file.stem.split("__")
        answers.setdefault(question, {})[side] = target.rows(file.read_text())
    assert len(answers) == 5
    for question, sides in answers.items():
        assert sides["3nf"], question
        assert sides["star"] == sides["3nf"], question
    assert answers["q5_revenue"]["star_as_was"] != answers["q5_revenue"]["star"]


def test_the_wide_table_has_every_patient_and_no_visit_twice(embedded: Embedded) -> None:
    target, _ = embedded
    raw = target.raw_schema("ultrasound")
    patients, visits, appointments = target.rows(
        "select count(distinct patient_id), count(*), count(distinct appointment_id) "
        "from {schema}.wide_ultrasound_visits"
    )[0]
    without = target.one(
        f'select count(*) from {raw}."Patients" where "PatientID" not in '
        f'(select "PatientID" from {raw}."Appointments")'
    )
    assert patients == target.one(f'select count(*) from {raw}."Patients"')
    assert appointments == target.one(f'select count(*) from {raw}."Appointments"')
    assert visits == appointments + without and without


def test_patients_without_history_or_symptoms_weigh_one(embedded: Embedded) -> None:
    target, _ = embedded
    for bridge, key in (("condition", "condition_key"), ("symptom", "symptom_key")):
        assert target.one(
            f"select count(*) from {{schema}}.bridge_ultrasound_patient_{bridge} "
            f"where {key} = -2 and weighting_factor = 1 and entry_count = 0"
        )


# --- a day on which every rule is broken ---


@pytest.fixture(scope="module")
def quarantine(embedded: Embedded) -> Counter[tuple[str, str, str | None]]:
    """Table, rule and key of the rows that were in quarantine after the broken day."""
    target, _ = embedded
    return Counter(
        target.rows(
            "select source_table, rule_id, source_key from {schema}_intermediate.int_ultrasound__rejections "
            "where rejected_in_run = 1"
        )
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_row_that_breaks_a_rule_is_in_quarantine_under_its_name(
    rule: Rule, quarantine: Counter[tuple[str, str, str | None]]
) -> None:
    keys = [key for _, broken, key in broken_rows(ULTRASOUND) if broken == rule.rule_id]
    assert keys, f"no row breaks the rule {rule.rule_id}: add one to starlift.parity.breaks"
    for key in filter(None, keys):
        under = {found for table, found, one in quarantine if (table, one) == (rule.source_table, key)}
        assert under == {rule.rule_id}
    assert sum(count for (_, found, _), count in quarantine.items() if found == rule.rule_id) == len(keys)


def test_nothing_else_is_in_quarantine_and_all_of_it_leaves(
    embedded: Embedded, quarantine: Counter[tuple[str, str, str | None]]
) -> None:
    target, _ = embedded
    expected = Counter((table, rule) for table, rule, _ in broken_rows(ULTRASOUND) if rule)
    assert Counter((table, rule) for table, rule, _ in quarantine.elements()) == expected
    assert target.one("select count(*) from {schema}_intermediate.int_ultrasound__quarantine") == 0


def test_every_run_counts_every_table(embedded: Embedded) -> None:
    target, _ = embedded
    raw = target.raw_schema("ultrasound")
    counted = target.rows(
        "select source_table, rows_in, rows_loaded from {schema}_quality.quality_ultrasound__row_counts "
        "where audit_key = 2"
    )
    assert {table for table, _, _ in counted} == {table.name for table in ULTRASOUND.tables}
    for table, rows_in, rows_loaded in counted:
        assert rows_in == rows_loaded == target.one(f'select count(*) from {raw}."{table}"'), table


# --- other ways in, other targets ---


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_a_server_holds_what_duckdb_holds(
    kind: str,
    request: pytest.FixtureRequest,
    extracts: dict[str, Path],
    embedded: Embedded,
    tmp_path: Path,
) -> None:
    server: Server = request.getfixturevalue(f"{kind}_server")
    _, contents = embedded
    with any_target(kind, server, tmp_path, "ultrasound", **DOMAIN) as target:
        _load(target, extracts["broken"])
        target.dbt("build", *WITHOUT_TESTS)
        assert departures(contents[0], target.contents(), first="duckdb", target=kind) == []


# Tables before those that they refer to, a reserved word, times in a DATE: as people write dumps by hand.
DUMP = """
CREATE TABLE Appointments (
    AppointmentID INT PRIMARY KEY, PatientID INT, DoctorID INT, AppointmentDate DATE, Reason VARCHAR(100),
    FOREIGN KEY (PatientID) REFERENCES Patients(PatientID), FOREIGN KEY (DoctorID) REFERENCES Doctors(DoctorID));
{tables}
INSERT INTO Departments VALUES (1, 'Radiology');
INSERT INTO Doctors VALUES (1, 'Ada', 'Berg', 'Radiology', NULL, NULL, 1);
INSERT INTO Patients VALUES (1, 'Bo', 'Ek', '1990-05-15', 'Male', NULL, NULL, NULL),
    (2, 'Cleo', 'Dahl', '1985-01-31', 'Female', NULL, NULL, NULL), (3, 'Eli', 'Falk', NULL, NULL, NULL, NULL, NULL);
INSERT INTO Appointments VALUES (1, 1, 1, '2025-02-20 09:00:00', 'Thyroid'), (2, 1, 1, '2025-03-01 10:30:00', 'Thyroid');
INSERT INTO Reports VALUES (1, 1, 1, 'second', '2025-04-01'), (2, 1, 1, 'first', '2025-02-22');
INSERT INTO Medical_History VALUES (1, 1, 'Goiter', '2020-01-01', NULL), (2, 1, 'Asthma', '2010-01-01', NULL);
INSERT INTO Billing VALUES (1, 1, 1, 120.50, 'Pending'), (2, 1, 1, 30.00, 'Paid');
"""


def test_a_dump_with_capitals_builds_as_it_is(tmp_path: Path) -> None:
    types = {"integer": "INT", "timestamp": "DATE"}
    tables = "\n".join(
        f"CREATE TABLE {table.name} ("
        + ", ".join(f"{column.name} {types.get(column.type, column.type)}" for column in table.columns)
        + f", PRIMARY KEY ({table.primary_key}));"
        for table in ULTRASOUND.tables
        if table.name != "Appointments"
    )
    dump = tmp_path / "clinic.sql"
    dump.write_text(DUMP.format(tables=tables))
    with any_target("duckdb", None, tmp_path, "dump", **DOMAIN) as target:
        target.starlift(
            "load-dump", str(dump), "--into", "duckdb", "--schema", target.raw_schema("ultrasound")
        )
        target.dbt_vars = {**target.dbt_vars, "ultrasound_has_load_log": False}
        target.dbt("build", "--select", "+wide_ultrasound_visits", *WITHOUT_TESTS)
        found = target.rows(
            "select full_name, appointment_id, cast(report_date as varchar), days_to_report, "
            "cast(last_report_date as varchar), last_report_text, report_count, outstanding_amount, conditions "
            "from {schema}.wide_ultrasound_visits order by patient_id, appointment_id"
        )
    assert [tuple(map(str, row)) for row in found] == [
        ("Bo Ek", "1", "2025-02-22", "2", "2025-04-01", "second", "2", "120.50", "Asthma, Goiter"),
        ("Bo Ek", "2", "None", "None", "None", "None", "0", "0.00", "Asthma, Goiter"),
        ("Cleo Dahl", "None", "None", "None", "None", "None", "0", "0.00", "None"),
        ("Eli Falk", "None", "None", "None", "None", "None", "0", "0.00", "None"),
    ]


# --- tests that can fail; the last, as they spoil the warehouse ---


def test_broken_data_turn_the_tests_red(embedded: Embedded) -> None:
    target, _ = embedded
    target.change(*DAMAGES.values())
    target.dbt("test", "--select", *(f"{name}*" for name in DAMAGES), succeeds=False)
    status = {result["unique_id"].split(".")[2]: result["status"] for result in target.results()}
    for name in DAMAGES:
        assert {state for test, state in status.items() if test.startswith(name)} == {"fail"}, name
