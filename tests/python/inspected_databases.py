"""Databases to inspect: a small practice that declares little of what holds, and one with names that need quotes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from conftest import run_on
from starlift.servers import Server

# A schema on servers, which shares its name with nobody's.
SCHEMA = "starlift_inspected"

# Foreign keys by many namings, none of them declared but one; 0 stands for "no radiographer" in two studies.
PRACTICE = """
create table patients (PatientID integer primary key, FullName text not null, Contact text, Born date, SSN text);
create table radiographers (id integer primary key, name text);
create table radiologist (radiologist_no integer primary key, label text);
create table companies (company_id integer primary key, title text);
create table studies (
    study_id integer primary key, patientId integer not null references patients (PatientID), radiographer_id integer,
    reporting_radiologist_no integer, study_date date, price decimal(8, 2), parent_study integer);
create table invoices (invoice_no text, StudyID integer, companyid integer, amount decimal(8, 2), note text);
create table study_tags (study_id integer, tag text);
insert into patients values
    (1, 'Ann Smith', 'ann@example.com', '1950-02-03', '111-22-3333'), (2, 'Bob Jones', 'bob@example.com', '1961-04-05', '222-33-4444'),
    (3, 'Eve Miller', 'eve@example.com', '1990-06-07', '333-44-5555'), (4, 'Joe Brown', 'joe@example.com', '2001-08-09', '444-55-6666'),
    (5, 'Amy White', null, '1977-01-01', '555-66-7777');
insert into radiographers values (1, 'Rose Green'), (2, 'Tom Clark');
insert into radiologist values (10, 'x'), (20, 'y');
insert into companies values (7, 'One'), (8, 'Two');
insert into studies values
    (1, 1, 1, 10, '2025-01-01', 10, null), (2, 1, 2, 20, '2025-01-02', 20, 1), (3, 2, 0, 10, '2025-01-03', 30, 1),
    (4, 3, 0, 20, '2025-01-04', 40, 2), (5, 99, 1, null, '2025-01-05', 50, 2);
insert into invoices values
    ('A-1', 1, 7, 10, 'paid'), ('A-2', 2, 8, 20, 'paid'), ('A-3', 3, 7, 30, 'open'), ('A-4', 3, 7, 30, 'open');
insert into study_tags values (1, 'urgent'), (1, 'head'), (2, 'urgent'), (3, 'head');
"""

# What each engine has its own words for, in this order: text, moment, one more column and its value.
_OWN = {
    "duckdb": ("varchar", "timestamp", "Mood enum ('happy', 'sad')", "'sad'"),
    "postgres": ("text", "timestamp", "Extra json", "'[1]'"),
    "mariadb": ("varchar(50)", "datetime(6)", "Mood enum ('happy', 'sad')", "'sad'"),
    "mysql": ("varchar(50)", "datetime(6)", "Extra json", "'[1]'"),
}


def odd_names(kind: str, schema: str) -> list[str]:
    """CamelCase, reserved words, spaces, digits first and letters beyond ASCII, in tables and columns."""
    text, moment, more, value = _OWN[kind]
    return [
        f'create schema {schema}',
        f'create table {schema}."Customer" ("CustomerID" integer primary key, "Name" {text} not null, "order" integer, '
        f'"Group" {text}, "Straße" {text}, "2nd line" {text}, {more}, updated_at {moment} not null)',
        f'create table {schema}."Order Details" ("OrderNo" integer, "Line No" integer, "customerId" integer not null, '
        f'"select" {text}, amount decimal(10, 2), "PaidOn" date, primary key ("OrderNo", "Line No"))',
        f"""insert into {schema}."Customer" values (1, 'Ann', 3, ' a ', 'Weg', '  ', {value}, '2025-01-01 00:00:00'),
            (2, 'Bob', 2, 'b', 'Gasse', 'x', {value}, '2025-01-02 00:00:00'), (3, 'Eve', 1, 'b', '', 'y', {value}, '2025-01-03 00:00:00')""",
        f"""insert into {schema}."Order Details" values (1, 1, 1, 'a', 1.50, '2025-01-01'), (1, 2, 1, 'b', 2.50, '2025-01-01'),
            (2, 1, 2, 'a', 3.50, '2025-01-02'), (3, 1, 3, 'c', 4.50, null), (4, 1, 0, 'c', 5.50, null)""",
    ]  # fmt: skip


def make_sqlite(path: Path, script: str = PRACTICE) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def make_duckdb(path: Path, statements: list[str]) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


@contextmanager
def on_server(server: Server, statements: list[str], schema: str = SCHEMA) -> Iterator[None]:
    """The statements' schema, until the block ends."""
    gone = f"drop schema if exists {schema} {'cascade' if server.kind == 'postgres' else ''}"
    run_on(server, gone, *statements)
    try:
        yield
    finally:
        run_on(server, gone)


def url_of(server: Server, *, password: str | None = None) -> str:
    scheme = "postgresql" if server.kind == "postgres" else "mysql"
    database = server.database if server.kind == "postgres" else ""
    return f"{scheme}://{server.user}:{password or server.password}@{server.host}:{server.port}/{database}"
