"""The benchmark: the proof before the race, fair turns, the indexed copy, the report, the stored runs."""

import json
import os
import re
import sys
import time
from decimal import Decimal

import duckdb
import pytest
from rich.console import Console

from starlift.bench import build_suite, runs, show, warehouse, words
from starlift.bench.duckdb import DuckDB
from starlift.bench.goals import goals_in_words
from starlift.bench.place import Place
from starlift.bench.proof import Answer, differences, type_notes
from starlift.bench.question_suite import run_questions
from starlift.bench.questions import INDEXED_SCHEMA, Question, arrange
from starlift.bench.report import write_report
from starlift.bench.run import Suite, memory_scale, run_bench
from starlift.bench.steps import run_step
from starlift.bench.timing import Timing, take_turns
from starlift.domains import DOMAINS, Domain
from starlift.errors import StarliftError
from starlift.sources import Check, Column, ForeignKey, Source, Table

SHOP = Source(
    "shop",
    "the shop",
    (
        Table("customers", (Column("customer_id", "integer"), Column("name", "varchar(20)"))),
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

CLINIC = DOMAINS["clinic"]
WEB_SHOP = Domain("shop", "the shop", (SHOP,), "orders", lambda _: 4)


def answer(*rows, columns=("code", "encounters"), types=("VARCHAR", "BIGINT")):
    return Answer(columns, types, rows)


# --- the proof


def test_equal_answers_have_no_difference_whatever_the_number_type():
    sides = {"given": answer(("A", 1), ("B", 2)), "star": answer(("A", Decimal("1.00")), ("B", 2))}
    assert differences("q", sides) == []


def test_a_changed_row_is_shown_on_both_sides():
    (found,) = differences("q", {"given": answer(("A", 1), ("B", 2)), "star": answer(("A", 1), ("B", 3))})
    assert (found.side, found.against) == ("star", "given")
    assert found.only_in_side == (("B", 3),)
    assert found.only_in_against == (("B", 2),)


def test_a_row_too_many_of_the_same_content_is_found():
    (found,) = differences("q", {"given": answer(("A", 1)), "star": answer(("A", 1), ("A", 1))})
    assert found.only_in_side == (("A", 1),)
    assert found.only_in_against == ()


def test_at_most_five_examples_are_shown_and_all_are_counted():
    star = answer(*((str(number), number) for number in range(9)))
    (found,) = differences("q", {"given": answer(), "star": star})
    assert len(found.only_in_side) == 5
    assert "9 of 9 rows are only here" in found.reason


def test_the_order_of_rows_counts():
    (found,) = differences("q", {"given": answer(("A", 1), ("B", 2)), "star": answer(("B", 2), ("A", 1))})
    assert "another order, from row 1" in found.reason


def test_column_names_count_and_types_are_noted():
    named = answer(columns=("code", "visits"))
    assert "visits" in differences("q", {"given": answer(), "star": named})[0].reason
    assert type_notes({"given": answer(), "star": answer(types=("VARCHAR", "HUGEINT"))}) == [
        "encounters is HUGEINT in star, BIGINT in given"
    ]


# --- turns and figures


def test_all_take_turns_and_each_runs_as_often():
    called = []
    tasks = {name: lambda name=name: called.append(name) for name in "abc"}
    timings = take_turns(tasks, runs=4, warmups=1)
    assert {name: len(timing.seconds) for name, timing in timings.items()} == {"a": 4, "b": 4, "c": 4}
    rounds = ["".join(called[at : at + 3]) for at in range(0, len(called), 3)]
    assert all(sorted(one) == list("abc") for one in rounds)
    assert len({one[0] for one in rounds}) == 3  # nobody always goes first


def test_median_and_quartiles_lie_between_observed_values():
    timing = Timing((5.0, 1.0, 2.0, 4.0, 3.0))
    assert timing.median == 3.0
    assert timing.quartiles == (2.0, 4.0)
    assert Timing((7.0,)).quartiles == (7.0, 7.0)


def test_what_takes_long_is_timed_less_often_but_not_too_seldom():
    called = []
    tasks = {name: lambda name=name: (called.append(name), time.sleep(0.02)) for name in "ab"}
    timings = take_turns(tasks, runs=50, warmups=2, enough_seconds=0.06, fewest_runs=3)
    assert {len(timing.seconds) for timing in timings.values()} == {3}
    assert len(called) == 2 * (1 + 3)  # the second warm-up is left out, too


def test_what_is_done_before_each_turn_is_not_timed():
    timings = take_turns({"a": lambda: None}, runs=2, warmups=1, before=lambda: time.sleep(0.05))
    assert timings["a"].median < 0.04


def test_the_number_of_runs_is_said_as_it_was():
    assert words.runs_in_words({"runs": 7, "fewest_runs": 7}) == "7"
    assert words.runs_in_words({"runs": 7, "fewest_runs": 3}) == "3 to 7"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.000512, "0.512 ms"), (0.0123, "12.3 ms"), (0.9996, "1.00 s"), (12.34, "12.3 s"), (125, "2 min 5 s")],
)
def test_durations_read_well(seconds, text):
    assert words.duration(seconds) == text


def test_ratios_read_well():
    assert [words.times(ratio) for ratio in (0.82, 3.44, 57.4, 1307.0)] == ["0.82x", "3.4x", "57x", "1,307x"]


# --- the questions


def test_a_question_takes_its_words_from_the_first_comment():
    plain = {"q1_sales__3nf": "-- How much?\nselect 1", "q1_sales__star": "select 2"}
    (question,) = arrange(plain, {"q1_sales__3nf": "-- How much?\nselect 3"}, "analyses/shop")
    assert question.text == "How much?"
    assert question.sql == {
        "given": "-- How much?\nselect 1",
        "indexed": "-- How much?\nselect 3",
        "star": "select 2",
    }


def test_a_question_without_a_star_side_is_refused():
    with pytest.raises(StarliftError, match=r"q1_sales has no q1_sales__star\.sql"):
        arrange({"q1_sales__3nf": "select 1"}, {"q1_sales__3nf": "select 1"}, "analyses/shop")


def test_a_domain_without_questions_is_refused():
    with pytest.raises(StarliftError, match="no questions"):
        arrange({}, {}, "analyses/shop")


# --- the engine and the whole suite on a warehouse of two tables


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw_shop")
        connection.execute("create table raw_shop.customers as select 1 as customer_id, 'Ann' as name")
        connection.execute(
            "create table raw_shop.orders as select i as order_id, 1 as customer_id, "
            "timestamp '2025-01-01' as ordered_at, i * 1.5 as amount from range(1, 5) t(i)"
        )
        connection.execute("create schema star")
        connection.execute("create table star.fact_orders as select * from raw_shop.orders")
    return file


def question():
    sql = "select customer_id, sum(amount) as amount from {table} group by all order by all"
    sides = {
        "given": "raw_shop.orders",
        "indexed": f"{INDEXED_SCHEMA}.orders",
        "star": "star.fact_orders",
    }
    return Question("q1_sales", "How much?", {side: sql.format(table=table) for side, table in sides.items()})


def catalog(file, query):
    with duckdb.connect(str(file)) as connection:
        return connection.execute(query).fetchall()


def test_the_copy_has_keys_and_an_index_on_every_foreign_key(shop):
    with DuckDB(shop) as engine:
        assert engine.copy_indexed(SHOP, INDEXED_SCHEMA, lambda _: None)
    kinds = catalog(
        shop,
        "select constraint_type, count(*) from duckdb_constraints() "
        f"where schema_name = '{INDEXED_SCHEMA}' and constraint_type like '% KEY' group by all order by all",
    )
    assert kinds == [("FOREIGN KEY", 1), ("PRIMARY KEY", 2)]
    indexed = catalog(
        shop, f"select expressions from duckdb_indexes() where schema_name = '{INDEXED_SCHEMA}'"
    )
    assert sorted(text.strip("[]'") for (text,) in indexed) == ["customer_id", "ordered_at"]


def test_the_copy_is_made_again_only_after_the_raw_tables_changed(shop):
    with DuckDB(shop) as engine:
        assert engine.copy_indexed(SHOP, INDEXED_SCHEMA, lambda _: None)
        assert not engine.copy_indexed(SHOP, INDEXED_SCHEMA, lambda _: None)
        engine.connection.execute("insert into raw_shop.orders values (9, 1, timestamp '2025-01-02', 1)")
        assert engine.copy_indexed(SHOP, INDEXED_SCHEMA, lambda _: None)
        assert engine.answer(f"select count(*) from {INDEXED_SCHEMA}.orders").rows == ((5,),)


def test_raw_tables_that_break_their_keys_are_refused_and_nothing_is_left(shop):
    with DuckDB(shop) as engine:
        engine.connection.execute("update raw_shop.orders set customer_id = 7 where order_id = 2")
        with pytest.raises(StarliftError, match="raw_shop breaks its own keys"):
            engine.copy_indexed(SHOP, INDEXED_SCHEMA, lambda _: None)
    assert not catalog(shop, f"select 1 from duckdb_schemas() where schema_name = '{INDEXED_SCHEMA}'")


def place_of(file):
    return Place("duckdb", str(file), WEB_SHOP, lambda: DuckDB(file))


def test_equal_sides_are_timed_and_their_plans_kept(shop, tmp_path):
    with DuckDB(shop) as engine:
        outcome = run_questions(
            engine, place_of(shop), [question()], runs=3, plans=tmp_path / "plans", keep_copy=False
        )
    assert outcome.differences == []
    (timed,) = outcome.section["questions"]
    assert {side: len(timing["seconds"]) for side, timing in timed["timings"].items()} == {
        "given": 3,
        "indexed": 3,
        "star": 3,
    }
    assert timed["first_rows"] == [["1", "15.0"]]
    assert timed["ratios"]["indexed"] == 1.0
    assert "fact_orders" in (tmp_path / "plans" / "q1_sales__star.txt").read_text()
    # a warehouse that is not the benchmark's own is left as it was
    assert not catalog(shop, f"select 1 from duckdb_schemas() where schema_name = '{INDEXED_SCHEMA}'")


def test_sides_that_differ_by_a_cent_are_not_timed(shop, tmp_path):
    with DuckDB(shop) as engine:
        engine.connection.execute("update star.fact_orders set amount = amount + 0.1 where order_id = 3")
        outcome = run_questions(
            engine, place_of(shop), [question()], runs=3, plans=tmp_path / "plans", keep_copy=True
        )
    (found,) = outcome.differences
    assert found.side == "star"
    assert found.only_in_side == ((1, Decimal("15.1")),)
    assert outcome.section == {}
    assert not (tmp_path / "plans").exists()


def test_a_missing_raw_table_says_what_to_run(shop):
    with DuckDB(shop) as engine:
        engine.connection.execute("drop table raw_shop.orders")
        with pytest.raises(StarliftError, match=r"no table raw_shop\.orders.*starlift load shop"):
            engine.raw_rows(SHOP)


def test_a_star_that_is_not_built_yet_says_what_to_run(shop, tmp_path):
    with DuckDB(shop) as engine:
        engine.connection.execute("drop table star.fact_orders")
        with pytest.raises(StarliftError, match=r"fact_orders.*run `dbt build` first"):
            run_questions(
                engine, place_of(shop), [question()], runs=1, plans=tmp_path / "plans", keep_copy=True
            )


def test_a_file_that_is_no_warehouse_is_refused(tmp_path):
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to be read as one " * 100)
    with (
        pytest.raises(StarliftError, match=r"text\.duckdb is not a DuckDB database"),
        DuckDB(tmp_path / "text.duckdb"),
    ):
        pass


def test_a_warehouse_that_shows_its_damage_only_when_it_is_read_is_refused(tmp_path):
    file = tmp_path / "damaged.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table t as select hash(range) as h from range(1000000)")
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(b"damage" * 200_000)
    with pytest.raises(StarliftError, match=r"damaged\.duckdb is damaged"), DuckDB(file) as engine:
        engine.answer("select sum(h) from t")


def test_a_missing_warehouse_says_what_to_run(tmp_path):
    with pytest.raises(StarliftError, match="make demo"), DuckDB(tmp_path / "none.duckdb"):
        pass


# --- steps, and what a kept warehouse depends on


def test_a_step_tells_time_and_memory(tmp_path):
    step = run_step("say", [sys.executable, "-m", "platform"], os.environ, tmp_path / "step.log")
    assert step.peak_bytes > 2**20
    assert step.seconds > 0
    assert (tmp_path / "step.log").read_text()


def test_a_failed_step_names_its_reason_and_its_log(tmp_path):
    with pytest.raises(StarliftError, match=r"'read' failed \(.*rror.*\).*step\.log"):
        run_step("read", ["ls", str(tmp_path / "none.error")], os.environ, tmp_path / "step.log")


def test_a_changed_model_changes_the_fingerprint(tmp_path):
    model = tmp_path / "models" / "a.sql"
    model.parent.mkdir()
    model.write_text("select 1")
    before = warehouse._fingerprint(tmp_path, ("models", "vars.yml"))
    assert warehouse._fingerprint(tmp_path, ("models", "vars.yml")) == before
    model.write_text("select 2")
    assert warehouse._fingerprint(tmp_path, ("models", "vars.yml")) != before


# --- the build by hand


def test_the_primary_key_is_found_on_the_table_or_on_a_column():
    on_table = {"constraints": [{"type": "primary_key", "columns": ["a", "b"]}], "columns": {}}
    column = {"name": "a", "constraints": [{"type": "not_null"}, {"type": "primary_key"}]}
    assert build_suite.primary_key(on_table) == ("a", "b")
    assert build_suite.primary_key({"constraints": [], "columns": {"a": column}}) == ("a",)
    assert build_suite.primary_key({"constraints": [], "columns": {}}) == ()


def test_a_snapshot_by_hand_has_the_columns_of_dbt():
    node = {
        "name": "snap",
        "alias": "snap",
        "resource_type": "snapshot",
        "relation_name": "s",
        "config": {"materialized": "snapshot", "unique_key": "id", "updated_at": "changed_at"},
    }
    sql = "select 1 as id, timestamp '2025-01-01' as changed_at"
    made = build_suite.node_of(node, {"execution_time": 0.5, "compiled_code": sql})
    assert made.stored
    with duckdb.connect() as connection:
        connection.execute(made.create)
        (row,) = connection.execute("select * exclude (dbt_scd_id) from s").fetchall()
        names = [column[0] for column in connection.description]
    assert names == ["id", "changed_at", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted"]
    assert row[4].year == 9999


def test_the_overhead_is_that_of_trivial_nodes_only():
    rows = [{"dbt": 0.05, "hand": 0.01}, {"dbt": 0.07, "hand": 0.01}, {"dbt": 9.0, "hand": 3.0}]
    assert build_suite.dbt_overhead(rows) == pytest.approx(0.05)
    assert build_suite.dbt_overhead(rows[2:]) == 0.0


# --- stored runs, their comparison, the report


@pytest.fixture
def stored(tmp_path, monkeypatch, shop):
    """Two runs of the shop's question, the second with a star twice as slow."""
    monkeypatch.chdir(tmp_path)
    with DuckDB(shop) as engine:
        section = run_questions(
            engine, place_of(shop), [question()], runs=1, plans=tmp_path / "plans", keep_copy=True
        ).section
    section["labels"] = {"given": "3NF as given", "indexed": "3NF well indexed", "star": "star"}
    section["raw_rows"]["encounters"] = 4
    section["labels"] |= {"best": "3NF best written", "aggregate": "aggregate"}
    section["questions"][0]["text"] = "How much <b>& more</b>?"
    for name, star in (("20250101-1", 1.0), ("20250102-2", 2.0)):
        section["questions"][0]["timings"]["star"] |= dict.fromkeys(("median", "p25", "p75"), star)
        run = {
            "run": name,
            "suite": "questions",
            "target": "duckdb",
            "scale": None,
            "started_at": "2025-01-01T00:00:00+00:00",
            "machine": {"processor": "a", "cores": 2, "memory_gib": 8.0, "commit": "abc"},
            "questions": json.loads(json.dumps(section)),
        }
        runs.store(run, tmp_path / "data" / "bench" / name)
    return tmp_path


def printed(call, *arguments):
    console = Console(record=True, width=160)
    call(console, *arguments)
    return console.export_text()


def test_the_report_is_one_file_that_needs_no_other_and_escapes_words(stored):
    page = (stored / "data" / "report.html").read_text()
    assert "How much &lt;b&gt;&amp; more&lt;/b&gt;?" in page
    assert "<svg" in page
    assert "3NF well indexed" in page
    assert not re.search(r"<(link|script|img|iframe)\b|@import|url\(http", page)
    assert page == (stored / "data" / "bench" / "20250102-2" / "report.html").read_text()


def test_the_terminal_shows_the_answers_under_the_questions_and_says_what_an_aggregate_is(stored):
    run = runs.stored_runs()[0]
    first = run["questions"]["questions"][0]
    first |= {"rows": 4, "columns": ["city_name", "revenue"], "text": "How much [by city]?"}
    first["first_rows"] = [["Oslo", "10.50"], ["Bergen", "9.00"], ["Alta", "8.00"], ["Narvik", "7.00"]]
    lines = [line.strip() for line in printed(show.show_run, run).splitlines()]
    at = lines.index("How much [by city]?")
    shown = [line.split() for line in lines[at + 1 :] if line and "─" not in line]
    assert shown[:4] == [["city", "name", "revenue"], ["Oslo", "10.50"], ["Bergen", "9.00"], ["Alta", "8.00"]]
    assert shown[4] == ["and", "1", "rows", "more"]
    assert "holds the finished answer" in " ".join(lines)
    assert "times faster than 3NF well indexed." in " ".join(lines)
    assert "hold the finished answer" in (stored / "data" / "report.html").read_text()


def test_a_goal_is_missed_by_a_slow_star_and_reached_by_a_fast_one():
    goals = {"star": 2.5, "aggregate": 30}
    fast = {"name": "q1", "goals": goals, "ratios": {"best": 2.0, "star": 2.6, "aggregate": 31.0}}
    slow = {"name": "q2", "goals": goals, "ratios": {"best": 2.0, "star": 1.9, "aggregate": 31.0}}
    assert list(show.missed_goals({"questions": [fast]})) == []
    assert list(show.missed_goals({"questions": [slow]})) == [
        "q2, star: 1.9x of 2.5x",
        "q2: the star is slower than the best 3NF",
    ]


def test_a_goal_for_the_quicker_of_star_and_aggregate_asks_for_times_and_seconds():
    question = {"name": "q3_value", "goals": {"either": 3, "either_seconds": 1}, "ratios": {"star": 2.0}}
    question["timings"] = {side: {"median": seconds} for side, seconds in (("star", 0.4), ("aggregate", 1.5))}
    section = {"questions": [question]}
    assert list(show.missed_goals(section)) == ["q3_value, star: 2.0x of 3.0x"]
    question["ratios"]["aggregate"] = 5.0
    assert list(show.missed_goals(section)) == ["q3_value, aggregate: 1.50 s of 1.00 s"]
    question["timings"]["aggregate"]["median"] = 0.9
    assert list(show.missed_goals(section)) == []
    assert goals_in_words(section) == "q3 3.0x and 1.00 s on the quicker"


def test_the_report_says_which_goals_hold(stored):
    run = runs.stored_runs()[0]
    section = run["questions"]
    section["goals_apply"] = True
    section["questions"][0] |= {"goals": {"star": 2.5}}
    for ratio, words_of_it in ((2.6, "All goals are reached"), (1.9, "q1_sales, star: 1.9x of 2.5x")):
        section["questions"][0]["ratios"]["star"] = ratio
        write_report(run, stored / "goals.html")
        assert words_of_it in (stored / "goals.html").read_text()


def test_the_latest_two_runs_are_compared(stored):
    old, new = runs.latest_pair(runs.stored_runs())
    assert (old["run"], new["run"]) == ("20250101-1", "20250102-2")
    text = printed(show.show_comparison, old, new)
    assert "+100%" in next(line for line in text.splitlines() if "q1_sales, star" in line)


def test_runs_are_listed_and_found_by_a_part_of_their_name(stored):
    found = runs.stored_runs()
    assert "20250102-2" in printed(show.show_list, found)
    assert runs.pick(found, "0102")["run"] == "20250102-2"
    with pytest.raises(StarliftError, match="2 stored runs match"):
        runs.pick(found, "2025")


def test_one_run_cannot_be_compared():
    with pytest.raises(StarliftError, match="not two stored runs"):
        runs.latest_pair([{"suite": "questions", "scale": None}])


def test_a_report_without_questions_leaves_them_out(stored):
    run = runs.stored_runs()[0]
    del run["questions"]
    run["memory"] = {
        "scale": "10m",
        "size": "10 encounters",
        "steps": [{"name": "generate", "seconds": 1.0, "peak_bytes": 2**30}],
        "peak_bytes": 2**30,
        "goal": 2**33,
    }
    write_report(run, stored / "memory.html")
    page = (stored / "memory.html").read_text()
    assert "1.00 GiB" in page
    assert "<svg" not in page


def test_outside_the_project_the_benchmark_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StarliftError, match=r"no dbt_project\.yml"):
        run_bench(Suite.QUESTIONS, target="duckdb", scale=None, runs=1)


def test_memory_is_measured_at_ten_million_unless_less_is_asked_for():
    assert memory_scale(Suite.ALL, "1m", CLINIC) == memory_scale(Suite.MEMORY, None, CLINIC) == "10m"
    assert memory_scale(Suite.ALL, "lab", CLINIC) == "lab"
    assert memory_scale(Suite.MEMORY, "1m", CLINIC) == "1m"


def test_an_unknown_target_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dbt_project.yml").touch()
    with pytest.raises(StarliftError, match="no benchmark for the target 'oracle'"):
        run_bench(Suite.QUESTIONS, target="oracle", scale=None, runs=1)
