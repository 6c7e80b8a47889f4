"""What the retailer's systems correct later, on days after the first: which numbers change, and which do not."""

from collections.abc import Iterator

import pytest

from any_target import AnyTarget, any_target
from starlift.generate.retail import world
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.shop import generate_shop
from test_retail import RETAIL, WITHOUT_TESTS


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyTarget]:
    """A warehouse in DuckDB after the first day, whose raw tables have no keys, so that a test can change them."""
    folder = tmp_path_factory.mktemp("changing")
    generate_pos(folder / "pos", size=world.SIZES["tiny"])
    generate_shop(folder / "shop", size=world.SIZES["tiny"])
    with any_target("duckdb", None, folder, "retail_changing", **RETAIL) as target:
        for source in target.sources:
            where = ("--from", str(folder / source), "--schema", target.raw_schema(source))
            target.starlift("load", source, "--dirty", *where)
        target.dbt("build", *WITHOUT_TESTS)
        yield target


def a_day_passes(target: AnyTarget, *changes: str) -> None:
    """The source is changed, each row as its system would do it, and the warehouse is built."""
    for source in target.sources:
        schema = target.raw_schema(source)
        target.change(
            f"insert into {schema}.loads select load_id + 1, source_path, mode, "
            "extracted_at + interval 1 day, loaded_at, row_count "
            f"from {schema}.loads order by load_id desc limit 1"
        )
    now = f"(select max(extracted_at) - interval 1 hour from {target.raw_schema('pos')}.loads)"
    target.change(*(change.replace("{now}", now) for change in changes))
    target.dbt("build", *WITHOUT_TESTS)


def test_what_is_corrected_later_leaves_the_past_as_it_was(changing: AnyTarget) -> None:
    pos, shop = (changing.raw_schema(source) for source in ("pos", "shop"))
    # the best-selling product that the shop has, too
    product, sku, durable_key = changing.rows(
        "select ids.product_id, any_value(products.sku), any_value(ids.product_durable_key) "
        "from {schema}.fact_sales as sales "
        "join {schema}_intermediate.int_retail__product_ids as ids using (product_durable_key) "
        "join {schema}.dim_product_current as products using (product_durable_key) "
        "where ids.source_name = 'pos' and products.is_sold_on_web = 1 "
        "group by ids.product_id order by count(*) desc, ids.product_id limit 1"
    )[0]
    brand, category = changing.rows(
        f"select brand_id, category_id from {pos}.products join {pos}.subcategories using (subcategory_id) "
        f"where product_id = {product}"
    )[0]
    twin = product + 9_000
    sales = (
        "select sale_line_id, product_durable_key, cost_amount, brand_name, category_name from {schema}.fact_sales "
        f"join {{schema}}.dim_product using (product_key, product_durable_key) "
        f"where sale_line_id in (select sale_line_id from {pos}.sale_lines where product_id = {product}) order by 1"
    )
    before = changing.rows(sales)
    assert len(before) > 10
    item, order = changing.rows(
        f"select order_item_id, order_id from {shop}.returns join {shop}.order_items using (order_item_id) "
        "order by 1 limit 1"
    )[0]

    a_day_passes(
        changing,
        # an SKU that was wrong, and a new price of the same day
        f"update {pos}.products set sku = 'RIGHT-1', unit_cost = unit_cost + 50, updated_at = {{now}} "
        f"where product_id = {product}",
        # a second record of it
        f"insert into {pos}.products select {twin}, * exclude (product_id) replace ({{now}} as created_at) "
        f"from {pos}.products where product_id = {product}",
        f"update {pos}.brands set brand_name = 'Renamed', updated_at = {{now}} where brand_id = {brand}",
        f"update {pos}.categories set category_name = 'Renamed too', updated_at = {{now}} where category_id = {category}",
        # what came back came back before it was ordered
        f"update {shop}.orders set placed_at = placed_at + interval 1 year, paid_at = null, shipped_at = null, "
        f"delivered_at = null, cancelled_at = null, updated_at = {{now}} where order_id = {order}",
        # a line that went over the till, and that nobody can read any more
        f"update {pos}.sale_lines set quantity = null, updated_at = {{now}} where sale_line_id = {before[-1][0]}",
    )
    assert changing.rows(sales) == before[:-1]
    products = changing.rows(
        "select product_durable_key, sku, brand_name, category_name, is_sold_on_web from {schema}.dim_product_current "
        f"where sku in ('{sku}', 'RIGHT-1') order by sku = 'RIGHT-1' desc"
    )
    assert products[0] == (durable_key, "RIGHT-1", "Renamed", "Renamed too", 0)
    # the shop still has the old one, which nobody sold in a store
    assert products[1][1:3] == (sku, "Unknown") and products[1][0] != durable_key and len(products) == 2
    assert changing.rows(
        "select distinct product_durable_key from {schema}_intermediate.int_retail__product_ids "
        f"where source_name = 'pos' and product_id in ({product}, {twin})"
    ) == [(durable_key,)]
    assert dict(
        changing.rows(
            "select row_key, broken_rule from {schema}_history.hist_shop__returns "
            f"where known_to = 2147483647 and order_item_id = {item}"
        )
    ) == {
        number: "return_before_order"
        for (number,) in changing.rows(f"select return_id from {shop}.returns where order_item_id = {item}")
    }
    changing.dbt("test", "--select", "path:tests/retail")

    # a category that is rejected keeps its last good name, and the product the record's
    a_day_passes(
        changing,
        f"update {pos}.categories set category_name = null, updated_at = {{now}} where category_id = {category}",
    )
    assert changing.rows(sales) == before[:-1]
    assert changing.rows(
        f"select category_name, sku from {{schema}}.dim_product_current where product_durable_key = {durable_key}"
    ) == [("Renamed too", "RIGHT-1")]


def test_a_person_keeps_the_key_that_was_known_first(changing: AnyTarget) -> None:
    pos, shop = (changing.raw_schema(source) for source in ("pos", "shop"))
    account, email, key = changing.rows(
        "select customer_id, email, customer_durable_key from {schema}_intermediate.int_retail__customer_matches "
        "where source_name = 'shop' and match_reason = 'alone' and email is not null order by 1 limit 1"
    )[0]
    keys = (
        "select source_name, customer_durable_key from {schema}_intermediate.int_retail__customer_matches "
        f"where (source_name, customer_id) in (('shop', {account}), ('pos', 9999)) order by 1"
    )
    orders = (
        "select order_id, customer_durable_key from {schema}.fact_order_fulfilment "
        f"where order_id in (select order_id from {shop}.orders where customer_id = {account}) order by 1"
    )
    placed = changing.rows(orders)
    assert {one for _, one in placed} == {key}

    # a card at the till for who has had an account
    a_day_passes(
        changing,
        f"insert into {pos}.customers select 9999, * exclude (customer_id) replace "
        f"('{email}' as email, null as phone, 'Gold' as tier, {{now}} as created_at, {{now}} as updated_at) "
        f"from {pos}.customers limit 1",
    )
    assert changing.rows(keys) == [("pos", key), ("shop", key)]
    assert changing.rows(orders) == placed
    people = "select customer_durable_key, tier, is_store_customer, is_web_customer from {schema}.dim_customer_current"
    assert changing.rows(f"{people} where customer_durable_key = {key}") == [(key, "Gold", 1, 1)]
    joined = changing.contents()
    changing.dbt("build", "--full-refresh", *WITHOUT_TESTS)
    assert changing.contents() == joined

    # they were two after all
    a_day_passes(
        changing,
        f"update {pos}.customers set email = 'somebody.else@example.com', updated_at = {{now}} "
        "where customer_id = 9999",
    )
    (_, card), (_, web) = changing.rows(keys)
    assert web == key != card
    assert changing.rows(f"{people} where customer_durable_key in ({card}, {web}) order by tier desc") == [
        (web, "None", 0, 1),
        (card, "Gold", 1, 0),
    ]
    split = changing.contents()
    changing.dbt("build", "--full-refresh", *WITHOUT_TESTS)
    assert changing.contents() == split
