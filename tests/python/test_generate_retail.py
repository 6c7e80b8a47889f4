"""The generated retailer: the same everywhere, in keeping with the 3NF models, shaped like the real thing."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from extract_files import connect, digests, one
from retail_rules import broken_rules, nonsense
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.generate.files import arrow_schema, digest_table, read_manifest
from starlift.generate.generators import generator
from starlift.generate.retail import world
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.world import SIZES, Size
from starlift.sources import POS

NOW = "2025-12-31 23:59:59"
# The values of `tiny` with seed 1, whatever the machine and the versions of its libraries.
POS_GOLDEN = {
    "suppliers": "62ff2dd54397946c16cb5196ccd56dd171492f0c9ee7286e5c05b197609160bd",
    "categories": "5cc9d244c5a7183c6fade1659ba510fbafa6a06d11ef8abf218f5bf0c7f9b465",
    "subcategories": "ee80984bd75392c487cc21155aab50fba20b6653b890f7e44544fdff8f62ab62",
    "brands": "f03a52fcf89667d39ac3bdf2ef4f8c0715a9d1c533740f78e61e0881500e7e4e",
    "products": "396502671f9f02a7f8800488adcbfacbd6e65983f9d261e11c5525f6efabd122",
    "stores": "0d9d8448ac0bc960aeb8aefb7b5314ee2abd467c0731f3056d1bbe3b42e5d330",
    "employees": "cff9a012e7e82fe2add5ada9be1de5ce07a4501566cec00f2eb1c7c2fd704f8d",
    "customers": "af5585bc52c0fe080e994fddb5090013c4b7240233fff9685699b9cf6d1f4dd0",
    "sales": "5f0aa5429bd8b15b9d52902728636a459fabbebf73d9401495f0677686318446",
    "sale_lines": "a283f56e4a4ecffaf3b25fd7ea1c981ded8edee00c1cb1a4f6f561e26dee9e30",
    "inventory": "febe642013944407eeddaf132de401f286f05ef911e7abe4f9b451cfb4b122e7",
}


def make_pos(out, size=SIZES["tiny"], **options):
    return generate_pos(out, size=size, **options)


@pytest.fixture(scope="module")
def tiny_pos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny") / "pos"
    make_pos(folder)
    return folder


@pytest.fixture(scope="module")
def lab_pos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "pos"
    make_pos(folder, SIZES["lab"])
    return folder


def test_values_are_the_agreed_ones(tiny_pos):
    assert digests(read_manifest(tiny_pos)) == POS_GOLDEN


def test_bytes_do_not_depend_on_threads(tmp_path, monkeypatch):
    monkeypatch.setattr("starlift.generate.retail.sales.CHUNK", 100)
    monkeypatch.setattr("starlift.generate.retail.pos._PIECE", 300)
    make_pos(tmp_path / "one", threads=1)
    make_pos(tmp_path / "four", threads=4)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "four" / file.name).read_bytes(), file.name


def test_values_do_not_depend_on_chunks(tiny_pos, tmp_path, monkeypatch):
    monkeypatch.setattr("starlift.generate.retail.sales.CHUNK", 77)
    monkeypatch.setattr("starlift.generate.retail.pos._PIECE", 99)
    assert digests(make_pos(tmp_path / "chunks")) == digests(read_manifest(tiny_pos))


def test_another_seed_gives_other_rows_of_the_same_shape(tiny_pos, tmp_path):
    first, other = read_manifest(tiny_pos), make_pos(tmp_path / "other", seed=2)
    assert other.tables["sale_lines"].rows == first.tables["sale_lines"].rows
    for name in ("sales", "sale_lines", "products", "customers", "inventory", "employees"):
        assert other.tables[name].digest != first.tables[name].digest, name
    assert other.tables["categories"].digest == first.tables["categories"].digest


def test_files_are_the_models(lab_pos):
    manifest = read_manifest(lab_pos)
    assert manifest.extracted_at == "2025-12-31T23:59:59"
    for table in POS.tables:
        path = lab_pos / f"{table.name}.parquet"
        assert pq.read_schema(path) == arrow_schema(table), table.name
        assert pq.read_metadata(path).num_rows == manifest.tables[table.name].rows
        assert digest_table(path, POS) == manifest.tables[table.name].digest
    for name in ("sale_lines", "customers", "stores", "products"):
        assert manifest.tables[name].rows == manifest.sizes[name]


def test_rules_hold(lab_pos):
    con = connect(lab_pos, POS)
    assert broken_rules(con, POS, NOW) == {}
    assert nonsense(con) == {}


def test_pos_looks_like_a_retailer(lab_pos):
    con = connect(lab_pos, POS)
    assert 0.36 < one(con, "select avg((customer_id is null)::int) from sales") < 0.44
    lines = "(select count(*) as n from sale_lines group by sale_id)"
    assert one(con, f"select max(n) from {lines}") == 6
    assert 2.2 < one(con, f"select avg(n) from {lines}") < 2.9
    december = "select count(*) filter (month(sold_at) = 12) * 12 / count(*) from sales"
    assert 1.4 < one(con, december) < 2
    saturday = "select count(*) filter (isodow(sold_at) = 6) * 7 / count(*) from sales"
    assert 1.3 < one(con, saturday) < 1.6
    often = "(select count(*) as n from sales where customer_id is not null group by customer_id)"
    assert one(con, f"select max(n) from {often}") > 8 * one(con, f"select median(n) from {often}")
    best = "(select product_id, sum(quantity) as n from sale_lines group by 1)"
    assert one(con, f"select max(n) from {best}") > 10 * one(con, f"select median(n) from {best}")
    assert 0.05 < one(con, "select avg((discount_amount > 0)::int) from sale_lines") < 0.25
    # the two products of a pair stand together far more often than their numbers would have it
    pairs = """select count(*) from sale_lines a join sale_lines b using (sale_id)
        where a.product_id < b.product_id"""
    together = pairs + " and (a.product_id - 1) // 2 = (b.product_id - 1) // 2"
    assert one(con, together) > 0.1 * one(con, pairs)
    assert one(con, "select count(*) from sales where created_at::date > sold_at::date") > 20


def test_stock_runs_low_and_is_filled_up(lab_pos):
    con = connect(lab_pos, POS)
    low = """
        with pace as (
            select store_id, product_id, sum(sold_quantity) / 30 as a_day from inventory
            where inventory_date > date '2025-12-01' group by all)
        select count(*) filter (closing_quantity < 7 * a_day) / count(*)
        from inventory join pace using (store_id, product_id)
        where inventory_date = date '2025-12-31' and a_day >= 0.1"""
    assert 0.05 < one(con, low) < 0.6
    assert one(con, "select count(distinct inventory_date) from inventory") == 120
    assert one(con, "select count(*) from inventory where received_quantity > 0") > 1_000
    short = "select count(*) from inventory where opening_quantity + received_quantity < sold_quantity"
    assert one(con, short) == 0
    assert one(con, "select min(adjusted_quantity) from inventory") < 0
    assert one(con, "select max(adjusted_quantity) from inventory") > 0


def test_people_type_as_they_like(lab_pos):
    con = connect(lab_pos, POS)
    share = "select avg(({})::int) from customers"
    assert 0.02 < one(con, share.format("email <> trim(lower(email))")) < 0.045
    assert 0.08 < one(con, share.format("phone is null")) < 0.12
    assert 0.003 < one(con, share.format("length(phone) = 8")) < 0.02
    for shape in (r"\d{10}", r"\d{3}-\d{3}-\d{4}", r"\(\d{3}\) \d{3}-\d{4}", r"\+1 \d{3} \d{3} \d{4}"):
        assert one(con, share.format(f"regexp_full_match(phone, '{shape}')")) > 0.03, shape
    digits = "regexp_replace(phone, '^\\+1|\\D', '', 'g')"
    assert one(con, f"select count(*) - count(distinct {digits}) from customers where length(phone) > 8") == 0
    assert one(con, "select count(email) - count(distinct trim(lower(email))) from customers") == 0


def test_both_systems_know_the_same_world():
    size = SIZES["tiny"]
    small, large = world.catalogue(1, size), world.catalogue(1, SIZES["lab"])
    assert small.product_name == large.product_name.slice(0, size.products)
    assert set(small.category.tolist()) == set(range(8))
    assert (small.unit_cost < small.retail_price).all()
    assert len(world.subcategories()) == 40
    assert len(world.brands()) == 60


@pytest.mark.parametrize(
    "size",
    [
        Size(60_000, 100, 10, 40),
        Size(1, 1, 1, 20),
        Size(50, 1, 1, 33),
        Size(3, 500, 12, 60),
        Size(4_000, 7, 2, 60),
        Size(9, 3, 11, 21),
    ],
)
def test_odd_sizes_work(tmp_path, size):
    manifest = make_pos(tmp_path / "odd", size)
    assert manifest.tables["sale_lines"].rows == size.lines
    con = connect(tmp_path / "odd", POS)
    assert broken_rules(con, POS, NOW) == {}
    assert nonsense(con) == {}


@pytest.mark.parametrize("first", [date(2024, 2, 29), date(2024, 1, 3), date(2023, 1, 1), date(2005, 6, 30)])
def test_other_periods_work(tmp_path, first):
    make_pos(tmp_path / "period", start=first, end=date(2024, 2, 29))
    con = connect(tmp_path / "period", POS)
    assert broken_rules(con, POS, "2024-02-29 23:59:59") == {}
    assert nonsense(con) == {}


@pytest.mark.parametrize(
    "options, message",
    [
        ({"size": Size(0, 1, 1, 60)}, "at least 1"),
        ({"size": Size(10**9, 1, 1, 60)}, "at most"),
        ({"size": Size(10, 1, 1, 19)}, "twenty products"),
        ({"size": Size(10, 0, 1, 60)}, "a customer"),
        ({"start": date(2025, 1, 2), "end": date(2025, 1, 1)}, "before the start"),
        ({"threads": 0}, "Threads"),
    ],
)
def test_bad_input_is_told(tmp_path, options, message):
    with pytest.raises(StarliftError, match=message):
        make_pos(tmp_path / "bad", **options)
    assert list(tmp_path.iterdir()) == []


def test_unknown_names_are_told():
    with pytest.raises(StarliftError, match="tiny, lab"):
        generator("pos").asked("huge", {})
    with pytest.raises(StarliftError, match=r"are the clinic"):
        generator("pos").asked("tiny", {"patients": 3})
    with pytest.raises(StarliftError, match=r"no generator for 'moon'.*clinic, shop, pos"):
        generator("moon")


def test_a_failure_leaves_what_was_there(tmp_path, monkeypatch):
    before = make_pos(tmp_path / "pos")

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("starlift.generate.retail.stock.next_day", fail)
    with pytest.raises(StarliftError, match=r"Cannot write .*disk full.*as it was"):
        make_pos(tmp_path / "pos", seed=3)
    assert read_manifest(tmp_path / "pos") == before
    assert [path.name for path in tmp_path.iterdir()] == ["pos"]


def test_another_sources_folder_is_left_alone(tiny_pos, tmp_path):
    (tmp_path / "encounters.parquet").write_text("the clinic's")
    with pytest.raises(StarliftError, match="holds other files"):
        make_pos(tmp_path)


def test_command_line(tiny_pos, tmp_path):
    out = tmp_path / "data"
    command = ["generate", "pos", "--scale", "tiny", "--out", str(out)]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert "2,000 sale lines in 4 stores" in " ".join(result.output.split())
    assert read_manifest(out) == read_manifest(tiny_pos)
    assert isinstance(CliRunner().invoke(app, [*command, "--encounters", "5"]).exception, StarliftError)
