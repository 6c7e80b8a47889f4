"""examples/northwind, as docs/bring_your_own.md has it: a foreign database behind five views becomes the star."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml

from any_target import AnyTarget, any_target
from conftest import PROJECT
from starlift.sources import SOURCES

EXAMPLE = PROJECT / "examples" / "northwind"
CENT = Decimal("0.01")


def northwind(target: AnyTarget, *words: str) -> str:
    """A dbt command in the example's own project."""
    process = target.start(*words, "--project-dir", str(EXAMPLE), artifacts="northwind")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said[-4000:]
    return said


def made_up(table: str) -> list[dict[str, str]]:
    with (EXAMPLE / "made_up" / f"northwind_{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def star(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyTarget]:
    told = yaml.safe_load((EXAMPLE / "starlift_vars.yml").read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("northwind")
    with any_target("duckdb", None, folder, "northwind", sources=(), dbt_vars=told) as target:
        told["shop_schema"] = f"{target.schema}_shop"
        northwind(target, "seed")
        northwind(target, "run")
        # the sources' tests run on what is left out, too; the others are run on the retailer's own data
        elsewhere = [
            f"test_type:generic,path:{part}"
            for part in ("models/star", "models/intermediate", "models/quality", "seeds")
        ]
        target.dbt("build", "--exclude", "test_type:unit", *elsewhere)
        yield target


def test_what_northwind_says_is_in_the_star_or_rejected_to_the_cent(star: AnyTarget) -> None:
    said = northwind(star, "--quiet", "show", "--select", "totals", "--output", "json")
    sides = json.loads(said[said.index("{") :])["show"]
    totals = [[Decimal(str(side[column])) for column in side if column != "side"] for side in sides]
    lines = []
    for row in made_up("order_details"):
        gross = int(row["quantity"]) * Decimal(row["unit_price"])
        discount = (gross * Decimal(row["discount"])).quantize(CENT, ROUND_HALF_UP)
        lines.append([Decimal(1), Decimal(row["quantity"]), gross, gross - discount])
    assert [side["side"] for side in sides] == ["1 Northwind", "2 star", "3 rejected"]
    assert totals[0] == [sum(column) for column in zip(*lines, strict=True)]
    assert totals[0] == [sum(column) for column in zip(*totals[1:], strict=True)]


def test_rows_that_break_a_rule_say_which(star: AnyTarget) -> None:
    broken = Counter(
        rule
        for table in ("orders", "order_items")
        for (rule,) in star.rows(f"select broken_rule from {{schema}}_history.hist_shop__{table}")
        if rule
    )
    assert broken == {
        "order_times_out_of_order": 1,
        "order_customer_missing": 1,
        "order_item_order_unknown": 3,
        "order_item_quantity_not_positive": 1,
        "order_item_discount_over_price": 1,
    }


def test_what_northwind_has_not_is_there_and_empty(star: AnyTarget) -> None:
    for table in ("fact_sales", "fact_inventory", "fact_payments", "fact_returns"):
        assert star.one(f"select count(*) from {{schema}}.{table}") == 0, table
    # none but the three default members
    assert star.one("select count(*) from {schema}.dim_store") == 3
    assert (
        star.one("select count(*) from {schema}.fact_orders where customer_key < 0 or product_key < 0") == 0
    )


def test_a_table_that_is_none_is_not_left_out_in_silence(star: AnyTarget) -> None:
    told = json.dumps({"names": ["pos", "shop.payment"]})
    said = star.dbt("run-operation", "check_left_out", "--args", told, succeeds=False)
    assert "left_out names shop.payment, which cannot be left out" in said


def test_customers_and_categories_are_northwinds_own(star: AnyTarget) -> None:
    names = star.rows("select last_name from {schema}.dim_customer_current where is_web_customer = 1")
    assert sorted(names) == sorted((row["company_name"],) for row in made_up("customers"))
    categories = star.rows(
        "select distinct category_name from {schema}.dim_product_current where is_sold_on_web = 1"
    )
    # one product has none
    assert {name for (name,) in categories} == {row["category_name"] for row in made_up("categories")} | {
        "Unmapped"
    }


@pytest.mark.parametrize("name", ["pos", "shop"])
def test_the_yaml_lists_every_column_of_a_source_that_can_be_left_out(name: str) -> None:
    file = Path("models") / "staging" / name / "_sources.yml"
    (source,) = yaml.safe_load((PROJECT / file).read_text(encoding="utf-8"))["sources"]
    listed = {
        table["name"]: {c["name"]: c["data_type"] for c in table["columns"]} for table in source["tables"]
    }
    kinds = {"varchar": "text", "char": "text"}
    for table in SOURCES[name].tables:
        assert listed[table.name] == {
            column.name: kinds.get(column.type.split("(")[0], column.type.split("(")[0])
            for column in table.columns
        }, table.name
