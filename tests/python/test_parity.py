"""Every target holds the same after each load; a row that differs is found and named."""

from contextlib import ExitStack

import psycopg2
import pytest

from starlift.errors import StarliftError
from starlift.parity import run as parity
from starlift.parity.content import Part, departures, read_contents
from starlift.parity.run import TargetSpace, compare, run_parity
from starlift.servers import Server

DAYS = 3


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


def test_all_targets_hold_the_same_after_every_day(
    postgres_server: Server, mariadb_server: Server, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "FOLDER", tmp_path)
    servers = {"postgres": postgres_server, "mariadb": mariadb_server}
    spaces = [
        TargetSpace("duckdb", {}),
        *(TargetSpace(name, dict(server.environment)) for name, server in servers.items()),
    ]
    results = run_parity(spaces, scale="tiny", days=DAYS, tell=lambda _: None, done=lambda _: None)

    assert [result.day for result in results] == list(range(DAYS + 1))
    for result in results:
        assert result.equal, (result.apart, result.unequal_builds, result.builds)
    last = results[-1].parts["duckdb"]
    assert {one.kind for one in last.values()} == {"snapshot", "dim", "fact", "bridge", "agg", "answer"}
    assert all(one.rows for one in last.values()), "an empty table is equal to any other"
    # the days did change what is compared
    assert results[0].parts["duckdb"]["fact_encounters"] != last["fact_encounters"]

    _break_a_row(postgres_server)
    _, apart = compare(spaces)
    broken = {one.departure.part: one for one in apart}
    assert set(broken) == {"dim_department", "dim_department_current"}
    found = broken["dim_department"]
    assert found.departure.target == "postgres"
    assert any("floor_number=99.000000" in row for row in found.only_here)
    assert len(found.only_here) == len(found.only_there) == 1


def _break_a_row(server: Server) -> None:
    with ExitStack() as stack:
        connection = psycopg2.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password,
            dbname=server.database,
        )
        stack.callback(connection.close)
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "update starlift_parity.dim_department set floor_number = 99 where department_key = "
                "(select max(department_key) from starlift_parity.dim_department where is_current)"
            )
            assert cursor.rowcount == 1
