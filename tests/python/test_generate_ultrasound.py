"""The ultrasound clinic's raw data: the same from a seed, whole by its own keys, and moved on day by day."""

import shutil
from pathlib import Path

import pytest

from extract_files import connect, read
from starlift.advance.run import advance
from starlift.errors import StarliftError
from starlift.generate.files import digest_table, read_manifest
from starlift.generate.generators import generator
from starlift.generate.ultrasound import Size, generate_ultrasound
from starlift.sources import ULTRASOUND

SIZE = Size(appointments=3_000, patients=900)
DAYS = 4


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "ultrasound"
    generate_ultrasound(folder, size=SIZE, seed=3)
    return folder


@pytest.fixture(scope="module")
def later(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("advanced") / "ultrasound"
    shutil.copytree(first, folder)
    advance("ultrasound", folder, days=DAYS)
    return folder


def test_the_same_seed_gives_the_same_bytes(first: Path, tmp_path: Path) -> None:
    again = generate_ultrasound(tmp_path / "again", size=SIZE, seed=3)
    other = generate_ultrasound(tmp_path / "other", size=SIZE, seed=4)
    assert again.tables == read_manifest(first).tables
    for table in ULTRASOUND.tables:
        file = f"{table.name}.parquet"
        assert (tmp_path / "again" / file).read_bytes() == (first / file).read_bytes(), table.name
        assert digest_table(first / file, ULTRASOUND) == again.tables[table.name].digest
    assert other.tables["Appointments"].digest != again.tables["Appointments"].digest


@pytest.mark.parametrize("when", ["first", "later"])
def test_keys_hold_and_what_is_messy_is_there(when: str, request: pytest.FixtureRequest) -> None:
    con = connect(request.getfixturevalue(when), ULTRASOUND)
    for table in ULTRASOUND.tables:
        key = table.primary_key
        rows, distinct = con.execute(f"select count(*), count(distinct {key}) from {table.name}").fetchall()[
            0
        ]
        assert rows == distinct > 0, table.name
        for foreign in table.foreign_keys:
            parent = ULTRASOUND.table(foreign.references)
            orphans = con.execute(
                f"select count(*) from {table.name} where {foreign.column} not in "
                f"(select {parent.primary_key} from {parent.name})"
            ).fetchall()
            assert orphans == [(0,)], (table.name, foreign.column)
    for condition in (
        "select count(*) > 100 from (select AppointmentID from Reports group by 1 having count(*) = 2)",
        "select count(*) > 100 from Patients where PatientID not in (select PatientID from Appointments)",
        "select count(*) > 10 from Appointments where AppointmentDate > timestamp '2026-01-05'",
        "select count(*) = 0 from Reports join Appointments using (AppointmentID) "
        "where ReportDate < AppointmentDate::date",
        "select count(*) = 0 from Departments join Machines using (DepartmentID) "
        "where DepartmentName = 'Ophthalmology'",
    ):
        assert con.execute(condition).fetchall() == [(True,)], condition


def test_days_at_once_are_days_one_by_one(first: Path, later: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ultrasound"
    shutil.copytree(first, folder)
    for _ in range(DAYS):
        advance("ultrasound", folder, days=1)
    assert read(folder, ULTRASOUND) == read(later, ULTRASOUND)


def test_a_few_days_bring_everything_that_history_holds(later: Path) -> None:
    events = {name for day in read_manifest(later).days for name in day["events"]}
    assert {
        "appointment_booked",
        "appointment_cancelled",
        "bill_paid",
        "doctor_moved",
        "exam_done",
        "machine_status",
        "patient_deleted",
        "patient_moved",
        "patient_new",
        "patient_reinserted",
        "report_added",
        "report_written",
    } <= events


def test_counts_of_the_clinic_are_refused() -> None:
    with pytest.raises(StarliftError, match="give a --scale instead"):
        generator("ultrasound").asked("tiny", {"patients": 3})
    with pytest.raises(StarliftError, match="There is no scale 'huge'"):
        generator("ultrasound").asked("huge", {})
