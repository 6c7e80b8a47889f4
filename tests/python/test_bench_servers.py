"""The benchmark on servers: the indexed copy, the proof, the build by hand, and what it says in trouble."""

import json
import re
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest

from conftest import PROJECT
from starlift.bench import private, run, warehouse
from starlift.bench.build_suite import Node
from starlift.bench.goals import DUCKDB_GOALS, SERVER_GOALS
from starlift.bench.place import Place
from starlift.bench.private import server_for
from starlift.bench.question_suite import run_questions
from starlift.bench.questions import Question
from starlift.bench.run import Suite
from starlift.bench.server_build import DBT_SCHEMA, HAND_SCHEMA, MySQLByHand, PostgresByHand, _build_by_hand
from starlift.bench.steps import Step
from starlift.bench.targets import TARGETS
from starlift.domains import DOMAINS, Domain
from starlift.errors import StarliftError
from starlift.servers import PrivateServer, Tuning
from starlift.sources import Check, Column, ForeignKey, Source, Table

SHOP = Source(
    "shop",
    "the shop",
    (
        Table(
            "customers",
            (Column("customer_id", "integer"), Column("name", "varchar(20)")),
            unique=("name",),
        ),
        Table(
            "orders",
            (
                Column("order_id", "integer"),
                Column("customer_id", "integer"),
                Column("ordered_at", "timestamp"),
                Column("amount", "decimal(12,2)", nullable=True),
            ),
            foreign_keys=(ForeignKey("customer_id", "customers"),),
            checks=(Check("orders_amount_not_negative", "amount >= 0"),),
            indexes=(("ordered_at",),),
        ),
    ),
)
WEB_SHOP = Domain("shop", "the shop", (SHOP,), "orders", lambda _: 4)
SCHEMA = "bench_test"


@pytest.fixture(params=["postgres", "mariadb"])
def place(request, tmp_path, monkeypatch):
    """A shop's raw tables and its star on a server, in schemas of the test's own."""
    server = request.getfixturevalue(f"{request.param}_server")
    profile(tmp_path, monkeypatch, server.environment)
    target = TARGETS[request.param]
    made = target.in_schema(WEB_SHOP, SCHEMA)
    target.clear(made)
    with made.open() as engine:
        raw = made.source.raw_schema
        engine.create_schema(raw)
        engine.create_schema(SCHEMA)
        text, moment = {"postgres": ("text", "timestamp")}.get(request.param, ("varchar(20)", "datetime(6)"))
        engine.execute(f"create table {raw}.customers (customer_id integer, name {text})")
        engine.execute(f"insert into {raw}.customers values (1, 'Ann'), (2, 'Zoë')")
        engine.execute(
            f"create table {raw}.orders "
            f"(order_id integer, customer_id integer, ordered_at {moment}, amount decimal(12,2))"
        )
        engine.execute(
            f"insert into {raw}.orders values (1, 1, '2025-01-01', 1.5), (2, 2, '2025-01-02', 3), "
            "(3, 1, '2025-01-03', 4.5), (4, 2, '2025-01-04', null)"
        )
        engine.execute(f"create table {SCHEMA}.fact_orders as select * from {raw}.orders")
    yield made
    target.clear(made)


def profile(folder, monkeypatch, environment):
    shutil.copy(PROJECT / "profiles.yml.example", folder / "profiles.yml")
    monkeypatch.setenv("DBT_PROFILES_DIR", str(folder))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def question(place: Place):
    sql = "select customer_id, sum(amount) as amount from {table} group by customer_id order by customer_id"
    sides = {
        "given": f"{place.source.raw_schema}.orders",
        "indexed": f"{place.indexed_schema}.orders",
        "star": f"{SCHEMA}.fact_orders",
    }
    return Question("q1_sales", "How much?", {side: sql.format(table=table) for side, table in sides.items()})


def ask(place, engine, tmp_path, **options):
    return run_questions(
        engine,
        place,
        [question(place)],
        runs=2,
        plans=tmp_path / "plans",
        **{"keep_copy": True, **options},
    )


def names_of(engine, schema):
    found = engine.execute(
        "select table_name, constraint_type from information_schema.table_constraints "
        "where table_schema = %s and constraint_type like '%% KEY' order by 1, 2",
        [schema],
    )
    return [(str(table), str(kind)) for table, kind in found]


def test_the_copy_has_all_keys_and_an_index_on_every_foreign_key(place):
    with place.open() as engine:
        assert engine.copy_indexed(place.source, place.indexed_schema, lambda _: None)
        assert names_of(engine, place.indexed_schema) == [
            ("customers", "PRIMARY KEY"),
            ("orders", "FOREIGN KEY"),
            ("orders", "PRIMARY KEY"),
        ]
        indexed = {
            "postgres": "select regexp_replace(indexdef, '.*\\((.*)\\)', '\\1') from pg_indexes "
            "where schemaname = %s and tablename = 'orders'",
        }.get(
            engine.name,
            "select column_name from information_schema.statistics "
            "where table_schema = %s and table_name = 'orders'",
        )
        columns = sorted(str(row[0]) for row in engine.execute(indexed, [place.indexed_schema]))
    assert columns == ["customer_id", "order_id", "ordered_at"]


def test_the_copy_is_made_again_only_after_the_raw_tables_changed(place):
    with place.open() as engine:
        assert engine.copy_indexed(place.source, place.indexed_schema, lambda _: None)
        assert not engine.copy_indexed(place.source, place.indexed_schema, lambda _: None)
        engine.execute(f"insert into {place.source.raw_schema}.orders values (9, 1, '2025-01-02', 1)")
        assert engine.copy_indexed(place.source, place.indexed_schema, lambda _: None)
        assert engine.count(place.indexed_schema, "orders") == 5


@pytest.mark.parametrize(
    "damage",
    [
        "update {raw}.orders set customer_id = 7 where order_id = 2",
        "insert into {raw}.orders select * from {raw}.orders",
    ],
)
def test_raw_tables_that_break_their_keys_are_refused_and_nothing_is_left(place, damage):
    raw = place.source.raw_schema
    with place.open() as engine:
        engine.execute(damage.format(raw=raw))
        with pytest.raises(StarliftError, match=f"{raw} breaks its own keys"):
            engine.copy_indexed(place.source, place.indexed_schema, lambda _: None)
        assert engine._tables_of(place.indexed_schema) == []


def test_equal_sides_are_timed_and_their_plans_kept(place, tmp_path):
    with place.open() as engine:
        outcome = ask(place, engine, tmp_path, keep_copy=False)
        assert engine._tables_of(place.indexed_schema) == []
    assert outcome.differences == []
    (timed,) = outcome.section["questions"]
    assert {side: len(timing["seconds"]) for side, timing in timed["timings"].items()} == {
        "given": 2,
        "indexed": 2,
        "star": 2,
    }
    assert timed["first_rows"] == [["1", "6.00"], ["2", "3.00"]]
    assert outcome.section["star_rows"] == [[SCHEMA, "fact_orders", 4]]
    plan = (tmp_path / "plans" / "q1_sales__star.txt").read_text()
    assert re.search(r"actual time|r_total_time_ms", plan)
    assert "fact_orders" in plan.partition("\n\n")[2]


def test_a_differing_cent_is_shown_and_stops_the_timing(place, tmp_path):
    with place.open() as engine:
        engine.execute(f"update {SCHEMA}.fact_orders set amount = amount + 0.01 where order_id = 3")
        outcome = ask(place, engine, tmp_path)
    (found,) = outcome.differences
    assert (found.side, found.only_in_side) == ("star", ((1, Decimal("6.01")),))
    assert found.only_in_against == ((1, Decimal("6.00")),)
    assert outcome.section == {}
    assert not (tmp_path / "plans").exists()


def test_text_arrives_as_text_and_types_have_names(place):
    with place.open() as engine:
        answer = engine.answer(
            f"select name, customer_id from {place.source.raw_schema}.customers order by customer_id"
        )
    assert answer.rows == (("Ann", 1), ("Zoë", 2))
    assert answer.columns == ("name", "customer_id")
    assert answer.types[1] in ("integer", "LONG")


def test_a_star_or_a_raw_table_that_is_not_there_says_what_to_run(place, tmp_path):
    with place.open() as engine:
        engine.execute(f"drop table {SCHEMA}.fact_orders")
        with pytest.raises(StarliftError, match=rf"fact_orders.*run `dbt build --target {place.target}`"):
            ask(place, engine, tmp_path)
        engine.execute(f"drop table {place.source.raw_schema}.orders")
        with pytest.raises(StarliftError, match=rf"no table .*orders.*load shop --target {place.target}`"):
            engine.raw_rows(place.source)


def test_the_report_names_the_release_and_its_memory(place):
    with place.open() as engine:
        assert re.fullmatch(
            r"(PostgreSQL 1\d\.\d+|MariaDB 1\d\.\d+\.\d+), .*(64MB|0\.12 GiB).*", engine.version()
        )


def test_any_other_refusal_of_the_server_is_one_sentence(place):
    told = r"refused that \(.*\): put it right, and repeat the benchmark"
    with pytest.raises(StarliftError, match=told), place.open() as engine:
        engine.answer("select nonsense from nowhere where")


def test_dropping_the_star_leaves_the_raw_tables_and_other_peoples_schemas(place):
    with place.open() as engine:
        engine.drop_schema("bench_tester")
        engine.create_schema("bench_tester")
        engine.create_schema(f"{SCHEMA}_staging")
        try:
            assert TARGETS[place.target].is_there(place)
            assert TARGETS[place.target].clear_star(place)
            assert engine.schemas() == []
            assert engine.raw_rows(place.source) == {"customers": 2, "orders": 4}
            assert not TARGETS[place.target].is_there(place)
            there = {
                str(row[0]) for row in engine.execute("select schema_name from information_schema.schemata")
            }
            assert "bench_tester" in there
        finally:
            engine.drop_schema("bench_tester")


def test_a_star_that_is_not_the_benchmarks_own_is_never_dropped():
    target = TARGETS["postgres"]
    mine = Place("postgres", "a server", WEB_SHOP, lambda: None, schema="star")
    with pytest.raises(RuntimeError, match="not the benchmark's own"):
        target.clear_star(mine)


# --- the build by hand


@pytest.fixture
def built(place):
    """A view, a table with a key and an index, as dbt might have built them."""
    raw = place.source.raw_schema
    with place.open() as engine:
        for schema in (DBT_SCHEMA, HAND_SCHEMA):
            engine.drop_schema(schema)
        engine.create_schema(DBT_SCHEMA)
        view, table = (
            f"select order_id, customer_id, amount from {raw}.orders",
            f"select customer_id, count(*) as orders from {DBT_SCHEMA}.stg_orders group by customer_id",
        )
        engine.execute(f"create view {DBT_SCHEMA}.stg_orders as {view}")
        engine.execute(
            f"create table {DBT_SCHEMA}.agg_orders (customer_id integer not null primary key, orders bigint)"
        )
        engine.execute(f"insert into {DBT_SCHEMA}.agg_orders {table}")
        engine.execute(f"create index agg_orders_by_count on {DBT_SCHEMA}.agg_orders (orders)")
        nodes = [
            Node("stg_orders", "view", DBT_SCHEMA, "", 0.1, view),
            Node("agg_orders", "table", DBT_SCHEMA, "", 0.1, table, ("customer_id",)),
        ]
        yield engine, nodes, {"postgres": PostgresByHand}.get(place.target, MySQLByHand)()
        for schema in (DBT_SCHEMA, HAND_SCHEMA):
            engine.drop_schema(schema)


def test_by_hand_makes_the_tables_keys_and_indexes_of_dbt(built):
    engine, nodes, by_hand = built
    seconds = _build_by_hand(engine, nodes, by_hand)
    assert set(seconds) == {"stg_orders", "agg_orders"}
    assert engine.count(HAND_SCHEMA, "agg_orders") == 2
    assert names_of(engine, HAND_SCHEMA) == names_of(engine, DBT_SCHEMA) == [("agg_orders", "PRIMARY KEY")]
    counted = {
        "postgres": "select count(*) from pg_indexes where schemaname = %s",
    }.get(engine.name, "select count(*) from information_schema.statistics where table_schema = %s")
    assert engine.execute(counted, [HAND_SCHEMA]) == engine.execute(counted, [DBT_SCHEMA]) == [(2,)]


def test_other_rows_by_hand_than_by_dbt_are_refused(built):
    engine, nodes, by_hand = built
    nodes[1] = replace(nodes[1], sql=nodes[1].sql.replace("group by", "where customer_id = 1 group by"))
    with pytest.raises(StarliftError, match="By hand agg_orders has 1 rows, by dbt 2"):
        _build_by_hand(engine, nodes, by_hand)


# --- which server


def test_a_stopped_server_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIFT_POSTGRES_HOST", "127.0.0.1")
    profile(tmp_path, monkeypatch, {"STARLIFT_POSTGRES_PORT": "1"})
    place = TARGETS["postgres"].at_hand(WEB_SHOP)
    with (
        pytest.raises(StarliftError, match=r"No PostgreSQL answers at 127\.0\.0\.1:1: start it"),
        place.open(),
    ):
        pass


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        (
            "postgres",
            "STARLIFT_POSTGRES_PASSWORD",
            "refuses the user 'starlift': check the user and the pass",
        ),
        ("postgres", "STARLIFT_POSTGRES_DATABASE", "has no database 'another': create it, or name another"),
        ("mariadb", "STARLIFT_MARIADB_PASSWORD", "refuses the user 'starlift': check the user and the pass"),
    ],
)
def test_a_server_that_lets_nobody_in_is_said_as_a_load_says_it(tmp_path, request, kind, wrong, told):
    server = request.getfixturevalue(f"{kind}_server")
    with pytest.MonkeyPatch.context() as patch:
        profile(tmp_path, patch, {**server.environment, wrong: "another"})
        with pytest.raises(StarliftError, match=told), TARGETS[kind].at_hand(WEB_SHOP).open():
            pass


def test_a_server_that_stops_while_it_is_timed_is_one_sentence(tmp_path, monkeypatch, mariadb_server):
    profile(tmp_path, monkeypatch, mariadb_server.environment)
    place = TARGETS["mariadb"].at_hand(WEB_SHOP)
    with (
        pytest.raises(StarliftError, match=r"MariaDB at .* went away .*, and repeat"),
        place.open() as engine,
    ):
        with place.open() as other:
            other.execute(f"kill {engine.connection.connection_id}")
        engine.fetch("select 1")


def test_without_a_server_and_a_scale_the_benchmark_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("STARLIFT_POSTGRES_HOST", raising=False)
    profile(tmp_path, monkeypatch, {"STARLIFT_POSTGRES_PORT": "1"})
    options = {"private": None, "scale": None, "tell": lambda _: None}
    with (
        pytest.raises(StarliftError, match=r"no PostgreSQL at .*starlift server start postgres.*--scale lab"),
        server_for(TARGETS["postgres"], **options),
    ):
        pass
    with (
        pytest.raises(StarliftError, match="DuckDB needs no server"),
        server_for(TARGETS["duckdb"], **{**options, "private": True}),
    ):
        pass


def test_suites_without_a_server_are_refused_on_one_and_left_out_of_all():
    with pytest.raises(StarliftError, match="memory has nothing to do with MariaDB"):
        run._wanted(Suite.MEMORY, TARGETS["mariadb"], DOMAINS["clinic"])
    of_a_server = [Suite.QUESTIONS, Suite.LOAD, Suite.BUILD, Suite.DAY]
    assert run._wanted(Suite.ALL, TARGETS["mariadb"], DOMAINS["clinic"]) == of_a_server
    assert Suite.MEMORY in run._wanted(Suite.ALL, TARGETS["duckdb"], DOMAINS["clinic"])


def test_a_named_server_is_taken_as_it_is(tmp_path, monkeypatch):
    profile(tmp_path, monkeypatch, {"STARLIFT_POSTGRES_HOST": "127.0.0.1", "STARLIFT_POSTGRES_PORT": "1"})
    monkeypatch.setattr(private, "PrivateServer", None)
    with server_for(TARGETS["postgres"], private=None, scale="lab", tell=lambda _: None):
        pass


def test_a_private_server_is_tuned_left_as_it_was_and_its_variables_go(
    tmp_path, monkeypatch, postgres_server
):
    class Kept(PrivateServer):
        """The session's server in the place of one of the benchmark's own."""

        def __init__(self, *_):
            super().__init__("postgres", postgres_server.folder)

        def start(self, port=None, tuning=Tuning.THROWAWAY, *, with_us=False):
            return postgres_server

        def stop(self):
            raise AssertionError("it ran before")

    monkeypatch.setattr(private, "PrivateServer", Kept)
    monkeypatch.delenv("STARLIFT_POSTGRES_HOST", raising=False)
    profile(tmp_path, monkeypatch, {"STARLIFT_POSTGRES_PORT": "1"})
    target = TARGETS["postgres"]
    with (
        server_for(target, private=None, scale="lab", tell=lambda _: None),
        target.at_hand(WEB_SHOP).open() as engine,
    ):
        assert engine.execute("show work_mem") == [("128MB",)]
        engine.execute("alter database starlift reset all")
    assert "STARLIFT_POSTGRES_HOST" not in private.os.environ


# --- goals and the kept warehouse


def test_every_server_has_the_servers_goals_and_duckdb_its_own():
    assert {name: target.goals for name, target in TARGETS.items()} == {
        "duckdb": DUCKDB_GOALS,
        "postgres": SERVER_GOALS,
        "mysql": SERVER_GOALS,
        "mariadb": SERVER_GOALS,
    }
    assert [goal.star for name, goal in sorted(SERVER_GOALS.items()) if goal.star] == [2.5, 4, 3, 8]


def test_after_a_changed_model_only_the_star_is_made_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = []

    class Fake:
        name, star_parts = "postgres", ()

        def own(self, domain, scale):
            return Place("postgres", "a server", domain, lambda: None, schema=f"bench_{scale}")

        def is_there(self, _):
            return True

        def clear(self, _):
            done.append("clear")

        def clear_star(self, _):
            done.append("clear star")
            return True

        def settle(self, _):
            done.append("settle")

    def step(name):
        def run(*_, **__):
            done.append(name)
            (tmp_path / "data" / "bench" / "shop_lab").mkdir(parents=True, exist_ok=True)
            return Step(name, 1.0, 1.0, 1) if name == "build_star" else [Step(name, 1.0, 1.0, 1)]

        return run

    for name in ("generate_data", "load_data", "build_star"):
        monkeypatch.setattr(warehouse, name, step(name))
    model = tmp_path / "models" / "a.sql"
    model.parent.mkdir()

    def kept():
        done.clear()
        found = warehouse.kept_warehouse(
            WEB_SHOP, "lab", target=Fake(), project=tmp_path, tell=lambda _: None
        )
        assert [one.name for one in found.steps] == ["generate_data", "load_data", "build_star"]
        return list(done)

    model.write_text("select 1")
    assert kept() == ["generate_data", "clear", "load_data", "build_star", "settle"]
    assert kept() == []
    model.write_text("select 2")
    assert kept() == ["clear star", "build_star", "settle"]
    record = tmp_path / "data" / "bench" / "shop_lab_postgres.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "raw": "another"}))
    assert kept() == ["clear", "load_data", "build_star", "settle"]
