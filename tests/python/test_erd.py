"""Diagrams show every table and every relation where a reader looks for them, and are the same each time."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from starlift.erd.command import run_erd
from starlift.erd.database import diagram_of
from starlift.erd.diagram import Diagram
from starlift.erd.groups import communities
from starlift.erd.layout import lay_out
from starlift.erd.mermaid import mermaid
from starlift.erd.page import page
from starlift.erd.sheet import PlacedBox, PlacedGroup, Sheet
from starlift.erd.star import star_diagrams
from starlift.erd.svg import draw
from starlift.errors import StarliftError
from starlift.inspect.model import Column, Database, ForeignKey, Table

SVG = "{http://www.w3.org/2000/svg}"


def table(name: str, *parents: str, inferred: Sequence[str] = (), more: int = 1) -> Table:
    columns = [
        Column("id", "INTEGER", "integer", nullable=False, primary_key=True),
        *(Column(f"{parent}_id", "INTEGER", "integer", nullable=True) for parent in parents),
        *(Column(f"said_{number}", "VARCHAR", "text", nullable=True) for number in range(more)),
    ]
    keys = [
        ForeignKey(name, (f"{parent}_id",), parent, ("id",), "inferred" if parent in inferred else "declared")
        for parent in parents
    ]
    return Table(name, tuple(columns), ("id",), foreign_keys=tuple(keys), rows=1)


def database(*tables: Table) -> Database:
    return Database("some.duckdb", "duckdb", "shop", tables)


SHOP = database(
    table("customer"),
    table("orders", "customer"),
    table("line", "orders", "product", inferred=["product"]),
    table("product", "product"),
    table("alone", more=40),
)
CIRCLE = database(table("hen", "egg"), table("egg", "hen"), table("chick", "egg", "hen"))
# Ten clusters of ten tables, each of which also leads to one table of the first.
MANY = database(
    *(
        table(
            f"t{cluster}_{number}",
            *([f"t{cluster}_0"] if number else []),
            *([f"t{cluster}_{number - 1}"] if number > 1 else []),
            *(["t0_1"] if cluster and number == 5 else []),
        )
        for cluster in range(10)
        for number in range(10)
    )
)


def overlapping(things: Sequence[PlacedBox] | Sequence[PlacedGroup]) -> int:
    def apart(one: PlacedBox | PlacedGroup, other: PlacedBox | PlacedGroup) -> bool:
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        return beside or one.y + one.height <= other.y or other.y + other.height <= one.y

    return sum(not apart(one, other) for one, other in combinations(things, 2))


def misses(sheet: Sheet) -> list[str]:
    """The relations whose lines do not begin at the parent's column and end at the child's."""
    placed = {box.box.name: box for box in sheet.boxes}
    wrong = []
    for one in sheet.ties:
        for (x, y), name, columns in (
            (one.points[0], one.tie.parent, one.tie.parent_columns),
            (one.points[-1], one.tie.child, one.tie.columns),
        ):
            box = placed[name]
            on_the_side = min(abs(x - box.x), abs(x - box.x - box.width)) < 0.01
            if not on_the_side or abs(y - box.column_at(columns[0])) > 0.01:
                wrong.append(f"{one.tie.child} -> {one.tie.parent} at {name}")
    return wrong


@pytest.mark.parametrize("known", [SHOP, CIRCLE, MANY], ids=["few", "circle", "many"])
def test_no_box_covers_another_and_lines_meet_their_columns(known: Database) -> None:
    diagram = diagram_of(known, "shop")
    sheet = lay_out(diagram)
    assert {box.box.name for box in sheet.boxes} == {one.name for one in known.tables}
    assert overlapping(sheet.boxes) == overlapping(sheet.groups) == 0
    assert misses(sheet) == []
    assert len(sheet.ties) == len(diagram.drawn)
    for box in sheet.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= sheet.width + 0.01
        assert box.y + box.height <= sheet.height + 0.01
    assert 0.4 < sheet.width / sheet.height < 3.2


def test_few_tables_have_columns_and_lines() -> None:
    diagram = diagram_of(SHOP, "shop")
    svg = draw(diagram, lay_out(diagram))
    tree = ElementTree.fromstring(svg)
    ties = [one for one in tree.iter(f"{SVG}g") if one.get("data-parent")]
    assert sorted((one.get("data-child"), one.get("data-parent"), one.get("class")) for one in ties) == [
        ("line", "orders", "tie"),
        ("line", "product", "tie inferred"),
        ("orders", "customer", "tie"),
        ("product", "product", "tie"),
    ]
    said = {"".join(one.itertext()) for one in tree.iter(f"{SVG}text")}
    assert {"orders", "customer_id", "PK", "FK", "integer", "inferred from names and values"} <= said
    # a long table shows its keys and the first of the rest
    assert "… 17 more columns" in said
    assert svg == draw(diagram, lay_out(diagram))


def test_many_tables_are_grouped_and_relations_between_groups_are_told() -> None:
    diagram = diagram_of(MANY, "shop")
    assert sorted(len(group.boxes) for group in diagram.groups) == [10] * 10
    assert "around t0_0" in {group.name for group in diagram.groups}
    told = [tie for tie in diagram.ties if tie.is_told]
    assert len(told) == 9
    child = diagram.by_name[told[0].child]
    assert [(line.note, line.leads_to) for line in child.lines if line.leads_to] == [("→ t0_1", "t0_1")]
    assert diagram.by_name["t0_1"].subtitle == "1 row, 9 of other groups lead here"
    assert child.more == 1


def test_what_is_tied_to_nothing_is_the_last_group() -> None:
    ties = [("b", "a"), ("c", "a"), ("c", "b"), ("e", "d"), ("f", "d"), ("f", "e"), ("f", "c")]
    assert communities("abcdefxy", ties) == [["a", "b", "c"], ["d", "e", "f"], ["x", "y"]]
    assert communities([], []) == []


ODD = '<b>&"odd"\x01 😀'


def odd_diagram() -> Diagram:
    return diagram_of(database(table(ODD), table("2 words", ODD)), ODD)


def test_odd_names_stay_text_in_svg_and_page() -> None:
    diagram = odd_diagram()
    svg = draw(diagram, lay_out(diagram))
    tree = ElementTree.fromstring(svg)
    assert ODD.replace("\x01", " ") in {one.get("data-name") for one in tree.iter(f"{SVG}g")}
    html = page(diagram, svg)
    assert "<b>" not in html
    assert "<title>&lt;b&gt;&amp;" in html


def test_mermaid_takes_keys_relations_and_odd_names() -> None:
    text = mermaid(diagram_of(SHOP, "shop"))
    assert '    "customer" |o--o{ "orders" : "customer_id"\n' in text
    assert '    "product" |o..o{ "line" : "product_id"\n' in text
    assert "        integer id PK\n        integer customer_id FK\n" in text
    assert '"<b>&\'odd\'  😀" |o--o{ "2 words"' in mermaid(odd_diagram())


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x.svg", b"<svg"), ("x.png", b"\x89PNG"), ("x.html", b"<!doctype"), ("x.mmd", b"---")],
)
def test_a_file_says_what_to_draw(tmp_path: Path, name: str, begins: bytes) -> None:
    file = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            "create table a (a_id integer primary key); create table b (b_id integer primary key, a_id references a);"
        )
    console = Console(record=True, quiet=True)
    run_erd(console, str(file), tmp_path / name, schema=None)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["shop.sqlite", name])
    with pytest.raises(StarliftError, match=r"ends in none of \.svg, \.png"):
        run_erd(console, str(file), tmp_path / "x.gif", schema=None)


def model(name: str, domain: str, columns: Sequence[str], key: str) -> dict:
    return {
        "name": name,
        "resource_type": "model",
        "fqn": ["starlift", "star", domain, name],
        "description": f"**Grain**: one row per {name}; and so on.",
        "columns": {
            one: {"data_type": "integer", "constraints": [{"type": "primary_key"}] if one == key else []}
            for one in columns
        },
    }


def relationship(child: str, column: str, parent: str, field: str) -> dict:
    return {
        "unique_id": f"test.{child}.{column}",
        "resource_type": "test",
        "attached_node": f"model.starlift.{child}",
        "test_metadata": {
            "name": "relationships",
            "kwargs": {"column_name": column, "to": f"ref('{parent}')", "field": field},
        },
    }


def test_the_star_shows_versions_by_lines_and_calendars_by_name() -> None:
    nodes = [
        model("fact_sales", "shops", ["sale_id", "store_key", "store_durable_key", "boss_durable_key", "date_key", "amount"], "sale_id"),
        model("dim_store", "shops", ["store_key", "store_durable_key", "city", "valid_from", "audit_key"], "store_key"),
        model("dim_store_current", "shops", ["store_durable_key"], "store_durable_key"),
        model("dim_date", "core", ["date_key"], "date_key"),
        relationship("fact_sales", "store_key", "dim_store", "store_key"),
        relationship("fact_sales", "store_durable_key", "dim_store_current", "store_durable_key"),
        relationship("fact_sales", "boss_durable_key", "dim_store_current", "store_durable_key"),
        relationship("fact_sales", "date_key", "dim_date", "date_key"),
        model("bridge_store_tag", "shops", ["store_durable_key", "tag"], "tag"),
        relationship("bridge_store_tag", "store_durable_key", "dim_store_current", "store_durable_key"),
    ]  # fmt: skip
    diagrams = star_diagrams({"nodes": {str(at): node for at, node in enumerate(nodes)}})
    assert list(diagrams) == ["shops"]
    star = diagrams["shops"]
    assert star.title == "The star of the domain shops: 1 fact, 1 dimension, 1 bridge"
    # what knows no version leads to the member all the same
    assert sorted((tie.child, *tie.columns, tie.parent) for tie in star.drawn) == [
        ("bridge_store_tag", "store_durable_key", "dim_store"),
        ("fact_sales", "store_key", "dim_store"),
    ]
    fact, store = star.by_name["fact_sales"], star.by_name["dim_store"]
    assert [line.name for line in store.lines] == ["store_key", "city"]
    assert fact.subtitle == "one row per fact_sales"
    assert [(line.name, line.note) for line in fact.lines] == [
        ("sale_id", "integer"),
        ("store_key", "integer"),
        ("boss_durable_key", "→ dim_store"),
        ("date_key", "→ dim_date"),
        ("amount", "integer"),
    ]
