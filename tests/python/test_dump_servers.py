"""Dumps into PostgreSQL and MariaDB, and what their own programs dump."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from conftest import run_on, target_of
from starlift.dump.run import load_dump
from starlift.dump.sinks import Sink
from starlift.dump.sinks.duckdb import DuckDBSink
from starlift.dump.sinks.mysql import MySQLSink
from starlift.dump.sinks.postgres import PostgresSink
from starlift.errors import StarliftError
from starlift.servers import KINDS as KINDS_OF_SERVER
from starlift.servers import Server
from starlift.targets.mysql import MySQL
from starlift.targets.postgres import Postgres

DUMPS = Path(__file__).with_name("sql_dumps")
SCHEMA = "starlift_parity_dump"
KINDS = ["postgres", "mariadb", "mysql"]


@dataclass
class Place:
    server: Server

    def sink(self) -> Sink:
        server = self.server
        if server.kind == "postgres":
            return PostgresSink(Postgres(target_of(server)))
        return MySQLSink(MySQL(target_of(server)))

    def load(self, file: Path, *, replacing: bool = True):
        return load_dump([file], self.sink(), SCHEMA, lambda *_: None, replacing=replacing)

    def run(self, sql: str) -> list[tuple]:
        return [
            tuple(bytes(v) if isinstance(v, memoryview | bytearray) else v for v in row)
            for row in run_on(self.server, *sql.split(";;"))
        ]

    def schemas(self) -> list[str]:
        return [row[0] for row in self.run(
            f"select schema_name from information_schema.schemata where schema_name like '{SCHEMA}%' order by 1"
        )]  # fmt: skip

    def drop(self) -> None:
        for schema in self.schemas():
            cascade = "cascade" if self.server.kind == "postgres" else ""
            self.run(f"drop schema if exists {schema} {cascade}")

    def dumped(self, schema: str, *options: str) -> bytes:
        """What the server's own program writes."""
        server = self.server
        place = ["-h", server.host, "-p" if server.kind == "postgres" else "-P", str(server.port)]
        if server.kind == "postgres":
            command = ["pg_dump", *place, "-U", server.user, "-n", schema, *options, server.database]
        else:
            command = ["mariadb-dump", *place, f"-u{server.user}", "--skip-ssl", *options, schema]
        command[0] = str(KINDS_OF_SERVER[server.kind].find_client(command[0], "mysqldump"))
        environment = {**os.environ, "PGPASSWORD": server.password, "MYSQL_PWD": server.password}
        return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest):
    place = Place(request.getfixturevalue(f"{request.param}_server"))
    place.drop()
    yield place
    place.drop()


@pytest.mark.parametrize("dump", ["mysql", "postgres", "sqlite", "by_hand"])
def test_servers_hold_what_duckdb_holds(place: Place, dump: str, tmp_path: Path):
    file = DUMPS / f"{dump}.sql"
    there = place.load(file)
    here = load_dump([file], DuckDBSink(tmp_path / "d.duckdb"), "s", lambda *_: None)
    assert [(table.name, table.rows) for table in there.tables] == [
        (table.name, table.rows) for table in here.tables
    ]
    with duckdb.connect(str(tmp_path / "d.duckdb"), read_only=True) as connection:
        for table in here.tables:
            # the moment of the load, and what MySQL's driver gives as a number
            columns = [
                row[0]
                for row in connection.execute(f'describe s."{table.name}"').fetchall()
                if row[0] != "stamp"
            ]
            names = ", ".join(f'"{name}"' for name in columns)
            wanted = connection.execute(f'select {names} from s."{table.name}" order by 1').fetchall()
            assert place.run(f'select {names} from {SCHEMA}."{table.name}" order by 1') == wanted
    assert place.schemas() == [SCHEMA]


def test_keys_are_declared_where_they_hold(place: Place):
    place.load(DUMPS / "by_hand.sql")
    keys = place.run(
        "select table_name, constraint_type from information_schema.table_constraints "
        f"where table_schema = '{SCHEMA}' and constraint_type <> 'CHECK' order by 1, 2"
    )
    assert keys == [("Customers", "PRIMARY KEY"), ("Orders", "FOREIGN KEY"), ("Orders", "PRIMARY KEY")]


def test_a_load_that_fails_leaves_the_schema_as_it_was(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    place.load(DUMPS / "by_hand.sql")
    with pytest.raises(StarliftError, match="--replace"):
        place.load(DUMPS / "sqlite.sql", replacing=False)
    cut = tmp_path / "cut.sql"
    cut.write_text("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1),")
    with pytest.raises(StarliftError, match="cut off"):
        place.load(cut)
    # in the midst of landing
    fill, filled = type(place.sink())._fill, []

    def failing(self, *arguments):
        fill(self, *arguments)
        filled.append(arguments)
        if len(filled) == 2:
            raise StarliftError("the second table fails")

    monkeypatch.setattr(type(place.sink()), "_fill", failing)
    with pytest.raises(StarliftError, match="second table"):
        place.load(DUMPS / "sqlite.sql")
    assert place.run(f'select count(*) from {SCHEMA}."Orders"') == [(4,)]
    assert place.schemas() == [SCHEMA]


ROWS = """
insert into {s}.parent (id, words, n, d, ts, raw) values
    (1, 'it''s; "x" \t, ü', 1.50, '2024-02-29', '2024-01-01 10:00:00', {raw}),
    (2, '', -0.01, null, null, null), (3, null, null, null, '2024-01-01 10:00:00.25', null);;
insert into {s}.child (id, parent_id) values (1, 1), (2, 2), (3, null)
"""
TABLES = {
    "postgres": """
create schema {s};;
create table {s}.parent (id serial primary key, words text, n numeric(6,2) unique, d date, ts timestamp, raw bytea);;
create table {s}.child (id int primary key, parent_id int references {s}.parent);;
create view {s}.v as select id from {s}.parent;;
create function {s}.f() returns trigger language plpgsql as 'begin return new; end';;
create trigger tr before update on {s}.child for each row execute function {s}.f();;
""",
    "mariadb": """
create database {s};;
create table {s}.parent (id int auto_increment primary key, words varchar(40), n decimal(6,2), d date, ts datetime(6),
    raw blob, unique (n)) engine = InnoDB;;
create table {s}.child (id int primary key, parent_id int, foreign key (parent_id) references {s}.parent (id));;
create view {s}.v as select id from {s}.parent;;
create trigger {s}.tr before update on {s}.child for each row begin set @x = ';'; end;;
create procedure {s}.p() begin select 1; select 2; end;;
""",
}
OPTIONS = {
    "postgres": [(), ("--inserts",), ("--column-inserts", "--rows-per-insert=2")],
    "mariadb": [
        ("--routines",),
        ("--hex-blob", "--complete-insert"),
        ("--skip-extended-insert", "--compatible=ansi"),
    ],
}


def test_what_a_server_dumps_comes_back(place: Place, tmp_path: Path):
    kind, source = place.server.kind, f"{SCHEMA}_source"
    if kind not in TABLES:
        pytest.skip("MySQL's dumps are MariaDB's, as far as tables and rows go")
    raw = "'\\x00ff27'" if kind == "postgres" else "X'00FF27'"
    place.run((TABLES[kind] + ROWS).format(s=source, raw=raw.replace("\\\\", "\\")))
    for number, options in enumerate(OPTIONS[kind]):
        file, target = tmp_path / f"{number}.sql", tmp_path / f"{number}.duckdb"
        file.write_bytes(place.dumped(source, *options))
        report = load_dump([file], DuckDBSink(target), "s", lambda *_: None)
        assert report.not_understood == []
        assert [(key.table, key.violations, key.problem) for key in report.foreign_keys] == [("child", 0, "")]
        with duckdb.connect(str(target), read_only=True) as connection:
            for table in ("parent", "child"):
                found = connection.execute(f"select * from s.{table} order by id").fetchall()
                assert found == place.run(f"select * from {source}.{table} order by id")
