"""The retailer's star, from generated data: whole after a day, and with tests that can fail."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from any_target import AnyTarget, any_target
from conftest import PROJECT
from starlift.advance.run import advance
from starlift.generate.retail import world
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.shop import generate_shop
from starlift.metrics.semantic import Ask, SemanticLayer

RETAIL: dict[str, Any] = {
    "sources": ("pos", "shop"),
    "dbt_vars": {"clinic_enabled": False, "retail_enabled": True},
}
WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")
# What each of the singular tests is to see, and a generic one that the clinic has no use for.
DAMAGES = {
    "accepted_values_int_retail__customer_matches": "update {schema}_intermediate.int_retail__customer_matches "
    "set match_reason = 'looks alike' where match_reason = 'alone'",
    "no_two_persons_share_what_makes_one": "update {schema}_intermediate.int_retail__customer_matches "
    "set customer_durable_key = customer_durable_key + 1 where source_name = 'shop' and match_reason = 'email'",
    "stock_in_the_morning_is_that_of_the_evening_before": "update {schema}.fact_inventory "
    "set opening_quantity = opening_quantity + 1 "
    "where inventory_date_key = (select max(inventory_date_key) from {schema}.fact_inventory)",
    "no_contact_is_shared_by_many": "update {schema}_history.snap_shop__customers set phone = '4155550132' "
    "where customer_id <= 7",
    "stock_and_tills_agree_on_what_was_sold": "update {schema}.fact_inventory "
    "set sold_quantity = sold_quantity + 1 where inventory_id = 1",
    # the total stays
    "revenue_by_month_adds_up_to_the_facts": "update {schema}.agg_revenue_by_month_category_channel "
    "set net_amount = net_amount + case channel when 'Web' then 0.01 when 'App' then -0.01 else 0 end",
    "sales_by_month_adds_up_to_revenue_by_month": "update {schema}.agg_sales_by_month_store_category "
    "set refund_amount = refund_amount + 0.01 where store_durable_key = -2",
    "customer_value_adds_up_to_the_facts": "update {schema}.agg_customer_value "
    "set receipt_count = receipt_count + 1 where segment = 'Champion'",
    "basket_pairs_add_up_to_the_receipts": "delete from {schema}.agg_basket_pairs where receipt_count = 1",
    "every_category_typed_into_the_shop_is_mapped": "update {schema}.dim_product "
    "set category_name = 'Unmapped' where sku like 'WEB-%'",
    "every_row_of_the_stores_is_in_the_star_or_in_quarantine": "update {schema}_quality.quality_pos__row_counts "
    "set rows_loaded = rows_loaded + 1, rows_rejected = rows_rejected - 1 where source_table = 'brands'",
    "every_row_of_the_shop_is_in_the_star_or_in_quarantine": "update {schema}_quality.quality_shop__row_counts "
    "set rows_loaded = rows_loaded + 1, rows_rejected = rows_rejected - 1 where source_table = 'orders'",
    "money_of_both_systems_agrees_to_the_cent": "update {schema}.fact_payments "
    "set payment_amount = payment_amount + 0.01 where payment_id = (select min(payment_id) from {schema}.fact_payments)",
    "every_valid_row_is_in_its_fact": "delete from {schema}.fact_returns where return_id = "
    "(select min(return_id) from {schema}.fact_returns)",
}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of two days, each with both systems' extracts."""
    days = [tmp_path_factory.mktemp("retail") / name for name in ("first", "next")]
    generate_pos(days[0] / "pos", size=world.SIZES["tiny"])
    generate_shop(days[0] / "shop", size=world.SIZES["tiny"])
    shutil.copytree(days[0], days[1])
    for source in ("pos", "shop"):
        advance(source, days[1] / source, days=3)
    return days


def load(target: AnyTarget, day: Path) -> None:
    for source in target.sources:
        target.load(day / source, source)


@pytest.fixture(scope="module")
def embedded(extracts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyTarget]:
    """The warehouse in DuckDB after the first day, with every test passed."""
    with any_target("duckdb", None, tmp_path_factory.mktemp("embedded"), "retail", **RETAIL) as target:
        load(target, extracts[0])
        target.dbt("build")
        yield target


@pytest.fixture(scope="module")
def contents(embedded: AnyTarget, extracts: list[Path]) -> list[dict[str, Any]]:
    """What DuckDB holds after each day; the second is built twice, which changes nothing."""
    found = [embedded.contents()]
    load(embedded, extracts[1])
    # the first build has run the unit tests, which do not look at the data
    embedded.dbt("build", "--exclude-resource-type", "unit_test")
    found.append(embedded.contents())
    embedded.dbt("build", *WITHOUT_TESTS)
    assert embedded.contents() == found[1]
    return found


def test_a_day_changes_the_star_as_a_full_refresh_would_build_it(
    embedded: AnyTarget, contents: list[dict[str, Any]]
) -> None:
    assert contents[0].keys() == contents[1].keys()
    changed = {name for name in contents[0] if contents[0][name] != contents[1][name]}
    assert {"fact_sales", "fact_orders", "fact_inventory", "dim_customer", "dim_product"} <= changed
    embedded.dbt("build", "--full-refresh", *WITHOUT_TESTS)
    assert embedded.contents() == contents[1]


def test_people_and_products_are_one_over_both_systems(embedded: AnyTarget, contents: list[Any]) -> None:
    reasons = dict(
        embedded.rows(
            "select match_reason, count(*) from {schema}_intermediate.int_retail__customer_matches group by 1"
        )
    )
    assert set(reasons) == {"alone", "email", "phone and last name"}
    assert embedded.one(
        "select count(*) from {schema}.dim_customer_current where is_store_customer + is_web_customer = 2"
    )
    both, own = embedded.rows(
        "select sum(is_sold_in_stores * is_sold_on_web), "
        "sum(case when sku like 'WEB-%' and is_sold_on_web = 1 then 1 else 0 end) "
        "from {schema}.dim_product_current"
    )[0]
    assert both > 40 and own == 10


@pytest.fixture(scope="module")
def questions(embedded: AnyTarget, contents: list[Any]) -> dict[str, dict[str, str]]:
    """The SQL of each question's sides."""
    embedded.dbt("compile", "--select", "path:analyses/retail")
    found: dict[str, dict[str, str]] = {}
    for file in (embedded.folder / "target" / "compiled").glob("*/analyses/retail/*.sql"):
        question, side = file.stem.split("__")
        found.setdefault(question, {})[side] = file.read_text()
    return found


def test_the_star_answers_as_the_systems_do(
    embedded: AnyTarget, questions: dict[str, dict[str, str]]
) -> None:
    answers = {
        question: {side: embedded.rows(sql) for side, sql in sides.items()}
        for question, sides in questions.items()
    }
    assert len(answers) == len(list((PROJECT / "analyses" / "retail").glob("*__3nf.sql")))
    for question, sides in answers.items():
        assert sides["3nf"], question
        assert {"3nf", "star"} <= sides.keys(), question
        assert all(rows == sides["3nf"] for rows in sides.values()), question


def test_growth_and_averages_go_by_the_calendar(
    embedded: AnyTarget, questions: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    """Where nothing was sold in a month, and where a store has had its goods for ten days alone."""
    pos, shop, star = embedded.raw_schema("pos"), embedded.raw_schema("shop"), embedded.schema
    in_month = "between timestamp '2025-09-01 00:00:00' and timestamp '2025-09-30 23:59:59'"
    first_day = embedded.one(f"select max(inventory_date) from {pos}.inventory") - timedelta(days=9)
    kept = {
        f"{pos}.sales": f"sold_at not {in_month}",
        f"{pos}.sale_lines": "true",
        f"{shop}.orders": f"placed_at not {in_month}",
        f"{shop}.order_items": "true",
        f"{star}.fact_receipts": "sale_month_key <> 202509",
        f"{star}.fact_orders": "order_month_key <> 202509",
        f"{star}.agg_revenue_by_month_category_channel": "month_key <> 202509",
        f"{pos}.inventory": f"inventory_date >= date '{first_day}'",
        f"{star}.fact_inventory": f"inventory_date_key >= {first_day:%Y%m%d}",
    }
    whole = (f"{pos}.stores", f"{pos}.products", *(f"{star}.dim_{name}" for name in ("date", "month")))
    kept |= dict.fromkeys((*whole, f"{star}.dim_store_current", f"{star}.dim_product_current"), "true")
    with closing(duckdb.connect(tmp_path / "starlift.duckdb")) as connection:
        connection.execute(f"attach '{embedded.folder / 'starlift.duckdb'}' as whole (read_only)")
        for schema in (pos, shop, star):
            connection.execute(f"create schema {schema}")
        for table, condition in kept.items():
            connection.execute(f"create table {table} as select * from whole.{table} where {condition}")

        def asked(question: str, *sides: str) -> list[tuple[Any, ...]]:
            answers = [connection.execute(questions[question][side]).fetchall() for side in sides]
            assert all(rows == answers[0] for rows in answers), question
            return answers[0]

        trend = {month: growth for month, _, *growth in asked("q06_sales_trend", "3nf", "star", "aggregate")}
        stock = asked("q04_low_stock", "3nf", "star")
    assert date(2025, 9, 1) not in trend
    on_month, on_year = trend[date(2025, 10, 1)]
    assert on_month is None and on_year is not None
    assert None not in trend[date(2025, 11, 1)]
    assert stock
    for _, _, pieces, sold, days in stock:
        assert days == pytest.approx(Decimal(10 * pieces) / sold, abs=Decimal("0.005"))


def test_the_metrics_answer_as_the_star_does(embedded: AnyTarget, contents: list[Any]) -> None:
    layer = SemanticLayer((embedded.folder / "target" / "semantic_manifest.json").read_text(), "duckdb")
    by = ("metric_time__month", "product__category_name")

    def asked(metrics: str, *by: str) -> set[tuple[Any, ...]]:
        names = ", ".join((*(f'"{name}"' for name in by), metrics))
        sql = layer.sql(Ask(metrics=metrics.split(", "), by=by))
        return set(embedded.rows(f"select {names} from ({sql}) as answer"))

    def stored(measures: str, channel: str) -> set[tuple[Any, ...]]:
        return set(
            embedded.rows(
                f"select cast(month_start as timestamp), category_name, {measures} "
                f"from {{schema}}.agg_revenue_by_month_category_channel where {channel}"
            )
        )

    wanted = stored("net_amount, quantity", "channel = 'Store'")
    assert wanted
    assert asked("store_sales, store_pieces", *by) == wanted
    sold = stored("channel, net_amount, quantity", "channel <> 'Store' and quantity > 0")
    assert asked("web_sales, web_pieces", *by, "order_profile__channel") == sold
    refunded = stored("channel, refund_amount", "refund_amount > 0")
    assert {row for row in asked("refunds", *by, "order_profile__channel") if row[-1]} == refunded
    both = embedded.rows(
        "select cast(month_start as timestamp), category_name, sum(net_amount) "
        "from {schema}.agg_revenue_by_month_category_channel where quantity > 0 group by all"
    )
    assert asked("sales", *by) == set(both)
    (compiled,) = (embedded.folder / "target" / "compiled").glob(
        "*/analyses/retail/q10_return_rates__star.sql"
    )
    rates = embedded.rows(
        f"select category_name, sum(return_rate) from ({compiled.read_text()}) as answer group by 1"
    )
    assert dict(asked("return_rate", "product__category_name")) == {
        category: pytest.approx(float(rate), abs=0.001) for category, rate in rates
    }


def test_every_column_of_the_domain_is_described(embedded: AnyTarget, contents: list[Any]) -> None:
    manifest = json.loads((embedded.folder / "target" / "manifest.json").read_text())
    described = {
        (node["schema"], node["alias"], column["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "snapshot", "seed")
        for column in node["columns"].values()
        if column["description"]
    }
    tables = {(schema, name) for schema, name, _ in described}
    there = embedded.rows("select table_schema, table_name, column_name from information_schema.columns")
    wanted = {one for one in there if one[:2] in tables}
    assert len(wanted) > 800
    assert not wanted - described


def test_money_is_what_the_systems_say_to_the_cent(embedded: AnyTarget, contents: list[Any]) -> None:
    pos, shop = (embedded.raw_schema(source) for source in ("pos", "shop"))
    assert embedded.one("select sum(net_amount) from {schema}.fact_sales") == embedded.one(
        f"select sum(line_total) from {pos}.sale_lines"
    )
    assert embedded.one("select sum(net_amount) from {schema}.fact_orders") == embedded.one(
        f"select sum(quantity * unit_price - discount_amount) from {shop}.order_items"
    )
    paid, refunded = embedded.rows(
        "select sum(payment_amount), sum(refund_amount) from {schema}.fact_payments"
    )[0]
    assert dict(
        embedded.rows(
            f"select payment_type, sum(amount) from {shop}.payments where payment_status = 'Settled' group by 1"
        )
    ) == {"Payment": paid, "Refund": refunded}


def test_every_test_of_the_domain_can_fail(embedded: AnyTarget, contents: list[Any], tmp_path: Path) -> None:
    with any_target("duckdb", None, tmp_path, "retail", **RETAIL) as broken:
        for name in ("starlift.duckdb", "target"):
            source = embedded.folder / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
        broken.change(*DAMAGES.values())
        broken.dbt("test", "--select", "test_type:singular", "test_name:accepted_values", succeeds=False)
        found = {one["unique_id"].split(".")[2]: one["status"] for one in broken.results()}
        (told,) = [name for name in found if name.startswith("accepted_values")]
        found[told.partition("_match_reason")[0]] = found.pop(told)
    warns = ("every_category_typed_into_the_shop_is_mapped", "no_contact_is_shared_by_many")
    assert found == {**dict.fromkeys(DAMAGES, "fail"), **dict.fromkeys(warns, "warn")}
