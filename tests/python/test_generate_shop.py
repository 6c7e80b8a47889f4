"""The generated web shop: the same everywhere, in keeping with its rules, with all that people type."""

from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from extract_files import connect, digests, one
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate.files import arrow_schema, digest_table, read_manifest
from starlift.generate.retail import typed, world
from starlift.generate.retail.shop import generate_shop
from starlift.generate.retail.shop_people import another_address, person_of, second_account
from starlift.generate.retail.shop_plan import PROMOTIONS
from starlift.sources import SHOP

TINY, LAB = world.SIZES["tiny"], world.SIZES["lab"]
# The values of `tiny` with seed 1, whatever the machine and the versions of its libraries.
GOLDEN = {
    "customers": "c63cf40fa9f059b0aaf3f8d78d06ec601fca38610c956cc6145aaa1a8c1aacc5",
    "products": "c17ef2451fba2b9a4ac2b8e0f3b67ded5d7d9f612dc954beb0baeac8c5b7ae76",
    "orders": "e025a632ceb1c5189a564c687b3890a4c03d2a87a74c40d6ccb1514a73a2667c",
    "order_items": "1289e2fb25db750635ef29d463365a384b399ebc2d8956205a950fa09343ff2d",
    "payments": "dcb5cc71dc7d7c872a7e91e2b1a510e72dba61210f857e078defdec2f415628b",
    "returns": "e9ee0f6fbf5c686d97dac189707446a390273406bf0399460e3560109df8339b",
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny") / "shop"
    generate_shop(folder, size=TINY, seed=1)
    return folder


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "shop"
    generate_shop(folder, size=LAB, seed=1)
    return folder


@pytest.fixture(scope="module")
def con(lab):
    return connect(lab, SHOP)


def test_values_are_the_agreed_ones(tiny):
    assert digests(read_manifest(tiny)) == GOLDEN


def test_bytes_do_not_depend_on_threads(tmp_path, monkeypatch):
    # Chunks far smaller than the data, so that threads have something to disagree about.
    monkeypatch.setattr("starlift.generate.retail.shop.CHUNK", 100)
    generate_shop(tmp_path / "one", size=TINY, seed=1, threads=1)
    generate_shop(tmp_path / "four", size=TINY, seed=1, threads=4)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "four" / file.name).read_bytes(), file.name


def test_values_do_not_depend_on_chunks(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("starlift.generate.retail.shop.CHUNK", 77)
    monkeypatch.setattr("starlift.generate.retail.shop_plan.CHUNK", 333)
    monkeypatch.setattr("starlift.generate.retail.shop._PIECE", 33)
    made = generate_shop(tmp_path / "chunks", size=TINY, seed=1)
    assert digests(made) == digests(read_manifest(tiny))


def test_another_seed_gives_other_rows_of_the_same_shape(tiny, tmp_path):
    other, first = generate_shop(tmp_path / "other", size=TINY, seed=2), read_manifest(tiny)
    for table in ("customers", "products", "order_items"):
        assert other.tables[table].rows == first.tables[table].rows
        assert other.tables[table].digest != first.tables[table].digest


def test_columns_counts_and_digests_are_the_manifests(lab):
    manifest = read_manifest(lab)
    assert manifest.extracted_at == "2025-12-31T23:59:59"
    assert manifest.sizes == {"customers": 5_000, "order_items": 50_000}
    for table in SHOP.tables:
        path = lab / f"{table.name}.parquet"
        assert pq.read_schema(path) == arrow_schema(table), table.name
        assert pq.read_metadata(path).num_rows == manifest.tables[table.name].rows
        assert digest_table(path, SHOP) == manifest.tables[table.name].digest
    assert manifest.tables["customers"].rows == 5_000
    assert manifest.tables["order_items"].rows == 50_000
    # The last twentieth of the catalogue is sold in stores only, and the shop has ten products of its own.
    assert manifest.tables["products"].rows == 400 - 20 + 10


def test_keys_and_rules_hold(con):
    for table in SHOP.tables:
        for column in (table.primary_key, *table.unique):
            assert one(con, f"select count(*) - count(distinct {column}) from {table.name}") == 0
        broken = [f"not ({check.sql})" for check in table.checks]
        for key in table.foreign_keys:
            parent = SHOP.table(key.references)
            broken.append(f"{key.column} not in (select {parent.primary_key} from {parent.name})")
        for column in table.columns:
            if not column.nullable:
                broken.append(f"{column.name} is null")
            if "char" in column.type:
                broken.append(f"length({column.name}) > {column.type.split('(')[1][:-1]}")
        broken.append("updated_at < created_at or updated_at > timestamp '2025-12-31 23:59:59'")
        for rule in broken:
            assert one(con, f"select count(*) from {table.name} where {rule}") == 0, (table.name, rule)


def test_orders_have_come_as_far_as_their_status_says(con):
    reached = {
        "Placed": (False, False, False, False),
        "Paid": (True, False, False, False),
        "Shipped": (True, True, False, False),
        "Delivered": (True, True, True, False),
    }
    steps = "paid_at is not null, shipped_at is not null, delivered_at is not null, cancelled_at is not null"
    found = con.execute(f"select distinct order_status, {steps} from orders").fetchall()
    assert {row[0]: row[1:] for row in found if row[0] != "Cancelled"} == reached
    assert {row[1:] for row in found if row[0] == "Cancelled"} == {
        (False, False, False, True),
        (True, False, False, True),
    }
    assert one(con, "select count(*) from orders where cancelled_at < coalesce(paid_at, placed_at)") == 0
    unregistered = "orders join customers using (customer_id) where placed_at < registered_at"
    assert one(con, f"select count(*) from {unregistered}") == 0
    # What is still open was ordered lately.
    assert one(con, "select min(placed_at) from orders where order_status = 'Placed'").year == 2025
    lines = "select order_id, max(line_number) last, count(*) n from order_items group by order_id"
    assert one(con, f"select count(*) from orders left join ({lines}) using (order_id) where n is null") == 0
    assert con.execute(f"select min(n), max(n), count(*) filter (n <> last) from ({lines})").fetchone() == (
        1,
        6,
        0,
    )


def test_payments_add_up(con):
    per_order = """
        with due as (
            select order_id, sum(quantity * unit_price - discount_amount) as due
            from order_items group by order_id
        ), paid as (
            select order_id,
                sum(amount) filter (payment_type = 'Payment' and payment_status = 'Settled') as settled,
                sum(amount) filter (payment_type = 'Refund') as refunded,
                count(*) filter (payment_type = 'Payment') as payments,
                count(*) filter (payment_status = 'Failed') as failed
            from payments group by order_id
        ), back as (
            select order_id, sum(refund_amount) as returned
            from returns join order_items using (order_item_id) group by order_id
        )
        select {} from orders join due using (order_id) left join paid using (order_id)
        left join back using (order_id) where {}"""
    assert one(con, per_order.format("count(*)", "paid_at is not null and settled is distinct from due")) == 0
    assert one(con, per_order.format("count(*)", "paid_at is null and settled is not null")) == 0
    assert one(con, per_order.format("count(*)", "order_status = 'Delivered' and refunded > returned")) == 0
    recent = "timestamp '2025-12-20'"
    owed = f"order_status = 'Cancelled' and cancelled_at < {recent} and paid_at is not null"
    assert one(con, per_order.format("count(*)", f"{owed} and refunded is distinct from due")) == 0
    assert one(con, per_order.format("count(*)", owed)) > 100
    numbers = con.execute(per_order.format("distinct payments", "paid_at is not null")).fetchall()
    assert {n for (n,) in numbers} == {1, 2, 3}
    assert one(con, per_order.format("count(*)", "failed > 0")) > 500
    partly = "select order_id from payments where payment_status = 'Settled' and payment_type = 'Payment'"
    assert one(con, f"select count(*) from ({partly} group by order_id having count(*) = 2)") > 1_000
    # Refunds of returns follow the returns within days.
    missing = """select count(*) from returns join order_items using (order_item_id) where
        returns.created_at < timestamp '2025-12-28' and not exists(select 1 from payments
        where payments.order_id = order_items.order_id and amount = refund_amount
            and payment_type = 'Refund' and paid_at > returns.created_at)"""
    assert one(con, missing) == 0


def test_returns_are_parts_of_delivered_items(con):
    joined = "returns join order_items items using (order_item_id) join orders using (order_id)"
    assert one(con, f"select count(*) from {joined} where order_status <> 'Delivered'") == 0
    assert one(con, f"select count(*) from {joined} where returns.created_at < delivered_at") == 0
    part = "(items.quantity * unit_price - discount_amount) * returns.quantity / items.quantity"
    off = f"abs(refund_amount - {part})"
    wrong = f"select count(*), max({off}) from {joined} where {off} > 0.00501"
    # Only where two parts of an item would make a cent more than the whole.
    count, most = con.execute(wrong).fetchone()
    assert count <= 5 and (most or 0) <= 0.0101
    per_item = f"""select sum(returns.quantity) - any_value(items.quantity) as too_many, count(*) as n,
        sum(refund_amount) - any_value(items.quantity * unit_price - discount_amount) as too_much
        from {joined} group by order_item_id"""
    found = f"select max(too_many), max(too_much), max(n) from ({per_item})"
    assert con.execute(found).fetchone() == (0, 0, 2)
    delivered = "order_items join orders using (order_id) where order_status = 'Delivered'"
    assert (
        0.06 < one(con, "select count(*) from returns") / one(con, f"select count(*) from {delivered}") < 0.1
    )
    reasons = con.execute("select return_reason, count(*) n from returns group by 1 order by n").fetchall()
    assert len(reasons) == 6 and reasons[0][0] is None
    assert (
        one(con, f"select count(*) from {joined} where returns.created_at > delivered_at + interval 31 day")
        > 50
    )

    def rate(category):
        texts = ", ".join(f"'{text}'" for text in typed.spellings(category))
        of = f"""order_items left join returns using (order_item_id) join products using (product_id)
            where category_text in ({texts})"""
        return one(con, f"select count(return_id) / count(*) from {of}")

    assert rate("Clothing") > 1.4 * rate("Home & Kitchen") > 3 * rate("Groceries")


def test_discounts_fit_their_codes(con):
    percents = " ".join(f"when '{code}' then {percent}" for code, percent, _ in PROMOTIONS)
    wrong = f"""select count(*) from order_items join orders using (order_id) where abs(discount_amount -
        quantity * unit_price * case promotion_code {percents} else 0 end / 100) > 0.00501"""
    assert one(con, wrong) == 0
    used = con.execute("select promotion_code, list(distinct month(placed_at)) from orders group by 1")
    months = dict(used.fetchall())
    assert set(months) == {code for code, _, _ in PROMOTIONS} | {None}
    for code, _, good in PROMOTIONS:
        assert set(months[code]) <= set(good), code
    assert one(con, "select count(promotion_code) / count(*) from orders") < 0.25


def test_all_that_people_type_occurs(con):
    def count(condition, table="customers"):
        return one(con, f"select count(*) from {table} where {condition}")

    for pattern in (
        r"\(\d{3}\) \d{3}-\d{4}",
        r"\d{3}\.\d{3}\.\d{4}",
        r"\d{3}-\d{3}-\d{4}",
        r"\+1 \d{3} \d{3} \d{4}",
        r"001 \d{3} \d{3} \d{4}",
        r"\d{10} ",
        r"\(\d{3}\) \d{3}-\d{4} x12",
        r"\d{7}",
        r"call \d{3}-\d{3}-SHOP",
    ):
        assert count(rf"regexp_full_match(phone, '{pattern}')") > 10, pattern
    assert 0.10 < count("phone is null") / 5_000 < 0.14
    assert 0.01 < count("regexp_full_match(phone, '\\d{7}')") / 5_000 < 0.03
    assert 0.01 < count("email is null") / 5_000 < 0.03
    for condition in ("email = upper(email)", "email like ' %'", "email like '% '", "email = lower(email)"):
        assert count(condition) > 50, condition

    written = con.execute("select distinct category_text from products").fetchall()
    expected = {text for text, _ in typed.CATEGORY_SPELLINGS} | set(typed.CATEGORY_STRANGERS)
    assert {text for (text,) in written} == expected
    for pattern in (r"\$\d+\.\d\d", r"\d+\.\d\d", r"\d+,\d\d", r"USD \d+\.\d\d", r" [\d,]+\.\d\d ", "n/a"):
        assert count(f"regexp_full_match(list_price_text, '{pattern}')", "products") > 1, pattern
    assert count("list_price_text is null", "products") > 1
    for pattern in (r"\d{4}-\d\d-\d\d", r"\d\d/\d\d/\d{4}", r"\d{1,2} [A-Z][a-z]{2} \d{4}", "0000-00-00", ""):
        assert count(f"regexp_full_match(returned_on_text, '{pattern}')", "returns") > 10, pattern
    assert count("returned_on_text is null", "returns") > 10
    assert count("device is null and channel = 'Marketplace'", "orders") > 500
    assert count("device is null and channel <> 'Marketplace'", "orders") == 0
    assert count("status = 'Hidden'", "products") > 5


def test_what_is_typed_means_what_was_meant(con):
    """The dates, prices and addresses, cleaned, are those of the day, the catalogue and the person."""
    read = """coalesce(try_strptime(returned_on_text, '%Y-%m-%d'), try_strptime(returned_on_text, '%m/%d/%Y'),
        try_strptime(returned_on_text, '%d %b %Y'))::date"""
    assert one(con, f"select count(*) from returns where {read} <> created_at::date") == 0
    assert one(con, f"select count(*) / 50000 from returns where {read} is null") < 0.01
    goods = world.catalogue(1, LAB)
    price = dict(zip(goods.sku.to_pylist(), goods.retail_price.tolist(), strict=True))
    cleaned = """select sku, replace(replace(list_price_text, ',', case when list_price_text like '%,__'
        then '.' else '' end), 'USD', '') from products where sku like 'SKU%'"""
    prices = [(sku, text.replace("$", "")) for sku, text in con.execute(cleaned).fetchall() if text]
    wrong = [sku for sku, text in prices if text != "n/a" and round(float(text) * 100) != price[sku]]
    assert len(prices) > 300 and not wrong


def test_customers_are_the_people_that_the_stores_know_too(con):
    customers = np.arange(LAB.customers)
    person = person_of(1, LAB, customers)
    known = world.people(1, person)
    rows = con.execute(
        "select trim(lower(email)), regexp_replace(phone, '\\D', '', 'g'), last_name"
        " from customers order by customer_id"
    ).fetchall()
    both = person < LAB.customers
    elsewhere = another_address(1, LAB, person)
    assert 0.28 < both.mean() < 0.32
    assert 0.08 < elsewhere.sum() / both.sum() < 0.12
    for row, mail, phone, last, other in zip(
        rows,
        known.email.to_pylist(),
        known.phone.to_pylist(),
        known.last_name.to_pylist(),
        elsewhere,
        strict=True,
    ):
        assert row[2] == last
        assert row[0] in {None, mail} if not other else row[0] != mail
        assert not other or phone in row[1]
    twice = second_account(1, customers)
    assert 20 < twice.sum() < 150
    mails = [mail for mail, _, _ in rows if mail]
    # Nobody but those with a second account shares an address.
    assert len(mails) - len(set(mails)) <= twice.sum()
    assert len(mails) - len(set(mails)) > 20


def test_shape_of_the_real_thing(con):
    orders = "(select count(*) n from orders group by customer_id)"
    assert one(con, f"select max(n) from {orders}") > 30 * one(con, f"select median(n) from {orders}")
    december, june = (one(con, f"select count(*) from orders where month(placed_at) = {m}") for m in (12, 6))
    assert december > 1.4 * june
    weekend = one(con, "select avg((isodow(placed_at) > 5)::int) from orders")
    assert 0.29 < weekend < 0.36
    sold = "(select count(*) n from order_items group by product_id order by n desc)"
    assert one(con, f"select sum(n) / 50000 from (from {sold} limit 39)") > 0.3
    pairs = """select count(distinct a.order_id) from order_items a join order_items b using (order_id)
        where b.product_id - 1 = xor(a.product_id - 1, 1)"""
    assert one(con, pairs) > 3_000
    late = "select count(*) from orders where created_at > placed_at + interval 12 hour"
    assert 200 < one(con, late) < 2_000


@pytest.mark.parametrize("lines, customers", [(1, 1), (50, 1), (3, 500)])
def test_odd_sizes_work(tmp_path, lines, customers):
    made = generate_shop(tmp_path / "odd", size=world.Size(lines, customers, 1, 60))
    assert made.tables["order_items"].rows == lines
    assert made.tables["customers"].rows == customers


def test_one_day_works(tmp_path):
    generate_shop(tmp_path / "day", size=TINY, start=date(2024, 2, 29), end=date(2024, 2, 29))
    with connect(tmp_path / "day", SHOP) as day:
        assert one(day, "select count(*) from orders where placed_at::date <> date '2024-02-29'") == 0


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    before = generate_shop(tmp_path / "shop", size=TINY)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("starlift.generate.retail.shop.make_chunk", fail)
    with pytest.raises(StarliftError, match=r"Cannot write .*disk full.*as it was"):
        generate_shop(tmp_path / "shop", size=TINY, seed=3)
    assert read_manifest(tmp_path / "shop") == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_command_line(tmp_path):
    command = ["generate", "shop", "--scale", "tiny", "--out", str(tmp_path / "data")]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "2,000 order items and 200 customers" in " ".join(result.output.split())
    with pytest.raises(StarliftError, match="the clinic's"):
        CliRunner().invoke(app, [*command, "--patients", "5"], catch_exceptions=False)
