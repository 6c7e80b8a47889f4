"""Loading into servers means what loading into DuckDB means: the same rows, stamps, refusals and violations."""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import mysql.connector
import psycopg2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import target_of
from starlift.errors import StarliftError
from starlift.load import load
from starlift.load.infile import rows_in_a_pipe
from starlift.load.mysql_tables import MySQLTables
from starlift.load.postgres import PostgresTables
from starlift.load.reader import ExtractReader
from starlift.load.scratch import scratch_folder
from starlift.servers import PrivateServer, Server, Tuning, quickest_folder
from starlift.sources import CLINIC
from starlift.targets import Target
from starlift.targets.mysql import MySQL
from starlift.targets.postgres import Postgres
from test_load import (
    BROKEN,
    DAY_1,
    DAY_2,
    DAY_3,
    ROWS,
    changed,
    query,
    rewrite,
    write_csv,
    write_parquet,
    write_sql,
)
from test_load import run as run_duckdb

NUMBERS = itertools.count(1)
SERVERS = ["postgres", "mariadb", "mysql"]


@dataclass
class Raw:
    """A raw schema of the test's own on a server."""

    server: Server
    schema: str

    @property
    def source(self):
        return replace(CLINIC, schema=self.schema)

    def target(self, **other: Any) -> Target:
        return target_of(self.server, **other)

    def engine(self, **other: Any):
        if self.server.kind == "postgres":
            return PostgresTables(Postgres(self.target(**other)))
        return MySQLTables(MySQL(self.target(**other)))

    def load(self, path: Path, *, settings: dict[str, Any] | None = None, **options: Any):
        return load(self.source, Path(path), self.engine(**(settings or {})), **options)

    def connect(self):
        server = self.server
        words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
        if server.kind == "postgres":
            connection = psycopg2.connect(dbname=server.database, **words)
            connection.autocommit = True
            return connection
        return mysql.connector.connect(autocommit=True, use_pure=True, **words)

    def rows(self, sql: str) -> list[tuple]:
        connection = self.connect()
        try:
            cursor = connection.cursor()
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        finally:
            connection.close()

    def contents(self, table: str) -> list[tuple]:
        columns = ", ".join(CLINIC.table(table).column_names)
        return in_order(self.rows(f"select {columns} from {self.schema}.{table}"))

    def all_contents(self) -> dict[str, list[tuple]]:
        return {table.name: self.contents(table.name) for table in CLINIC.tables}

    def refused(self, path: Path, **options: Any) -> str:
        """The sentence with which the load is refused; what was there is as before."""
        before = self.state()
        with pytest.raises(StarliftError) as error:
            self.load(path, **options)
        assert "\n" not in str(error.value)
        assert self.state() == before
        return str(error.value)

    def state(self) -> list[tuple] | None:
        """Loads and patients; None where there are none."""
        if not self.has("loads"):
            return None
        return self.rows(f"select load_id from {self.schema}.loads order by 1") + self.contents("patients")

    def has(self, table: str) -> bool:
        found = "select 1 from information_schema.tables where table_schema = '{}' and table_name = '{}'"
        return bool(self.rows(found.format(self.schema, table)))

    def schemas(self) -> set[str]:
        found = self.rows("select schema_name from information_schema.schemata")
        return {str(name) for (name,) in found if str(name).startswith(self.schema)}

    def drop(self) -> None:
        for schema in self.schemas():
            self.rows(f"drop schema {schema}" + (" cascade" if self.server.kind == "postgres" else ""))


def in_order(rows: list[tuple]) -> list[tuple]:
    return sorted(rows, key=repr)


def duckdb_contents(database: Path) -> dict[str, list[tuple]]:
    return {
        table.name: in_order(
            query(database, f"select {', '.join(table.column_names)} from raw_clinic.{table.name}")
        )
        for table in CLINIC.tables
    }


@pytest.fixture(scope="module", params=SERVERS)
def server(request):
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def raw(server):
    one = Raw(server, f"t{next(NUMBERS)}_raw")
    yield one
    one.drop()


@pytest.fixture
def database(tmp_path):
    return tmp_path / "warehouse.duckdb"


# What lands


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_parquet(folder / "x"),
        lambda folder: write_parquet(folder / "x", audit=False),
        lambda folder: write_csv(folder / "x", audit=True, delimiter="\t"),
        lambda folder: write_sql(folder / "dump.sql"),
    ],
)
def test_each_kind_of_input_lands_as_in_duckdb(tmp_path, raw, database, write):
    path = write(tmp_path)
    here, there = raw.load(path, as_of=DAY_1), run_duckdb(path, database, as_of=DAY_1)
    assert raw.all_contents() == duckdb_contents(database)
    assert (here.tables, here.notes, here.extracted_at) == (there.tables, there.notes, there.extracted_at)
    assert raw.schemas() == {raw.schema}


def test_a_strict_load_declares_every_rule(tmp_path, raw):
    raw.load(write_parquet(tmp_path / "x"))
    raw.load(write_parquet(tmp_path / "x"))
    declared = raw.rows(
        "select table_name, constraint_type, count(*) from information_schema.table_constraints "
        f"where table_schema = '{raw.schema}' and constraint_name not like '%_not_null' group by 1, 2"
    )
    counts = {(str(table), str(kind)): count for table, kind, count in declared}
    required = raw.rows(
        "select table_name, column_name from information_schema.columns "
        f"where table_schema = '{raw.schema}' and is_nullable = 'NO' and table_name <> 'loads'"
    )
    for table in CLINIC.tables:
        assert counts[table.name, "PRIMARY KEY"] == 1
        assert counts.get((table.name, "UNIQUE"), 0) == len(table.unique)
        assert counts.get((table.name, "FOREIGN KEY"), 0) == len(table.foreign_keys)
        assert counts.get((table.name, "CHECK"), 0) == len(table.checks)
    assert {(str(table), str(column)) for table, column in required} == {
        (table.name, column.name)
        for table in CLINIC.tables
        for column in table.columns
        if not column.nullable
    }


@pytest.mark.parametrize(
    "statement",
    [
        "update {}.encounters set patient_id = 999 where encounter_id = 100",
        "delete from {}.patients where patient_id = 1",
        "update {}.billing set claim_amount = -1 where billing_id = 1",
        "update {}.patients set mrn = 'M2' where patient_id = 1",
        "update {}.patients set mrn = null where patient_id = 1",
        "insert into {0}.specialties select * from {0}.specialties",
    ],
)
def test_the_server_keeps_the_rules_afterwards(tmp_path, raw, statement):
    for _ in range(2):
        raw.load(write_parquet(tmp_path / "x"))
    with pytest.raises((psycopg2.IntegrityError, mysql.connector.Error)):
        raw.rows(statement.format(raw.schema))


def test_a_reload_replaces_rows_and_appends_to_loads(tmp_path, raw):
    raw.load(write_parquet(tmp_path / "x"), as_of=DAY_1)
    rows = deepcopy(ROWS)
    rows["patients"].append((4, "Di", "Vo", None, "U", "M4"))
    del rows["billing"][1]
    assert raw.load(write_parquet(tmp_path / "x", rows), as_of=DAY_2).load_id == 2
    assert [row[0] for row in raw.contents("patients")] == [1, 2, 3, 4]
    assert len(raw.contents("billing")) == 1
    logged = raw.rows(
        f"select load_id, mode, extracted_at, row_count, source_path from {raw.schema}.loads order by 1"
    )
    assert logged == [
        (1, "strict", DAY_1, 24, str(tmp_path / "x")),
        (2, "strict", DAY_2, 24, str(tmp_path / "x")),
    ]


def test_an_earlier_extract_is_refused_unless_fresh(tmp_path, raw):
    folder = write_parquet(tmp_path / "x", audit=False)
    raw.load(folder, as_of=DAY_2)
    assert "--fresh" in raw.refused(folder, as_of=DAY_1)
    raw.load(folder, as_of=DAY_1, fresh=True)
    assert raw.rows(f"select distinct updated_at from {raw.schema}.patients") == [(DAY_1,)]
    assert raw.load(folder, as_of=DAY_1).extracted_at == DAY_1 + timedelta(microseconds=1)


# Stamps


@pytest.mark.parametrize("dirty", [False, True])
def test_stamps_change_as_in_duckdb(tmp_path, raw, database, dirty):
    days = [deepcopy(ROWS)]
    days.append(changed("patients", 0, last_name="Smith"))
    days[1]["patients"][1] = (2, "Bo", "was null", None, "M", "M2")
    days[1]["patients"].append((4, "Di", "Vo", None, "U", "M4"))
    days.append(deepcopy(days[1]))
    del days[2]["patients"][3]
    days[2]["departments"][1] = (2, "Second", 0, None)
    days.append(deepcopy(days[1]))
    if dirty:
        # repeated keys and rows without one, of equal and of other content
        for rows in days:
            rows["specialties"] += [(1, "Heart", "CAR"), (1, "Heart", "CAR"), (None, "None", "NO")]
        days[2]["specialties"][2] = (1, "Hearts", "CAR")
        days[3]["specialties"].append((None, "Another", "NO"))
    for number, rows in enumerate(days):
        folder = write_csv(tmp_path / "x", rows)
        for run in (raw.load, lambda path, **words: run_duckdb(path, database, **words)):
            run(folder, as_of=DAY_1 + timedelta(days=number), dirty=dirty)
        assert raw.all_contents() == duckdb_contents(database)
    assert len({row[-1] for row in raw.contents("patients")}) > 1


def test_updated_at_alone_gives_created_at(tmp_path, raw, database):
    folder = write_csv(tmp_path / "x")
    (folder / "specialties.csv").write_text(
        "specialty_id,specialty_name,specialty_code,updated_at\n"
        f"1,A,A,2024-06-01 12:30:00.123456\n2,B,B,{DAY_2}\n"
    )
    for moment in (DAY_1, DAY_3):
        raw.load(folder, as_of=moment)
        run_duckdb(folder, database, as_of=moment)
        assert raw.contents("specialties") == duckdb_contents(database)["specialties"]


# What is refused, and what a dirty load says


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_refused_in_duckdbs_words_and_landed_if_dirty(tmp_path, raw, database, case):
    table, values, *_ = case
    folder = write_parquet(tmp_path / "bad", changed(table, 0, **values))
    with pytest.raises(StarliftError) as error:
        run_duckdb(folder, database)
    assert raw.refused(folder) == str(error.value)
    here, there = raw.load(folder, dirty=True, as_of=DAY_1), run_duckdb(folder, database, dirty=True)
    assert here.violations == there.violations
    assert raw.all_contents() == duckdb_contents(database)


def test_a_strict_load_may_follow_a_dirty_one(tmp_path, raw):
    raw.load(write_parquet(tmp_path / "x"))
    dirty = raw.load(write_parquet(tmp_path / "bad", changed("billing", 0, encounter_id=999)), dirty=True)
    assert len(dirty.violations) == 1
    raw.load(tmp_path / "x")
    with pytest.raises((psycopg2.IntegrityError, mysql.connector.Error)):
        raw.rows(f"update {raw.schema}.billing set encounter_id = 999")


def test_a_value_of_the_wrong_type_is_refused(tmp_path, raw):
    folder = write_csv(tmp_path / "x", changed("patients", 1, mrn="x" * 21))
    assert "patients.mrn is varchar(20)" in raw.refused(folder, dirty=True)


# Odd values

TEXTS = [
    "it's",
    'say "hi"',
    'ends with a quote"',
    '"',
    '""',
    "back\\slash",
    "\\",
    "\\N",
    "\\n",
    "NULL",
    "null",
    "",
    " ",
    "trailing  ",
    "two\nlines",
    "two\r\nlines",
    "\r",
    "\n",
    "tab\tcomma,semicolon;",
    ",",
    '","',
    "emoji 😀 é ß ﷺ",
    "e\u0301",
    "\u2028\ufeff",
    "\x01\x1a\x7f",
    "%s {} $1 :name",
    "x" * 100,
    "é" * 100,
]


def odd_texts(folder):
    rows = deepcopy(ROWS)
    rows["patients"] += [(100 + i, text, None, None, None, f"N{i}") for i, text in enumerate(TEXTS)]
    rows["specialties"] += [(100 + i, text, "x") for i, text in enumerate(TEXTS)]
    return write_parquet(folder, rows)


def test_odd_texts_arrive_unchanged(tmp_path, raw, database):
    folder = odd_texts(tmp_path / "x")
    raw.load(folder)
    run_duckdb(folder, database)
    assert raw.contents("patients") == duckdb_contents(database)["patients"]
    # unique though they differ only in case, accents or blanks, and found by themselves alone
    assert raw.contents("specialties") == duckdb_contents(database)["specialties"]
    assert {row[1] for row in raw.contents("specialties")} >= set(TEXTS)


def test_texts_that_differ_in_case_accent_or_blanks_are_different(tmp_path, raw):
    rows = deepcopy(ROWS)
    rows["patients"] += [
        (9 + i, None, None, None, None, mrn) for i, mrn in enumerate(["a", "A", "á", "a ", "a  "])
    ]
    raw.load(write_parquet(tmp_path / "x", rows))
    assert raw.rows(f"select patient_id from {raw.schema}.patients where mrn = 'a'") == [(9,)]


def test_a_nul_is_kept_or_refused_with_its_place(tmp_path, raw):
    folder = write_parquet(tmp_path / "x", changed("patients", 1, first_name="a\0b"))
    if raw.server.kind == "postgres":
        told = raw.refused(folder, dirty=True)
        assert "patients.first_name is 'a\\x00b' in row 2" in told
        assert "PostgreSQL cannot store the character NUL" in told
    else:
        raw.load(folder)
        assert raw.contents("patients")[1][1] == "a\0b"


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1582, 10, 10), date(1969, 12, 31), date(9999, 12, 31)])
def test_far_dates_arrive_unchanged(tmp_path, raw, day):
    moment = datetime(day.year, day.month, day.day, 23, 59, 59, 999999)
    rows = changed("patients", 0, date_of_birth=day)
    rows["encounters"][2] = (102, 1, 10, "ER", moment, moment, 1)
    raw.load(write_parquet(tmp_path / "x", rows))
    assert raw.contents("patients")[0][3] == day
    assert raw.contents("encounters")[2][4:6] == (moment, moment)


@pytest.mark.parametrize("value", ["12000-01-01", "infinity", "0044-03-15 (BC)"])
def test_dates_beyond_the_engine_are_refused(tmp_path, raw, value):
    folder = write_csv(tmp_path / "x", changed("patients", 1, date_of_birth=value))
    if raw.server.kind == "postgres" and value != "infinity":
        raw.load(folder)
        assert raw.rows(f"select date_of_birth::text from {raw.schema}.patients where patient_id = 2") == [
            (value.replace("(BC)", "BC"),)
        ]
        return
    told = raw.refused(folder)
    assert "patients.date_of_birth is" in told
    assert "in row 2" in told
    assert "years" in told


@pytest.mark.parametrize("value", ["0000-00-00", "2024-02-30"])
def test_dates_that_are_none_are_refused(tmp_path, raw, value):
    assert "patients.date_of_birth" in raw.refused(
        write_csv(tmp_path / "x", changed("patients", 1, date_of_birth=value))
    )


def test_invalid_utf8_is_refused(tmp_path, raw):
    folder = write_csv(tmp_path / "x")
    file = folder / "patients.csv"
    file.write_bytes(file.read_bytes().replace(b"O'Hara", b"O\xffHara"))
    assert "patients.csv" in raw.refused(folder)


def test_a_moment_with_a_zone_becomes_utc(tmp_path, raw):
    folder = write_csv(tmp_path / "csv", changed("encounters", 0, encounter_date="2024-02-01T10:00:00+02:00"))
    raw.load(folder)
    assert raw.contents("encounters")[0][4] == datetime(2024, 2, 1, 8)
    folder = write_parquet(tmp_path / "parquet")
    moments = [datetime(2024, 2, 1, 10, 0, 0, 123456)] * 3
    rewrite(
        folder,
        "encounters",
        encounter_date=pa.array(moments, pa.timestamp("us", "UTC")),
        discharge_date=pa.nulls(3),
    )
    raw.load(folder)
    assert raw.contents("encounters")[0][4] == moments[0]


def test_rows_out_of_order_and_empty_tables(tmp_path, raw):
    rows = deepcopy(ROWS)
    rows["patients"].reverse()
    rows["billing"].clear()
    raw.load(write_parquet(tmp_path / "x", rows))
    assert len(raw.contents("patients")) == 3
    assert raw.contents("billing") == []


# What stands on the raw tables


def test_views_stay_and_show_the_new_rows(tmp_path, raw):
    raw.load(write_parquet(tmp_path / "x"))
    raw.rows(f"create view {raw.schema}.seen as select count(*) as patients from {raw.schema}.patients")
    rows = deepcopy(ROWS)
    rows["patients"].append((4, "Di", "Vo", None, "U", "M4"))
    raw.load(write_parquet(tmp_path / "x", rows))
    raw.load(write_parquet(tmp_path / "x", rows), dirty=True)
    assert raw.rows(f"select patients from {raw.schema}.seen") == [(4,)]


def test_tables_of_another_shape_are_replaced(tmp_path, raw):
    raw.rows(f"create schema {raw.schema}")
    raw.rows(f"create table {raw.schema}.patients (patient_id integer, other integer)")
    raw.load(write_parquet(tmp_path / "x", audit=False))
    assert len(raw.contents("patients")) == 3


def test_postgres_keeps_the_users_indexes_and_refuses_to_drop_what_views_need(tmp_path, postgres_server):
    raw = Raw(postgres_server, f"t{next(NUMBERS)}_raw")
    raw.load(write_parquet(tmp_path / "x"))
    raw.rows(f"create index my_own on {raw.schema}.encounters (encounter_date) include (patient_id)")
    raw.load(tmp_path / "x")
    kept = f"select count(*) from pg_indexes where schemaname = '{raw.schema}' and indexname = 'my_own'"
    assert raw.rows(kept) == [(1,)]
    raw.rows(f"alter table {raw.schema}.patients add column other integer")
    raw.rows(f"create view {raw.schema}.seen as select other from {raw.schema}.patients")
    assert "has other columns than the model, and views" in raw.refused(tmp_path / "x")
    raw.drop()


# Faults


@pytest.mark.parametrize("kind", SERVERS)
def test_what_the_server_refuses_is_one_sentence(tmp_path, kind, request):
    raw = Raw(request.getfixturevalue(f"{kind}_server"), f"t{next(NUMBERS)}_raw")
    folder = write_parquet(tmp_path / "x")
    name = kind.upper()
    for settings, told in [
        ({"password": "wrong"}, f"refuses the user 'starlift': check .* STARLIFT_{name}_PASSWORD"),
        ({"user": "nobody_here"}, "user 'nobody_here'"),
        ({"port": 1}, f"answers at 127.0.0.1:1: start it .*STARLIFT_{name}_PORT"),
        ({"host": "no.such.host.invalid"}, "answers at no.such.host.invalid"),
    ]:
        with pytest.raises(StarliftError, match=told):
            raw.load(folder, settings=settings)
    if kind == "postgres":
        with pytest.raises(StarliftError, match="has no database 'nowhere': create it, or name another"):
            raw.load(folder, settings={"dbname": "nowhere"})


def test_a_user_without_privileges_is_told_which(tmp_path, raw):
    folder = write_parquet(tmp_path / "x")
    raw.load(folder)
    if raw.server.kind == "postgres":
        raw.rows("drop role if exists reader")
        raw.rows("create role reader login password 'reader'")
        grants = [
            f"grant usage on schema {raw.schema} to reader",
            f"grant select on all tables in schema {raw.schema} to reader",
        ]
        end = ["drop owned by reader", "drop role reader"]
    else:
        raw.rows("create user reader identified by 'reader'")
        grants = [f"grant select on {raw.schema}.* to reader"]
        end = ["drop user reader"]
    try:
        settings = {"user": "reader", "password": "reader"}
        if raw.server.kind == "postgres":
            assert "lacks a privilege" in raw.refused(folder, settings=settings)
        for statement in grants:
            raw.rows(statement)
        assert "user 'reader' lacks a privilege" in raw.refused(folder, settings=settings)
    finally:
        for statement in end:
            raw.rows(statement)


def test_a_read_only_server_is_said_to_be_one(tmp_path, raw):
    folder = write_parquet(tmp_path / "x")
    raw.load(folder)
    if raw.server.kind == "postgres":
        raw.rows("create role kept_from_writing login password 'x' superuser")
        raw.rows("alter role kept_from_writing set default_transaction_read_only = on")
        off = "drop role kept_from_writing"
    else:
        raw.rows("create user kept_from_writing identified by 'x'")
        raw.rows("grant select, insert, create, drop, alter on *.* to kept_from_writing")
        raw.rows("set global read_only = 1")
        off = "set global read_only = 0"
    try:
        assert "is read-only" in raw.refused(folder, settings={"user": "kept_from_writing", "password": "x"})
    finally:
        raw.rows(off)
        if raw.server.kind != "postgres":
            raw.rows("drop user kept_from_writing")


def test_two_loads_at_once_do_not_meet(tmp_path, raw):
    folder = write_parquet(tmp_path / "x")
    raw.load(folder)
    with raw.engine() as other:
        other.last_load(raw.source)
        assert "Another load into" in raw.refused(folder)
    raw.load(folder)


def test_a_table_in_use_is_waited_for_and_then_named(tmp_path, raw, monkeypatch):
    monkeypatch.setitem(
        sys.modules[type(raw.engine()).__module__]._SESSION,
        "lock_timeout" if raw.server.kind == "postgres" else "lock_wait_timeout",
        "'1s'" if raw.server.kind == "postgres" else 1,
    )
    folder = write_parquet(tmp_path / "x")
    raw.load(folder)
    user = raw.connect()
    cursor = user.cursor()
    cursor.execute("begin" if raw.server.kind == "postgres" else "start transaction")
    cursor.execute(f"select * from {raw.schema}.patients")
    cursor.fetchall()
    assert "Somebody is using a table" in raw.refused(folder)
    user.close()
    raw.load(folder)


@pytest.mark.parametrize("kind", ["mariadb", "mysql"])
def test_rows_that_the_server_would_change_are_refused(tmp_path, kind, request, monkeypatch):
    # the server cuts what a client sends, and only warns of it
    raw = Raw(request.getfixturevalue(f"{kind}_server"), f"t{next(NUMBERS)}_raw")
    folder = write_parquet(tmp_path / "x")
    raw.load(folder)
    monkeypatch.setattr("starlift.load.mysql_tables.type_name", lambda name: name.replace("(100)", "(2)"))
    assert "would change the rows of specialties (Data truncated" in raw.refused(folder)
    monkeypatch.undo()
    monkeypatch.setattr(ExtractReader, "row_count", lambda *_: 7)
    assert "would change the rows of specialties (2 of 7 rows came in)" in raw.refused(folder)
    raw.drop()


@pytest.mark.parametrize("kind", ["mariadb", "mysql"])
def test_local_infile_off_is_said_with_how_to_turn_it_on(tmp_path, kind, request):
    raw = Raw(request.getfixturevalue(f"{kind}_server"), f"t{next(NUMBERS)}_raw")
    folder = write_parquet(tmp_path / "x")
    raw.rows("set global local_infile = 0")
    try:
        assert "set global local_infile = 1" in raw.refused(folder)
    finally:
        raw.rows("set global local_infile = 1")
    assert raw.schemas() == set()


@pytest.mark.parametrize("kind", ["mariadb", "mysql"])
def test_what_a_killed_load_leaves_goes_with_the_next(tmp_path, kind, request):
    raw = Raw(request.getfixturevalue(f"{kind}_server"), f"t{next(NUMBERS)}_raw")
    folder = write_parquet(tmp_path / "x")
    for schema in ("loading", "replaced"):
        raw.rows(f"create schema {raw.schema}_{schema}")
        raw.rows(f"create table {raw.schema}_{schema}.patients (x integer)")
    raw.load(folder)
    assert raw.schemas() == {raw.schema}
    raw.rows(f"create schema {raw.schema}_loading")
    raw.rows(f"create table {raw.schema}_loading.letters (x integer)")
    assert "holds other tables (letters): move them" in raw.refused(folder)
    raw.drop()


def many_rows(folder, count=400_000):
    """An extract whose load takes a while."""
    write_parquet(folder)
    numbers = pa.array(range(1, count + 1), pa.int32())
    template = pq.read_table(folder / "encounters.parquet").slice(0, 1)
    columns = {
        name: pa.chunked_array([pa.repeat(template.column(name)[0], count)]) for name in template.column_names
    }
    columns["encounter_id"] = numbers
    pq.write_table(pa.table(columns, schema=template.schema), folder / "encounters.parquet")
    return folder


LOAD_IN_A_PROCESS = """
import signal
import sys
# a test run in the background hands down that Ctrl-C is ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
from dataclasses import replace
from pathlib import Path
from starlift import cli
from starlift.load import command
from starlift.load.engines import _SERVERS
from starlift.sources import CLINIC
from starlift.targets import Target
kind, schema, folder, settings = sys.argv[1], sys.argv[2], sys.argv[3], eval(sys.argv[4])
target = Target(kind, "postgres" if kind == "postgres" else "starlift_mysql", settings)
command.open_engine = lambda *_: _SERVERS[target.type](target)
load = command.load
def told(*words, progress, **more):
    def tell(step, done, total):
        print(step, flush=True)
    return load(*words, progress=tell, **more)
command.load = told
sys.argv = ["starlift", "load", "clinic", "--from", folder, "--schema", schema]
cli.main()
"""


def start_load(raw, folder, until):
    """A load in a process of its own, which has come to that step."""
    words = [raw.server.kind, raw.schema, str(folder), repr(dict(raw.target().settings))]
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD_IN_A_PROCESS, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # what a killed process leaves goes with the test
        env={**os.environ, "NO_COLOR": "1", "TMPDIR": str(folder.parent)},
    )
    for line in process.stdout:
        if until in line:
            break
    time.sleep(0.2)
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_load_that_is_ended_changes_nothing_and_the_next_completes(tmp_path, raw, how):
    raw.load(write_parquet(tmp_path / "x"))
    before = raw.state()
    many_rows(tmp_path / "many")
    process = start_load(raw, tmp_path / "many", "loading encounters")
    process.send_signal(how)
    _, said = process.communicate(timeout=30)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[how]
    if how == signal.SIGINT:
        assert "Interrupted; nothing was changed." in said
    deadline = time.monotonic() + 20
    while True:
        # the server notices a killed client in its own time
        try:
            assert raw.load(tmp_path / "x").load_id == len(before) - 3 + 1
            break
        except StarliftError as error:
            assert "Another load into" in str(error)
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert raw.state()[2:] == before[1:]
    assert raw.schemas() == {raw.schema}


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_dies_during_a_load_has_the_old_rows_when_it_is_back(tmp_path, kind, request):
    request.getfixturevalue(f"{kind}_server")
    memory = quickest_folder(Tuning.THROWAWAY)
    with tempfile.TemporaryDirectory(prefix="starlift_test_", dir=memory) as made:
        Path(made).chmod(0o755)
        private = PrivateServer(kind, Path(made) / "server")
        try:
            raw = Raw(private.start(tuning=Tuning.THROWAWAY), "t_raw")
            raw.load(write_parquet(tmp_path / "x"))
            before = raw.state()
            process = start_load(raw, many_rows(tmp_path / "many"), "loading encounters")
            private.kill()
            _, said = process.communicate(timeout=60)
            assert process.returncode == 1
            assert "went away" in said
            raw = Raw(private.start(), "t_raw")
            assert raw.state() == before
            raw.load(tmp_path / "x")
            assert raw.schemas() == {"t_raw"}
        finally:
            private.remove()


# Temporary folders

KILLED_AT_WORK = """
import os, signal
from starlift.load.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "rows").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_load_left_goes_and_what_is_in_use_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", KILLED_AT_WORK], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    (tmp_path / "starlift_load_of_another_kind").mkdir()
    with scratch_folder() as one:
        assert not left.exists()
        with scratch_folder() as other:
            assert one.is_dir()
            assert other.is_dir()
    assert [folder.name for folder in tmp_path.iterdir()] == ["starlift_load_of_another_kind"]


# The pipe to LOAD DATA


def test_an_error_in_the_query_ends_the_reader_too():
    with (
        duckdb.connect() as connection,
        pytest.raises(duckdb.Error, match="broken"),
        rows_in_a_pipe(connection, "select error('broken') from range(10)") as pipe,
    ):
        assert Path(pipe).read_bytes() == b""


def test_an_error_of_the_reader_ends_the_query_too():
    threads = threading.active_count()
    with (
        duckdb.connect() as connection,
        pytest.raises(RuntimeError, match="reader"),
        rows_in_a_pipe(connection, "select * from range(100000000)"),
    ):
        raise RuntimeError("reader")
    assert threading.active_count() == threads
