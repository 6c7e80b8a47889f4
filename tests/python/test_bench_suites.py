"""The suites that build and load: each once at tiny scale, so that a change which breaks one of them is seen."""

from io import StringIO

import pytest
from rich.console import Console

from starlift.bench import targets, warehouse
from starlift.bench.day_suite import run_days
from starlift.bench.dump_suite import run_dump_loading
from starlift.bench.runs import figures
from starlift.bench.show import show_run
from starlift.bench.targets import TARGETS
from starlift.domains import DOMAINS
from test_bench_servers import profile

SCALE = "tiny"


@pytest.fixture(params=["duckdb", "postgres", "mariadb"])
def target(request, tmp_path, monkeypatch):
    """An engine whose warehouses of the benchmark's own lie in the test's folder, or go with it."""
    has_server = TARGETS[request.param].has_server
    server = request.getfixturevalue(f"{request.param}_server") if has_server else None
    profile(tmp_path, monkeypatch, server.environment if server else {})
    monkeypatch.setenv("STARLIFT_TARGET", request.param)
    for module in (targets, warehouse):
        monkeypatch.setattr(module, "BENCH_FOLDER", tmp_path)
    yield TARGETS[request.param]
    TARGETS[request.param].clear(TARGETS[request.param].own(DOMAINS["clinic"], SCALE))


def test_dbt_and_the_same_by_hand_make_as_many_rows(target, tmp_path):
    place = target.own(DOMAINS["clinic"], SCALE)
    data, _ = warehouse.kept_data(place.domain, SCALE, lambda _: None)
    warehouse.load_data(place, data, lambda _: None, declared_keys=True)
    # differing counts are an error of the suite's own
    section = target.time_building(place, runs=1, scratch=tmp_path / "dbt", tell=lambda _: None)
    built = {row["name"] for row in section["nodes"]}
    assert {"fact_encounters", "dim_patient", "hist_clinic__encounters"} <= built
    assert section["ratio"] > 0


@pytest.mark.parametrize("target", ["duckdb"], indirect=True)
def test_a_day_is_timed_and_leaves_no_warehouse(target, tmp_path):
    section = run_days(
        target, DOMAINS["clinic"], SCALE, days=1, scratch=tmp_path / "dbt", tell=lambda _: None
    )
    (step,) = section["scales"]
    assert step["scale"] == SCALE and 0 < step["changed_rows"] < step["rows"]
    assert step["day"]["sql_seconds"] > 0 and step["ratio"] > 0
    assert not target.is_there(target.own(DOMAINS["clinic"], f"day_{SCALE}"))


def test_loading_a_dump_is_timed_with_its_memory():
    section = run_dump_loading(tell=lambda _: None, dumps=((1, 1_000), (1, 1)))
    assert [step["name"] for step in section["steps"]] == [
        "a dump of 1 MB, 1,000 rows an INSERT",
        "a dump of 1 MB, 1 row an INSERT",
    ]
    assert section["a_minute"] > 0 and len(figures({"dump": section})) == 4
    shown = Console(file=StringIO(), width=120)
    show_run(shown, {"dump": section})
    assert "goal at least 20" in shown.file.getvalue()
