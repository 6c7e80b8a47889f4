"""Loading the clinic into DuckDB: what lands, what is refused and how, and which stamps rows get."""

import csv
import json
import shutil
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from starlift.cli import app
from starlift.errors import StarliftError
from starlift.load import load
from starlift.load.duckdb import DuckDB, Keys
from starlift.sources import CLINIC
from starlift.sources.model import AUDIT_COLUMNS

CREATED = datetime(2024, 1, 1)
UPDATED = datetime(2024, 6, 1, 12, 30, 0, 123456)
DAY_1 = datetime(2025, 1, 1)
DAY_2 = datetime(2025, 1, 2)
DAY_3 = datetime(2025, 1, 3)

# Without the audit columns, and patients without an address.
ROWS = {
    "specialties": [(1, "Cardiology", "CAR"), (2, "Oncology", "ONC")],
    "departments": [(1, "First", 1, 20), (2, "Second", None, None)],
    "diagnoses": [(1, "I10", "High blood pressure"), (2, "E11.9", "Diabetes; type 2, 'mild'")],
    "procedures": [(1, "99213", "Visit"), (2, "93000", None)],
    "patients": [
        (1, "Ann", "O'Hara", date(1980, 2, 29), "F", "M1"),
        (2, "Bo", None, None, "M", "M2"),
        (3, "Zoë", 'Q"uote\\s', date(1990, 1, 1), "O", "M3"),
    ],
    "providers": [(10, "Pat", "Lee", "MD", 1, 1), (11, "Kim", "Roe", None, 2, 2)],
    "encounters": [
        (100, 1, 10, "Outpatient", datetime(2024, 2, 1, 9), None, 1),
        (101, 2, 11, "Inpatient", datetime(2024, 2, 3, 23, 59, 59), datetime(2024, 2, 5), 2),
        (102, 1, 10, "ER", datetime(2024, 3, 1), datetime(2024, 3, 1), 1),
    ],
    "encounter_diagnoses": [(1, 100, 1, 1), (2, 101, 2, 1), (3, 101, 1, 2), (4, 101, 2, 3)],
    "encounter_procedures": [(1, 100, 1, date(2024, 2, 1)), (2, 101, 2, date(2024, 2, 4))],
    "billing": [
        (1, 100, Decimal("100.10"), Decimal("80.05"), date(2024, 2, 2), "Paid"),
        (2, 101, Decimal("5000.00"), None, date(2024, 2, 6), "Pending"),
    ],
}
ARROW = {
    "integer": pa.int32(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal": pa.decimal128(12, 2),
}


def required_columns(table):
    return [column.name for column in CLINIC.table(table).columns if not column.optional]


def all_columns(table, row):
    """The row with the optional columns, each null, and both stamps."""
    given = dict(zip(required_columns(table), row, strict=True)) | dict.fromkeys(AUDIT_COLUMNS, CREATED)
    return tuple(given.get(name) for name in CLINIC.table(table).column_names)


def arrow_type(column):
    return ARROW.get(column.type.partition("(")[0], pa.string())


def write_parquet(folder, rows=ROWS, audit=True):
    folder.mkdir(exist_ok=True)
    for table in CLINIC.tables:
        columns = table.columns if audit else [c for c in table.columns if not c.optional]
        values = [all_columns(table.name, row) if audit else row for row in rows[table.name]]
        schema = pa.schema([(column.name, arrow_type(column)) for column in columns])
        lists = [list(values) for values in zip(*values, strict=True)] or [[] for _ in columns]
        pq.write_table(pa.table(lists, schema=schema), folder / f"{table.name}.parquet")
    return folder


def write_csv(folder, rows=ROWS, header=True, audit=False, delimiter=","):
    folder.mkdir(exist_ok=True)
    for table in CLINIC.tables:
        names = list(table.column_names) if audit else required_columns(table.name)
        with (folder / f"{table.name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            if header:
                writer.writerow(name.upper() for name in names)
            writer.writerows(all_columns(table.name, row) if audit else row for row in rows[table.name])
    return folder


def sql_literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int | Decimal):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def write_sql(file, rows=ROWS, named=True):
    lines = ["-- a dump; with a semicolon", "CREATE DATABASE hospital;", "USE `hospital`;"]
    for table in CLINIC.tables:
        names = required_columns(table.name)
        types = [f"  `{name}` VARCHAR (200) /* ; */" for name in names]
        lines += [f"CREATE TABLE {table.name.upper()} (", ",\n".join(types), ") ENGINE=InnoDB; # done;"]
    for table in CLINIC.tables:
        names = f" (`{'`, `'.join(required_columns(table.name))}`)" if named else ""
        values = [f"({', '.join(map(sql_literal, row))})" for row in rows[table.name]]
        if values:
            lines.append(f"INSERT INTO `hospital`.{table.name}{names} VALUES\n" + ",\n".join(values) + ";")
    file.write_text("\n".join(lines))
    return file


@pytest.fixture
def database(tmp_path):
    return tmp_path / "made" / "warehouse.duckdb"


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("loaded")
    run(write_parquet(folder / "x"), folder / "warehouse.duckdb", as_of=DAY_1)
    return folder / "warehouse.duckdb"


@pytest.fixture
def loaded(loaded_once, tmp_path):
    """A database with ROWS, for a test to spoil."""
    return Path(shutil.copy(loaded_once, tmp_path / "warehouse.duckdb"))


def run(path, database, keys=Keys.AUTO, **options):
    return load(CLINIC, Path(path), DuckDB(database, keys), **options)


def query(database, sql):
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def contents_query(table):
    return f"select {', '.join(required_columns(table))} from raw_clinic.{table} order by 1"


def contents(database, table):
    return query(database, contents_query(table))


def refused(path, database, **options):
    """The sentence with which the load is refused; what was there is as before."""
    existed = database.exists()
    with pytest.raises(StarliftError) as error:
        run(path, database, **options)
    assert "\n" not in str(error.value)
    assert database.exists() == existed
    if existed:
        state = "select (select count(*) from raw_clinic.loads), (select max(mrn) from raw_clinic.patients)"
        assert query(database, state) == [(1, "M3")]
    return str(error.value)


def changed(table, number, **values):
    """ROWS with other values in one row."""
    rows = deepcopy(ROWS)
    names = required_columns(table)
    row = dict(zip(names, rows[table][number], strict=True)) | values
    rows[table][number] = tuple(row[name] for name in names)
    return rows


# What lands


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_parquet(folder / "x"),
        lambda folder: write_parquet(folder / "x", audit=False),
        lambda folder: write_csv(folder / "x"),
        lambda folder: write_csv(folder / "x", header=False),
        lambda folder: write_csv(folder / "x", header=False, audit=True, delimiter=";"),
        lambda folder: write_csv(folder / "x", audit=True, delimiter="\t"),
        lambda folder: write_sql(folder / "dump.sql"),
        lambda folder: write_sql(folder / "dump.sql", named=False),
    ],
)
def test_each_kind_of_input_lands_as_it_is(tmp_path, database, write):
    summary = run(write(tmp_path), database, as_of=DAY_1)
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, rows in ROWS.items():
            assert connection.execute(contents_query(table)).fetchall() == rows
    assert {table.name: table.rows for table in summary.tables} == {t: len(rows) for t, rows in ROWS.items()}
    assert len(summary.notes) == 1
    assert "1 (encounter_id, diagnosis_id) pair occurs more than once, 1 row too many" in summary.notes[0]


def test_sql_schema_and_data_may_be_two_files_in_any_order(tmp_path, database):
    statements = write_sql(tmp_path / "all.txt", named=False).read_text().partition("INSERT")
    (tmp_path / "data.sql").write_text("".join(statements[1:]))
    (tmp_path / "schema.sql").write_text(statements[0])
    for path in (tmp_path, tmp_path / "*.sql"):
        run(path, database, as_of=DAY_1)
        assert contents(database, "patients") == ROWS["patients"]


def test_sql_texts_keep_escapes_and_semicolons(tmp_path, database):
    text = write_sql(tmp_path / "dump.sql").read_text()
    (tmp_path / "dump.sql").write_text(text.replace("'Ann'", r"'A\'n;n -- (no), \\ comment'"))
    run(tmp_path, database)
    assert contents(database, "patients")[0][1] == r"A'n;n -- (no), \ comment"


@pytest.mark.parametrize("write", [write_parquet, write_csv])
@pytest.mark.parametrize("name", ["br[1]", "b*", "b?1", "b[[]", "mrn=7"])
def test_a_path_is_no_pattern(tmp_path, database, write, name):
    decoy = changed("patients", 0, first_name="Decoy")
    for other in ("br1", "b1", "bx1", "b["):
        write(tmp_path / other, decoy)
    run(write(tmp_path / name), database, as_of=DAY_1)
    assert contents(database, "patients") == ROWS["patients"]


def test_strict_ddl_declares_every_rule(tmp_path, database):
    run(write_parquet(tmp_path / "x"), database)
    declared = query(
        database,
        "select table_name, constraint_type, constraint_column_names, referenced_table "
        "from duckdb_constraints() where schema_name = 'raw_clinic'",
    )
    for table in CLINIC.tables:
        of_table = [rule[1:] for rule in declared if rule[0] == table.name]
        assert ("PRIMARY KEY", [table.primary_key], None) in of_table
        for column in table.unique:
            assert ("UNIQUE", [column], None) in of_table
        for key in table.foreign_keys:
            assert ("FOREIGN KEY", [key.column], key.references) in of_table
        required = {column.name for column in table.columns if not column.nullable}
        assert {rule[1][0] for rule in of_table if rule[0] == "NOT NULL"} == required
        assert len([rule for rule in of_table if rule[0] == "CHECK"]) == len(table.checks)


def test_many_rows_are_checked_instead_of_indexed_and_the_summary_says_so(tmp_path, database, monkeypatch):
    monkeypatch.setattr("starlift.load.duckdb.MOST_ROWS_WITH_DECLARED_KEYS", 20)
    summary = run(write_parquet(tmp_path / "x"), database)
    kinds = {kind for (kind,) in query(database, "select constraint_type from duckdb_constraints()")}
    assert {"NOT NULL", "CHECK"} <= kinds
    assert "FOREIGN KEY" not in kinds
    assert "--keys declared" in summary.notes[-1]


def test_a_reload_replaces_rows_and_appends_to_loads(tmp_path, database):
    run(write_parquet(tmp_path / "x"), database, as_of=DAY_1)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create view patients as select * from raw_clinic.patients")
    rows = deepcopy(ROWS)
    rows["patients"].append((4, "Di", "Vo", None, "U", "M4"))
    del rows["billing"][1]
    write_parquet(tmp_path / "x", rows)
    assert run(tmp_path / "x", database, as_of=DAY_2).load_id == 2
    assert query(database, "select count(*) from patients") == [(4,)]
    assert contents(database, "billing") == rows["billing"]
    assert query(
        database, "select load_id, mode, extracted_at, row_count from raw_clinic.loads order by 1"
    ) == [
        (1, "strict", DAY_1, 24),
        (2, "strict", DAY_2, 24),
    ]


def test_a_reload_does_not_let_the_file_grow_without_bound(tmp_path, database):
    write_parquet(tmp_path / "x")
    sizes = []
    for _ in range(4):
        run(tmp_path / "x", database)
        sizes.append(database.stat().st_size)
    assert sizes[-1] <= 2 * sizes[0]


# When the extract was taken


def test_extracted_at_is_the_argument_else_the_manifest_else_now(tmp_path, database):
    folder = write_parquet(tmp_path / "x")
    (folder / "manifest.json").write_text(json.dumps({"extracted_at": "2025-01-02T01:00:00+01:00"}))
    assert run(folder, database, as_of=DAY_1).extracted_at == DAY_1
    assert run(folder, database).extracted_at == DAY_2
    (folder / "manifest.json").unlink()
    now = datetime.now(UTC).replace(tzinfo=None)
    assert abs(run(folder, database).extracted_at - now) < timedelta(minutes=5)


def test_an_earlier_extract_is_refused_unless_fresh(tmp_path, database):
    folder = write_parquet(tmp_path / "x", audit=False)
    run(folder, database, as_of=DAY_2)
    assert "--fresh" in refused(folder, database, as_of=DAY_1)
    run(folder, database, as_of=DAY_1, fresh=True)
    assert query(database, "select load_id, extracted_at from raw_clinic.loads order by 1") == [
        (1, DAY_2),
        (2, DAY_1),
    ]
    assert query(database, "select distinct updated_at from raw_clinic.patients") == [(DAY_1,)]
    run(folder, database, as_of=DAY_1)


def test_the_same_moment_again_counts_as_later(tmp_path, database):
    folder = write_csv(tmp_path / "x")
    for _ in range(2):
        run(folder, database, as_of=DAY_1)
    # a corrected extract of the same day
    write_csv(folder, changed("patients", 0, last_name="Smith"))
    assert run(folder, database, as_of=DAY_1).extracted_at == DAY_1 + timedelta(microseconds=2)
    assert [row[0] for row in query(database, "select extracted_at from raw_clinic.loads order by 1")] == [
        DAY_1 + timedelta(microseconds=number) for number in range(3)
    ]
    assert stamps(database, "patients")[1] == (DAY_1, DAY_1 + timedelta(microseconds=2))
    assert stamps(database, "patients")[2] == (DAY_1, DAY_1)
    next_second = DAY_1 + timedelta(seconds=1, microseconds=2)
    assert run(folder, database, as_of=next_second).extracted_at == next_second
    with pytest.raises(StarliftError, match="turn history around"):
        run(folder, database, as_of=DAY_1)


def test_a_broken_manifest_is_refused(tmp_path, database):
    folder = write_parquet(tmp_path / "x")
    (folder / "manifest.json").write_text('{"extracted_at": "yesterday"}')
    assert "manifest.json" in refused(folder, database)


# Stamps of an extract without audit columns


def stamps(database, table):
    key = CLINIC.table(table).primary_key
    return {
        k: (c, u)
        for k, c, u in query(database, f"select {key}, created_at, updated_at from raw_clinic.{table}")
    }


@pytest.mark.parametrize("dirty", [False, True])
def test_stamps_change_only_with_the_content(tmp_path, database, dirty):
    run(write_csv(tmp_path / "x"), database, as_of=DAY_1, dirty=dirty)
    rows = changed("patients", 0, last_name="Smith")
    rows["patients"][1] = (2, "Bo", "was null", None, "M", "M2")
    rows["patients"].append((4, "Di", "Vo", None, "U", "M4"))
    run(write_csv(tmp_path / "x", rows), database, as_of=DAY_2, dirty=dirty)
    assert stamps(database, "patients") == {
        1: (DAY_1, DAY_2),
        2: (DAY_1, DAY_2),
        3: (DAY_1, DAY_1),
        4: (DAY_2, DAY_2),
    }
    assert set(stamps(database, "encounters").values()) == {(DAY_1, DAY_1)}
    # a deleted row that comes back is a new row
    del rows["patients"][3]
    run(write_csv(tmp_path / "x", rows), database, as_of=DAY_3, dirty=dirty)
    assert stamps(database, "patients")[1] == (DAY_1, DAY_2)


def test_a_repeated_key_keeps_the_stamps_of_each_of_its_rows(tmp_path, database):
    rows = deepcopy(ROWS)
    rows["specialties"].append((1, "Heart", "CAR"))
    run(write_csv(tmp_path / "x", rows), database, as_of=DAY_1, dirty=True)
    rows["specialties"][2] = (1, "Hearts", "CAR")
    run(write_csv(tmp_path / "x", rows), database, as_of=DAY_2, dirty=True)
    assert query(database, "select specialty_name, updated_at from raw_clinic.specialties order by all") == [
        ("Cardiology", DAY_1),
        ("Hearts", DAY_2),
        ("Oncology", DAY_1),
    ]


def test_given_stamps_are_kept(tmp_path, database):
    run(write_parquet(tmp_path / "x"), database, as_of=DAY_1)
    assert set(stamps(database, "patients").values()) == {(CREATED, CREATED)}


def test_updated_at_alone_gives_created_at(tmp_path, database):
    folder = write_csv(tmp_path / "x")
    (folder / "specialties.csv").write_text(
        f"specialty_id,specialty_name,specialty_code,updated_at\n1,A,A,{UPDATED}\n2,B,B,{DAY_2}\n"
    )
    run(folder, database, as_of=DAY_1)
    assert stamps(database, "specialties") == {1: (UPDATED, UPDATED), 2: (DAY_1, DAY_2)}


# What is refused

BROKEN = [
    (
        "billing",
        {"encounter_id": 999},
        "billing.encounter_id refers to encounters that do not exist in 1 row",
        "999",
    ),
    ("patients", {"patient_id": 2}, "patients.patient_id, its primary key", "more than once"),
    ("patients", {"mrn": "M2"}, "patients.mrn, its unique column", "M2"),
    ("patients", {"mrn": None}, "patients.mrn is missing in 1 row", "patient_id is 1"),
    ("billing", {"claim_amount": Decimal("-1")}, "billing_claim_not_negative", "billing_id 1"),
    ("encounters", {"encounter_type": "Walk"}, "encounters_type_known", "encounter_id 100"),
    ("encounters", {"discharge_date": datetime(2024, 1, 31)}, "encounters_end_after_start", "1 row "),
]


@pytest.mark.parametrize("keys", [Keys.DECLARED, Keys.CHECKED])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_refused_with_the_place(tmp_path, loaded, case, keys):
    table, values, rule, example = case
    sentence = refused(write_parquet(tmp_path / "bad", changed(table, 0, **values)), loaded, keys=keys)
    assert rule in sentence
    assert example in sentence
    assert contents(loaded, table) == ROWS[table]
    assert "--dirty" in sentence


@pytest.mark.parametrize("case", BROKEN)
def test_a_dirty_load_lands_what_breaks_a_rule_and_counts_it(tmp_path, database, case):
    table, values, rule, _ = case
    rows = changed(table, 0, **values)
    summary = run(write_parquet(tmp_path / "bad", rows), database, dirty=True)
    assert sorted(contents(database, table), key=str) == sorted(rows[table], key=str)
    assert any(rule in str(violation) and violation.rows == 1 for violation in summary.violations)
    constraints = "select distinct table_name from duckdb_constraints() where schema_name = 'raw_clinic'"
    assert query(database, constraints) == [("loads",)]


def test_a_sound_dirty_load_breaks_nothing_and_a_strict_one_may_follow(tmp_path, database):
    folder = write_parquet(tmp_path / "x")
    assert run(folder, database, dirty=True).violations == ()
    assert run(folder, database).mode == "strict"


def test_keys_far_apart_are_checked_all_the_same(tmp_path, database):
    rows = deepcopy(ROWS)
    rows["patients"][2] = (2**31 - 1, *rows["patients"][2][1:])
    rows["patients"].append((-(2**31), "Di", "Vo", None, "U", "M4"))
    rows["encounter_diagnoses"][3] = (-(2**31), 101, 2, 3)
    assert run(write_parquet(tmp_path / "x", rows), database, Keys.CHECKED).row_count == 25
    rows["patients"].append((2**31 - 1, "Again", None, None, "U", "M5"))
    with pytest.raises(StarliftError, match="2147483647"):
        run(write_parquet(tmp_path / "x", rows), database, Keys.CHECKED)


def test_gaps_in_the_parents_keys_do_not_hide_an_orphan(tmp_path, database):
    rows = changed("encounter_diagnoses", 0, encounter_id=101)
    rows["billing"][0] = (1, 102, *rows["billing"][0][2:])
    del rows["encounters"][1]
    rows["encounter_procedures"].clear()
    with pytest.raises(
        StarliftError, match=r"encounter_diagnoses.encounter_id refers to encounters .* 4 rows"
    ):
        run(write_parquet(tmp_path / "x", rows), database, Keys.CHECKED)


def test_a_repeated_parent_does_not_fill_the_gap_beside_it(tmp_path, database):
    rows = deepcopy(ROWS)
    rows["encounters"][1] = (100, *rows["encounters"][1][1:])
    violations = run(write_parquet(tmp_path / "x", rows), database, dirty=True).violations
    assert any("billing.encounter_id refers to" in str(violation) for violation in violations)


@pytest.mark.parametrize(
    "case",
    [
        ("billing", "claim_amount", "abc", "'abc' in row 2"),
        ("billing", "claim_amount", "12.345", "12.345"),
        ("billing", "claim_date", "2024-13-01", "2024-13-01"),
        ("encounters", "encounter_date", "soon", "timestamp"),
        ("patients", "patient_id", "1.5", "'1.5' in row 2"),
        ("patients", "patient_id", "3000000000", "integer"),
        ("patients", "date_of_birth", "1980-01-01 10:00:00", "date"),
        ("patients", "gender", "Female", "char(1)"),
        ("patients", "mrn", "x" * 21, "varchar(20)"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_its_row(tmp_path, database, case):
    table, column, text, shown = case
    rows = changed(table, 1, **{column: text})
    # types must fit even where rules may be broken
    sentence = refused(write_csv(tmp_path / "x", rows), database, dirty=True)
    assert f"{table}.{column}" in sentence
    assert shown in sentence


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-02-01T10:00:00+02:00", datetime(2024, 2, 1, 8)),
        ("2024-02-01 00:30:00.5+0130", datetime(2024, 1, 31, 23, 0, 0, 500000)),
        ("2024-02-01 10:00:00-05", datetime(2024, 2, 1, 15)),
        ("2024-02-01T10:00:00Z", datetime(2024, 2, 1, 10)),
        ("2024-02-01", datetime(2024, 2, 1)),
    ],
)
def test_a_text_with_an_offset_becomes_utc(tmp_path, database, text, utc):
    run(write_csv(tmp_path / "x", changed("encounters", 0, encounter_date=text)), database)
    assert contents(database, "encounters")[0][4] == utc


@pytest.mark.parametrize(
    "case",
    [
        ("encounters", "encounter_date", "2024-02-01 10:00:00 CEST"),
        ("billing", "claim_date", "2024-02-02T00:00:00+02:00"),
    ],
)
def test_an_offset_that_cannot_be_kept_is_refused(tmp_path, database, case):
    table, column, text = case
    assert text in refused(write_csv(tmp_path / "x", changed(table, 0, **{column: text})), database)


def rewrite(folder, table, **columns):
    """Replace columns of a Parquet file."""
    file = folder / f"{table}.parquet"
    data = pq.read_table(file)
    for name, values in columns.items():
        data = data.set_column(data.column_names.index(name), name, values)
    pq.write_table(data, file)


def test_parquet_types_that_hold_the_same_values_are_taken(tmp_path, database):
    folder = write_parquet(tmp_path / "x")
    rewrite(
        folder, "billing", claim_amount=pa.array([100.1, 5000.0]), billing_id=pa.array([1, 2], pa.int64())
    )
    rewrite(folder, "departments", floor=pa.array([1.0, None]), capacity=pa.array([20, None], pa.int8()))
    rewrite(folder, "patients", last_name=pa.nulls(3))
    rewrite(folder, "specialties", specialty_code=pa.array(["é" * 10, "ONC"]))
    run(folder, database)
    assert contents(database, "billing") == ROWS["billing"]
    assert contents(database, "departments") == ROWS["departments"]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("billing", "claim_amount", pa.array([100.101, 1.0])),
        ("billing", "claim_date", pa.array([1, 2])),
        ("departments", "capacity", pa.array([20, 2**40])),
        ("specialties", "specialty_name", pa.array([1.5, 2.5])),
        ("specialties", "specialty_code", pa.array(["ABC", "é" * 11])),
    ],
)
def test_parquet_types_that_would_change_values_are_refused(tmp_path, database, table, column, values):
    folder = write_parquet(tmp_path / "x")
    rewrite(folder, table, **{column: values})
    assert f"{table}.{column}" in refused(folder, database)


def test_files_that_do_not_fit_the_description_are_refused(tmp_path, database):
    folder = write_csv(tmp_path / "x")
    (folder / "nurses.csv").write_text("id\n1\n")
    assert "nurses is not a table of clinic" in refused(folder, database)
    (folder / "nurses.csv").unlink()
    good = (folder / "billing.csv").read_text()
    (folder / "billing.csv").write_text(good.replace("CLAIM_DATE", "DATE_OF_CLAIM"))
    assert "has a column 'DATE_OF_CLAIM' that billing has not" in refused(folder, database)
    (folder / "billing.csv").write_text("billing_id,encounter_id\n1,100\n")
    assert "lacks the columns claim_amount, allowed_amount, claim_date, claim_status" in refused(
        folder, database
    )
    (folder / "billing.csv").write_text("1,100\n")
    assert "has no header" in refused(folder, database)
    (folder / "billing.csv").unlink()
    assert "lacks billing" in refused(folder, database)
    (folder / "billing.csv").write_text(good)
    write_parquet(tmp_path / "y")
    (tmp_path / "y" / "billing.parquet").rename(folder / "billing.parquet")
    assert ".csv and .parquet files together" in refused(folder, database)


def test_truncated_files_are_refused(tmp_path, database):
    parquet = write_parquet(tmp_path / "x")
    data = (parquet / "billing.parquet").read_bytes()
    (parquet / "billing.parquet").write_bytes(data[: len(data) // 2])
    assert "truncated" in refused(parquet, database)
    folder = write_csv(tmp_path / "y")
    text = (folder / "billing.csv").read_text()
    for end in (-20, -30):
        (folder / "billing.csv").write_text(text[:end])
        assert "billing.csv" in refused(folder, database)
    (folder / "billing.csv").write_text(text.rstrip())
    assert "does not end with a line break" in run(folder, tmp_path / "cut.duckdb").notes[0]
    (folder / "billing.csv").write_text("")
    assert "is empty" in refused(folder, database)
    dump = write_sql(tmp_path / "dump.sql")
    text = dump.read_text()
    for end in (-1, -5, -8, -40, -1500):
        dump.write_text(text[:end])
        assert "truncated" in refused(dump, database)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELIMITER $$", "cannot follow 'DELIMITER'"),
        ("UPDATE patients SET gender = 'F';", "cannot follow 'UPDATE PATIENTS'"),
        ("INSERT INTO patients VALUES (9, NOW(), 'a', NULL, 'F', 'M9');", "NOW()"),
        ("INSERT INTO patients (patient_id, mrn) VALUES (9);", "has not the 2 values"),
        ("INSERT INTO nurses VALUES (9);", "nurses is not a table"),
        ("INSERT INTO patients (patient_id, salary) VALUES (9, 1);", "salary"),
        ("CREATE TABLE nurses (nurse_id INT);", "nurses is not a table"),
    ],
)
def test_sql_that_cannot_be_taken_as_data_is_refused(tmp_path, database, statement, told):
    dump = write_sql(tmp_path / "dump.sql")
    dump.write_text(dump.read_text() + "\n" + statement)
    assert told in refused(dump, database)


def test_paths_that_hold_nothing_are_refused(tmp_path, database):
    assert "does not exist" in refused(tmp_path / "nowhere", database)
    (tmp_path / "empty").mkdir()
    assert "holds no" in refused(tmp_path / "empty", database)
    (tmp_path / "one.parquet").write_text("")
    assert "single file" in refused(tmp_path / "one.parquet", database)
    (tmp_path / "folder" / "billing.csv").mkdir(parents=True)
    assert "Cannot read" in refused(tmp_path / "folder", database)


def test_a_database_that_cannot_be_used_is_refused(tmp_path, database):
    folder = write_parquet(tmp_path / "x")
    run(folder, database)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StarliftError, match="in use by another process"):
            run(folder, database)
        other.communicate("\n")
    text = tmp_path / "notes.duckdb"
    text.write_text("not a database " * 100)
    with pytest.raises(StarliftError, match="not a DuckDB database"):
        run(folder, text)
    assert text.exists()


def test_a_truncated_database_is_refused_in_a_sentence(tmp_path, loaded):
    data = loaded.read_bytes()
    loaded.write_bytes(data[: len(data) // 5])
    with pytest.raises(StarliftError, match="is damaged"):
        run(write_parquet(tmp_path / "x"), loaded)
    loaded.write_bytes(data[:5000])
    with pytest.raises(StarliftError, match="is damaged"):
        run(tmp_path / "x", loaded)
    assert loaded.stat().st_size == 5000


def test_a_database_whose_rows_are_damaged_is_refused_in_a_sentence(tmp_path, loaded):
    # the file opens: only reading the last load's rows shows it
    data = bytearray(loaded.read_bytes())
    at = data.index(b"strict")
    data[at : at + 6] = b"STRICT"
    loaded.write_bytes(data)
    with pytest.raises(StarliftError, match="is damaged"):
        run(write_parquet(tmp_path / "x"), loaded)
    assert loaded.read_bytes() == data


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StarliftError, match=r"folder .* cannot be made"):
        run(write_parquet(tmp_path / "x"), tmp_path / "file" / "warehouse.duckdb")


def test_the_command_prints_the_summary_or_one_sentence(tmp_path, database, monkeypatch):
    monkeypatch.setenv("STARLIFT_DUCKDB", str(database))
    folder = write_parquet(tmp_path / "x")
    done = CliRunner().invoke(app, ["load", "clinic", "--from", str(folder), "--as-of", "2025-01-01"])
    assert done.exit_code == 0
    assert "patients" in done.output
    assert "2025-01-01" in done.output
    for words, told in [
        (["load", "clinic", "--from", str(tmp_path / "no")], "does not exist"),
        (["load", "zoo"], "no source 'zoo'"),
        (["load", "clinic", "--target", "oracle"], "no target 'oracle'"),
        (["load", "clinic", "--from", str(folder), "--as-of", "soon"], "not a timestamp"),
    ]:
        failed = CliRunner().invoke(app, words)
        assert isinstance(failed.exception, StarliftError)
        assert told in str(failed.exception)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"""'it''s ""hi""'""", '''it's ""hi""'''),
        (r'''"say ""hi"" it''s"''', """say "hi" it''s"""),
        (r"'100\% \_ \'x\' \\'", r"100\% \_ 'x' " + "\\"),
        ("'two\r\nlines'", "two\r\nlines"),
    ],
)
def test_sql_texts_mean_what_mysql_means(tmp_path, database, written, meant):
    file = write_sql(tmp_path / "dump.sql")
    text = file.read_text().replace("'O''Hara'", written)
    assert written in text
    file.write_bytes(text.encode())
    run(file, database)
    assert query(database, "select last_name from raw_clinic.patients where patient_id = 1") == [(meant,)]


def test_a_drop_after_the_rows_is_refused(tmp_path, database):
    file = write_sql(tmp_path / "dump.sql")
    file.write_text(file.read_text() + "\nDROP TABLE IF EXISTS billing;")
    assert "drops a table whose rows stand before it" in refused(file, database)


def test_an_interrupted_load_changes_nothing_and_says_so(tmp_path, loaded, monkeypatch, capsys):
    before = contents(loaded, "patients")

    def interrupt(*_):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(DuckDB, "_land", interrupt)
    monkeypatch.setenv("STARLIFT_DUCKDB", str(loaded))
    result = CliRunner().invoke(app, ["load", "clinic", "--from", str(write_parquet(tmp_path / "x"))])
    assert result.exit_code == 130
    assert "Interrupted; nothing was changed." in result.output
    assert contents(loaded, "patients") == before
