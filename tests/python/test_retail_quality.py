"""The retailer before, on and after a day on which every rule is broken: where the rows go, and what is known of them."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from any_target import AnyTarget, any_target, star_of
from conftest import PROJECT
from starlift.advance.run import advance
from starlift.checks.quality import Rule, read_rules
from starlift.generate.retail import world
from starlift.generate.retail.pos import generate_pos
from starlift.generate.retail.shop import generate_shop
from starlift.parity.broken import break_extract, broken_rows
from starlift.parity.content import Part, departures
from starlift.sources import POS, SHOP, SOURCES
from test_retail import RETAIL, WITHOUT_TESTS

RULES = [rule for rule in read_rules(PROJECT / "seeds") if rule.source_name in RETAIL["sources"]]
BROKEN_DAY = "2026-01-01"


@dataclass
class Story:
    """A warehouse after three days, of which the second broke every rule, and what it held then."""

    target: AnyTarget
    when_broken: dict[str, Part]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of three days, each with both systems' extracts."""
    root = tmp_path_factory.mktemp("days")
    generate_pos(root / "0" / "pos", size=world.SIZES["tiny"])
    generate_shop(root / "0" / "shop", size=world.SIZES["tiny"])
    for day in (1, 2):
        shutil.copytree(root / str(day - 1), root / str(day))
        for source in RETAIL["sources"]:
            advance(source, root / str(day) / source, days=1)
    for source in (POS, SHOP):
        break_extract(source, root / "1" / source.name, root / "broken" / source.name)
    return [root / "0", root / "broken", root / "2"]


@pytest.fixture(scope="module")
def story(days: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    first, broken, repaired = days
    with any_target("duckdb", None, tmp_path_factory.mktemp("story"), "retail_quality", **RETAIL) as target:
        a_day_passes(target, first)
        a_day_passes(target, broken, with_tests=True)
        when_broken = star_of(target.contents())
        a_day_passes(target, repaired)
        yield Story(target, when_broken)


def a_day_passes(target: AnyTarget, day: Path, *, with_tests: bool = False) -> None:
    for source in target.sources:
        where = ("--from", str(day / source), "--schema", target.raw_schema(source))
        target.starlift("load", source, "--dirty", *where)
    target.dbt("build", *(("--exclude-resource-type", "unit_test") if with_tests else WITHOUT_TESTS))


@dataclass(frozen=True)
class Rejected:
    table: str
    rule: str
    key: str | None


Quarantine = Counter[Rejected]


@pytest.fixture(scope="module")
def quarantines(story: Story) -> dict[str, list[Quarantine]]:
    """The rows of each source that were in quarantine after each of the three days."""
    return {source: [_quarantine(story, source, run) for run in (1, 2, 3)] for source in RETAIL["sources"]}


def _quarantine(story: Story, source: str, run: int) -> Quarantine:
    return Counter(
        Rejected(*row)
        for row in story.target.rows(
            f"select source_table, rule_id, source_key from {{schema}}_intermediate.int_{source}__rejections "
            f"where rejected_in_run <= {run} and coalesce(left_in_run, {run + 1}) > {run}"
        )
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_a_row_that_breaks_a_rule_is_in_quarantine_under_its_name(
    rule: Rule, quarantines: dict[str, list[Quarantine]]
) -> None:
    keys = [key for _, broken, key in broken_rows(SOURCES[rule.source_name]) if broken == rule.rule_id]
    assert keys, f"no row breaks the rule {rule.rule_id}: add one to starlift.parity.breaks"
    _, found, _ = quarantines[rule.source_name]
    for key in filter(None, keys):
        under = {row.rule for row in found if (row.table, row.key) == (rule.source_table, key)}
        assert under == {rule.rule_id}
    assert sum(count for row, count in found.items() if row.rule == rule.rule_id) >= len(keys)


@pytest.mark.parametrize("source", RETAIL["sources"])
def test_nothing_else_is_in_quarantine(source: str, quarantines: dict[str, list[Quarantine]]) -> None:
    """But what stood there on the day before or stands there on the day after."""
    before, found, after = quarantines[source]
    rows = list(broken_rows(SOURCES[source]))
    new_keys = {key for _, _, key in rows}
    counted = Counter(
        (row.table, row.rule)
        for row in (found - (before | after)).elements()
        # days that nobody can read are what the web shop has anyway
        if row.rule != "return_day_unreadable" or row.key in new_keys
    )
    assert counted == Counter((table, rule) for table, rule, _ in rows if rule)
    odd = {(table, key) for table, rule, key in rows if rule is None}
    assert not odd & {(row.table, row.key) for row in found}


@pytest.mark.parametrize("source", RETAIL["sources"])
def test_what_is_repaired_leaves_and_what_came_and_left_adds_up(source: str, story: Story) -> None:
    broken = sum(rule is not None for _, rule, _ in broken_rows(SOURCES[source]))
    counts = story.target.rows(
        "select sum(rows_rejected), sum(rows_new), sum(rows_left) "
        f"from {{schema}}_quality.quality_{source}__rejections_by_extract group by extracted_at order by extracted_at"
    )
    assert counts[-2][1] >= broken and counts[-1][2] >= broken
    standing = 0
    for rejected, new, left in counts:
        standing += new - left
        assert standing == rejected
    assert standing == story.target.one(
        f"select count(*) from {{schema}}_intermediate.int_{source}__quarantine"
    )


@pytest.mark.parametrize("source", RETAIL["sources"])
def test_every_run_counts_what_it_read(source: str, story: Story) -> None:
    counted = story.target.rows(
        f"select source_table, rows_in, rows_loaded + rows_rejected from {{schema}}_quality.quality_{source}__row_counts "
        "where audit_key = 3"
    )
    assert {table for table, _, _ in counted} == {table.name for table in SOURCES[source].tables}
    raw = story.target.raw_schema(source)
    for table, rows_in, rows_out in counted:
        assert rows_in == rows_out == story.target.one(f"select count(*) from {raw}.{table}"), table


def test_the_log_of_runs_says_rows_in_and_out_of_every_table(story: Story) -> None:
    logged = story.target.rows(
        "select node_name, rows_in, rows_out from {schema}_audit.run_results where audit_key = 3 "
        "and (node_name like 'fact%' or node_name like 'hist%')"
    )
    assert {"fact_sales", "fact_orders", "hist_pos__sales", "hist_shop__rejected_members"} <= {
        row[0] for row in logged
    }
    for name, rows_in, rows_out in logged:
        schema = "{schema}_history" if name.startswith("hist") else "{schema}"
        assert rows_out == story.target.one(f"select count(*) from {schema}.{name}"), name
        assert rows_in, name


def test_the_star_as_of_the_broken_day_is_the_star_of_that_day(story: Story) -> None:
    """When all of it has been repaired."""
    target = replace(story.target, dbt_vars={**story.target.dbt_vars, "as_of": BROKEN_DAY})
    target.dbt("run", "--selector", "as_of")
    found = star_of(target.contents())
    assert departures(story.when_broken, found, first="then", target="as of then") == []
    assert departures(star_of(story.target.contents()), found, first="now", target="as of then")
