"""What `starlift export` writes is what the table holds, in every format and from every engine."""

import csv
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from any_target import connect_to
from conftest import target_of
from starlift.errors import StarliftError
from starlift.export.excel import MOST_ROWS
from starlift.export.formats import Format, file_and_format, format_of
from starlift.export.run import Exported, export
from starlift.relations import open_reader
from starlift.servers import Server
from starlift.targets import Target

COLUMNS = "id, big_key, said, amount, share, is_so, born_on, happened_at"
TYPES = {
    "duckdb": "integer, bigint, varchar, decimal(12, 2), double, boolean, date, timestamp",
    "postgres": "integer, bigint, text, numeric(12, 2), double precision, boolean, date, timestamp",
    "mysql": "integer, bigint, varchar(200), decimal(12, 2), double, boolean, date, datetime(6)",
}
HARD = "it's \"said\"; 'comma, tab\t\n\\ two lines 😀 é"
ROWS: list[tuple[Any, ...]] = [
    (1, 785991148731200422, HARD, Decimal("-0.10"), 0.1, True, date(1899, 12, 31), datetime(2026, 1, 2, 3, 4, 5, 678901)),
    (2, -1, "", Decimal("9999999999.99"), -1e300, False, date(2024, 2, 29), datetime(9999, 12, 31, 23, 59, 59)),
    (3, None, None, None, None, None, None, None),
    (4, 0, "=1+1", Decimal("0.00"), 0.0, True, date(2000, 1, 1), datetime(2000, 1, 1)),
]  # fmt: skip


def _ddl(kind: str, schema: str) -> list[str]:
    columns = ", ".join(
        f"{name} {type_}" for name, type_ in zip(COLUMNS.split(", "), _types(kind), strict=True)
    )
    return [
        f"create schema {schema}",
        f"create table {schema}.facts ({columns})",
        f"create view {schema}.seen as select * from {schema}.facts",
    ]


def _types(kind: str) -> list[str]:
    return [one.replace(";", ",") for one in TYPES[kind].replace("(12, 2)", "(12; 2)").split(", ")]


def _fill(connection: Any, kind: str, schema: str, mark: str) -> None:
    cursor = connection.cursor()
    for statement in _ddl(kind, schema):
        cursor.execute(statement)
    for row in ROWS:
        cursor.execute(f"insert into {schema}.facts values ({', '.join([mark] * len(row))})", row)


@pytest.fixture(scope="module")
def duckdb_target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    file = tmp_path_factory.mktemp("export") / "some.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        _fill(connection, "duckdb", "star", "?")
        connection.execute("create schema star_staging")
        connection.execute("create schema raw_shop")
        connection.execute(
            "create table star.numbers as select 'nan'::double as none, 1.1::float as small, "
            "7::decimal(9, 0) as whole, 12345678901234567890.12::decimal(38, 2) as exact"
        )
        for schema in ("star_staging", "raw_shop"):
            connection.execute(f"create table {schema}.twice as select 1 as one")
            connection.execute(
                f"create table {schema}.odd as select [1, 2] as many, {{'a': 'b'}} as pair, 'ab'::blob as raw, interval 1 day as lasting, 1::hugeint as huge, uuid() as id"
            )
    return Target("duckdb", "duckdb", {"path": str(file), "schema": "star"})


@pytest.fixture(scope="module")
def postgres_target(postgres_server: Server) -> Iterator[Target]:
    with closing(connect_to(postgres_server)) as one:
        _fill(one, "postgres", "export_test", "%s")
        yield target_of(postgres_server, schema="export_test")
        one.cursor().execute("drop schema export_test cascade")


@pytest.fixture(scope="module")
def mariadb_target(mariadb_server: Server) -> Iterator[Target]:
    with closing(connect_to(mariadb_server)) as one:
        _fill(one, "mysql", "export_test", "%s")
        yield target_of(mariadb_server, schema="export_test")
        one.cursor().execute("drop schema export_test")


@pytest.fixture(params=["duckdb_target", "postgres_target", "mariadb_target"])
def target(request: pytest.FixtureRequest) -> Target:
    return request.getfixturevalue(request.param)


def exported(target: Target, name: str, out: Path, format_: Format | None = None) -> Exported:
    with open_reader(target) as reader:
        return export(reader, name, out, format_ or format_of(None, out), lambda *_: None)


def test_parquet_holds_values_and_types(target: Target, tmp_path: Path) -> None:
    assert exported(target, "facts", tmp_path / "facts.parquet").rows == len(ROWS)
    table = pq.read_table(tmp_path / "facts.parquet")
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS
    assert str(table.schema.field("amount").type) == "decimal128(12, 2)"


def test_csv_tells_a_null_from_an_empty_text(target: Target, tmp_path: Path) -> None:
    exported(target, "seen", tmp_path / "facts.csv")
    text = (tmp_path / "facts.csv").read_bytes().decode("utf-8")
    assert "\n3,,,,,,,\n" in text
    assert '\n2,-1,"",9999999999.99,' in text
    header, first, *_ = list(csv.reader(text.splitlines(keepends=True)))
    assert header == COLUMNS.split(", ")
    assert first[:4] == ["1", "785991148731200422", HARD, "-0.10"]
    assert first[-2:] == ["1899-12-31", "2026-01-02 03:04:05.678901"]


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_json_is_an_array_or_a_line_per_row(target: Target, tmp_path: Path, ending: str) -> None:
    exported(target, "facts", tmp_path / f"facts.{ending}")
    text = (tmp_path / f"facts.{ending}").read_text(encoding="utf-8")
    rows = (
        [json.loads(line, parse_float=Decimal) for line in text.splitlines()] if ending == "jsonl" else None
    )
    rows = rows or json.loads(text, parse_float=Decimal)
    assert [row["said"] for row in rows] == [row[2] for row in ROWS]
    assert [row["big_key"] for row in rows] == [row[1] for row in ROWS]
    assert [row["amount"] for row in rows] == [row[3] for row in ROWS]
    assert rows[0]["happened_at"] == "2026-01-02 03:04:05.678901"
    assert rows[2] == {"id": 3, **dict.fromkeys(COLUMNS.split(", ")[1:])}


def test_excel_gets_numbers_and_dates_and_as_text_what_it_would_change(
    target: Target, tmp_path: Path
) -> None:
    exported(target, "facts", tmp_path / "facts.xlsx")
    header, first, second, third, fourth = load_workbook(tmp_path / "facts.xlsx").active.iter_rows(
        values_only=True
    )
    assert header == tuple(COLUMNS.split(", "))
    # more digits than its numbers have, and a day before its first
    assert (first[1], second[1], first[6], second[6]) == (
        "785991148731200422",
        "-1",
        "1899-12-31",
        "2024-02-29",
    )
    assert first[2] == HARD
    assert fourth[2] == "=1+1"
    assert (first[3], second[3], first[4]) == (-0.1, 9999999999.99, 0.1)
    assert first[7] == datetime(2026, 1, 2, 3, 4, 5, 679000)
    assert third == (3, *[None] * 7)


def test_json_has_only_numbers_that_json_knows(duckdb_target: Target, tmp_path: Path) -> None:
    exported(duckdb_target, "numbers", tmp_path / "numbers.json")
    text = (tmp_path / "numbers.json").read_text()

    def refuse(name: str) -> None:
        raise AssertionError(name)

    (row,) = json.loads(text, parse_constant=refuse, parse_float=Decimal)
    assert (row["none"], row["small"], row["whole"]) == ("nan", Decimal("1.1"), 7)
    assert row["exact"] == Decimal("12345678901234567890.12")


def test_other_types_are_readable_text(duckdb_target: Target, tmp_path: Path) -> None:
    exported(duckdb_target, "star_staging.odd", tmp_path / "odd.jsonl")
    row = json.loads((tmp_path / "odd.jsonl").read_text())
    assert (row["many"], row["pair"], row["raw"], row["huge"]) == ("[1,2]", '{"a":"b"}', "6162", 1)


def test_a_name_that_is_not_there_brings_up_what_is_called_alike(
    duckdb_target: Target, tmp_path: Path
) -> None:
    with pytest.raises(StarliftError, match=r"no table or view 'fact'; there is star.facts"):
        exported(duckdb_target, "fact", tmp_path / "x.csv")
    # the star's layers come before other schemas
    assert str(exported(duckdb_target, "twice", tmp_path / "x.csv").relation) == "star_staging.twice"
    assert exported(duckdb_target, "raw_shop.twice", tmp_path / "x.csv").rows == 1


def test_excels_limit_is_a_sentence_and_the_older_file_stays(tmp_path: Path) -> None:
    file, out = tmp_path / "many.duckdb", tmp_path / "many.xlsx"
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("create schema star")
        connection.execute(f"create table star.many as select 1 as one from range({MOST_ROWS + 1})")
        connection.execute("create table star.long as select repeat('x', 32768) as said")
    target = Target("duckdb", "duckdb", {"path": str(file)})
    out.write_text("older")
    with pytest.raises(StarliftError, match=r"holds 1,048,575 rows, and there are more: take csv or parquet"):
        exported(target, "many", out)
    with pytest.raises(StarliftError, match=r"32,767 characters, and said has a text of 32,768"):
        exported(target, "long", out)
    assert [one.name for one in tmp_path.iterdir() if "many" in one.name and one != file] == ["many.xlsx"]
    assert out.read_text() == "older"


def test_what_fails_while_rows_come_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "some.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("create schema star")
        connection.execute(
            "create view star.late as select case when range = 300000 then error('too late') end as x from range(400000)"
        )
    with pytest.raises(StarliftError, match="too late"):
        exported(Target("duckdb", "duckdb", {"path": str(file)}), "late", tmp_path / "late.csv")
    assert [one.name for one in tmp_path.iterdir()] == ["some.duckdb"]


def test_ctrl_c_while_rows_come_leaves_the_older_file(duckdb_target: Target, tmp_path: Path) -> None:
    out = tmp_path / "facts.csv"
    out.write_text("older")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with open_reader(duckdb_target) as reader, pytest.raises(KeyboardInterrupt):
        export(reader, "star.facts", out, Format.CSV, interrupt)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("facts.csv", "older")]


def test_a_format_is_told_by_the_files_name_or_asked_for(tmp_path: Path) -> None:
    assert format_of(None, tmp_path / "x.ndjson") is Format.JSONL
    assert format_of("xlsx", tmp_path / "x.dat") is Format.XLSX
    with pytest.raises(StarliftError, match=r"add --format csv\|parquet\|xlsx"):
        format_of(None, tmp_path / "x.dat")
    with pytest.raises(StarliftError, match="no format 'xml': choose csv"):
        format_of("xml", tmp_path / "x.csv")


def test_a_file_need_not_be_named_where_the_format_is(tmp_path: Path) -> None:
    assert file_and_format(None, "PARQUET", stem="fact_claims") == (
        Path("fact_claims.parquet"),
        Format.PARQUET,
    )
    assert file_and_format(tmp_path / "x.csv", None, stem="fact_claims") == (tmp_path / "x.csv", Format.CSV)
    with pytest.raises(StarliftError, match="Say what to write, with --out FILE, or with --format csv"):
        file_and_format(None, None, stem="fact_claims")
    with pytest.raises(StarliftError, match="no format 'xml'"):
        file_and_format(None, "xml", stem="fact_claims")
