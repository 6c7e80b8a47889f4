"""Days that go by in the clinic: the manifest says what happened, and nothing else did."""

import json
import shutil
from datetime import datetime, timedelta

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from days_of_a_source import DaysOfASource, day_of, inserted
from extract_files import events, read
from starlift.advance.run import advance_clinic
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate.clinic import generate_clinic
from starlift.generate.files import read_manifest
from starlift.sources import CLINIC

SOURCE = CLINIC
DAYS = 4
# The values after these days, whatever the machine and the versions of its libraries.
GOLDEN = {
    "specialties": "3e39f5aae5997c7543113e40681114aa1bb4b267c22c692c36ef338299aebed2",
    "departments": "18919733969e177e584fdf34663f99d905adb343d9397fc3e98d32ae20cd6692",
    "diagnoses": "8b38435ecfec1594fc565165f94b81d4593c650b58a48038810e081cfbcb3fef",
    "procedures": "da37ba294dcb93d775585971fee99c8fe0e10e96e9fa5adfe09f84b13d1d58e8",
    "patients": "1f3740db8d6a3bac7ca9b1e2818526072903efa60bb2d1b519fae59750b3d9dc",
    "providers": "ea457e90c7795fd3309f53195ba494f48df4e08fe679ff7a391b11c7503b884d",
    "encounters": "a81f12a841844e72a59b071839a7b9ad11c8e2b0d68a9cdc0f8c8468707b6f9b",
    "encounter_diagnoses": "e6d486af25fc33c4c9ce4e70eb717940c9369e11ec7a580de8cce52c2c5637e6",
    "encounter_procedures": "a24b49c4b2815b6b9abdec131d1da6114d2493e6fec341d7cd14e134832af29b",
    "billing": "9d7dd6e2d89638420d991593073365af0ee6084115965c042213b81546a57f2f",
}
EVERY_DAY = {
    "backdated_encounter",
    "claim_deleted",
    "claim_status_changed",
    "diagnosis_deleted",
    "encounter_corrected",
    "encounter_new",
    "encounter_withdrawn",
    "late_bill",
    "late_diagnosis",
    "late_procedure",
    "patient_deleted",
    "patient_moved",
    "patient_new",
    "patient_renamed",
    "procedure_deleted",
    "provider_changed_department",
    "provider_changed_specialty",
    "readmission_of_old_stay",
    "stay_discharged",
}
FROM_THE_SECOND_DAY = {"patient_reinserted", "encounter_reinstated"}
NOW_AND_THEN = {"department_renamed", "specialty_renamed", "provider_new"}
CHANGES_SAID = [
    ("provider_changed_specialty", "providers", "specialty_id"),
    ("provider_changed_department", "providers", "department_id"),
    ("department_renamed", "departments", "department_name"),
    ("specialty_renamed", "specialties", "specialty_name"),
    ("patient_moved", "patients", "city"),
    ("patient_renamed", "patients", "last_name"),
    ("claim_status_changed", "billing", "claim_status"),
]


def generate(folder):
    """What the fixture `history` begins with."""
    generate_clinic(folder, patients=1_000, encounters=6_000)


class TestDays(DaysOfASource):
    pass


def test_no_day_repeats_another(contents, entries):
    newcomers = [
        {
            contents[day]["patients"][event["patient_id"]]["address"]
            for event in entry["events"]["patient_new"]
        }
        for day, entry in enumerate(entries, 1)
    ]
    assert all(not newcomers[day] & newcomers[day - 1] for day in range(1, DAYS))


def test_keys_and_checks_still_hold(history):
    con = duckdb.connect()
    for table in CLINIC.tables:
        con.execute(f"create view {table.name} as from '{history / str(DAYS) / table.name}.parquet'")
    for table in CLINIC.tables:
        broken = [f"not ({check.sql})" for check in table.checks] + [
            f"{column.name} is null" for column in table.columns if not column.nullable
        ]
        for key in table.foreign_keys:
            parent = CLINIC.table(key.references)
            broken.append(f"{key.column} not in (select {parent.primary_key} from {parent.name})")
        broken.append("updated_at < created_at")
        for rule in broken:
            count = con.execute(f"select count(*) from {table.name} where {rule}").fetchone()[0]
            assert count == 0, (table.name, rule)
        for column in (table.primary_key, *table.unique):
            twice = f"select count(*) - count(distinct {column}) from {table.name}"
            assert con.execute(twice).fetchone()[0] == 0, (table.name, column)


def test_new_rows_carry_the_day(contents, entries):
    """All but those that come back or are stamped as if known all along."""
    for day, entry in enumerate(entries, 1):
        first, last = day_of(entry)
        old = {e["patient_id"] for e in entry["events"].get("patient_reinserted", [])}
        then = {e["encounter_id"] for e in entry["events"]["backdated_encounter"] if e["stamped_then"]}
        then |= {e["encounter_id"] for e in entry["events"].get("encounter_reinstated", [])}
        for table in CLINIC.tables:
            after = contents[day][table.name]
            for key in inserted(entry["changes"][table.name]):
                row = after[key]
                if table.name == "patients" and key in old:
                    assert row["updated_at"] < first
                elif row.get("encounter_id") not in then:
                    assert first <= row["updated_at"] <= last, (table.name, row)


def test_keys_are_never_given_to_another_row(contents, entries):
    for table in CLINIC.tables:
        for day in range(1, DAYS + 1):
            known = {key for content in contents[:day] for key in content[table.name]}
            again = set(entries[day - 1]["changes"][table.name]["inserted"]) & known
            back = {e["patient_id"] for e in entries[day - 1]["events"].get("patient_reinserted", [])}
            reinstated = {
                e["encounter_id"] for e in entries[day - 1]["events"].get("encounter_reinstated", [])
            }
            for key in again:
                row = contents[day][table.name][key]
                assert key in back if table.name == "patients" else row["encounter_id"] in reinstated


def test_stamps_of_the_past_occur(entries):
    stamped = [event for _, event in events(entries, "backdated_encounter") if event["stamped_then"]]
    assert stamped
    assert all(event["updated_at"] < entries[0]["date"] for event in stamped)


def test_a_patient_comes_back_as_he_was(contents, entries):
    came_back = events(entries, "patient_reinserted")
    for day, event in came_back:
        key = event["patient_id"]
        gone = max(d for d, e in events(entries, "patient_deleted") if e["patient_id"] == key and d < day)
        assert key not in contents[gone]["patients"]
        assert contents[day]["patients"][key] == contents[gone - 1]["patients"][key]
    assert came_back


def test_an_encounter_comes_back_with_its_details(contents, entries):
    def details(day, key):
        return [
            sorted(str(row) for row in contents[day][table].values() if row["encounter_id"] == key)
            for table in ("encounter_diagnoses", "encounter_procedures", "billing")
        ]

    for day, event in events(entries, "encounter_reinstated"):
        key = event["encounter_id"]
        gone = max(
            d for d, e in events(entries, "encounter_withdrawn") if e["encounter_id"] == key and d < day
        )
        assert details(gone, key) == [[], [], []]
        assert details(day, key) == details(gone - 1, key)


def test_returns_are_returns(contents, entries):
    told = events(entries, "readmission_of_old_stay")
    for day, event in told:
        encounters = contents[day]["encounters"]
        stay, back = encounters[event["stay_encounter_id"]], encounters[event["encounter_id"]]
        assert stay["encounter_type"] == "Inpatient"
        assert stay["patient_id"] == back["patient_id"] == event["patient_id"]
        assert stay["discharge_date"] < back["encounter_date"] <= stay["discharge_date"] + timedelta(days=30)
        assert event["stay_encounter_id"] in contents[day - 1]["encounters"]
    past = [
        event
        for day, event in told
        if str(contents[day]["encounters"][event["encounter_id"]]["encounter_date"]) < entries[0]["date"]
    ]
    assert past, "some returns are entered weeks later"


def test_what_is_late_belongs_to_old_encounters(contents, entries):
    for name, weeks in (("late_bill", 0), ("late_diagnosis", 2), ("late_procedure", 2)):
        for day, event in events(entries, name):
            began = contents[day - 1]["encounters"][event["encounter_id"]]["encounter_date"]
            first = datetime.fromisoformat(entries[day - 1]["date"])
            assert began < first - timedelta(weeks=weeks)


def test_diagnoses_stay_numbered_without_gaps(contents):
    listed = {}
    for row in contents[DAYS]["encounter_diagnoses"].values():
        listed.setdefault(row["encounter_id"], []).append(row["diagnosis_sequence"])
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in listed.values())


def test_tiny_sources_survive(tmp_path):
    generate_clinic(tmp_path / "one", patients=1, encounters=1)
    manifest = advance_clinic(tmp_path / "one", days=3)
    assert len(manifest.days) == 3


def test_a_failure_leaves_what_was_there(history, tmp_path, monkeypatch):
    shutil.copytree(history / "0", tmp_path / "clinic")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("starlift.advance.state._write", fail)
    with pytest.raises(StarliftError, match=r"Cannot write .*disk full.*as it was"):
        advance_clinic(tmp_path / "clinic", days=1)
    assert read(tmp_path / "clinic", CLINIC) == read(history / "0", CLINIC)
    assert [path.name for path in tmp_path.iterdir()] == ["clinic"]


def test_bad_input_is_told(history, tmp_path):
    folder = tmp_path / "clinic"
    shutil.copytree(history / "0", folder)
    for days in (0, 3_661, 5_000_000):
        with pytest.raises(StarliftError, match="at least 1 and at most 3,660"):
            advance_clinic(folder, days=days)
    with pytest.raises(StarliftError, match=r"no manifest\.json"):
        advance_clinic(tmp_path / "nowhere", days=1)

    whole = (folder / "billing.parquet").read_bytes()
    (folder / "billing.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StarliftError, match=r"billing\.parquet cannot be read"):
        advance_clinic(folder, days=1)
    (folder / "billing.parquet").unlink()
    with pytest.raises(StarliftError, match=r"billing\.parquet cannot be read"):
        advance_clinic(folder, days=1)
    pq.write_table(pq.read_table(history / "0" / "billing.parquet").slice(1), folder / "billing.parquet")
    with pytest.raises(StarliftError, match="not the file its manifest speaks of"):
        advance_clinic(folder, days=1)

    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"extracted_at": "yesterday"}))
    with pytest.raises(StarliftError, match="extracted_at is not a timestamp"):
        advance_clinic(folder, days=1)
    (folder / "manifest.json").write_text(json.dumps(manifest | {"source": "shop"}))
    with pytest.raises(StarliftError, match="not of clinic"):
        advance_clinic(folder, days=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic"]


def test_command_line(history, tmp_path):
    shutil.copytree(history / "0", tmp_path / "clinic")
    command = ["advance", "clinic", "--days", "2", "--from", str(tmp_path / "clinic")]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "2026-01-02" in result.output
    assert read_manifest(tmp_path / "clinic") == read_manifest(history / "2")
