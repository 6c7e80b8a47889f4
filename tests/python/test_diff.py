"""`starlift diff` on two small states that are made up, and on revisions of a small repository."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from made_up_state import Model, make_state
from starlift.diff.command import run_diff
from starlift.diff.markdown import LIMIT, MARKER, as_markdown
from starlift.diff.report import Report, compare_states
from starlift.diff.revisions import Data, built_revisions, find_revision
from starlift.domains import DOMAINS
from starlift.errors import StarliftError
from starlift.state import read_state

CLAIMS = (
    "select i as claim_id, (i % 3)::integer as kind, (i * 10)::decimal(12, 2) as allowed, "
    "'2026-01-01'::date + i::integer as day, i as audit_key from range(1, 101) as t (i)"
)
MODELS = {
    "claims": Model(CLAIMS, key=("claim_id",)),
    "dim_kind": Model(
        "select k::integer as kind, 'kind ' || k as label, (k * 7)::integer as floor from range(3) as t (k)",
        key=("kind",),
    ),
    "agg_by_kind": Model(
        "select kind, sum(allowed) as allowed from warehouse.star.claims group by kind",
        ("claims",),
        materialized="view",
    ),
    "other": Model("select 1 as one"),
    "q1__star": Model(
        "select dim_kind.label, sum(claims.allowed) as allowed from warehouse.star.claims as claims "
        "inner join warehouse.star.dim_kind as dim_kind on claims.kind = dim_kind.kind group by dim_kind.label",
        ("claims", "dim_kind"),
        kind="analysis",
    ),
    "q2__star": Model(
        "select count(distinct day) as days from warehouse.star.claims", ("claims",), kind="analysis"
    ),
}
EXPOSURES = {"revenue": ("agg_by_kind",), "calendar": ("other",)}


def changed(
    tmp_path: Path, models: dict[str, Model], exposures: dict[str, tuple[str, ...]] | None = None
) -> Report:
    """What becomes of the made-up project where these models are others; None takes one away."""
    before = make_state(tmp_path / "before", MODELS, exposures=EXPOSURES)
    now = {name: model for name, model in (MODELS | (models or {})).items() if model is not None}
    after = make_state(tmp_path / "now", now, exposures=exposures or EXPOSURES)
    return compare_states(read_state(before), read_state(after))


def fates(report: Report) -> dict[str, str]:
    (section,) = [one for one in report.sections() if one.title == "Downstream"]
    return {row[1].strip("`"): row[2] for row in section.tables[0].rows}


def reads(report: Report) -> dict[str, str]:
    (section,) = [one for one in report.sections() if one.title == "Downstream"]
    return {row[1].strip("`"): row[3] for row in section.tables[0].rows}


def test_a_state_does_not_differ_from_itself_nor_by_who_wrote_its_rows(tmp_path):
    other_stamps = replace(MODELS["claims"], rows=CLAIMS.replace("i as audit_key", "i + 7 as audit_key"))
    report = changed(tmp_path, {"claims": other_stamps})
    assert report.is_empty, list(report.sections())
    assert report.summary().startswith("Nothing changes")


def test_a_changed_measure_is_counted_by_column_and_followed_to_its_readers(tmp_path):
    sql = CLAIMS.replace("(i * 10)", "(case when i % 4 = 0 then 0 else i * 10 end)")
    report = changed(tmp_path, {"claims": replace(MODELS["claims"], sql=sql)})
    rows = report.tables["model.p.claims"].rows
    assert (rows.before, rows.now, rows.changed, rows.added, rows.removed) == (100, 100, 25, 0, 0)
    assert rows.key == ("claim_id",)
    assert rows.by_column == {"allowed": 25}
    first = rows.changed_rows[0]
    assert (first.key, {name: tuple(map(str, pair)) for name, pair in first.values.items()}) == (
        (4,),
        {"allowed": ("40.00", "0.00")},
    )
    # the question of days reads the table, but no column of it that differs
    assert fates(report) == {
        "q1__star": "**differs**: 3 changed",
        "agg_by_kind": "**differs**: 3 changed",
        "revenue": "**differs**",
    }
    assert reads(report)["q1__star"] == "`claims.allowed`"
    assert [one.what for one in report.project.nodes] == [("SQL",)]


def test_a_metric_is_concerned_by_what_its_expression_reads(tmp_path):
    metrics = {"revenue": ("allowed * 2", "claims"), "double": ("", "revenue"), "days": ("day", "claims")}
    sql = CLAIMS.replace("(i * 10)", "(i * 11)")
    before = make_state(tmp_path / "before", MODELS, metrics=metrics)
    now = make_state(
        tmp_path / "now", MODELS | {"claims": replace(MODELS["claims"], sql=sql)}, metrics=metrics
    )
    reached = compare_states(read_state(before), read_state(now)).reached
    assert {one.name: one.reads for one in reached if one.kind == "metric"} == {
        "revenue": {"claims": ("allowed",)},
        "double": {"claims": ("allowed",)},
    }


def test_rows_that_come_and_go_are_found_by_their_key(tmp_path):
    sql = CLAIMS.replace("range(1, 101)", "range(3, 111)")
    report = changed(tmp_path, {"claims": replace(MODELS["claims"], sql=sql)})
    rows = report.tables["model.p.claims"].rows
    assert (rows.added, rows.removed, rows.changed) == (10, 2, 0)
    assert "`claims`: 12 rows of 110 (10 added, 2 removed)" in [one.title for one in report.sections()]
    assert [row[0] for row in rows.removed_rows] == [1, 2]
    assert [row[0] for row in rows.added_rows] == [101, 102, 103, 104, 105]


def test_columns_that_are_renamed_retyped_added_and_removed(tmp_path):
    sql = MODELS["dim_kind"].sql.replace("integer as floor", "integer as storey")
    claims = CLAIMS.replace("decimal(12, 2)", "decimal(14, 3)").replace(
        "'2026-01-01'::date + i::integer as day", "'late' as day_part"
    )
    report = changed(
        tmp_path,
        {"dim_kind": replace(MODELS["dim_kind"], sql=sql), "claims": replace(MODELS["claims"], sql=claims)},
    )
    columns = report.tables["model.p.dim_kind"].columns
    assert (columns.added, columns.removed, columns.renamed) == (("storey",), ("floor",), {"floor": "storey"})
    columns = report.tables["model.p.claims"].columns
    assert columns.retyped == {"allowed": ("DECIMAL(12,2)", "DECIMAL(14,3)")}
    assert (columns.added, columns.removed, columns.renamed) == (("day_part",), ("day",), {})
    # the same number in another type is the same
    assert report.tables["model.p.claims"].rows.differing == 0
    # a question that still asks for what is gone
    assert fates(report)["q2__star"].startswith("**fails**: `Binder Error")
    assert "1 column added, 1 column removed, 1 column renamed, 2 columns retyped" in report.summary()
    assert report.summary().endswith("no row differs, 1 question fails.")


def test_models_that_are_added_and_removed(tmp_path):
    models = {"other": None, "more": Model("select 1 as one union all select 2")}
    report = changed(tmp_path, models, EXPOSURES | {"calendar": ("more",)})
    assert {one.name: one.change for one in report.project.nodes} == {"other": "removed", "more": "added"}
    assert report.tables["model.p.more"].rows.now == 2
    assert fates(report) == {"calendar": "reads a new model"}


def test_without_a_key_rows_are_compared_as_wholes(tmp_path):
    twice = Model("select i % 2 as a, 'x' as b, 'y' as c from range(6) as t (i)")
    once = replace(twice, sql=twice.sql.replace("range(6)", "range(5)"))
    before = make_state(tmp_path / "before", {"t": twice})
    now = make_state(tmp_path / "now", {"t": once})
    rows = compare_states(read_state(before), read_state(now)).tables["model.p.t"].rows
    assert (rows.key, rows.added, rows.removed, rows.before, rows.now) == ((), 0, 1, 6, 5)


def test_floating_point_sums_in_another_order_are_the_same(tmp_path):
    one = Model("select 1 as id, 0.1::double + 0.2 as x", key=("id",))
    other = replace(one, rows="select 1 as id, 0.3::double as x")
    report = compare_states(
        read_state(make_state(tmp_path / "a", {"t": one})),
        read_state(make_state(tmp_path / "b", {"t": other})),
    )
    assert report.is_empty
    off = replace(one, rows="select 1 as id, 0.3000001::double as x")
    report = compare_states(read_state(tmp_path / "a"), read_state(make_state(tmp_path / "c", {"t": off})))
    assert report.tables["model.p.t"].rows.changed == 1


def test_what_else_a_model_is_made_of(tmp_path):
    base = Model("select 1 as id", macros=("macro.p.m",), contract={"id": "integer"})
    macros = {"macro.p.m": "{% macro m() %}{{ var('days') }}{% endmacro %}"}
    before = {
        "macro": base,
        "config": base,
        "contract": base,
        "words": base,
        "untouched": replace(base, macros=()),
    }
    now = before | {
        "config": replace(base, config={"unique_key": "id"}),
        "contract": replace(base, contract={"id": "bigint"}),
        "words": replace(base, description="Said otherwise."),
    }
    report = compare_states(
        read_state(make_state(tmp_path / "a", before, macros=macros, variables={"days": 30})),
        read_state(
            make_state(
                tmp_path / "b", now, macros={"macro.p.m": macros["macro.p.m"] + " "}, variables={"days": 31}
            )
        ),
    )
    assert {one.name: one.what for one in report.project.nodes} == {
        "macro": ("var days",),
        "config": ("config: unique_key", "var days"),
        "contract": ("contract", "var days"),
        "words": ("description", "var days"),
    }
    (parameters,) = [one for one in report.sections() if one.title == "Parameters"]
    assert parameters.tables[0].rows == (("`days`", "`30`", "`31`"),)


def test_an_edit_of_a_macro_is_one_of_the_models_that_call_it(tmp_path):
    model = Model("select 1 as id", macros=("macro.p.outer",))
    macros = {"macro.p.outer": "one", "macro.p.idle": "one"}
    macros["macro.p.materialization_view_default"] = "one"
    a = make_state(tmp_path / "a", {"m": model, "n": replace(model, macros=("macro.p.idle",))}, macros=macros)
    b = make_state(
        tmp_path / "b",
        {"m": model, "n": replace(model, macros=("macro.p.idle",))},
        macros=dict(macros) | {"macro.p.outer": "two", "macro.p.materialization_view_default": "two"},
    )
    change = compare_states(read_state(a), read_state(b)).project
    (found,) = change.nodes
    assert (found.name, found.what) == ("m", ("macro outer",))
    assert change.others == {"macro that no model names": {"changed": ("materialization_view_default",)}}


def test_layout_and_comments_change_no_row_and_alarm_nobody(tmp_path):
    sql = "-- a comment\n" + CLAIMS.replace("select i as claim_id", "SELECT  i AS claim_id")
    report = changed(tmp_path, {"claims": replace(MODELS["claims"], sql=sql)})
    (found,) = report.project.nodes
    assert found.what == ("SQL, in layout or comments only",)
    assert not report.reached


def test_the_comment_is_found_again_and_never_too_long(tmp_path):
    now = {
        f"model_{n}": Model(
            "select i as id, repeat('wide | <!-- ` ', 9) || i as text, i * {} as x from range(60) as t (i)",
            key=("id",),
        )
        for n in range(150)
    }
    states = [
        read_state(
            make_state(
                tmp_path / side, {name: replace(one, sql=one.sql.format(by)) for name, one in now.items()}
            )
        )
        for side, by in (("a", 1), ("b", 2))
    ]
    text = as_markdown(compare_states(*states))
    assert text.splitlines()[0] == MARKER
    assert text.count(MARKER) == 1
    assert len(text) <= LIMIT
    assert "more tables left out for length" in text
    assert text.count("<details>") == text.count("</details>") > 10
    # every row of a table has the cells of its heading
    for table in text.split("\n\n"):
        bars = {line.replace("\\|", "").count("|") for line in table.splitlines() if line.startswith("|")}
        assert len(bars) <= 1, table


def test_a_file_may_be_renamed_and_what_dbt_has_not_compiled_is_known_by_its_models(tmp_path):
    before = make_state(tmp_path / "before", MODELS, exposures=EXPOSURES)
    sql = CLAIMS.replace("(i * 10)", "(i * 11)")
    models = MODELS | {"claims": replace(MODELS["claims"], sql=sql)}
    now = make_state(tmp_path / "now", models, exposures=EXPOSURES)
    (now / "warehouse.duckdb").rename(now / "another.duckdb")
    assert (
        fates(compare_states(read_state(before), read_state(now)))["agg_by_kind"] == "**differs**: 3 changed"
    )

    manifest = json.loads((now / "manifest.json").read_text())
    for one in manifest["nodes"].values():
        del one["compiled_code"]
    (now / "manifest.json").write_text(json.dumps(manifest))
    report = compare_states(read_state(before), read_state(now))
    # also the question that reads no column which differs
    assert fates(report) == {
        "q1__star": "not compared",
        "q2__star": "not compared",
        "revenue": "**differs**",
        "agg_by_kind": "**differs**: 3 changed",
    }


def test_a_table_that_was_not_built_is_missed(tmp_path):
    before = make_state(tmp_path / "before", MODELS)
    now = make_state(tmp_path / "now", MODELS)
    with duckdb.connect(str(now / "warehouse.duckdb")) as connection:
        connection.execute("drop table star.dim_kind")
    report = compare_states(read_state(before), read_state(now))
    assert report.tables["model.p.dim_kind"].rows.problem == "it is not in the database, now"
    assert "`dim_kind` could not be compared" in [one.title for one in report.sections()]


def test_a_state_that_lacks_something_is_refused_in_a_sentence(tmp_path):
    console = Console(quiet=True)

    def refused(words: str, *sides: str | None, **options) -> None:
        with pytest.raises(StarliftError, match=words):
            run_diff(console, *sides, Data(), **{"format_": "terminal", "out": None, **options})

    whole = str(make_state(tmp_path / "whole", {"m": Model("select 1 as a")}))
    lacking = make_state(tmp_path / "lacking", {"m": Model("select 1 as a")})
    (lacking / "warehouse.duckdb").unlink()
    refused("no DuckDB file", whole, str(lacking))
    (lacking / "manifest.json").unlink()
    (lacking / "warehouse.duckdb").write_text("")
    refused("has no manifest.json", whole, str(lacking))
    (lacking / "manifest.json").write_text("{")
    refused("is no JSON", whole, str(lacking))
    for other in ("[]", "{}", '{"metadata": {"adapter_type": "duckdb"}}', '{"nodes": {}, "metadata": {}}'):
        (lacking / "manifest.json").write_text(other)
        refused("is not dbt's manifest", whole, str(lacking))
    # the file that is meant is named, whichever side it is of
    shutil.copy(Path(whole) / "manifest.json", lacking)
    (lacking / "warehouse.duckdb").write_text("no database" * 1000)
    for sides in ((whole, str(lacking)), (str(lacking), whole)):
        refused(re.escape(f"{lacking / 'warehouse.duckdb'} is not a DuckDB database"), *sides)
    refused("compare two states, or two revisions", whole, None)
    refused("choose terminal or markdown", whole, whole, format_="html")
    refused("is a folder: name a file", whole, whole, out=tmp_path)


def test_the_comment_goes_to_the_file_alone(tmp_path, capsys):
    whole = str(make_state(tmp_path / "whole", {"m": Model("select 1 as a")}))
    out = tmp_path / "new" / "comment.md"
    run_diff(Console(), whole, whole, Data(), format_="markdown", out=out)
    assert out.read_text().startswith(MARKER)
    assert MARKER not in capsys.readouterr().out
    run_diff(Console(), whole, whole, Data(), format_="markdown", out=None)
    assert capsys.readouterr().out.startswith(MARKER)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "readme").write_text("no project")
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    committed(folder, "first")
    return folder


def committed(repository: Path, message: str) -> None:
    git = ["git", "-C", str(repository), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", message], check=True)


def test_revisions_are_built_on_the_same_data_and_leave_nothing_behind(repository, tmp_path, monkeypatch):
    project = repository / "warehouse"
    (project / "models").mkdir(parents=True)
    (project / "analyses").mkdir()
    (project / "dbt_project.yml").write_text("{name: p, profile: anything, version: 1.0.0}")
    claims = "select billing_id, allowed_amount from raw_clinic.billing"
    (project / "models" / "claims.sql").write_text(claims)
    (project / "models" / "kept.sql").write_text("select count(*) as n from raw_clinic.loads")
    (project / "models" / "models.yml").write_text(
        "models: [{name: claims, config: {materialized: table}, "
        "columns: [{name: billing_id, data_tests: [unique]}]}]"
    )
    (project / "analyses" / "total.sql").write_text(
        "select sum(allowed_amount) as total from {{ ref('claims') }}"
    )
    committed(repository, "second")
    # not committed: the working tree is what is compared
    (project / "models" / "claims.sql").write_text(
        claims.replace(", allowed_amount", ", 2 * allowed_amount as allowed_amount")
    )

    monkeypatch.chdir(project)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "scratch").mkdir()
    out = tmp_path / "comment.md"
    data = Data(days=1, domains=(DOMAINS["clinic"],))
    run_diff(Console(quiet=True), "main", None, data, format_="markdown", out=out)
    text = out.read_text()
    assert (
        "to **the working tree**. 1 model changed, 1 column retyped, "
        "1 table with other rows, 1 question answered differently." in text
    )
    assert "| `claims` | changed: SQL | ~1 |" in text
    assert (
        "| question | `total` | **differs**: 1 added, 1 removed | `claims.allowed_amount` | `claims` |"
        in text
    )
    assert "Compared by `billing_id`." in text
    assert "kept" not in text
    assert not list((tmp_path / "scratch").iterdir())
    listed = subprocess.run(["git", "worktree", "list"], text=True, capture_output=True, check=True).stdout
    assert len(listed.splitlines()) == 1
    assert not (project / "target").exists()


def test_a_bad_revision_is_refused_in_a_sentence(repository, tmp_path):
    with pytest.raises(StarliftError, match="git knows no revision 'nope' here"):
        find_revision(repository, "nope")
    with pytest.raises(StarliftError, match="git knows no revision '--all' here"):
        find_revision(repository, "--all")
    outside = tmp_path / "outside"
    outside.mkdir()
    with pytest.raises(StarliftError, match="is in no git repository"):
        find_revision(outside, "main")


def test_data_that_are_not_there_are_refused_in_a_sentence(repository, tmp_path):
    (repository / "dbt_project.yml").write_text("{name: p, profile: p}")
    committed(repository, "second")
    revision = find_revision(repository, "HEAD")
    for data, words in (
        (Data(path=tmp_path / "none"), r"There is no folder .*none/clinic: make one with the extract"),
        (Data(path=tmp_path / "none", domains=(DOMAINS["clinic"],)), "none"),
        (Data(scale="huge"), "huge"),
    ):
        with (
            pytest.raises(StarliftError, match=words),
            built_revisions(Console(quiet=True), repository, [revision], data, tmp_path / "scratch"),
        ):
            pass


def test_a_revision_without_a_project_leaves_nothing_checked_out(repository, tmp_path):
    revision = find_revision(repository, "main")
    assert revision.label == f"main ({revision.commit[:8]})"
    with (
        pytest.raises(StarliftError, match="There is no dbt project in main"),
        built_revisions(Console(quiet=True), repository, [revision], Data(), tmp_path / "scratch"),
    ):
        pass
    listed = subprocess.run(
        ["git", "-C", str(repository), "worktree", "list"], text=True, capture_output=True, check=True
    ).stdout
    assert len(listed.splitlines()) == 1
