"""Columns are followed through SQL: what their values are made of, and what decides which rows there are."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlglot.schema import MappingSchema

from made_up_state import Model, make_state
from starlift.errors import StarliftError
from starlift.lineage import read_lineage
from starlift.lineage.command import run_lineage
from starlift.lineage.query import UnreadableQueryError, read_query
from starlift.state import read_state
from starlift.state.stored import stored_columns

KNOWN = MappingSchema(
    {"s": {"a": {"id": "int", "x": "int", "y": "int", "kind": "int"}, "b": {"id": "int", "z": "int"}}},
    dialect="duckdb",
)


def follow(sql: str) -> tuple[dict[str, set[str]], set[str]]:
    query = read_query(sql, KNOWN, "duckdb")

    def names(leaves) -> set[str]:
        return {f"{place[1]}.{column}" for place, column in leaves}

    return {name: names(leaves) for name, leaves in query.made_of.items()}, names(query.decided_by)


@pytest.mark.parametrize(
    ("sql", "made_of", "decided_by"),
    [
        ('select x as u, 1 as one from "db"."s"."a"', {"u": {"a.x"}, "one": set()}, set()),
        # import CTEs, stars, a sum, a join and a filter
        (
            "with a as (select * from db.s.a), b as (select * from db.s.b where z > 0), "
            "sums as (select a.kind, sum(a.x * b.z) as total, count(*) as n from a inner join b on a.id = b.id "
            "group by a.kind), final as (select kind, total, n from sums where n > 1) select * from final",
            {"kind": {"a.kind"}, "total": {"a.x", "b.z"}, "n": set()},
            {"a.id", "b.id", "b.z", "a.kind"},
        ),
        # both branches of a union, by position
        (
            "select id, x as v from db.s.a union all select id, z from db.s.b",
            {"id": {"a.id", "b.id"}, "v": {"a.x", "b.z"}},
            set(),
        ),
        # a window, a case, and a subquery in the column list
        (
            "select case when kind = 1 then x end as c, sum(x) over (partition by y order by id) as w, "
            "(select max(z) from db.s.b) as m from db.s.a",
            {"c": {"a.kind", "a.x"}, "w": {"a.x", "a.y", "a.id"}, "m": {"b.z"}},
            set(),
        ),
        ("select id from db.s.a where x in (select z from db.s.b)", {"id": {"a.id"}}, {"a.x"}),
        # a table whose columns nobody has listed
        (
            "with source as (select * from db.s.unknown) select source.p as q from source",
            {"q": {"unknown.p"}},
            set(),
        ),
    ],
)
def test_a_query_is_followed(sql, made_of, decided_by):
    assert follow(sql) == (made_of, decided_by)


@pytest.mark.parametrize("sql", ["select from where", "drop table s.a"])
def test_what_cannot_be_followed_is_said(sql):
    with pytest.raises(UnreadableQueryError):
        read_query(sql, KNOWN, "duckdb")


MODELS = {
    "stg": Model("select 1 as id, 2 as amount"),
    "fact": Model(
        "select id, amount * 2 as double_amount, amount as plain from warehouse.star.stg", ("stg",)
    ),
    "agg": Model("select sum(double_amount) as total from warehouse.star.fact where plain > 0", ("fact",)),
    "q": Model("select total from warehouse.star.agg", ("agg",), kind="analysis"),
}


def shown(tmp_path: Path, column: str, **options) -> str:
    folder = tmp_path / "state"
    if not folder.exists():
        make_state(folder, MODELS, exposures={"dashboard": ("agg",)})
    said = StringIO()
    settings = {"up": False, "down": False, "page": None, **options}
    run_lineage(
        Console(file=said, width=120), column, state=folder, target="duckdb", variables=None, **settings
    )
    return said.getvalue()


def test_a_column_is_shown_with_what_it_is_made_of_and_what_it_goes_into(tmp_path):
    text = shown(tmp_path, "fact.double_amount")
    up, down = text.split("fact.double_amount goes into")
    assert "stg.amount" in up
    assert "agg" not in up
    assert "agg.total" in down
    assert "q.total  question" in down
    assert "exposures: dashboard" in down
    assert "goes into" not in shown(tmp_path, "fact.double_amount", up=True)
    assert "agg  which rows, or how many" in shown(tmp_path, "fact.plain", down=True)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("fact.duble_amount", "fact has no column 'duble_amount'; perhaps double_amount"),
        ("facts.plain", "There is no model, seed, snapshot, question or source 'facts'; perhaps fact"),
        ("fact", "Say which column of fact, as in fact.COLUMN: it has id, double_amount, plain"),
    ],
)
def test_a_column_that_is_none_is_refused_in_a_sentence(tmp_path, column, words):
    with pytest.raises(StarliftError, match=words):
        shown(tmp_path, column)


def test_a_table_that_dbt_does_not_know_is_no_end_of_the_way(tmp_path):
    sql = "select id as total from warehouse.star.made_by_a_hook"
    models = MODELS | {"agg": Model(sql, ("fact",), rows="select 1 as total")}
    state = read_state(make_state(tmp_path / "state", models))
    lineage = read_lineage(state.manifest, stored_columns(state.file))
    assert lineage.unread == {"model.p.agg": "it reads star.made_by_a_hook, which dbt does not know"}


def test_the_page_needs_nothing_else(tmp_path):
    page = tmp_path / "new" / "lineage.html"
    shown(tmp_path, "fact.plain", page=page)
    html = page.read_text()
    assert '"double_amount"' in html
    assert "http" not in html.replace("http-equiv", "")
