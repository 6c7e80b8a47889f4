"""The first look at data: what its page says of made-up tables whose every figure is known."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from starlift.errors import StarliftError
from starlift.profile.charts import trend_chart
from starlift.profile.measure import measure
from starlift.profile.model import Gap, Profile, Trend
from starlift.profile.page import write_page
from starlift.profile.subject import subjects
from starlift.relations import open_reader
from starlift.targets import Target

TABLES = """
create schema star;
create table star.dim_shop as
    select * from (values (-1, 'Unknown', 'Unknown', 'none'), (10, 'Mill Lane', 'North', 'a@b.example'),
        (11, 'High Street', 'South', 'c@d.example')) as shops(shop_key, shop_name, region, contact_email);
create table star.fact_parcels as
    select
        i as parcel_id,
        case when i % 10 = 0 then -1 else 10 + i % 2 end::bigint as shop_key,
        20260101 + i % 28 as sent_date_key,
        case when i % 4 = 0 then -3 else 20260201 + i % 28 end as arrived_date_key,
        (i % 7)::int as pieces,
        (i * 1.5)::decimal(12, 2) as price,
        case when i % 5 = 0 then null when i % 5 = 1 then ' ' else 'note ' || i end as note,
        'odd & <b>' as label
    from range(100) as r(i);
create schema raw_post;
create table raw_post."Letters" as
    select
        i as "LetterID",
        timestamp '2026-01-01 08:00:00' + to_hours(i::int) as "Written",
        timestamp '2026-01-01 08:00:00' + to_hours((i + 12)::int) as "Read",
        'person' || i || '@mail.example' as "Email"
    from range(5000) as r(i);
create table raw_post.empty_one (id integer, said_at timestamp);
"""


def _model(name: str, group: str | None = None, **columns: dict) -> dict:
    return {
        "resource_type": "model",
        "name": name,
        "description": f"**Grain**: one row per {name}.",
        "config": {"group": group},
        "columns": {
            column: {"config": {"meta": said.get("meta", {})}, **said} for column, said in columns.items()
        },
    }


MANIFEST = {
    "nodes": {
        "model.starlift.fact_parcels": _model(
            "fact_parcels",
            "clinic",
            parcel_id={"constraints": [{"type": "primary_key"}]},
            price={"meta": {"additivity": "additive"}},
            pieces={"meta": {"additivity": "additive"}},
        ),
        "model.starlift.dim_shop": _model("dim_shop", shop_key={"constraints": [{"type": "primary_key"}]}),
        "test.starlift.a": {
            "resource_type": "test",
            "unique_id": "test.starlift.a",
            "attached_node": "model.starlift.fact_parcels",
            "test_metadata": {
                "name": "relationships",
                "kwargs": {"to": "ref('dim_shop')", "field": "shop_key", "column_name": "shop_key"},
            },
        },
    }
}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    file = tmp_path_factory.mktemp("profile") / "made_up.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(TABLES)
    return Target("duckdb", "duckdb", {"path": str(file), "schema": "star"})


def _profiles(target: Target, name: str, **other: int) -> list[Profile]:
    with open_reader(target) as reader:
        found = list(subjects(reader, lambda: MANIFEST, name))
        return [measure(reader, subject, lambda *_: None, **other) for subject in found]


@pytest.fixture(scope="module")
def parcels(target: Target) -> Profile:
    (profile,) = _profiles(target, "clinic")
    return profile


def _of(profile: Profile, name: str):
    return next(column for column in profile.columns if column.name == name)


def test_a_domain_is_its_facts_with_what_their_dimensions_say(parcels: Profile):
    names = [column.name for column in parcels.columns]
    assert parcels.name == "fact_parcels"
    assert parcels.rows == parcels.rows_read == 100
    assert "shop__shop_name" in names
    assert "parcel_id" not in names


def test_gaps_are_told_apart(parcels: Profile):
    assert _of(parcels, "shop_key").gaps == {Gap.UNKNOWN: 10}
    assert _of(parcels, "arrived_date_key").gaps == {Gap.NOT_YET: 25}
    # null, and text that is blank
    assert _of(parcels, "note").gaps == {Gap.MISSING: 40}
    assert _of(parcels, "price").without_value == 0


def test_figures_and_bars_are_those_of_the_rows(parcels: Profile):
    price = _of(parcels, "price")
    assert (price.smallest, price.largest, price.distinct) == ("0.00", "148.50", 100)
    assert sum(bar.rows for bar in price.bars) + price.beyond == 100
    assert [(bar.label, bar.rows) for bar in _of(parcels, "pieces").bars[:2]] == [("0", 15), ("1", 15)]
    assert {(bar.label, bar.rows) for bar in _of(parcels, "shop__region").bars} == {
        ("North", 40),
        ("South", 50),
        ("Unknown", 10),
    }


def test_trends_count_days_and_sum_what_adds_up(parcels: Profile):
    trend = next(trend for trend in parcels.trends if trend.column == "sent_date_key")
    assert trend.starts[0] == date(2026, 1, 1)
    assert len(trend.starts) == 28
    assert sum(trend.rows) == 100
    assert sum(trend.sums["price"]) == pytest.approx(99 * 100 / 2 * 1.5)
    assert parcels.period == (date(2026, 1, 1), date(2026, 1, 28))


def test_delays_are_of_rows_that_have_both_dates(parcels: Profile):
    (delay,) = parcels.delays
    assert (delay.start, delay.end, delay.rows, delay.backwards) == (
        "sent_date_key",
        "arrived_date_key",
        75,
        0,
    )
    assert (delay.median, delay.longest) == (31, 31)


def test_personal_data_is_counted_and_not_shown(target: Target, parcels: Profile, tmp_path: Path):
    (letters,) = _profiles(target, "raw_post.Letters")
    email = _of(letters, "Email")
    assert (email.personal, email.distinct, email.bars, email.smallest) == ("e-mail", 5000, (), "")
    page = tmp_path / "page.html"
    write_page([letters], "letters", "here", page)
    assert "@mail.example" not in page.read_text()


def test_a_delay_within_a_day_keeps_its_hours(target: Target):
    (letters,) = _profiles(target, "raw_post.Letters")
    (delay,) = letters.delays
    assert (delay.start, delay.end, delay.median) == ("Written", "Read", 0.5)


def test_a_large_table_is_sampled_says_so_and_is_the_same_again(target: Target):
    first, second = (_profiles(target, "raw_post.Letters", most_rows=500)[0] for _ in range(2))
    assert (first.rows, first.rows_read, first.is_sampled) == (5000, 500, True)
    assert first == second


def test_an_empty_table_has_a_page(target: Target, tmp_path: Path):
    (empty,) = _profiles(target, "raw_post.empty_one")
    write_page([empty], "nothing", "here", tmp_path / "page.html")
    assert empty.rows == 0
    assert "<h2" in (tmp_path / "page.html").read_text()


def test_the_page_stands_alone_and_says_what_was_found(parcels: Profile, tmp_path: Path):
    page = tmp_path / "page.html"
    write_page([parcels], "parcels", "here", page)
    html = page.read_text()
    charts = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(charts) >= 4
    for chart in charts:
        ElementTree.fromstring(chart)
    assert not re.search(r"(?:src|href)=[\"']https?:", html.replace("http://www.w3.org", ""))
    assert "odd &amp; &lt;b&gt;" in html
    assert "not yet happened" in html


def test_what_is_not_there_is_one_sentence(target: Target):
    with pytest.raises(StarliftError, match="no fact of the domain 'retail'"):
        _profiles(target, "retail")
    with pytest.raises(StarliftError, match=r"no table or view 'fact_parcel'; there is star.fact_parcels"):
        _profiles(target, "fact_parcel")


def test_what_is_counted_has_whole_numbers_beside_it():
    days = (date(2025, 2, 20), date(2025, 2, 21))

    def labels(values: tuple[float, ...]) -> list[str]:
        chart = trend_chart(Trend("day", "day", days, (1, 1), {"n": values}))
        return re.findall(r"<text[^>]*>([\d.]+)</text>", chart)

    assert set(labels((1.0, 1.0))) == {"0", "1"}
    assert "0.25" in labels((0.25, 0.75))
