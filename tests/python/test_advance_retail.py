"""Days that go by in the stores: the manifest says what happened, and all that they write down agrees."""

import shutil
from collections import defaultdict
from datetime import date

import pytest
from typer.testing import CliRunner

from days_of_a_source import DaysOfASource, day_of, inserted
from extract_files import connect, events, one
from retail_rules import broken_rules, nonsense
from starlift.advance.run import advance
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate.files import read_manifest
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.world import SIZES, Size
from starlift.sources import POS

SOURCE = POS
DAYS = 6
# The values after these days, whatever the machine and the versions of its libraries.
GOLDEN = {
    "suppliers": "e9c76cc5c21a1ed242abbe2a3ad412303eb05ce00893302dd8e68f1300cf260d",
    "categories": "5cc9d244c5a7183c6fade1659ba510fbafa6a06d11ef8abf218f5bf0c7f9b465",
    "subcategories": "ee80984bd75392c487cc21155aab50fba20b6653b890f7e44544fdff8f62ab62",
    "brands": "f03a52fcf89667d39ac3bdf2ef4f8c0715a9d1c533740f78e61e0881500e7e4e",
    "products": "4140bbecfe3b71a7c059ff6ac8788e0afc0dc20c8f61974f7804ed5d7f2ca91d",
    "stores": "555175f9b43079deea0ffdf37581a5ec17a2a80d36eba1fccb6a1c177c836eef",
    "employees": "520ce9aa9bb62daef9812d7b6ea2d0bff8e1be1c97b9ac4536cddcd16481273c",
    "customers": "000091bc95ac01537ee029d3db2262a691756d56367a14eaa15d1a80a95cd264",
    "sales": "7a0dbf9406162fa7b385ef1f166a1c8fe8dcc63ac7975477cb16b418916566e4",
    "sale_lines": "20c92e913d4f2756927cf82909c450e157947798031cf3c049613f93b8a6479b",
    "inventory": "267d8ac77d203b78d408c8c98c34d97614fff7ddb30918f722f182a07322c88d",
}
EVERY_DAY = {
    "customer_deleted",
    "customer_email_changed",
    "customer_moved",
    "customer_new",
    "customer_tier_changed",
    "employee_hired",
    "employee_raised",
    "inventory_corrected",
    "line_corrected",
    "product_cost_changed",
    "product_price_changed",
    "sale_late",
    "sale_new",
    "sale_withdrawn",
}
FROM_THE_SECOND_DAY = {"customer_reinserted", "sale_reinstated"}
NOW_AND_THEN = {
    "contract_renewed",
    "employee_left",
    "employee_moved",
    "employee_promoted",
    "line_deleted",
    "product_new",
    "product_status_changed",
    "store_manager_changed",
}
CHANGES_SAID = [
    ("customer_moved", "customers", "city"),
    ("customer_tier_changed", "customers", "tier"),
    ("customer_email_changed", "customers", "email"),
    ("product_price_changed", "products", "retail_price"),
    ("product_cost_changed", "products", "unit_cost"),
    ("product_status_changed", "products", "status"),
    ("contract_renewed", "suppliers", "contract_end"),
    ("employee_moved", "employees", "store_id"),
    ("employee_promoted", "employees", "position"),
    ("employee_raised", "employees", "salary"),
    ("store_manager_changed", "stores", "manager_id"),
]


def generate(folder):
    """What the fixture `history` begins with."""
    generate_pos(folder, size=Size(6_000, 500, 5, 60))


class TestDays(DaysOfASource):
    pass


def test_another_seeds_day_breaks_no_rule(history, tmp_path):
    shutil.copytree(history / "0", tmp_path / "pos")
    advance("pos", tmp_path / "pos", days=1, seed=99)
    con = connect(tmp_path / "pos", POS)
    assert broken_rules(con, POS, "2026-01-01 23:59:59") == {}
    assert nonsense(con) == {}


@pytest.mark.parametrize("day", [1, DAYS])
def test_rules_still_hold(history, day):
    con = connect(history / str(day), POS)
    assert broken_rules(con, POS, f"2026-01-0{day} 23:59:59") == {}
    assert nonsense(con) == {}


def test_new_rows_carry_the_day(contents, entries):
    """All but a customer who comes back as he was, and the lines of a sale that stands again."""
    for day, entry in enumerate(entries, 1):
        first, last = day_of(entry)
        old = {e["customer_id"] for e in entry["events"].get("customer_reinserted", [])}
        again = {e["sale_id"] for e in entry["events"].get("sale_reinstated", [])}
        for table in POS.tables:
            after = contents[day][table.name]
            for key in inserted(entry["changes"][table.name]):
                row = after[key]
                if table.name == "customers" and key in old:
                    assert row["updated_at"] < first
                elif table.name != "sale_lines" or row["sale_id"] not in again:
                    assert first <= row["updated_at"] <= last, (table.name, row)


def test_keys_are_never_given_to_another_row(contents, entries):
    for table in POS.tables:
        for day in range(1, DAYS + 1):
            known = {key for content in contents[:day] for key in content[table.name]}
            told = entries[day - 1]["events"]
            back = {e["customer_id"] for e in told.get("customer_reinserted", [])}
            again = {e["sale_id"] for e in told.get("sale_reinstated", [])}
            for key in set(inserted(entries[day - 1]["changes"][table.name])) & known:
                row = contents[day][table.name][key]
                assert key in back if table.name == "customers" else row["sale_id"] in again


def test_late_sales_were_made_before_and_change_the_stock_of_then(contents, entries):
    told = events(entries, "sale_late")
    for day, event in told:
        sale = contents[day]["sales"][event["sale_id"]]
        assert sale["sold_at"].isoformat() == event["sold_at"] < entries[day - 1]["date"]
        assert sale["created_at"].date().isoformat() == entries[day - 1]["date"]
    assert told


def test_a_customer_comes_back_as_he_was_but_his_sales_stay_without_a_name(contents, entries):
    gone = {event["customer_id"]: (day, event) for day, event in events(entries, "customer_deleted")}
    assert {bool(event["sale_ids"]) for _, event in gone.values()} == {True, False}
    for day, event in gone.values():
        for sale_id in event["sale_ids"]:
            assert contents[day - 1]["sales"][sale_id]["customer_id"] == event["customer_id"]
            assert contents[day]["sales"][sale_id]["customer_id"] is None
    for day, event in events(entries, "customer_reinserted"):
        key = event["customer_id"]
        left = gone[key][0]
        assert key not in contents[left]["customers"]
        assert contents[day]["customers"][key] == contents[left - 1]["customers"][key]


def test_a_sale_comes_back_with_its_lines(contents, entries):
    def lines(day, key):
        return sorted(str(row) for row in contents[day]["sale_lines"].values() if row["sale_id"] == key)

    left = {event["sale_id"]: day for day, event in events(entries, "sale_withdrawn")}
    for day, event in events(entries, "sale_reinstated"):
        key = event["sale_id"]
        assert key not in contents[left[key]]["sales"]
        assert lines(left[key], key) == []
        assert lines(day, key) == lines(left[key] - 1, key) != []


def test_corrected_lines_say_what_was_wrong(contents, entries):
    told = events(entries, "line_corrected")
    for day, event in told:
        before, after = (contents[at]["sale_lines"][event["sale_line_id"]] for at in (day - 1, day))
        for row, text in ((before, event["from"]), (after, event["to"])):
            assert str(row[event["column"]]) == str(text)
        assert before["line_total"] != after["line_total"]
    assert {event["column"] for _, event in told} == {"quantity", "discount_amount"}


def test_who_leaves_sells_nothing_more(contents, entries):
    sold = defaultdict(list)
    for sale in contents[DAYS]["sales"].values():
        sold[sale["employee_id"]].append(sale["sold_at"].date())
    left = events(entries, "employee_left") + [
        (day, {"employee_id": event["from"]}) for day, event in events(entries, "store_manager_changed")
    ]
    for day, event in left:
        row = contents[day]["employees"][event["employee_id"]]
        assert row["left_on"].isoformat() == entries[day - 1]["date"]
        assert max(sold[row["employee_id"]], default=date.min) <= row["left_on"]


def test_new_products_come_onto_the_shelves_and_are_sold(contents, entries):
    for day, event in events(entries, "product_new"):
        rows = [
            row for row in contents[day]["inventory"].values() if row["product_id"] == event["product_id"]
        ]
        assert rows
        assert all(row["opening_quantity"] == 0 < row["closing_quantity"] for row in rows)


@pytest.mark.parametrize("size", [Size(1, 1, 1, 20), Size(60, 3, 2, 33), Size(400, 30, 12, 60)])
def test_small_sources_survive(tmp_path, size):
    generate_pos(tmp_path / "one", size=size)
    manifest = advance("pos", tmp_path / "one", days=4)
    assert len(manifest.days) == 4
    con = connect(tmp_path / "one", POS)
    assert broken_rules(con, POS, "2026-01-04 23:59:59") == {}
    assert nonsense(con) == {}


def test_weeks_go_by(tmp_path):
    """Longer than the books can be put right, and than a spell of bad supply."""
    generate_pos(tmp_path / "pos", size=SIZES["tiny"], start=date(2025, 11, 1))
    advance("pos", tmp_path / "pos", days=60)
    con = connect(tmp_path / "pos", POS)
    assert broken_rules(con, POS, "2026-03-01 23:59:59") == {}
    assert nonsense(con) == {}
    assert one(con, "select count(distinct inventory_date) from inventory") == 61 + 60


def test_bad_input_is_told(history, tmp_path):
    shutil.copytree(history / "0", tmp_path / "pos")
    with pytest.raises(StarliftError, match="data of 'pos', not of clinic"):
        advance("clinic", tmp_path / "pos", days=1)
    with pytest.raises(StarliftError, match=r"no way to move 'moon' on.*pos"):
        advance("moon", tmp_path / "pos", days=1)
    (tmp_path / "pos" / "sales.parquet").unlink()
    with pytest.raises(StarliftError, match=r"sales\.parquet cannot be read"):
        advance("pos", tmp_path / "pos", days=1)


def test_command_line(history, tmp_path):
    shutil.copytree(history / "0", tmp_path / "pos")
    command = ["advance", "pos", "--days", "2", "--from", str(tmp_path / "pos")]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "2026-01-02" in result.output
    assert "new sales" in result.output
    assert read_manifest(tmp_path / "pos") == read_manifest(history / "2")
