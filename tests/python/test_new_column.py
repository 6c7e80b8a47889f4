"""A column that is new to an incremental table has its values after the next build, in every row."""

from pathlib import Path

from conftest import Warehouse

COLUMNS = "claim_id, revenue_amount, claim_status"


def test_a_new_column_is_filled_in_every_row(first_day: Warehouse, tmp_path: Path) -> None:
    warehouse = first_day.copy(tmp_path)
    rows = f"select {COLUMNS} from star.fact_claims order by claim_id"
    before = warehouse.rows(rows)
    warehouse.change(
        "alter table star.fact_claims drop column revenue_amount",
        # a model that gets a column is another one than the run before built
        "update star_audit.runs set rules_fingerprint = 'of a model without the column'",
    )
    warehouse.build("--select", "fact_claims", "--exclude-resource-type", "test", "unit_test")
    assert warehouse.rows(rows) == before
