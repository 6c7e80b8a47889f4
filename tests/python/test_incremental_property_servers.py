"""The property of test_incremental_property.py on servers, with fewer sequences."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_cells import drawn
from conftest import new_warehouse
from incremental_cells import Builder, explain
from starlift.bench.targets import TARGETS, ServerTarget
from starlift.domains import DOMAINS

IN_CI = 40
SCHEMA = "bench_property"


@pytest.fixture(params=["postgres", "mariadb", "mysql"])
def builder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Builder]:
    server = request.getfixturevalue(f"{request.param}_server")
    new_warehouse(tmp_path)
    target = TARGETS[request.param]
    assert isinstance(target, ServerTarget)
    place_environment = {"DBT_PROFILES_DIR": str(tmp_path), **server.environment}
    for name, value in place_environment.items():
        monkeypatch.setenv(name, value)
    by_index = request.param == "postgres"
    if by_index:
        # of small tables it would read all, and so not go the way that it goes for large ones
        monkeypatch.setenv("PGOPTIONS", "-c enable_seqscan=off")
    place = target.in_schema(DOMAINS["clinic"], SCHEMA)
    yield Builder(tmp_path, place, lambda: target.clear(place), index_keys=by_index)
    target.clear(place)


def test_incremental_equals_full(builder: Builder) -> None:
    sequences = drawn(IN_CI, seeded=1)
    verdict = builder.decide(sequences)
    if verdict.differences:
        pytest.fail(explain(builder, sequences, verdict))
