"""Dumps of every dialect come in whole or not at all, and what stays out is told."""

import gzip
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from starlift.dump.report import Report
from starlift.dump.run import default_schema, load_dump
from starlift.dump.sinks.duckdb import DuckDBSink
from starlift.dump.sinks.sqlite import SQLiteSink
from starlift.errors import InterruptedInTime, StarliftError

DUMPS = Path(__file__).with_name("sql_dumps")
NAMES = ["mysql", "postgres", "sqlite", "by_hand"]


def quiet(*_: object) -> None:
    pass


class Place:
    """A DuckDB file of the test's own, in whose schema `s` something stands already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "target.duckdb"
        with duckdb.connect(str(self.file)) as connection:
            connection.execute("create schema s; create table s.before as select 42 as answer")

    def write(self, content: str | bytes, name: str = "dump.sql") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, *files: Path) -> Report:
        return load_dump(list(files), DuckDBSink(self.file), "s", quiet, replacing=True)

    def load_text(self, content: str | bytes) -> Report:
        return self.load(self.write(content))

    def refused(self, *files: Path) -> str:
        """The sentence of the refusal; the target is as it was."""
        with pytest.raises(StarliftError) as error:
            self.load(*files)
        assert self.is_untouched()
        assert "\n" not in str(error.value)
        return str(error.value)

    def refused_text(self, content: str | bytes) -> str:
        return self.refused(self.write(content))

    def is_untouched(self) -> bool:
        return self.rows("select table_name from duckdb_tables()") == [("before",)]

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def types(self, table: str) -> dict[str, str]:
        return {name: kind for name, kind, *_ in self.rows(f'describe s."{table}"')}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_mysqldump(place: Place):
    report = place.load(DUMPS / "mysql.sql")
    rows = place.rows('select * exclude (stamp) from s."order" order by id')
    moment = datetime(2024, 1, 5, 10)
    assert rows == [
        (
            1,
            'it\'s; "q" \\ \n x',
            1,
            "a,b",
            "x,y",
            1,
            b"A\0'B",
            Decimal("10.50"),
            date(2024, 1, 5),
            moment,
            2024,
            "10:00:00",
            '{"a": 1}',
        ),
        (2, "zw'ei", 99, "c)", None, 0, b"AB", Decimal("-100.00"), None, None, None, None, None),
        (3, "drei", 1, "c)", "", 1, b"AB", None, date(2024, 2, 29), None, None, "838:59:59", None),
    ]
    assert place.rows("select * from s.customers order by 1") == [
        (1, "Zoë"),
        (2, "no name"),
        (3, "x"),
        (4, "no name"),
    ]
    assert place.types("order")["amount"] == "DECIMAL(10,2)"
    assert [(key.table, key.violations) for key in report.foreign_keys] == [("order", 1)]
    assert "zero dates" in " ".join(report.notes)
    for what, name in {"triggers": "tr", "routines and events": "p", "views": "v"}.items():
        assert report.skipped[what].names == [name]
    # the one statement that would have changed rows
    assert report.not_understood_count == 1
    assert report.not_understood[0][0].endswith("line 48")
    assert "UPDATE" in report.not_understood[0][1]


def test_phpmyadmin(place: Place):
    """Keys come by ALTER TABLE after the rows, and a table stands in for a view."""
    report = place.load(DUMPS / "phpmyadmin.sql")
    assert report.not_understood == []
    assert place.rows("select * from s.items order by 1") == [(0, None, "zero", 0), (1, 0, "one", 1)]
    assert [(key.key, key.violations) for key in report.foreign_keys] == [("(parent) -> items(id)", 0)]
    keys = place.rows(
        "select constraint_type from duckdb_constraints() where constraint_type <> 'NOT NULL' order by 1"
    )
    assert keys == [("PRIMARY KEY",), ("UNIQUE",)]
    assert report.skipped["routines and events"].names == ["p", "f"]
    assert [table.name for table in report.tables] == ["items"]


def test_workbench(place: Place):
    report = place.load(DUMPS / "workbench.sql")
    assert report.not_understood == []
    first, second = place.rows('select * from s."Order Line" order by 1')
    assert first == (1, "x", datetime(2024, 1, 1, 0, 0, 0, 1), 1)
    # what the database would have filled in
    assert second[:2] == (2, "y")
    assert abs(second[2] - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=5)
    assert place.rows("select * from s.product") == [(1, 1.5, None)]


def test_heidisql(place: Place):
    report = place.load(DUMPS / "heidisql.sql")
    assert report.not_understood == []
    row = place.rows("select id, hex(p), u, i6, b, f from s.t order by id")[0]
    assert row[0::2] == (1, "123e4567-e89b-12d3-a456-426614174000", b"AB")
    assert row[1].startswith("0000000001010000")
    assert row[3::2] == ("::1", 1.5)


def test_pg_dump(place: Place):
    report = place.load(DUMPS / "postgres.sql")
    assert report.not_understood == []
    rows = place.rows('select * from s."CamelCase" order by 1')
    assert rows[0][:10] == (
        1, "a\tb\\c\nd", '{x,"y,z"}', "happy", 5, Decimal("1.50"), Decimal("123456789.123456789"), b"AB", True, "2024-01-05 10:00:00+02",
    )  # fmt: skip
    assert rows[0][10:] == (datetime(2024, 1, 5, 10, 0, 0, 500000), "2024-01-05", '{"a": "it\'s"}', None)
    assert rows[2][:3] == (3, "", "{}")
    assert rows[2][7] == b""
    assert "twice" not in place.types("CamelCase")
    # a partition's rows are the whole table's, and a child of a table has the parent's columns
    assert place.rows("select count(*), min(day) from s.measure") == [(2, date(2024, 2, 1))]
    assert report.skipped["partitions"].names == ["measure_2024"]
    assert place.rows("select * from s.base order by 1") == [(1, "it's \\n"), (2, "tab\t'x' A")]
    assert place.rows("select * from s.child") == [(3, None, "ab")]
    # two tables of one name, of which one counts
    assert place.rows("select * from s.shop__base") == [(7, "101"), (8, "111")]
    assert [(key.table, key.violations) for key in report.foreign_keys] == [("CamelCase", 1)]
    assert any("infinity" in note for note in report.notes)


def test_timestamps_with_a_zone_are_utc(place: Place):
    place.load_text(
        "CREATE TABLE t (a timestamptz, b serial);\nINSERT INTO t VALUES ('2024-01-05 10:00:00+02', 1), (NULL, DEFAULT);"
    )
    assert place.rows("select * from s.t order by b") == [(datetime(2024, 1, 5, 8), 1), (None, 2)]


def test_sqlite_dump(place: Place):
    report = place.load(DUMPS / "sqlite.sql")
    assert report.not_understood == []
    assert place.rows("select * from s.parent order by 1") == [(1, "a;b"), (2, "a;b")]
    assert place.rows('select * from s."child table" order by 1') == [
        (1, 1, b"\x00\xff", "5", 1.5, datetime(2024, 1, 1, 10), "x"),
        (2, 9, None, "abc", 1e300, None, "it's \\ back"),
    ]
    assert [key.violations for key in report.foreign_keys] == [1]
    assert report.skipped["triggers"].names == ["tr"]


def test_sqlite_writes_odd_characters_by_functions(place: Place):
    place.load_text(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(id int, a text);\n"
        "INSERT INTO t VALUES(1,replace(replace('x\\r\\ny''s','\\r',char(13)),'\\n',char(10)));\n"
        "INSERT INTO t VALUES(2,unistr('tab\\u0009 back\\\\slash'));\nCOMMIT;\n"
    )
    assert place.rows("select a from s.t order by id") == [("x\r\ny's",), ("tab\t back\\slash",)]


def test_old_postgres_escapes_by_backslash(place: Place):
    place.load_text(
        "SET standard_conforming_strings = off;\nCREATE TABLE t (id serial, a text, b bytea);\n"
        "INSERT INTO t (a, b) VALUES ('it\\'s \\\\ \\x41', '\\\\000A\\\\\\\\');\n"
    )
    assert place.rows("select * from s.t") == [(1, "it's \\ A", b"\0A\\")]


def test_what_python_dumps_of_sqlite_comes_back(place: Place):
    with sqlite3.connect(":memory:") as source:
        source.execute("create table t (id integer primary key, words text, raw blob, n numeric)")
        rows = [(i, f'it\'s {i};\n-- ü \\ "x"\r\n', bytes(range(i, i + 9)), i / 4) for i in range(200)]
        source.executemany("insert into t values (?, ?, ?, ?)", rows)
        place.load_text("\n".join(source.iterdump()))
    found = place.rows("select id, words, raw, n::double from s.t order by id")
    assert found == rows


def test_by_hand(place: Place):
    report = place.load(DUMPS / "by_hand.sql")
    assert report.not_understood == []
    assert place.rows("select * from s.customers order by 1") == [(1, "a"), (2, "b"), (3, "c; d")]
    assert place.rows("select * from s.orders order by 1") == [
        (1, 1, datetime(2024, 1, 1, 9, 30), Decimal("1.25"), "C:\\dir\\", "new"),
        (2, 2, datetime(2024, 2, 1), Decimal("3.00"), None, "old"),
        (3, None, datetime(2024, 3, 1), Decimal("0.50"), "", "X"),
        (4, 3, None, Decimal("9.99"), None, None),
    ]
    # a time in a DATE is kept, and told
    assert any("Orders.Ordered" in note and "kept as timestamp" in note for note in report.notes)
    assert [(key.violations, key.problem) for key in report.foreign_keys] == [(0, "")]
    keys = place.rows(
        "select constraint_type from duckdb_constraints() where table_name = 'Orders' order by 1"
    )
    assert ("FOREIGN KEY",) in keys
    assert ("PRIMARY KEY",) in keys


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(lambda sql: sql.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda sql: sql.encode("utf-8-sig"), id="BOM"),
        pytest.param(lambda sql: sql.encode("utf-16"), id="UTF-16"),
        pytest.param(lambda sql: sql.encode("latin-1"), id="latin1"),
        pytest.param(lambda sql: f"SET NAMES latin1;\n{sql}".encode("latin-1"), id="declared latin1"),
        pytest.param(lambda sql: gzip.compress(sql.encode()), id="gzip"),
    ],
)
def test_encodings(place: Place, encoded):
    sql = "CREATE TABLE `t` (`café` varchar(9), `id` int);\nINSERT INTO `t` VALUES ('Zoë', 1),\n('ñ', 2);\n"
    report = place.load_text(encoded(sql))
    assert place.rows('select "café" from s.t order by id') == [("Zoë",), ("ñ",)]
    assert report.not_understood == []


def test_crlf_of_copy_blocks_is_no_data(place: Place):
    sql = "CREATE TABLE t (a text, b text);\nCOPY t (a, b) FROM stdin;\n1\tx\\r\n2\t\\N\n\\.\n"
    place.load_text(sql.replace("\n", "\r\n"))
    assert place.rows("select * from s.t order by 1") == [("1", "x\r"), ("2", None)]


def test_a_line_of_megabytes_is_read_in_pieces(place: Place):
    rows = ",".join(f"({i},'{'x' * 90}\\'{i}')" for i in range(40_000))
    report = place.load_text(f"CREATE TABLE `t` (id int, v text);\nINSERT INTO `t` VALUES {rows};\n")
    assert report.tables[0].rows == 40_000
    assert place.rows("select count(*), sum(id), count(*) filter (where v like '%''' || id) from s.t") == [
        (40_000, sum(range(40_000)), 40_000)
    ]


def test_rows_may_be_in_a_file_before_their_tables(place: Place):
    rows = place.write("INSERT INTO t VALUES (1);", "a.sql")
    tables = place.write("CREATE TABLE t (id int);", "b.sql")
    assert place.load(rows, tables).files == 2
    assert place.rows("select * from s.t") == [(1,)]


@pytest.mark.parametrize("line", ["source rows.sql", "\\. rows.sql", "\\i rows.sql", ".read rows.sql"])
def test_includes(place: Place, line: str):
    place.write("INSERT INTO t VALUES (1);", "rows.sql")
    place.load_text(f"CREATE TABLE t (id int);\n{line}\nINSERT INTO t VALUES (2);\n")
    assert place.rows("select * from s.t order by 1") == [(1,), (2,)]


def test_a_missing_include_is_named_with_its_line(place: Place):
    said = place.refused_text("CREATE TABLE t (id int);\n\n\\i gone.sql\n")
    assert "line 3" in said
    assert "gone.sql" in said


def test_an_include_of_itself_ends(place: Place):
    assert "includes itself" in place.refused_text("CREATE TABLE t (id int);\nsource dump.sql\n")


def test_values_that_do_not_fit_are_kept(place: Place):
    report = place.load_text(
        "CREATE TABLE t (a int, b smallint, c decimal(4,2), d date, e boolean);\n"
        "INSERT INTO t VALUES ('x', 70000, 123456.789, '31/12/2024', 7), (1, 1, 1, '2024-01-01', 1);\n"
    )
    assert set(place.rows("select * from s.t")) == {
        ("x", 70000, Decimal("123456.789"), "31/12/2024", 7),
        ("1", 1, Decimal("1.000"), "2024-01-01", 1),
    }
    assert len(report.notes) == 5


def test_what_others_have_too_is_not_taken_for_theirs(place: Place):
    place.load_text(
        "CREATE TABLE t (id serial, x int GENERATED ALWAYS AS IDENTITY (START WITH 1), d date);\n"
        "INSERT INTO t (d) VALUES (TO_DATE('05/01/2024', 'DD/MM/YYYY'));\n"
    )
    assert place.rows("select d from s.t") == [(date(2024, 1, 5),)]


def test_decimals_are_not_rounded(place: Place):
    report = place.load_text(
        "CREATE TABLE t (a decimal(5,2), b decimal(5,2));\nINSERT INTO t VALUES (1.005, 1.500);\n"
    )
    assert place.rows("select a::varchar, b::varchar from s.t") == [("1.005", "1.50")]
    assert len(report.notes) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE DATABASE `a`;\nUSE `a`;\nDROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (id int);\n"
        "INSERT INTO `users` VALUES (1);\nUSE `b`;\nDROP TABLE IF EXISTS `users`;\n"
        "CREATE TABLE `users` (id int, `of` int, FOREIGN KEY (`of`) REFERENCES users (id));\n"
        "INSERT INTO `users` VALUES (2, 2);\n",
        "SET search_path = a, pg_catalog;\nCREATE TABLE users (id integer);\nCOPY users (id) FROM stdin;\n1\n\\.\n"
        'SET search_path TO "b", a;\nCREATE TABLE users (id integer, "of" integer REFERENCES users (id));\n'
        'COPY users (id, "of") FROM stdin;\n2\t2\n\\.\n',
    ],
    ids=["USE", "search_path"],
)
def test_tables_of_one_name_in_two_databases_are_two(place: Place, sql: str):
    report = place.load_text(sql)
    assert place.rows("select * from s.users") == [(1,)]
    assert place.rows("select * from s.b__users") == [(2, 2)]
    assert [(key.table, key.violations, key.problem) for key in report.foreign_keys] == [("b__users", 0, "")]


def test_a_name_without_a_schema_is_looked_for_along_the_path(place: Place):
    place.load_text(
        "SET search_path = b, a;\nCREATE TABLE a.t (id integer);\nCREATE TABLE u (id integer);\n"
        "INSERT INTO t VALUES (1);\nINSERT INTO u VALUES (2);\n"
    )
    assert place.rows("select * from s.t union all select * from s.u") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("kind", "value", "other"),
    [
        ("datetime", "2020-01-01 00:00:00.1234567", "2020-01-01"),
        ("datetime", "2020-01-01T00:00:00+02:00", "2020-01-01"),
        ("date", "24-01-05", "2024-01-05"),
        ("time", "10:00:00.1234567", "10:00:00"),
        ("time", "10:00:00+02", "10:00:00"),
        ("decimal(9,2)", "1x", "1.00"),
        ("", "007", "7"),
        ("", "1.10", "1.1"),
    ],
)
def test_what_a_type_would_change_stays_text(place: Place, kind: str, value: str, other: str):
    """More digits than a target has, a zone beside none, a year of two digits, text that looks like a number."""
    report = place.load_text(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
        f"CREATE TABLE t(v {kind});\nINSERT INTO t VALUES('{value}');\nINSERT INTO t VALUES('{other}');\nCOMMIT;\n"
    )
    assert set(place.rows("select v from s.t")) == {(value,), (other,)}
    assert len(report.notes) == bool(kind)


def test_a_number_with_an_exponent_is_not_rounded(place: Place):
    place.load_text(
        "CREATE TABLE t (a decimal(9,2), b decimal(9,2));\nINSERT INTO t VALUES (1.0e-05, 15e-1);\n"
    )
    assert place.rows("select * from s.t") == [(1e-05, Decimal("1.50"))]


def test_moments_that_all_have_a_zone_are_utc(place: Place):
    report = place.load_text(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(v datetime);\n"
        "INSERT INTO t VALUES('2020-01-01T00:00:00+02:00');\nINSERT INTO t VALUES('2020-01-01T10:00:00.5Z');\nCOMMIT;\n"
    )
    assert place.rows("select * from s.t order by 1") == [
        (datetime(2019, 12, 31, 22),),
        (datetime(2020, 1, 1, 10, 0, 0, 500_000),),
    ]
    assert any("in UTC" in note for note in report.notes)


def test_bytes_that_are_no_text_are_told(place: Place):
    report = place.load_text(
        "CREATE TABLE `t` (a text, b text);\nINSERT INTO `t` VALUES (x'ff61', x'c3a9');\n"
    )
    assert place.rows("select * from s.t") == [("ÿa", "é")]
    assert report.mended == 1


def test_a_character_may_be_written_as_several_bytes_or_halves(place: Place):
    report = place.load_text(
        "CREATE TABLE t (a text, b bytea);\nCOPY t FROM stdin;\n\\303\\251\\x21\t\\\\xff\n\\.\n"
        "INSERT INTO t VALUES (E'\\303\\251', E'\\xff'), (E'\\ud83d\\ude00', NULL), (E'\\ud83d', NULL);\n"
    )
    assert place.rows("select * from s.t") == [
        ("é!", b"\xff"),
        ("é", b"\xff"),
        ("😀", None),
        ("\ufffd", None),
    ]
    assert [note for note in report.notes if "half a character" in note] == [
        "1 values have half a character (a lone surrogate): it is \ufffd now"
    ]


def test_a_new_column_has_its_default_in_rows_that_are_there(place: Place):
    report = place.load_text(
        "CREATE TABLE `t` (a int);\nINSERT INTO `t` VALUES (1);\n"
        "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 5, ADD (c binary(1) DEFAULT 'x', d int);\n"
        "ALTER TABLE t ADD COLUMN e int DEFAULT (a + 1);\n"
    )
    assert place.rows("select * from s.t") == [(1, 5, b"x", None, None)]
    assert report.notes == ["t.e: rows from before it was added have no value"]


def test_a_child_that_names_an_inherited_column_keeps_its_place(place: Place):
    place.load_text(
        "CREATE TABLE p (x integer, y integer, PRIMARY KEY (x));\n"
        "CREATE TABLE c (z integer, x integer NOT NULL) INHERITS (p);\nINSERT INTO c VALUES (1, 2, 3);\n"
        "CREATE TABLE l (LIKE p INCLUDING ALL, w integer);\nINSERT INTO l VALUES (1, 2, 3);\n"
    )
    assert place.rows("select x, y, z from s.c") == [(1, 2, 3)]
    assert place.rows("select x, y, w from s.l") == [(1, 2, 3)]


def test_a_constraint_that_nobody_knows_costs_no_table(place: Place):
    report = place.load_text("CREATE TABLE t (a int, CONSTRAINT c FOO BAR (a));\nINSERT INTO t VALUES (1);\n")
    assert place.rows("select * from s.t") == [(1,)]
    assert report.not_understood_count == 1


def test_rows_of_a_table_that_is_not_understood_say_where_it_stands(place: Place):
    said = place.refused_text("CREATE TABLE t AS SELECT 1 AS a;\n\nINSERT INTO t VALUES (1);\n")
    assert "line 3" in said
    assert "line 1) is not understood" in said


def test_a_table_without_columns_costs_no_other(place: Place):
    report = place.load_text(
        "CREATE TABLE public.none (\n);\nALTER TABLE public.none OWNER TO me;\nCREATE TABLE t (a integer);\n"
        "COPY public.none  FROM stdin;\n\n\\.\nCOPY t (a) FROM stdin;\n1\n\\.\n"
    )
    assert place.rows("select * from s.t") == [(1,)]
    assert report.skipped["tables without columns"].names == ["none"]


def test_large_objects_are_not_passed_over_in_silence(place: Place):
    report = place.load_text(
        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nSELECT pg_catalog.lo_create('16400');\n"
        "SELECT pg_catalog.lowrite(0, '\\x00');\n"
    )
    assert report.skipped["commands for large objects"].count == 2


def test_sqlite_has_no_long_numbers(place: Place):
    sink = SQLiteSink(place.folder / "x.sqlite")
    path = place.write(
        "CREATE TABLE t (a decimal(20,4), b decimal(9,2));\nINSERT INTO t VALUES (1234567890123456.789, 1.5);\n"
    )
    report = load_dump([path], sink, "s", quiet)
    with closing(sqlite3.connect(sink.path)) as connection:
        assert connection.execute("select a, b from t").fetchall() == [("1234567890123456.7890", 1.5)]
    assert report.notes == ["t.a: kept as text, since numbers of SQLite's have 15 digits"]


def test_large_numbers_keep_every_digit(place: Place):
    place.load_text(
        "CREATE TABLE t (a numeric, b bigint, c bigint unsigned);\n"
        "INSERT INTO t VALUES (12345678901234567890.123456789, 99999999999999999999, 18446744073709551615);\n"
    )
    assert place.rows("select a::varchar, b::varchar, c::varchar from s.t") == [
        ("12345678901234567890.123456789", "99999999999999999999", "18446744073709551615")
    ]


def test_keys_that_rows_break_are_counted_and_not_declared(place: Place):
    report = place.load_text(
        "CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, n int NOT NULL);\n"
        "INSERT INTO t VALUES (1, 5, 1), (1, 5, NULL), (2, NULL, 1), (NULL, NULL, 1);\n"
    )
    assert [(key.key, key.violations) for key in report.broken_keys] == [
        ("primary key (id)", 2),
        ("unique (u)", 1),
    ]
    assert place.rows("select count(*) from s.t") == [(4,)]
    assert any("not null is not declared" in note for note in report.notes)


def test_statements_are_followed_and_not_only_read(place: Place):
    report = place.load_text(
        "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\nDROP TABLE a;\nCREATE TABLE a (id int, x int);\n"
        "INSERT INTO a VALUES (2, 3);\nCREATE TABLE b (id int);\nINSERT INTO b VALUES (1);\nTRUNCATE TABLE b;\n"
        "ALTER TABLE b ADD COLUMN y int;\nINSERT INTO b VALUES (5, 6);\n"
    )
    assert place.rows("select * from s.a") == [(2, 3)]
    assert place.rows("select * from s.b") == [(5, 6)]
    assert sum("rows are gone" in note for note in report.notes) == 2


def test_tables_change_after_they_are_made(place: Place):
    report = place.load_text(
        "CREATE TABLE `a` (id int, old varchar(5), y int);\n"
        "INSERT INTO a VALUES (1, 'x', 1);\n"
        "ALTER TABLE a MODIFY COLUMN y bigint NOT NULL DEFAULT 7, CHANGE old `new` text AFTER id, ADD UNIQUE KEY u (y);\n"
        "ALTER TABLE a RENAME TO b;\nINSERT INTO b (id, `new`) VALUES (2, 'zz');\n"
        "ALTER TABLE b ADD z date FIRST;\nALTER TABLE b ALTER COLUMN id SET NOT NULL, ADD PRIMARY KEY (id);\n"
        "CREATE TABLE c (id int);\nALTER TABLE c ALTER COLUMN id TYPE numeric(4,1) USING id::numeric;\n"
        "INSERT INTO c VALUES (1.5);\nALTER TABLE c DROP COLUMN id;\n"
    )
    assert place.rows("select * from s.b order by id") == [(1, "x", 1, None), (2, "zz", 7, None)]
    assert place.types("b") == {"id": "INTEGER", "new": "VARCHAR", "y": "BIGINT", "z": "DATE"}
    assert place.rows("select * from s.c") == [(Decimal("1.5"),)]
    # a column that would be lost
    assert [what for _, what in report.not_understood] == ["ALTER TABLE c DROP COLUMN id"]


def test_what_is_not_understood_is_counted_with_its_line(place: Place):
    report = place.load_text(
        "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1), ((SELECT max(id) FROM t)), (3);\n"
        "UPDATE t SET id = 5;\nDELETE FROM t WHERE id = 1;\nINSERT INTO t SELECT 9;\nCREATE TABLE u AS SELECT 1;\n"
    )
    assert place.rows("select * from s.t order by 1") == [(1,), (3,)]
    assert [re.search(r"line (\d+)", where)[1] for where, _ in report.not_understood] == [
        "2",
        "3",
        "4",
        "5",
        "6",
    ]


REFUSED = {
    "SQL Server, by its batches": ("SET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[t] ([id] [int])\nGO\n", r"line 1: .*SQL Server"),
    "SQL Server, by its types": ("CREATE TABLE t (\n  id int IDENTITY(1,1),\n x nvarchar(max));\n", r"line 2: .*SQL Server"),
    "Oracle": ("CREATE TABLE t (\n  a NUMBER(10),\n  b VARCHAR2(10));\n", r"line 2: .*Oracle"),
    "Oracle, by its functions": ("CREATE TABLE t (a date);\nINSERT INTO t VALUES (TO_DATE('01', 'DD'));\n", "line 2: .*Oracle"),
    "cut off in a row": ("CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1, 'x'),\n(2, 'it''s", r"line 2: it was cut off"),
    "cut off between rows": ("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1),\n(2)\n", r"line 2: it was cut off"),
    "cut off in a table": ("CREATE TABLE t (a int,", r"line 1: it was cut off"),
    "cut off in a comment": ("CREATE TABLE t (a int);\n/* and", r"line 2: it was cut off"),
    "cut off in a transaction": ("BEGIN;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n", r"begins in line 1 has no COMMIT"),
    "rolled back": ("BEGIN;\nCREATE TABLE t (a int);\nROLLBACK;\n", r"line 3: ROLLBACK"),
    "cut off in COPY": ("CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n2\n", r"line 2: it was cut off"),
    "a mysqldump without its end": (
        "-- MySQL dump 10.13  Distrib 8.0\nCREATE TABLE `t` (a int);\nINSERT INTO `t` VALUES (1);\n",
        "last line of a complete dump",
    ),
    "a row too short": ("CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1, 2),\n(3);\n", r"line 3: .*not the 2 values"),
    "a line of COPY too long": ("CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n2\t3\n\\.\n", r"line 4 has not the 1 values"),
    "a row without a comma": ("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1)\n (2);\n", "line 3: .*where a comma"),
    "a row that does not end": ("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1;\nINSERT INTO t VALUES (2);\n", "line 2: .*does not end"),
    "no table": ("INSERT INTO t VALUES (1);\n", "line 1: rows for t"),
    "no such column": ("CREATE TABLE t (a int);\nINSERT INTO t (b) VALUES (1);\n", "line 2: t has no column b"),
    "two tables of one name": ("CREATE TABLE t (a int);\nCREATE TABLE t (b int);\n", "line 2: t is made for the second time"),
    "no SQL": ("CREATE TABLE t (a int);\nonce upon a time;\n", "line 2: .*is no SQL"),
    "NUL": (b"CREATE TABLE t (a int);\nINSERT INTO t VALUES ('\0');\n", "line 2: .*no SQL text has"),
    "nothing": ("", "no table"),
    "binary": (bytes(range(1, 256)) * 40, "line 1"),
    "PostgreSQL's custom format": (b"PGDMP\x01\x0e", "pg_restore"),
    "an SQLite file": (b"SQLite format 3\0 and more", "an SQLite database"),
    "half a gzip": (gzip.compress(bytes(range(256)) * 999)[:300], "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(place: Place, case: str):
    content, said = REFUSED[case]
    assert re.search(said, place.refused_text(content))


def test_missing_file(place: Place):
    assert "There is no file" in place.refused(place.folder / "gone.sql")
    assert "is a folder" in place.refused(place.folder)


def test_a_schema_with_tables_is_not_replaced_unasked(place: Place):
    with pytest.raises(StarliftError, match="--replace"):
        load_dump([DUMPS / "by_hand.sql"], DuckDBSink(place.file), "s", quiet)
    assert place.is_untouched()


def test_a_new_file_goes_again_where_the_load_fails(tmp_path: Path):
    class Broken(DuckDBSink):
        def _fill(self, *arguments):
            super()._fill(*arguments)
            raise duckdb.Error("disk full")

    with pytest.raises(StarliftError, match="disk full"):
        load_dump([DUMPS / "by_hand.sql"], Broken(tmp_path / "new.duckdb"), "s", quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["reading", "fitting", "checking", "writing Orders"])
def test_ctrl_c_leaves_the_target_as_it_was(place: Place, step: str):
    def interrupt(doing: str, _: float) -> None:
        if doing.startswith(step):
            raise KeyboardInterrupt

    with pytest.raises(InterruptedInTime):
        load_dump([DUMPS / "by_hand.sql"], DuckDBSink(place.file), "s", interrupt, replacing=True)
    assert place.is_untouched()


def test_into_sqlite(tmp_path: Path):
    file = tmp_path / "raw.sqlite"
    load_dump([DUMPS / "mysql.sql"], SQLiteSink(file), "raw", quiet)
    with sqlite3.connect(file) as found:
        assert found.execute('select id, photo, amount, ordered from "order" order by id').fetchall() == [
            (1, b"A\0'B", 10.5, "2024-01-05"),
            (2, b"AB", -100, None),
            (3, b"AB", None, "2024-02-29"),
        ]
        before = found.execute("select count(*) from Customers").fetchone()
    with pytest.raises(StarliftError, match="there already"):
        load_dump([DUMPS / "sqlite.sql"], SQLiteSink(file), "raw", quiet)
    broken = tmp_path / "broken.sql"
    broken.write_text("CREATE TABLE t (a int);\nINSERT INTO t VALUES (1")
    with pytest.raises(StarliftError):
        load_dump([broken], SQLiteSink(file), "raw", quiet, replacing=True)
    with sqlite3.connect(file) as found:
        assert found.execute("select count(*) from Customers").fetchone() == before
    assert {path.name for path in tmp_path.iterdir()} == {"raw.sqlite", "broken.sql"}


@pytest.mark.parametrize(
    ("name", "schema"), [("My Shop.SQL", "raw_my_shop"), ("x.sql.gz", "raw_x"), ("ü.sql", "raw_dump")]
)
def test_default_schema(name: str, schema: str):
    assert default_schema(Path(name)) == schema


def test_the_command_reports_and_tells_by_its_exit_code(tmp_path: Path):
    def run(dump: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("starlift")), "load-dump", str(DUMPS / dump), "--replace"],
            env={
                "STARLIFT_DUCKDB": str(tmp_path / "w.duckdb"),
                "PYTHONPATH": ":".join(sys.path),
                "NO_COLOR": "1",
            },
            cwd=tmp_path,
            text=True,
            capture_output=True,
            check=False,
        )

    whole, part, none = run("by_hand.sql"), run("mysql.sql"), run("gone.sql")
    assert (whole.returncode, part.returncode, none.returncode) == (0, 2, 1)
    assert "Foreign keys: 1 declared, 0 violated" in whole.stdout
    assert "MySQL dump of 1 file into raw_mysql" in part.stdout
    assert "Not understood:" in part.stdout
    assert none.stderr.startswith("Error: There is no file")


# -- broken files: refused or loaded, never half, never a stack trace


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("broken"))


def load_or_refuse(place: Place, content: bytes) -> Report | None:
    """The report, or None where the load is refused; then nothing has changed."""
    path = place.write(content)
    target = place.folder / "fuzz.duckdb"
    shutil.copy(place.file, target)
    try:
        return load_dump([path], DuckDBSink(target), "s", quiet, replacing=True)
    except StarliftError as error:
        assert "\n" not in str(error)
        with duckdb.connect(str(target), read_only=True) as connection:
            assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("before",)]
        return None


fuzz = settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fuzz
@given(name=st.sampled_from(NAMES), share=st.floats(0, 1, exclude_max=True), at_line_end=st.booleans())
def test_a_truncated_dump_is_never_half_loaded(broken: Place, name: str, share: float, at_line_end: bool):
    whole = (DUMPS / f"{name}.sql").read_bytes()
    cut = whole[: int(len(whole) * share)]
    if at_line_end:
        # where it is hardest to see
        cut = cut[: cut.rfind(b"\n") + 1]
    report = load_or_refuse(broken, cut)
    if report is None:
        return
    if name == "by_hand":
        # nothing in it says where it ends: statements are whole
        assert {table.name: table.rows for table in report.tables}.items() <= {
            ("Orders", 0), ("Orders", 3), ("Orders", 4), ("Customers", 0), ("Customers", 2), ("Customers", 3),
        }  # fmt: skip
        assert cut.rstrip().endswith(b";") or whole[len(cut) :].lstrip()[:3] != b""
    else:
        # only what ends the file is missing
        assert whole[len(cut) :].strip() in (b"", b"\\unrestrict abcDEF") or len(whole) - len(cut) < 40


@fuzz
@given(
    name=st.sampled_from(NAMES),
    share=st.floats(0, 1),
    length=st.integers(0, 60),
    bytes_=st.one_of(
        st.binary(max_size=80), st.text("'\"`;(),\\/*-$[]# \n\t.0eEN_xbù", max_size=20).map(str.encode)
    ),
)
def test_random_bytes_never_break_the_loader(
    broken: Place, name: str, share: float, length: int, bytes_: bytes
):
    whole = (DUMPS / f"{name}.sql").read_bytes()
    position = int(len(whole) * share)
    load_or_refuse(broken, whole[:position] + bytes_ + whole[position + length :])


@pytest.mark.parametrize(
    "opening",
    ["INSERT INTO t VALUES ('", "/*", '"', "INSERT INTO t VALUES (", "CREATE TABLE u (a int, ", "$$", "-- "],
)
def test_huge_lines_without_an_end_are_refused_soon(broken: Place, opening: str):
    content = b"CREATE TABLE t (a text);\n" + opening.encode() + b"x, " * 500_000
    report = load_or_refuse(broken, content)
    # a comment may be as long as it likes
    assert (report is None) == (opening != "-- ")
