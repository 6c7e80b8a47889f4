"""Rows that break a rule: where they end, since when, what is counted and shown of them, and what proves it complete."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT, Warehouse
from starlift.parity.broken import break_extract, broken_rows
from starlift.sources import CLINIC

RULES_FILE = PROJECT / "seeds" / "ref_clinic_rules.csv"
RULES = [row["rule_id"] for row in csv.DictReader(RULES_FILE.open(encoding="utf-8"))]
QUARANTINE = "star_intermediate.int_clinic__quarantine"
REJECTIONS = "star_intermediate.int_clinic__rejections"
# Unit tests do not look at the data.
DATA_ONLY = ("--exclude-resource-type", "unit_test", "exposure")


@pytest.fixture(scope="module")
def broken(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The second day: every rule is broken, in the rows that `broken_rows` names."""
    warehouse = first_day.copy(tmp_path_factory.mktemp("broken"))
    warehouse.starlift("advance", "clinic", "--from", str(warehouse.source))
    break_extract(CLINIC, warehouse.source, warehouse.folder / "broken")
    warehouse.starlift("load", "clinic", "--dirty", "--from", str(warehouse.folder / "broken"))
    warehouse.build(*DATA_ONLY)
    return warehouse


@pytest.fixture(scope="module")
def repaired(broken: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The day after that: one claim is edited and as broken as before, all else is repaired or gone."""
    warehouse = broken.copy(tmp_path_factory.mktemp("repaired"))
    warehouse.starlift("advance", "clinic", "--from", str(warehouse.source))
    edited = warehouse.folder / "edited"
    break_extract(CLINIC, warehouse.source, warehouse.folder / "again")
    _keep_one_broken_claim(warehouse.source, warehouse.folder / "again", edited)
    warehouse.starlift("load", "clinic", "--dirty", "--from", str(edited))
    warehouse.build(*DATA_ONLY)
    return warehouse


def _keep_one_broken_claim(clean: Path, broken: Path, out: Path) -> None:
    shutil.copytree(clean, out)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (from '{clean}/billing.parquet' union all select * replace (timestamp '2026-01-02 12:00' as "
            f"updated_at, date '2026-01-02' as claim_date) from '{broken}/billing.parquet' "
            f"where billing_id = 900010) to '{out}/billing.parquet' (format parquet)"
        )


@pytest.mark.parametrize("rule", RULES)
def test_a_row_that_breaks_a_rule_is_in_quarantine_under_its_name(rule: str, broken: Warehouse) -> None:
    rows = [(table, key) for table, broken_rule, key in broken_rows(CLINIC) if broken_rule == rule]
    assert rows, f"no row breaks the rule {rule}: add one to starlift.parity.broken"
    for table, key in rows:
        found = broken.rows(
            f"select source_key, reason from {QUARANTINE} where rule_id = '{rule}' and source_table = '{table}'"
        )
        assert found, (rule, table)
        assert key is None or key in {source_key for source_key, _ in found}, (rule, table, key)
        assert all(reason for _, reason in found)


def test_a_row_that_is_only_odd_is_in_the_star(broken: Warehouse) -> None:
    odd = [(table, key) for table, rule, key in broken_rows(CLINIC) if rule is None]
    assert odd
    for table, key in odd:
        assert not broken.rows(
            f"select 1 from {QUARANTINE} where source_table = '{table}' and source_key = '{key}'"
        )


def test_only_what_the_seed_lists_is_broken() -> None:
    assert {rule for _, rule, _ in broken_rows(CLINIC) if rule} == set(RULES)


def test_a_rejected_row_leads_to_the_load_that_first_showed_it(broken: Warehouse) -> None:
    batches = broken.rows(
        f"select rejected_in_run, rejected_in_load, rejected_since, count(*) from {QUARANTINE} group by all order by 1"
    )
    loads = broken.rows("select load_id, extracted_at from raw_clinic.loads order by 1")
    assert [(batch[1], batch[2]) for batch in batches] == loads
    assert [batch[0] for batch in batches] == [1, 2]
    assert batches[0][3] < batches[1][3], "the first load had repeated pairs only"


def test_what_is_repaired_leaves_and_stays_known(broken: Warehouse, repaired: Warehouse) -> None:
    were = broken.rows(f"select source_table, source_key, rule_id, row_text from {QUARANTINE}")
    left = repaired.rows(
        f"select source_table, source_key, rule_id, row_text from {REJECTIONS} where left_in_run = 3"
    )
    now = repaired.rows(f"select source_table, source_key, rule_id from {QUARANTINE}")
    assert left
    assert set(left) <= set(were)
    assert {row[:3] for row in were} - {row[:3] for row in left} == set(now)
    when = repaired.rows(
        f"select distinct rejected_in_load, left_in_load, left_at > rejected_since from {REJECTIONS} "
        "where left_in_run is not null order by 1"
    )
    assert when[-1] == (2, 3, True)


def test_an_edit_that_repairs_nothing_does_not_end_a_stay(repaired: Warehouse) -> None:
    ((since, load, text),) = repaired.rows(
        f"select rejected_in_run, rejected_in_load, row_text from {QUARANTINE} where source_key = '900010'"
    )
    assert (since, load) == (2, 2)
    assert "claim_date=2026-01-02" in text


def test_every_run_counts_what_it_read(broken: Warehouse, repaired: Warehouse) -> None:
    for warehouse, run in ((broken, 2), (repaired, 3)):
        counted = warehouse.rows(
            "select source_table, rows_in, rows_loaded, rows_rejected "
            f"from star_quality.quality_clinic__row_counts where audit_key = {run}"
        )
        assert len(counted) == 10
        for table, rows_in, loaded, rejected in counted:
            assert rows_in == warehouse.one(f"select count(*) from raw_clinic.{table}"), table
            assert loaded == rows_in - rejected
            assert rejected == warehouse.one(
                f"select count(*) from {QUARANTINE} where source_table = '{table}'"
            )


def test_what_came_and_left_adds_up(repaired: Warehouse) -> None:
    extracts = repaired.rows(
        "select extracted_at, sum(rows_rejected), sum(rows_new), sum(rows_left) "
        "from star_quality.quality_clinic__rejections_by_extract group by 1 order by 1"
    )
    assert len(extracts) == 3
    standing = 0
    for _, rejected, new, left in extracts:
        standing += new - left
        assert standing == rejected
    assert extracts[-1][3] > 0


def test_a_full_refresh_forgets_no_stay_and_no_count(repaired: Warehouse, tmp_path: Path) -> None:
    afresh = repaired.copy(tmp_path / "afresh")
    # the run that wrote a row is another after it
    columns = "* exclude (updated_at, audit_key)"
    before = afresh.rows(f"select {columns} from {REJECTIONS} order by all")
    counts = afresh.rows("from star_quality.quality_clinic__rows_by_extract order by all")
    result = afresh.dbt("run", "--full-refresh", "--select", "staging", "history", "intermediate", "quality")
    assert result.ok, result.output[-3000:]
    assert afresh.rows(f"select {columns} from {REJECTIONS} order by all") == before
    after = afresh.rows("from star_quality.quality_clinic__rows_by_extract order by all")
    assert [row[:-1] for row in after] == [row[:-1] for row in counts]


def test_text_in_a_numbers_place_stops_the_build_in_one_sentence(
    first_day: Warehouse, tmp_path: Path
) -> None:
    warehouse = first_day.copy(tmp_path / "text")
    warehouse.change(
        "create or replace table raw_clinic.billing as "
        "select * replace (claim_amount::varchar || ' USD' as claim_amount) from raw_clinic.billing"
    )
    result = warehouse.dbt("run", "--select", "stg_clinic__billing+1")
    assert not result.ok
    said = " ".join(result.output.split())
    assert re.search(
        r"stg_clinic__billing.claimed_amount is [a-z0-9 ()]+ where decimal is needed: cast it", said
    )
    assert result.status["stg_clinic__billing"] == "error"
    assert result.status["hist_clinic__billing"] == "skipped"


def test_the_page_shows_rows_rules_and_reasons(repaired: Warehouse, broken: Warehouse) -> None:
    page = broken.folder / "quality.html"
    said = " ".join(broken.starlift("quality", "--out", str(page)).split())
    rejected = broken.one(f"select count(*) from {QUARANTINE}")
    rows_in = sum(broken.one(f"select count(*) from raw_clinic.{table}") for table in tables(broken))
    assert f"{rejected:,} of {rows_in:,} rows are in quarantine" in said
    html = page.read_text()
    for table, rule, _ in broken_rows(CLINIC):
        assert f"<td>{table}</td>" in html
        assert rule is None or f'id="{rule}"' in html
    assert not re.search(r'(src|href)="(?!#)', html), "the page needs nothing else"
    assert html.count("<svg") == 11, "a chart, and a trend for each table"

    later = repaired.folder / "quality.html"
    repaired.starlift("quality", "--out", str(later))
    assert "Left the quarantine last" in later.read_text()


def tables(warehouse: Warehouse) -> list[str]:
    found = warehouse.rows("select table_name from duckdb_tables() where schema_name = 'raw_clinic'")
    return [name for (name,) in found if name != "loads"]
