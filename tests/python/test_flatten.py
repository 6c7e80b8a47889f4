"""The wide table of `starlift flatten` has every row once, with what belongs to it, on every engine."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from any_target import connect_to
from conftest import Warehouse, target_of
from starlift.errors import StarliftError
from starlift.export.formats import Format
from starlift.flatten.database import database_graph
from starlift.flatten.graph import Graph, Link
from starlift.flatten.run import Flat, flatten, prove, write_flat
from starlift.flatten.star import star_graph
from starlift.relations import find_relation, open_reader
from starlift.servers import Server
from starlift.targets import Target

SCHEMA = "flatten_test"
# An order without a customer and one without lines; a column that is called as a joined one would be.
STATEMENTS = [
    f"create schema {SCHEMA}",
    f"create table {SCHEMA}.cities (city_id int primary key, city_name varchar(20))",
    f"create table {SCHEMA}.customers (customer_id int primary key, name varchar(20), city_id int, updated_at timestamp null)",
    f"create table {SCHEMA}.orders (order_id int primary key, customer_id int, customer__name varchar(20), total decimal(8, 2))",
    f"create table {SCHEMA}.tags (tag_id int primary key, tag_name varchar(20))",
    f"create table {SCHEMA}.clerks (clerk_id int primary key, first_name varchar(20), last_name varchar(20))",
    f"create table {SCHEMA}.order_clerks (order_id int, clerk_id int, primary key (order_id, clerk_id))",
    f"create table {SCHEMA}.order_tags (order_id int, tag_id int, primary key (order_id, tag_id))",
    f"create table {SCHEMA}.order_lines (line_id int primary key, order_id int, line_number int, amount decimal(8, 2), sent_on date, said varchar(20))",
    f"create table {SCHEMA}.staff (staff_id int primary key, name varchar(20), manager_id int)",
    f"insert into {SCHEMA}.cities values (1, 'Oslo'), (2, 'Bonn')",
    f"insert into {SCHEMA}.customers values (1, 'Ada', 1, null), (2, 'Bo', null, null)",
    f"insert into {SCHEMA}.orders values (10, 1, 'typed', 5.50), (11, 2, null, 1.00), (12, null, null, 2.00)",
    f"insert into {SCHEMA}.clerks values (1, 'Al', 'Zeh'), (2, 'Bea', 'Yun')",
    f"insert into {SCHEMA}.order_clerks values (10, 2), (10, 1), (11, 1)",
    f"insert into {SCHEMA}.tags values (1, 'late'), (2, 'gift')",
    f"insert into {SCHEMA}.order_tags values (10, 1), (10, 2), (11, 2)",
    f"insert into {SCHEMA}.order_lines values (1, 10, 1, 2.25, date '2026-01-05', 'b'), (2, 10, 2, 3.25, date '2026-01-02', 'a'), "
    f"(3, 10, 3, null, null, 'a'), (4, 11, 1, 1.00, date '2026-02-01', null)",
    f"insert into {SCHEMA}.staff values (1, 'Cy', null), (2, 'Di', 1), (3, 'Ed', 2)",
]  # fmt: skip
KEYS = [
    ("customers", "city_id", "cities"),
    ("orders", "customer_id", "customers"),
    ("order_tags", "order_id", "orders"),
    ("order_tags", "tag_id", "tags"),
    ("order_clerks", "order_id", "orders"),
    ("order_clerks", "clerk_id", "clerks"),
    ("order_lines", "order_id", "orders"),
]


def _fill(connection: Any) -> None:
    cursor = connection.cursor()
    for statement in STATEMENTS:
        cursor.execute(statement)


def _declare(connection: Any) -> None:
    cursor = connection.cursor()
    for child, column, parent in KEYS:
        cursor.execute(
            f"alter table {SCHEMA}.{child} add foreign key ({column}) references {SCHEMA}.{parent} ({column})"
        )


# A target, and where an inspection finds its database.
Place = tuple[Target, str]


@pytest.fixture(scope="module")
def duckdb_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Without foreign keys, which are inferred."""
    file = tmp_path_factory.mktemp("flatten") / "some.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        _fill(connection)
    return Target("duckdb", "duckdb", {"path": str(file)}), str(file)


def _url(scheme: str, server: Server, database: str) -> str:
    return f"{scheme}://{server.user}:{server.password}@{server.host}:{server.port}/{database}"


@pytest.fixture(scope="module")
def postgres_place(postgres_server: Server) -> Iterator[Place]:
    with closing(connect_to(postgres_server)) as one:
        _fill(one)
        _declare(one)
        yield target_of(postgres_server), _url("postgresql", postgres_server, postgres_server.database)
        one.cursor().execute(f"drop schema {SCHEMA} cascade")


@pytest.fixture(scope="module")
def mariadb_place(mariadb_server: Server) -> Iterator[Place]:
    with closing(connect_to(mariadb_server)) as one:
        _fill(one)
        _declare(one)
        yield target_of(mariadb_server), _url("mysql", mariadb_server, SCHEMA)
        one.cursor().execute(f"drop schema {SCHEMA}")


@pytest.fixture(params=["duckdb_place", "postgres_place", "mariadb_place"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)


def flattened(place: Place, name: str, out: Path, depth: int = 3) -> tuple[Flat, list[dict[str, Any]]]:
    target, where = place
    with open_reader(target) as reader:
        base = find_relation(reader, f"{SCHEMA}.{name}")
        flat = flatten(reader, base, database_graph(reader, base, where, lambda *_: None), depth)
        prove(reader, flat)
        write_flat(reader, flat, out, Format.PARQUET, lambda *_: None)
    return flat, pq.read_table(out).to_pylist()


def test_parents_are_joined_and_children_added_up(place: Place, tmp_path: Path) -> None:
    flat, rows = flattened(place, "orders", tmp_path / "orders.parquet")
    assert [one.name for one in flat.wide.columns] == list(rows[0])
    first, second, third = sorted(rows, key=lambda row: row["order_id"])
    # its own column keeps its name, and the joined one gets another
    assert (first["customer__name"], first["customer__name_2"]) == ("typed", "Ada")
    assert (first["customer__city__city_name"], second["customer__city__city_name"]) == ("Oslo", None)
    assert (first["order_lines__count"], first["order_lines__amount__sum"]) == (3, Decimal("5.50"))
    assert (first["order_lines__amount__min"], str(first["order_lines__sent_on__max"])) == (
        Decimal("2.25"),
        "2026-01-05",
    )
    assert first["order_lines__said__list"] == "a | b"
    assert (first["order_tags__count"], first["order_tags__tag__tag_name__list"]) == (2, "gift | late")
    assert first["order_clerks__clerk__name__list"] == "Al Zeh | Bea Yun"
    assert third["order_clerks__clerk__name__list"] is None
    assert third["customer__name_2"] is None
    assert (third["order_lines__count"], third["order_tags__count"]) == (0, 0)
    assert third["order_lines__amount__sum"] is None
    # a number that only ranks is not summed, and when a row was written is of no interest
    assert not {"order_lines__line_number__sum", "customer__updated_at"} & first.keys()


def test_a_tree_within_a_table_is_followed_one_step(place: Place, tmp_path: Path) -> None:
    target, _ = place
    with open_reader(target) as reader:
        base = find_relation(reader, f"{SCHEMA}.staff")
        link = Link("staff", ("manager_id",), "staff", ("staff_id",))
        flat = flatten(reader, base, Graph({"staff": base}, (link,), {"staff": ("staff_id",)}), 3)
        prove(reader, flat)
        write_flat(reader, flat, tmp_path / "staff.parquet", Format.PARQUET, lambda *_: None)
    rows = {row["staff_id"]: row for row in pq.read_table(tmp_path / "staff.parquet").to_pylist()}
    assert [rows[one]["manager__name"] for one in (1, 2, 3)] == [None, "Cy", "Di"]
    assert [rows[one]["staff_2__name__list"] for one in (1, 2, 3)] == ["Di", "Ed", None]


def test_a_parent_that_would_double_rows_is_named(duckdb_place: Place, tmp_path: Path) -> None:
    with open_reader(duckdb_place[0]) as reader:
        base = find_relation(reader, f"{SCHEMA}.customers")
        lines = find_relation(reader, f"{SCHEMA}.order_lines")
        link = Link("customers", ("city_id",), "order_lines", ("line_number",))
        flat = flatten(reader, base, Graph({"customers": base, "order_lines": lines}, (link,), {}), 1)
        said = r"has 2 rows and its wide table would have 3; keys stand more than once in order_lines \(1\)"
        with pytest.raises(StarliftError, match=said):
            prove(reader, flat)
        with pytest.raises(StarliftError, match=said):
            write_flat(reader, flat, tmp_path / "x.csv", Format.CSV, lambda *_: None)
    assert not list(tmp_path.iterdir())


def test_names_that_are_too_long_stay_different(duckdb_place: Place, tmp_path: Path) -> None:
    with open_reader(duckdb_place[0]) as reader:
        base = find_relation(reader, f"{SCHEMA}.orders")
        link = Link("orders", ("order_id",), "cities", ("city_id",))
        cities = find_relation(reader, f"{SCHEMA}.cities")
        reader.longest_name = 12
        wide = flatten(reader, base, Graph({"orders": base, "cities": cities}, (link,), {}), 1).wide
    names = [column.name for column in wide.columns]
    assert names == ["order_id", "customer_id", "customer__na", "total", "order__city_"]
    assert len({name.lower() for name in names}) == len(names)


def test_a_fact_meets_the_versions_of_its_time_and_what_its_bridges_hold(first_day: Warehouse) -> None:
    manifest = json.loads((first_day.folder / "target" / "manifest.json").read_text())
    with open_reader(Target("duckdb", "duckdb", {"path": str(first_day.file), "schema": "star"})) as reader:
        base = find_relation(reader, "fact_encounters")
        graph = star_graph(manifest, reader, base)
        assert graph is not None
        flat = flatten(reader, base, graph, 1)
        prove(reader, flat)
        prefixes = {one.prefix: one.table for one in flat.wide.parents}
        assert prefixes["patient"] == "dim_patient"
        # there is no version of the time of what is so only now
        assert prefixes["current_specialty"] == "dim_specialty_current"
        assert {prefixes["start_date"], prefixes["discharge_date"]} == {"dim_date"}
        counted, bridged, without, listed = reader.rows(
            "select sum(procedure_count), sum(encounter_procedure__count), "
            "count(*) filter (encounter_procedure__count = 0), "
            "count(*) filter (encounter_procedure__procedure__cpt_code__list is null) "
            f"from ({flat.wide.sql})"
        )[0]
        # where there is no procedure, the bridge's "not applicable" is none
        assert counted == bridged > 0
        assert without == listed > 0
        assert not [
            one.name
            for one in flat.wide.columns
            if one.name.startswith("patient__") and one.name.endswith("_key")
        ]
        members = find_relation(reader, "dim_patient_current")
        around = star_graph(manifest, reader, members)
        assert around is not None
        added_up = flatten(reader, members, around, 1)
        prove(reader, added_up)
        assert [one.prefix for one in added_up.wide.children] == ["claims", "encounters"]
        wrong = replace(flat, rows_in=flat.rows_in + 1)
        with pytest.raises(StarliftError, match="would have"):
            prove(reader, wrong)
