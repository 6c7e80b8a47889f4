"""Every constraint of the sources has its rule and its test, or says why not; a gap is found."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import PROJECT
from starlift.checks import quality
from starlift.checks.command import page_findings
from starlift.checks.parse import strict_parse
from starlift.checks.quality import quality_findings, read_rules


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """That of the project with every domain."""
    return strict_parse(PROJECT, tmp_path_factory.mktemp("parsed"))[0]


def test_a_page_that_says_something_else_is_found_and_renewed(tmp_path: Path) -> None:
    name = Path("docs") / "page.md"
    page = tmp_path / name
    assert page_findings(tmp_path, name, "new", write=False)
    assert page_findings(tmp_path, name, "new", write=True) == []
    assert page.read_text() == "new"
    assert page_findings(tmp_path, name, "newer", write=False) == [
        f"{name} is out of date: write it with `starlift check --write`"
    ]
    assert page.read_text() == "new"
    assert page_findings(tmp_path, name, "new", write=False) == []


def test_every_constraint_has_its_rule(manifest: dict) -> None:
    assert quality_findings(manifest, read_rules(PROJECT / "seeds"))[0] == []


def test_a_constraint_that_no_rule_enforces_is_found(manifest: dict) -> None:
    rules = [rule for rule in read_rules(PROJECT / "seeds") if rule.rule_id != "patient_mrn_repeated"]
    found, _ = quality_findings(manifest, rules)
    assert any("clinic: patients: the constraint 'unique mrn' has no rule" in sentence for sentence in found)
    assert any("int_clinic__checked_patients gives the rule patient_mrn_repeated" in one for one in found)


def test_a_rule_that_no_model_gives_is_found(manifest: dict) -> None:
    rules = read_rules(PROJECT / "seeds")
    rules.append(replace(rules[0], rule_id="specialty_is_odd", enforces=("check odd",)))
    found, _ = quality_findings(manifest, rules)
    assert "clinic: no model gives the rule specialty_is_odd" in found
    assert any("enforces 'check odd', no constraint of specialties" in sentence for sentence in found)


def test_a_key_without_a_test_and_a_column_of_another_type_are_found(manifest: dict) -> None:
    changed = json.loads(json.dumps(manifest))
    changed["nodes"] = {
        name: node
        for name, node in changed["nodes"].items()
        if not node["name"].startswith("source_relationships_clinic_billing")
    }
    changed["nodes"]["model.starlift.stg_clinic__patients"]["columns"]["gender_code"]["data_type"] = "integer"
    found, _ = quality_findings(changed, read_rules(PROJECT / "seeds"))
    assert found == [
        "clinic: billing: the constraint 'foreign key encounter_id' has no test on the source",
        "clinic: stg_clinic__patients.gender_code declares the type integer, where char(1) is text",
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            "pos,stores,not null store_name,whatever",
            "pos: stores: the constraint 'not null store_name' has a rule, and is tolerated",
        ),
        (
            "pos,stores,unique city,whatever",
            "pos: stores has no constraint 'unique city' to tolerate a breach of",
        ),
    ],
)
def test_what_is_tolerated_is_a_constraint_without_a_rule(
    row: str, told: str, manifest: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = tmp_path / "tolerated.csv"
    more.write_text(quality._TOLERATED.read_text() + row + "\n")
    monkeypatch.setattr(quality, "_TOLERATED", more)
    found, _ = quality_findings(manifest, read_rules(PROJECT / "seeds"))
    assert found == [told]
