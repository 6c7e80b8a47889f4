"""Which rule and which test enforces each constraint of the 3NF model: docs/data_quality.md.

The manifest says which rules the models give and which tests there are, `ref_clinic_rules` what the rules are
for, the source's description what there is to enforce. A gap between them is a finding, so is an old page.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starlift.sources import CLINIC, Source, Table
from starlift.sources.model import AUDIT_COLUMNS

PAGE = Path("docs") / "data_quality.md"
RULES = Path("seeds") / "ref_clinic_rules.csv"

_RULE_IN_SQL = re.compile(r"\bthen\s+'([a-z0-9_]+)'")
_SOURCE_OF_TEST = re.compile(r"source\('(\w+)', '(\w+)'\)")
_RENAMED = re.compile(r"(?:clean_text\('(\w+)'\)\s*\}\}|(\w+))\s+as\s+(\w+)")
_KINDS = {"varchar": "text", "char": "text"}


@dataclass(frozen=True)
class Rule:
    """A row of the seed."""

    rule_id: str
    source_table: str
    kind: str
    rule: str
    reason: str
    enforces: tuple[str, ...]


@dataclass(frozen=True)
class Constraint:
    """One thing that the 3NF model asks for, and what enforces it here."""

    # As the seed's `enforces` writes it, such as "not null mrn".
    name: str
    kind: str
    says: str
    rules: tuple[Rule, ...]
    tests: tuple[str, ...]
    # A foreign key to a member of a dimension: the star infers a member that is missing.
    inferred: bool


@dataclass(frozen=True)
class TableMap:
    table: Table
    constraints: tuple[Constraint, ...]
    rules: tuple[Rule, ...]


def read_rules(file: Path) -> list[Rule]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [
            Rule(
                **{field: row[field] for field in ("rule_id", "source_table", "kind", "rule", "reason")},
                enforces=tuple(part.strip() for part in row["enforces"].split(";") if part.strip()),
            )
            for row in csv.DictReader(rows)
        ]


def quality_findings(
    manifest: dict[str, Any], rules: list[Rule], source: Source = CLINIC
) -> tuple[list[str], list[TableMap]]:
    """A sentence for each gap, and the map of constraints, rules and tests."""
    maps = [_map(table, rules, manifest, source) for table in source.tables]
    found = [
        *_constraints_without(maps),
        *_rules_astray(rules, maps),
        *_rules_without_model(rules, manifest, source),
        *_types_astray(manifest, source),
    ]
    return sorted(found), maps


def page(manifest: dict[str, Any], maps: list[TableMap]) -> str:
    """The page as Markdown."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    given = _models_of_rules(manifest, CLINIC)
    return environment.get_template("data_quality.md.j2").render(
        maps=maps,
        given={rule: " ".join(f"`{model}`" for model in sorted(models)) for rule, models in given.items()},
        rule_count=sum(len(one.rules) for one in maps),
        constraint_count=sum(len(one.constraints) for one in maps),
        tests=_own_tests(manifest),
    )


def _map(table: Table, rules: list[Rule], manifest: dict[str, Any], source: Source) -> TableMap:
    own = tuple(rule for rule in rules if rule.source_table == table.name)
    tests = list(_source_tests(manifest, source, table))
    inferred = _inferred_members(manifest)

    def constraint(kind: str, name: str, says: str, *wanted: tuple[str, str]) -> Constraint:
        name = f"{kind} {name}".strip()
        return Constraint(
            name,
            kind,
            says,
            tuple(rule for rule in own if name in rule.enforces),
            tuple(test for test, column in tests if (test, column) in wanted),
            inferred=kind == "foreign key" and wanted[0][1] in inferred,
        )

    key = table.primary_key
    constraints = [constraint("primary key", "", f"`{key}` stands once", ("not_null", key), ("unique", key))]
    constraints += [
        constraint("not null", column.name, f"`{column.name}` is there", ("not_null", column.name))
        for column in table.columns
        if not column.nullable and column.name not in (key, *AUDIT_COLUMNS)
    ]
    constraints += [
        constraint("unique", name, f"`{name}` stands once", ("unique", name)) for name in table.unique
    ]
    constraints += [constraint("check", check.name, f"`{check.sql}`") for check in table.checks]
    constraints += [
        constraint(
            "foreign key",
            one.column,
            f"`{one.column}` is one of `{one.references}`",
            ("relationships", one.column),
        )
        for one in table.foreign_keys
    ]
    return TableMap(table, tuple(constraints), own)


def _inferred_members(manifest: dict[str, Any]) -> set[str]:
    """The natural keys whose members the star infers where their records are missing."""
    return {
        column
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "star" and "is_inferred" in node["columns"]
        for column in node["columns"]
        if column.endswith("_id")
    }


def _source_tests(manifest: dict[str, Any], source: Source, table: Table) -> Iterator[tuple[str, str]]:
    """The generic tests on the source's table: their name and the column."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata")
        if node["resource_type"] != "test" or not test:
            continue
        on = _SOURCE_OF_TEST.search(test["kwargs"].get("model", ""))
        if on and on.groups() == (source.name, table.name):
            yield test["name"], test["kwargs"].get("column_name", "")


def _constraints_without(maps: list[TableMap]) -> Iterator[str]:
    for one in maps:
        for constraint in one.constraints:
            what = f"{one.table.name}: the constraint {constraint.name!r}"
            if not constraint.rules and not constraint.inferred:
                yield f"{what} has no rule in {RULES} that enforces it"
            if constraint.kind == "primary key" and len(constraint.rules) < 2:
                yield f"{what} needs a rule for a key that is missing and one for a key that is repeated"
            if constraint.kind in ("primary key", "foreign key") and not constraint.tests:
                yield f"{what} has no test on the source"


def _rules_astray(rules: list[Rule], maps: list[TableMap]) -> Iterator[str]:
    known = {one.table.name: {constraint.name for constraint in one.constraints} for one in maps}
    for rule in rules:
        if rule.source_table not in known:
            yield f"the rule {rule.rule_id} is about {rule.source_table}, which is no table of the source"
            continue
        for part in rule.enforces:
            if part not in known[rule.source_table]:
                yield (f"the rule {rule.rule_id} enforces {part!r}, no constraint of {rule.source_table}")


def _rules_without_model(rules: list[Rule], manifest: dict[str, Any], source: Source) -> Iterator[str]:
    given = _models_of_rules(manifest, source)
    listed = {rule.rule_id for rule in rules}
    for rule in rules:
        if rule.rule_id not in given:
            yield f"no model gives the rule {rule.rule_id}"
    for rule_id in given.keys() - listed:
        yield f"{', '.join(sorted(given[rule_id]))} gives the rule {rule_id}, which is not in {RULES}"


def _models_of_rules(manifest: dict[str, Any], source: Source) -> dict[str, set[str]]:
    """Which models of the source's domain give a row which rule in `broken_rule`."""
    given: dict[str, set[str]] = {}
    for node in manifest["nodes"].values():
        code = node.get("raw_code") or ""
        if node["resource_type"] != "model" or source.name not in node["fqn"] or "broken_rule" not in code:
            continue
        for rule_id in _RULE_IN_SQL.findall(code):
            given.setdefault(rule_id, set()).add(node["name"])
    return given


def _types_astray(manifest: dict[str, Any], source: Source) -> Iterator[str]:
    """Columns of the source whose staging column is missing or declares another type."""
    staging = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    for table in source.tables:
        model = staging.get(f"stg_{source.name}__{table.name}")
        if model is None:
            yield f"{table.name} has no staging model"
            continue
        renamed = {trimmed or plain: name for trimmed, plain, name in _RENAMED.findall(model["raw_code"])}
        for column in table.columns:
            name = renamed.get(column.name, column.name)
            family = column.type.partition("(")[0]
            wanted = _KINDS.get(family, family)
            declared = (model["columns"].get(name) or {}).get("data_type")
            if declared != wanted:
                yield f"{model['name']}.{name} declares the type {declared}, where {column.type} is {wanted}"


def _own_tests(manifest: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The project's own tests, generic and singular: name, what they are about, how often they are used."""
    used: dict[str, int] = {}
    described: dict[str, str] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        generic = node.get("test_metadata")
        name = generic["name"] if generic else node["name"]
        used[name] = used.get(name, 0) + 1
        if not generic:
            described[name] = _first_comment(node["raw_code"])
    for macro in manifest["macros"].values():
        if macro["package_name"] == "starlift" and macro["name"].startswith("test_"):
            described[macro["name"].removeprefix("test_")] = macro["description"]
    return sorted((name, words, used.get(name, 0)) for name, words in described.items())


def _first_comment(sql: str) -> str:
    lines = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)
