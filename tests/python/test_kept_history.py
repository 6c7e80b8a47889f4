"""What the source no longer says is kept, whatever dbt is told."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import conftest
from conftest import PROJECT, Warehouse

MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test", "exposure")
# without what is summed up of them, which names the run that summed it up
HISTORIES = """
select table_name from duckdb_tables()
where schema_name = 'star_history' and not ends_with(table_name, '__blocks')
order by all
"""
CLOSED = """
select
    (select count(*) from star_history.hist_clinic__encounters where known_to < 2147483647)
    + (select count(*) from star_history.snap_clinic__patients where dbt_valid_to < timestamp '9999-12-31')
"""
# What it takes for a new column of the source to come into the history of patients, and into their snapshot.
NEW_COLUMN = {
    "models/staging/clinic/stg_clinic__patients.sql": (
        "        created_at,",
        "        nickname,\n        created_at,",
    ),
    "models/staging/clinic/_staging.yml": (
        "      - {name: mrn, ",
        "      - {name: nickname, data_type: varchar, description: Nickname.}\n      - {name: mrn, ",
    ),
    "models/history/clinic/hist_clinic__patients.sql": ("'created_at', ", "'created_at', 'nickname', "),
    "models/intermediate/clinic/checked/int_clinic__checked_patients.sql": (
        "    created_at,",
        "    nickname,\n    created_at,",
    ),
    "macros/clinic_patients.sql": (
        "        patients.created_at,",
        "        patients.nickname,\n        patients.created_at,",
    ),
    "snapshots/clinic/snap_clinic__patients.sql": (
        "'postal_code',",
        "'postal_code',\n                'nickname',",
    ),
}
# dbt_project.yml, where it says that the histories are never built afresh.
NEVER_AFRESH = re.compile(r"\n +\+full_refresh: false")


@pytest.fixture(scope="module")
def second_day(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = first_day.copy(tmp_path_factory.mktemp("second_day"))
    warehouse.starlift("advance", "clinic", "--from", str(warehouse.source))
    warehouse.load()
    warehouse.build(*MODELS_ONLY)
    assert warehouse.one(CLOSED) > 0
    return warehouse


def histories(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: warehouse.rows(f"select * from star_history.{name} order by all")
        for (name,) in warehouse.rows(HISTORIES)
    }


def own_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the dbt project, for the commands of this test."""
    for name in ("models", "macros", "snapshots", "seeds", "tests", "analyses"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("python"))
    for name in ("dbt_project.yml", "vars.yml"):
        shutil.copy(PROJECT / name, folder / name)
    monkeypatch.setattr(conftest, "PROJECT", folder)
    return folder / "dbt_project.yml"


def test_a_snapshot_that_follows_a_history_is_not_led_astray(second_day: Warehouse) -> None:
    """Neither by what a run without the history saw and the source took back, nor by a version that somebody took away."""
    second_day.load()
    member = second_day.one("select min(patient_id) from star_intermediate.int_clinic__known_patients")
    place = f"from star_history.snap_clinic__patients where patient_id = {member}"
    newest = f"{place} and dbt_valid_to > timestamp '9999-01-01'"
    before = second_day.one(f"select city {newest}")
    cities = []
    for city, words in (("Elsewhere", ("snapshot",)), (before, ("build", *MODELS_ONLY))):
        # with the time stamps that it had
        second_day.change(f"update raw_clinic.patients set city = '{city}' where patient_id = {member}")
        assert second_day.dbt(*words).ok
        cities.append(second_day.one(f"select city {newest}"))
    assert cities == ["Elsewhere", before]
    versions = second_day.one(f"select count(*) {place}")
    assert second_day.dbt("build", *MODELS_ONLY).ok
    second_day.change(f"delete {newest}")
    assert second_day.dbt("build", *MODELS_ONLY).ok
    assert second_day.rows(f"select city {newest}") == [(before,)]
    assert second_day.one(f"select count(*) {place}") == versions


@pytest.mark.parametrize("words", [("build", *MODELS_ONLY), ("run",)], ids=lambda words: words[0])
def test_a_full_refresh_keeps_every_version(second_day: Warehouse, words: tuple[str, ...]) -> None:
    before = histories(second_day)
    result = second_day.dbt(*words, "--full-refresh")
    assert result.ok, result.output[-3000:]
    assert histories(second_day) == before


@pytest.mark.parametrize(
    ("instead", "words"),
    [("", ("--full-refresh",)), ("\n      +full_refresh: false\n      +materialized: table", ())],
    ids=["full refresh", "materialization"],
)
def test_a_history_is_not_built_afresh(
    second_day: Warehouse, tmp_path: Path, monkeypatch, instead: str, words: tuple[str, ...]
) -> None:
    before = histories(second_day)
    project = own_project(tmp_path / "project", monkeypatch)
    text, changed = NEVER_AFRESH.subn(instead, project.read_text())
    assert changed == 1
    if instead:
        text = text.replace("    history:\n      +materialized: incremental\n", "    history:\n")
    project.write_text(text)
    result = second_day.dbt("run", "--select", "hist_clinic__billing", *words)
    assert not result.ok
    assert "would be built afresh, and lose what the source no longer says" in result.output
    assert histories(second_day) == before


def test_a_clone_does_not_replace_a_history(second_day: Warehouse, monkeypatch) -> None:
    state = second_day.folder / "state"
    state.mkdir()
    shutil.copy(second_day.folder / "target" / "manifest.json", state)
    told = json.loads((state / "manifest.json").read_text())
    for node in told["nodes"].values():
        if "history" in (node.get("schema") or ""):
            node["schema"] = node["schema"].replace("star", "other", 1)
            node["relation_name"] = (node["relation_name"] or "").replace("star", "other", 1)
    (state / "manifest.json").write_text(json.dumps(told))
    second_day.change("create schema other_history")
    for (name,) in second_day.rows(HISTORIES):
        second_day.change(f"create table other_history.{name} as select * from star_history.{name} limit 0")
    before = histories(second_day)
    selected = ("--select", "hist_clinic__billing", "snap_clinic__patients")
    result = second_day.dbt("clone", "--state", str(state), "--full-refresh", *selected)
    assert not result.ok
    assert result.output.count("is a history, which a clone would replace") == 2, result.output[-3000:]
    assert histories(second_day) == before


def test_a_new_column_of_the_source_comes_into_the_histories(
    second_day: Warehouse, tmp_path: Path, monkeypatch
) -> None:
    folder = own_project(tmp_path / "project", monkeypatch).parent
    for name, (before, after) in NEW_COLUMN.items():
        text = (folder / name).read_text()
        assert text.count(before) == 1
        (folder / name).write_text(text.replace(before, after))
    second_day.change("alter table raw_clinic.patients add column nickname varchar default 'Al'")
    second_day.build(*MODELS_ONLY)
    second_day.change("update raw_clinic.patients set nickname = 'Bo' where patient_id = 7")
    second_day.build(*MODELS_ONLY)
    for history in ("hist_clinic__patients", "snap_clinic__patients"):
        # an old version, without one; the same record, of which the source now says more; and what is said today
        names = second_day.rows(f"select nickname from star_history.{history} where patient_id = 7")
        assert set(names) == {(None,), ("Al",), ("Bo",)}
