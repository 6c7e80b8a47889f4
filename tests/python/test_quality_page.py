"""The quality page: what it says of each source, and of a warehouse that is not built."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from conftest import Warehouse, starlift_command
from starlift.errors import StarliftError
from starlift.quality.page import share, stay, write_page
from starlift.quality.read import Row, read_quality


def lines(*rows: dict[str, str | None]) -> list[str]:
    return ["quality: " + json.dumps(row) for row in rows]


RULE = {
    "source": "clinic",
    "part": "rule",
    "rule_id": "r",
    "source_table": "t",
    "kind": "key",
    "rule": "It is",
    "reason": "It is not",
}
COUNTED = {
    "source": "clinic",
    "part": "rows",
    "extract": "2026-01-01 00:00:00.000000",
    "load_id": None,
    "source_table": "t",
    "rows_in": "3",
    "rows_loaded": "3",
    "rows_rejected": "0",
    "counted_in_run": "1",
}


def test_a_first_extract_without_a_fault_has_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_page(read_quality(lines(RULE, COUNTED), "duckdb"), "duckdb", page)
    html = page.read_text()
    assert "No row has broken a rule" in html
    assert "1 rules, 1 of which every row keeps" in html
    assert "Examples" not in html
    assert "Data quality of the clinic</h1>" in html
    assert "rules broken" not in html, "a table of one source"


def test_each_source_has_a_section(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    said = [row | {"source": source} for source in ("clinic", "pos", "shop") for row in (RULE, COUNTED)]
    write_page(read_quality(lines(*said), "duckdb"), "duckdb", page)
    html = page.read_text()
    assert "Data quality of the clinic, the stores and the web shop</h1>" in html
    for name in ("clinic", "pos", "shop"):
        assert f'href="#{name}"' in html and f'id="{name}"' in html


def test_a_source_that_has_not_been_built_is_left_out() -> None:
    (found,) = read_quality(
        lines(RULE | {"source": "clinic"}, RULE | {"source": "pos"}, COUNTED | {"source": "pos"}), "duckdb"
    )
    assert found.source.name == "pos"


def test_what_the_source_says_is_text_on_the_page(tmp_path: Path) -> None:
    row = {
        "source": "clinic",
        "part": "standing",
        "rule_id": "r",
        "source_key": None,
        "row_text": "name=<script>alert(1)</script>",
        "since": COUNTED["extract"],
        "rejected_in_load": None,
        "rejected_in_run": "1",
    }
    rejected = {
        "source": "clinic",
        "part": "rejections",
        "extract": COUNTED["extract"],
        "rule_id": "r",
        "rows_rejected": "1",
        "rows_new": "1",
        "rows_left": "0",
    }
    oldest = {"source": "clinic", "part": "oldest", "rule_id": "r", "since": COUNTED["extract"]}
    counted = COUNTED | {"rows_loaded": "2", "rows_rejected": "1"}
    page = tmp_path / "page.html"
    write_page(read_quality(lines(RULE, counted, rejected, row, oldest), "duckdb"), "duckdb", page)
    html = page.read_text()
    assert "name=&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html


def test_a_warehouse_that_is_not_built_has_no_page(tmp_path: Path, first_day: Warehouse) -> None:
    none = first_day.copy(tmp_path / "none")
    none.file.unlink()
    done = none._run(starlift_command("quality", "--out", str(tmp_path / "page.html")))
    assert done.returncode == 1
    assert "There is no warehouse at" in done.stderr
    assert not none.file.exists()
    assert not (tmp_path / "page.html").exists()
    with pytest.raises(StarliftError, match="has counted no extract yet"):
        read_quality(["10:00:00 something else"], "duckdb")


def test_shares_never_round_to_nothing_or_all() -> None:
    assert share(0, 10) == "0%"
    assert share(10, 10) == "100%"
    assert share(1, 10_000_000) == "< 0.01%"
    assert share(9_999_999, 10_000_000) == "> 99.99%"
    assert share(1, 3) == "33.33%"
    assert share(0, 0) == "0%"


def test_a_stay_is_said_in_days() -> None:
    row = Row("r", "1", "", datetime(2026, 1, 1), until=datetime(2026, 1, 2))
    assert stay(row) == "1 day"
    assert stay(replace(row, until=datetime(2026, 1, 1, 2))) == "less than a day"
    assert stay(replace(row, until=datetime(2026, 1, 31))) == "30 days"
