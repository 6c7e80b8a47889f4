"""The suites that build and load: each once at tiny scale, so that a change which breaks one of them is seen."""

import pytest

from starlift.bench import targets, warehouse
from starlift.bench.day_suite import run_days
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
