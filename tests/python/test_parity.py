"""Every target holds the same after each load; a row that differs is found and named."""

import json
import shutil
from contextlib import closing
from io import StringIO

import psycopg2
import pytest
from rich.console import Console

from any_target import star_of
from conftest import PROJECT
from starlift.checks.quality import read_rules
from starlift.domains import DOMAINS
from starlift.errors import StarliftError
from starlift.parity import command
from starlift.parity import run as parity
from starlift.parity.content import Departure, Part, departures, read_contents
from starlift.parity.run import (
    BROKEN_DAY,
    DayResult,
    RowsApart,
    TargetSpace,
    clear,
    compare,
    run_parity,
)
from starlift.servers import Server

# Broken rows come with the first and go with the second.
DAYS = 3
FIRST_DAY = "2025-12-31"
KINDS = {"snapshot", "dim", "fact", "bridge", "agg", "int", "hist", "seed", "answer"}


def part(name: str, **buckets: tuple[int, int]) -> Part:
    return Part(name, "dim", ("a", "b"), {int(key[1:]): value for key, value in buckets.items()})


def test_equal_content_does_not_depart() -> None:
    one = {"dim_x": part("dim_x", b0=(2, 30), b1=(1, 7))}
    assert departures(one, one, first="duckdb", target="postgres") == []


@pytest.mark.parametrize(
    ("other", "buckets"),
    [
        (part("dim_x", b0=(2, 31), b1=(1, 7)), (0,)),
        (part("dim_x", b0=(2, 30)), (1,)),
        (part("dim_x", b0=(2, 30), b1=(2, 7), b5=(1, 1)), (1, 5)),
    ],
)
def test_other_content_departs_in_its_buckets(other: Part, buckets: tuple[int, ...]) -> None:
    expected = {"dim_x": part("dim_x", b0=(2, 30), b1=(1, 7))}
    (found,) = departures(expected, {"dim_x": other}, first="duckdb", target="postgres")
    assert (found.part, found.target, found.buckets) == ("dim_x", "postgres", buckets)


def test_a_missing_table_and_other_columns_depart() -> None:
    expected = {"dim_x": part("dim_x"), "dim_y": part("dim_y")}
    found = departures(
        expected, {"dim_x": Part("dim_x", "dim", ("a", "c"), {})}, first="duckdb", target="postgres"
    )
    assert [(one.part, one.reason) for one in found] == [
        ("dim_x", "columns that only one of them has: b, c"),
        ("dim_y", "it is only on duckdb"),
    ]


def test_a_project_that_tells_of_nothing_is_no_parity() -> None:
    with pytest.raises(StarliftError, match="dbt told of no table"):
        read_contents(["10:00:00  Running with dbt"])


@pytest.fixture
def printed(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """A console to read from; the targets are those of the example profile."""
    shutil.copy(PROJECT / "profiles.yml.example", tmp_path / "profiles.yml")
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return Console(file=StringIO(), width=200)


def outcome(*apart: RowsApart) -> list[DayResult]:
    parts = {name: {"dim_x": part("dim_x", b0=(2, 30))} for name in ("duckdb", "postgres")}
    return [DayResult(0, parts, {"duckdb": {}, "postgres": {}}, list(apart))]


@pytest.mark.parametrize("keep", [False, True])
def test_what_is_the_same_goes_unless_it_is_to_be_kept(printed, monkeypatch, keep) -> None:
    cleared = []
    monkeypatch.setattr(command, "run_parity", lambda *_, **__: outcome())
    monkeypatch.setattr(command, "clear", lambda *_: cleared.append(True))
    monkeypatch.setattr(command, "_check", lambda *_, **__: None)
    command.parity(printed, ["duckdb", "postgres"], scale="tiny", days=0, keep=keep)
    assert cleared == ([] if keep else [True])
    assert (
        "Kept: data/parity, the schemas starlift_parity... of postgres" in printed.file.getvalue()
    ) == keep


def test_what_differs_is_kept_and_said_to_be(printed, monkeypatch) -> None:
    different = RowsApart(Departure("dim_x", "postgres", "another content", (0,)))
    monkeypatch.setattr(command, "run_parity", lambda *_, **__: outcome(different))
    monkeypatch.setattr(command, "clear", lambda *_: pytest.fail("there is something to look into"))
    monkeypatch.setattr(command, "_check", lambda *_, **__: None)
    told = r"look into data/parity, the schemas starlift_parity\.\.\. of postgres; what dbt said is in"
    with pytest.raises(StarliftError, match=told):
        command.parity(printed, ["duckdb", "postgres"], scale="tiny", days=0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"STARLIFT_POSTGRES_PASSWORD": "another"}, "refuses the user 'starlift': check the user and"),
        ({"STARLIFT_POSTGRES_DATABASE": "another"}, "has no database 'another': create it, or name another"),
        ({"STARLIFT_POSTGRES_PORT": "1"}, "No PostgreSQL answers at 127.0.0.1:1: start it"),
    ],
)
def test_a_server_that_lets_nobody_in_is_said_before_anything_is_made(
    postgres_server: Server, printed, monkeypatch, wrong, told
) -> None:
    for name, value in {**postgres_server.environment, **wrong}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "run_parity", lambda *_, **__: pytest.fail("it is too late by now"))
    with pytest.raises(StarliftError, match=told):
        command.parity(printed, ["duckdb", "postgres"], scale="tiny", days=0)


@pytest.fixture
def servers(
    postgres_server: Server, mariadb_server: Server, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, str]]:
    """What leads to each target; parity has a folder of the test's own."""
    monkeypatch.setattr(parity, "FOLDER", tmp_path / "parity")
    servers = {"postgres": postgres_server, "mariadb": mariadb_server}
    return {"duckdb": {}, **{name: dict(server.environment) for name, server in servers.items()}}


def spaces_of(domain: str, servers: dict[str, dict[str, str]]) -> list[TargetSpace]:
    return [
        TargetSpace(name, environment, DOMAINS[domain], stays=bool(environment))
        for name, environment in servers.items()
    ]


def rules_of(*sources: str) -> set[str]:
    return {rule.rule_id for rule in read_rules(PROJECT / "seeds") if rule.source_name in sources}


def test_all_targets_hold_the_same_after_every_day(servers, postgres_server: Server, tmp_path) -> None:
    spaces = spaces_of("clinic", servers)
    rejected = []

    def done(_: DayResult) -> None:
        found = rows(
            postgres_server, "select rule_id from starlift_parity_intermediate.int_clinic__quarantine"
        )
        rejected.append({rule for (rule,) in found})

    results = run_parity(spaces, scale="tiny", days=DAYS, tell=lambda _: None, done=done)

    assert [result.day for result in results] == list(range(DAYS + 1))
    for result in results:
        assert result.equal, (result.apart, result.unequal_builds, result.builds)
    last = results[-1].parts["duckdb"]
    assert {one.kind for one in last.values()} == KINDS
    assert all(one.rows for one in last.values()), "an empty table is equal to any other"
    # the days did change what is compared
    assert results[0].parts["duckdb"]["fact_encounters"] != last["fact_encounters"]
    assert rejected[BROKEN_DAY] == rules_of("clinic")
    assert rejected[BROKEN_DAY + 1] < rejected[BROKEN_DAY]

    assert {space.name: missing_in_catalog(space) for space in spaces} == {name: set() for name in servers}

    _break_a_row(postgres_server)
    _, apart = compare(spaces)
    broken = {one.departure.part: one for one in apart}
    assert set(broken) == {"dim_department", "dim_department_current"}
    found = broken["dim_department"]
    assert found.departure.target == "postgres"
    assert any("floor_number=99.000000" in row for row in found.only_here)
    assert len(found.only_here) == len(found.only_there) == 1

    clear(spaces)
    left = "select schema_name from information_schema.schemata where schema_name like 'starlift_parity%'"
    assert rows(postgres_server, left) == []
    assert not (tmp_path / "parity").exists()


def test_the_retailer_is_the_same_on_all_targets(servers, postgres_server: Server) -> None:
    """Also after a day that changed much and broke every rule."""
    spaces = spaces_of("retail", servers)
    results = run_parity(spaces, scale="tiny", days=BROKEN_DAY, tell=lambda _: None, done=lambda _: None)
    for result in results:
        assert result.equal, (result.apart, result.unequal_builds, result.builds)
    quarantines = " union all ".join(
        f"select rule_id from starlift_parity_intermediate.int_{source}__quarantine"
        for source in ("pos", "shop")
    )
    assert {rule for (rule,) in rows(postgres_server, quarantines)} == rules_of("pos", "shop")

    # one dbt run more shows that PostgreSQL, too, still knows the day before
    (space,) = [space for space in spaces if space.name == "postgres"]
    space.dbt("run", "--selector", "as_of", as_of=FIRST_DAY)
    found = star_of(
        read_contents(space.dbt("--quiet", "run-operation", "content_checksums", as_of=FIRST_DAY))
    )
    then, now = (star_of(result.parts["postgres"]) for result in results)
    assert departures(then, found, first="then", target="as of then") == []
    assert departures(now, found, first="now", target="as of then")
    clear(spaces)


def missing_in_catalog(space: TargetSpace) -> set[str]:
    """What was loaded or built there, and is not in the catalog that dbt's documentation shows."""
    space.dbt("docs", "generate", "--no-compile")
    manifest, catalog = (
        json.loads((space.scratch / f"{name}.json").read_text()) for name in ("manifest", "catalog")
    )
    sources = {"audit", *(source.name for source in space.domain.sources)}
    wanted = {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "snapshot")
    }
    wanted |= {name for name, node in manifest["sources"].items() if node["source_name"] in sources}
    return wanted - (catalog["nodes"].keys() | catalog["sources"].keys())


def rows(server: Server, sql: str) -> list[tuple]:
    with closing(_connected(server)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _break_a_row(server: Server) -> None:
    with closing(_connected(server)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "update starlift_parity.dim_department set floor_number = 99 where department_key = "
            "(select max(department_key) from starlift_parity.dim_department where is_current)"
        )
        assert cursor.rowcount == 1


def _connected(server: Server):
    return psycopg2.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        dbname=server.database,
    )
