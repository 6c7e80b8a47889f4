"""The generated clinic: the same everywhere, in keeping with the 3NF model, shaped like the real thing."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from extract_files import connect, digests, one
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate import rng
from starlift.generate.clinic import generate_clinic, scale_size
from starlift.generate.faker_loop import faker_rows
from starlift.generate.files import arrow_schema, digest_table, read_manifest
from starlift.generate.making import parse_date
from starlift.sources import CLINIC

# The values of `tiny` with seed 1, whatever the machine and the versions of its libraries.
GOLDEN = {
    "specialties": "c4380b89ea11dfdbb670cb912252d3f39a533ee269a1f610218b096c22b79281",
    "departments": "ddb99da8353a850a5674d4893c1ecc0dbd26b1042ea15e4a15de5b88020ea0b9",
    "diagnoses": "8b38435ecfec1594fc565165f94b81d4593c650b58a48038810e081cfbcb3fef",
    "procedures": "da37ba294dcb93d775585971fee99c8fe0e10e96e9fa5adfe09f84b13d1d58e8",
    "patients": "d50aa30794b0bce45f715d1de989e489f31eb320cab572917042cc2c2061f309",
    "providers": "983a85bd229a63fd59c2481b8e7e2d5cf191d18592b318b3f328ba5ccb5cd69f",
    "encounters": "1ec829982976ba0520b9d077d0bf7cec16530bddfab1d3ee9830410bf22fa679",
    "encounter_diagnoses": "ce52008e064d92581a123e0a8a3738530aad427e15d99a7208b05e281bc76a5c",
    "encounter_procedures": "d099626248454057e45fab215c0ffa83483247e67b7fe3092b27c3fa8d39f5f2",
    "billing": "a7386107123ed04503708621851cbf2183837cce3d6532a9b124c961d1e9af5c",
}


def make(out, *, patients=300, encounters=1_500, **options):
    return generate_clinic(out, patients=patients, encounters=encounters, **options)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny") / "clinic"
    make(folder)
    return folder


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "clinic"
    make(folder, patients=10_000, encounters=50_000)
    return folder


def test_values_are_the_agreed_ones(tiny):
    assert digests(read_manifest(tiny)) == GOLDEN


def test_bytes_do_not_depend_on_threads(tmp_path, monkeypatch):
    # Chunks far smaller than the data, so that threads have something to disagree about.
    monkeypatch.setattr("starlift.generate.clinic.CHUNK", 400)
    monkeypatch.setattr("starlift.generate.timeline.CHUNK", 400)
    make(tmp_path / "one", threads=1)
    make(tmp_path / "four", threads=4)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "four" / file.name).read_bytes(), file.name


def test_values_do_not_depend_on_chunks(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("starlift.generate.clinic.CHUNK", 400)
    monkeypatch.setattr("starlift.generate.timeline.CHUNK", 333)
    monkeypatch.setattr("starlift.generate.clinic._PIECE", 77)
    assert digests(make(tmp_path / "chunks")) == digests(read_manifest(tiny))


def test_another_seed_gives_other_rows_of_the_same_shape(tiny, tmp_path):
    other = make(tmp_path / "other", seed=2)
    first = read_manifest(tiny)
    assert other.tables["encounters"].rows == first.tables["encounters"].rows
    assert other.tables["encounters"].digest != first.tables["encounters"].digest
    assert other.tables["diagnoses"].digest == first.tables["diagnoses"].digest


def test_digest_sees_one_changed_value(tiny, tmp_path):
    table = pq.read_table(tiny / "billing.parquet")
    statuses = table["claim_status"].to_pylist()
    statuses[5] = "Denied" if statuses[5] != "Denied" else "Paid"
    changed = table.set_column(table.schema.get_field_index("claim_status"), "claim_status", [statuses])
    path = tmp_path / "billing.parquet"
    pq.write_table(table, path, compression="snappy", row_group_size=100)
    assert digest_table(path) == read_manifest(tiny).tables["billing"].digest
    pq.write_table(changed, path)
    assert digest_table(path) != read_manifest(tiny).tables["billing"].digest


def test_files_name_no_library_version(tiny):
    for table in CLINIC.tables:
        path = tiny / f"{table.name}.parquet"
        metadata = pq.ParquetFile(path).metadata
        assert metadata.created_by == "starlift version 1.0.0 (build 1)"
        assert metadata.metadata is None
        assert pa.__version__.encode() not in path.read_bytes()[-metadata.serialized_size - 8 :]


def test_columns_and_types_are_the_models(tiny):
    for table in CLINIC.tables:
        assert pq.read_schema(tiny / f"{table.name}.parquet") == arrow_schema(table), table.name


def test_counts_are_exact_and_in_the_manifest(lab):
    manifest = json.loads((lab / "manifest.json").read_text())
    con = connect(lab, CLINIC)
    for table in CLINIC.tables:
        assert one(con, f"select count(*) from {table.name}") == manifest["tables"][table.name]["rows"]
    assert manifest["tables"]["patients"]["rows"] == 10_000
    assert manifest["tables"]["encounters"]["rows"] == 50_000
    assert manifest["extracted_at"] == "2025-12-31T23:59:59"


def test_keys_and_checks_hold(lab):
    con = connect(lab, CLINIC)
    for table in CLINIC.tables:
        for column in (table.primary_key, *table.unique):
            assert one(con, f"select count(*) - count(distinct {column}) from {table.name}") == 0
        for check in table.checks:
            assert one(con, f"select count(*) from {table.name} where not ({check.sql})") == 0, check.name
        for column in table.columns:
            if not column.nullable:
                assert one(con, f"select count(*) from {table.name} where {column.name} is null") == 0
            if "char" in column.type:
                width = column.type.split("(")[1][:-1]
                assert (
                    one(con, f"select count(*) from {table.name} where length({column.name}) > {width}") == 0
                )
        for key in table.foreign_keys:
            parent = CLINIC.table(key.references)
            lost = f"{key.column} not in (select {parent.primary_key} from {parent.name})"
            assert one(con, f"select count(*) from {table.name} where {lost}") == 0


def test_times_make_sense(lab):
    con = connect(lab, CLINIC)
    for table in CLINIC.tables:
        wrong = (
            "updated_at < created_at or updated_at > timestamp '2025-12-31 23:59:59' or created_at is null"
        )
        assert one(con, f"select count(*) from {table.name} where {wrong}") == 0, table.name
    assert one(con, "select count(*) from encounters where created_at < encounter_date") == 0
    in_order = "select created_at < lag(created_at) over (order by encounter_id) as back from encounters"
    assert one(con, f"select count(*) from ({in_order}) where back") == 0
    early = "select count(*) from billing join encounters using (encounter_id) where claim_date < "
    assert one(con, early + "encounter_date::date") == 0
    gap = """select count(*) from (select encounter_id, max(diagnosis_sequence) as last, count(*) as listed
        from encounter_diagnoses group by encounter_id) where last <> listed"""
    assert one(con, gap) == 0


def test_shape_of_the_real_thing(lab):
    con = connect(lab, CLINIC)
    returned = """
        select avg(exists(
            select 1 from encounters later
            where later.patient_id = stay.patient_id and later.encounter_date > stay.discharge_date
                and later.encounter_date <= stay.discharge_date + interval 30 day)::int)
        from encounters stay join encounter_diagnoses using (encounter_id) join diagnoses using (diagnosis_id)
            join providers using (provider_id) join specialties using (specialty_id)
        where encounter_type = 'Inpatient' and discharge_date is not null and diagnosis_sequence = 1"""
    assert 0.12 < one(con, returned) < 0.18
    heart = one(con, returned + " and specialty_name = 'Cardiology'")
    bones = one(con, returned + " and specialty_name = 'Orthopedics'")
    assert heart > 1.5 * bones
    heart_failure = one(con, returned + " and icd10_code like 'I50%'")
    assert heart_failure > 1.3 * one(con, returned)
    wards = returned + " and specialty_name = 'Internal Medicine' and icd10_code "
    serious = one(con, wards + "in ('A41.9', 'N17.9', 'E87.1', 'N18.6')")
    assert serious > 1.3 * one(
        con, wards + "in ('D64.9', 'D50.9', 'E11.40', 'M79.7', 'E78.00', 'R73.03', 'M06.9')"
    )

    assert one(con, "select count(*) from encounters where discharge_date is null") >= 10
    overlaps = """select count(*) from encounters a join encounters b using (patient_id)
        where b.encounter_date > a.encounter_date and b.encounter_date < a.discharge_date"""
    assert one(con, overlaps) >= 20
    visits = "(select count(*) n from encounters group by patient_id)"
    assert one(con, f"select max(n) from {visits}") > 8 * one(con, f"select median(n) from {visits}")
    for child, column in (("encounter_diagnoses", "diagnosis_id"), ("encounter_procedures", "procedure_id")):
        share = one(con, f"select 1 - count(distinct (encounter_id, {column})) / count(*) from {child}")
        assert 0.005 < share < 0.015
    per_encounter = """select count(billing_id) as n from encounters left join billing using (encounter_id)
        group by encounter_id"""
    claims = con.execute(f"select distinct n from ({per_encounter}) order by n").fetchall()
    assert [n for (n,) in claims] == [0, 1, 2, 3, 4]
    assert one(con, "select count(distinct claim_status) from billing where allowed_amount is null") == 1
    weekend, weekdays = con.execute("""select count(*) filter (isodow(encounter_date) > 5) / 2,
        count(*) filter (isodow(encounter_date) <= 5) / 5 from encounters""").fetchone()
    assert weekend < 0.5 * weekdays


def test_procedures_go_with_diagnoses(lab):
    con = connect(lab, CLINIC)
    seen = """select count(distinct encounter_id) from encounter_diagnoses join diagnoses using (diagnosis_id)
        where icd10_code = 'I50.9'"""
    with_ultrasound = (
        seen
        + """ and encounter_id in (select encounter_id from encounter_procedures
        join procedures using (procedure_id) where cpt_code = '93306')"""
    )
    any_ultrasound = """select count(distinct encounter_id) / 50000 from encounter_procedures
        join procedures using (procedure_id) where cpt_code = '93306'"""
    assert one(con, with_ultrasound) / one(con, seen) > 5 * one(con, any_ultrasound)


def test_splitmix_is_the_published_one():
    # First outputs of splitmix64 with seed 0: the state moves on by the golden gamma before each.
    state = 0x9E3779B97F4A7C15
    assert [rng.draw_one(state, i) for i in range(2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


@pytest.mark.parametrize("patients, encounters", [(1, 1), (1, 50), (500, 3), (7, 2_000)])
def test_odd_sizes_work(tmp_path, patients, encounters):
    manifest = make(tmp_path / "odd", patients=patients, encounters=encounters)
    assert manifest.tables["patients"].rows == patients
    assert manifest.tables["encounters"].rows == encounters


def test_one_day_works(tmp_path):
    make(tmp_path / "day", start=date(2024, 2, 29), end=date(2024, 2, 29))
    con = connect(tmp_path / "day", CLINIC)
    assert one(con, "select count(*) from encounters where encounter_date::date <> date '2024-02-29'") == 0


@pytest.mark.parametrize(
    "options, message",
    [
        ({"encounters": 0}, "at least 1"),
        ({"patients": 0}, "at least 1"),
        ({"encounters": 10**9}, "at most"),
        ({"start": date(2025, 1, 2), "end": date(2025, 1, 1)}, "before the start"),
        ({"start": date(1900, 1, 1)}, "between 1990 and 2036"),
        ({"threads": -1}, "Threads"),
        ({"threads": 0}, "Threads"),
    ],
)
def test_bad_input_is_told(tmp_path, options, message):
    with pytest.raises(StarliftError, match=message):
        make(tmp_path / "bad", **options)
    assert list(tmp_path.iterdir()) == []


def test_unknown_names_are_told():
    with pytest.raises(StarliftError, match="tiny, lab"):
        scale_size("huge")
    with pytest.raises(StarliftError, match="not a date"):
        parse_date("31.12.2025", "end")


def test_out_that_is_not_ours_is_left_alone(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(StarliftError, match="is a file"):
        make(file)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(StarliftError, match="other files"):
        make(folder)
    assert file.read_text() == (folder / "notes.txt").read_text() == "mine"
    make(tmp_path / "clinic")
    (tmp_path / "clinic" / "notes.txt").write_text("mine")
    with pytest.raises(StarliftError, match="other files"):
        make(tmp_path / "clinic")


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    before = make(tmp_path / "clinic")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("starlift.generate.clinic.make_chunk", fail)
    with pytest.raises(StarliftError, match=r"Cannot write .*disk full.*as it was"):
        make(tmp_path / "clinic", seed=3)
    assert read_manifest(tmp_path / "clinic") == before
    assert [path.name for path in tmp_path.iterdir()] == ["clinic"]


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(tmp_path, monkeypatch):
    before = make(tmp_path / "clinic")
    rename = Path.rename

    def fail_at_last(path, target):
        if path.name.startswith(".clinic.") and not path.name.endswith(".old"):
            raise OSError("disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_at_last)
    with pytest.raises(StarliftError, match="disk full"):
        make(tmp_path / "clinic", seed=3)
    assert read_manifest(tmp_path / "clinic") == before
    assert [path.name for path in tmp_path.iterdir()] == ["clinic"]


def test_a_period_before_the_opening_has_nothing_from_after_it(tmp_path):
    make(tmp_path / "clinic", start=date(2005, 1, 1), end=date(2005, 12, 31))
    with connect(tmp_path / "clinic", CLINIC) as con:
        for table in CLINIC.tables:
            latest = one(con, f"select max(greatest(created_at, updated_at))::date from {table.name}")
            assert latest <= date(2005, 12, 31), table.name
        assert one(con, "select max(created_at)::date from providers") == date(2005, 1, 1)


def test_command_line(tmp_path):
    out = tmp_path / "data"
    result = CliRunner().invoke(
        app, ["generate", "clinic", "--scale", "tiny", "--out", str(out)], catch_exceptions=False
    )
    assert result.exit_code == 0
    assert "1,500 encounters of 300 patients" in " ".join(result.output.split())
    with pytest.raises(StarliftError, match="no generator for 'barn'"):
        CliRunner().invoke(app, ["generate", "barn", "--out", str(out)], catch_exceptions=False)


def test_faker_loop_makes_the_same_tables():
    rows = faker_rows(30, seed=1)
    assert [*rows] == [table.name for table in CLINIC.tables]
    for table in CLINIC.tables:
        assert rows[table.name], table.name
        assert tuple(rows[table.name][0]) == table.column_names
    known = {row["encounter_id"] for row in rows["encounters"]}
    assert len(known) == 30
    assert {row["encounter_id"] for row in rows["billing"]} <= known


def test_manifests_that_are_not_ours_are_told(tmp_path):
    with pytest.raises(StarliftError, match=r"no manifest\.json"):
        read_manifest(tmp_path)
    Path(tmp_path / "manifest.json").write_text('{"tables": ')
    with pytest.raises(StarliftError, match="cannot be read as a manifest"):
        read_manifest(tmp_path)
