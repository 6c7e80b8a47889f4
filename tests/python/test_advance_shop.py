"""Days that go by in the web shop: the manifest says what happened, nothing else did, and the money adds up."""

import shutil
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from days_of_a_source import DaysOfASource, day_of, inserted
from extract_files import connect, events, read
from starlift.advance.run import advance
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate.files import read_manifest
from starlift.generate.retail import world
from starlift.generate.retail.shop import generate_shop
from starlift.generate.retail.shop_plan import PROMOTIONS
from starlift.sources import SHOP

SOURCE = SHOP
DAYS = 6
# The values after these days, whatever the machine and the versions of its libraries.
GOLDEN = {
    "customers": "a14ff02cf258e5157704afde10cb4630ccb99e5b6086d041dd0f875ea9defc00",
    "products": "f9124ef943f5025f4ed6c8fb603b7e2de7a6f48a2ae4993636cf2f3804d317ff",
    "orders": "af1488094e7a131fdf8f3bb30a8add71cbe90bd5863d3989540cbb6d14ce24bc",
    "order_items": "cff497d81c18b725a65d98df6a22826bdfa22715c97bc460e0f2f32a986f0194",
    "payments": "dc3d89981355d46bbf933b9f196c6571aa13c2cf28ee0e6e3bd6846dbf86c99c",
    "returns": "55489e9e30c101eb5934c6c68a18a1b963f8fbbbf257222606c96db58985df84",
}
EVERY_DAY = {
    "customer_deleted",
    "customer_moved",
    "customer_new",
    "customer_second_account",
    "order_backdated",
    "order_delivered",
    "order_new",
    "order_withdrawn",
    "product_renamed",
    "product_recategorised",
    "return_late",
    "return_new",
    "return_withdrawn",
}
FROM_THE_SECOND_DAY = {
    "customer_reinserted",
    "order_reinstated",
    "order_paid",
    "order_shipped",
    "refund_paid",
}
NOW_AND_THEN = {
    "customer_email_retyped",
    "customer_phone_retyped",
    "item_changed",
    "item_removed",
    "order_cancelled",
    "order_moved",
    "payment_failed",
    "payment_in_parts",
    "product_hidden",
    "product_repriced",
    "product_shown",
    "return_corrected",
}
CHANGES_SAID = [
    ("customer_moved", "customers", "city"),
    ("customer_phone_retyped", "customers", "phone"),
    ("customer_email_retyped", "customers", "email"),
    ("product_renamed", "products", "product_name"),
    ("product_recategorised", "products", "category_text"),
    ("product_repriced", "products", "list_price_text"),
    ("product_hidden", "products", "status"),
    ("product_shown", "products", "status"),
    ("order_paid", "orders", "order_status"),
    ("order_shipped", "orders", "order_status"),
    ("order_delivered", "orders", "order_status"),
    ("order_cancelled", "orders", "order_status"),
    ("order_moved", "orders", "customer_id"),
    ("item_changed", "order_items", "quantity"),
]


def generate(folder):
    """What the fixture `history` begins with."""
    generate_shop(folder, size=world.Size(8_000, 800, 4, 100), seed=1)


class TestDays(DaysOfASource):
    pass


def test_keys_and_rules_still_hold(history):
    con = connect(history / str(DAYS), SHOP)
    for table in SHOP.tables:
        broken = [f"not ({check.sql})" for check in table.checks]
        for column in table.columns:
            if not column.nullable:
                broken.append(f"{column.name} is null")
            if "char" in column.type:
                broken.append(f"length({column.name}) > {column.type.split('(')[1][:-1]}")
        for key in table.foreign_keys:
            parent = SHOP.table(key.references)
            broken.append(f"{key.column} not in (select {parent.primary_key} from {parent.name})")
        broken.append("updated_at < created_at")
        for rule in broken:
            count = con.execute(f"select count(*) from {table.name} where {rule}").fetchone()[0]
            assert count == 0, (table.name, rule)
        for column in (table.primary_key, *table.unique):
            twice = f"select count(*) - count(distinct {column}) from {table.name}"
            assert con.execute(twice).fetchone()[0] == 0, (table.name, column)
    without = "orders left join order_items using (order_id) where order_item_id is null"
    assert con.execute(f"select count(*) from {without}").fetchone()[0] == 0


# What is paid is what the items cost; what is paid back is what came back, or a whole order called off.
WRONG_MONEY = """
    with due as (
        select order_id, sum(quantity * unit_price - discount_amount) as due
        from order_items group by order_id
    ), money as (
        select order_id,
            sum(amount) filter (payment_type = 'Payment' and payment_status = 'Settled') as settled,
            sum(amount) filter (payment_type = 'Refund') as refunded
        from payments group by order_id
    ), back as (
        select order_id, sum(refund_amount) as returned,
            max(returns.created_at) < (select max(created_at) from orders) - interval 4 day as old
        from returns join order_items using (order_item_id) group by order_id
    )
    select order_id, order_status, due, settled, returned, refunded
    from orders join due using (order_id) left join money using (order_id) left join back using (order_id)
    where (case when paid_at is null then 0 else due end) <> coalesce(settled, 0)
        or order_status = 'Delivered' and coalesce(refunded, 0) > coalesce(returned, 0)
        or order_status = 'Delivered' and old and refunded is distinct from returned
        or order_status = 'Cancelled' and refunded > due
        or order_status not in ('Delivered', 'Cancelled') and refunded is not null
"""


@pytest.mark.parametrize("day", range(DAYS + 1))
def test_money_adds_up_every_day(history, day):
    assert connect(history / str(day), SHOP).execute(WRONG_MONEY).fetchall() == []


def test_orders_called_off_are_paid_back_within_days(contents, entries):
    told = [
        (day, event["order_id"])
        for day, event in events(entries, "order_cancelled")
        if event["from"] == "Paid" and day < DAYS
    ]
    assert told
    for _, number in told:
        listed = [row for row in contents[DAYS]["payments"].values() if row["order_id"] == number]
        assert any(row["payment_type"] == "Refund" for row in listed), number


def test_new_rows_carry_the_day(contents, entries):
    """All but those that come back or are stamped as if known all along."""
    for day, entry in enumerate(entries, 1):
        first, last = day_of(entry)
        old = {e["customer_id"] for e in entry["events"].get("customer_reinserted", [])}
        then = {e["order_id"] for e in entry["events"]["order_backdated"] if e["stamped_then"]}
        then |= {e["order_id"] for e in entry["events"].get("order_reinstated", [])}
        items = contents[day]["order_items"]
        for table in SHOP.tables:
            after = contents[day][table.name]
            for key in inserted(entry["changes"][table.name]):
                row = after[key]
                order = row.get("order_id") or items.get(row.get("order_item_id"), {}).get("order_id")
                if table.name == "customers" and key in old:
                    assert row["updated_at"] < first
                elif order not in then:
                    assert first <= row["updated_at"] <= last, (table.name, row)


def test_keys_are_never_given_to_another_row(contents, entries):
    for day in range(1, DAYS + 1):
        told = entries[day - 1]["events"]
        customers = {e["customer_id"] for e in told.get("customer_reinserted", [])}
        orders = {e["order_id"] for e in told.get("order_reinstated", [])}
        items = contents[day]["order_items"]
        for table in SHOP.tables:
            known = {key for content in contents[:day] for key in content[table.name]}
            for key in set(entries[day - 1]["changes"][table.name]["inserted"]) & known:
                row = contents[day][table.name][key]
                if table.name == "customers":
                    assert key in customers
                else:
                    assert (row.get("order_id") or items[row["order_item_id"]]["order_id"]) in orders


def test_a_customer_comes_back_as_he_was(contents, entries):
    came_back = events(entries, "customer_reinserted")
    for day, event in came_back:
        key = event["customer_id"]
        gone = max(d for d, e in events(entries, "customer_deleted") if e["customer_id"] == key and d < day)
        assert key not in contents[gone]["customers"]
        assert contents[day]["customers"][key] == contents[gone - 1]["customers"][key]
    assert came_back


def test_an_order_comes_back_with_all_its_rows(contents, entries):
    def details(day, key):
        content = contents[day]
        items = {k: row for k, row in content["order_items"].items() if row["order_id"] == key}
        payments = {k: row for k, row in content["payments"].items() if row["order_id"] == key}
        returns = {k: row for k, row in content["returns"].items() if row["order_item_id"] in items}
        return items, payments, returns

    came_back = events(entries, "order_reinstated")
    for day, event in came_back:
        key = event["order_id"]
        gone = max(d for d, e in events(entries, "order_withdrawn") if e["order_id"] == key and d < day)
        assert details(gone, key) == ({}, {}, {})
        assert details(day, key) == details(gone - 1, key)
    assert came_back


def test_second_accounts_share_an_address_in_another_case(contents, entries):
    for day, event in events(entries, "customer_second_account"):
        customers = contents[day]["customers"]
        new, old = customers[event["customer_id"]], contents[day - 1]["customers"][event["of_customer_id"]]
        assert new["email"] == old["email"].strip().upper()
        assert new["last_name"] == old["last_name"]
        assert new["registered_at"] > old["registered_at"]


def test_late_rows_are_late(contents, entries):
    for day, event in events(entries, "order_backdated"):
        row = contents[day]["orders"][event["order_id"]]
        assert row["placed_at"] < datetime.fromisoformat(entries[day - 1]["date"]) - timedelta(days=1)
        assert row["order_status"] != "Placed"
    stamped = [event for _, event in events(entries, "order_backdated") if event["stamped_then"]]
    assert stamped
    for day, event in events(entries, "return_late"):
        delivered = contents[day]["orders"][event["order_id"]]["delivered_at"]
        assert delivered < datetime.fromisoformat(entries[day - 1]["date"]) - timedelta(days=30)


def test_no_one_orders_before_he_is_registered(history):
    early = "orders join customers using (customer_id) where placed_at < registered_at"
    assert connect(history / str(DAYS), SHOP).execute(f"select count(*) from {early}").fetchone()[0] == 0


def test_no_item_comes_back_twice_over(history):
    per_item = """select sum(returns.quantity) > any_value(items.quantity) as too_many
        from returns join order_items items using (order_item_id) group by order_item_id"""
    con = connect(history / str(DAYS), SHOP)
    assert con.execute(f"select count(*) from ({per_item}) where too_many").fetchone()[0] == 0


def test_discounts_fit_their_codes_and_refunds_their_items_for_weeks(history, tmp_path):
    shutil.copytree(history / str(DAYS), tmp_path / "shop")
    entries = advance("shop", tmp_path / "shop", days=20).days
    percents = " ".join(f"when '{code}' then {percent}" for code, percent, _ in PROMOTIONS)
    off = f"quantity * unit_price * case promotion_code {percents} else 0 end / 100"
    part = "(items.quantity * unit_price - discount_amount) * returns.quantity / items.quantity"
    con = connect(tmp_path / "shop", SHOP)
    assert con.execute(WRONG_MONEY).fetchall() == []
    for wrong in (
        f"order_items join orders using (order_id) where abs(discount_amount - {off}) > 0.00501",
        # a second part of an item may have to give up a cent
        f"returns join order_items items using (order_item_id) where abs(refund_amount - {part}) > 0.01501",
    ):
        assert con.execute(f"select count(*) from {wrong}").fetchone()[0] == 0, wrong
    columns = {event["column"] for _, event in events(entries, "return_corrected")}
    assert columns == {"quantity", "return_reason", "returned_on_text"}


def test_tiny_sources_survive(tmp_path):
    generate_shop(tmp_path / "one", size=world.Size(1, 1, 1, 60))
    assert len(advance("shop", tmp_path / "one", days=3).days) == 3


def test_a_failure_leaves_what_was_there(history, tmp_path, monkeypatch):
    shutil.copytree(history / "0", tmp_path / "shop")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("starlift.advance.state._write", fail)
    with pytest.raises(StarliftError, match=r"Cannot write .*disk full.*as it was"):
        advance("shop", tmp_path / "shop", days=1)
    assert read(tmp_path / "shop", SHOP) == read(history / "0", SHOP)
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_command_line(history, tmp_path):
    shutil.copytree(history / "0", tmp_path / "shop")
    command = ["advance", "shop", "--days", "2", "--from", str(tmp_path / "shop")]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "2026-01-02" in result.output
    assert read_manifest(tmp_path / "shop") == read_manifest(history / "2")
