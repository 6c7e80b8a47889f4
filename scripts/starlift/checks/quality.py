"""Which rule and which test enforces each constraint of the 3NF models: docs/data_quality.md.

The manifest says which rules the models give and which tests there are, each domain's list what they are for,
the sources' descriptions what there is to enforce. A gap between them is a finding, so is an old page.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starlift.sources import SOURCES, Source, Table
from starlift.sources.model import AUDIT_COLUMNS

PAGE = Path("docs") / "data_quality.md"
SEEDS = Path("seeds")
_RULES = "ref_*_rules.csv"
# The constraints whose breach rejects no row, by choice, and what becomes of it.
_TOLERATED = Path(__file__).parent / "tolerated.csv"
_INFERRED = "the star infers the member"

_RULE_IN_SQL = re.compile(r"\bthen\s+'([a-z0-9_]+)'")
_SOURCE_OF_TEST = re.compile(r"source\('(\w+)', '(\w+)'\)")
# a column, as it is or cleaned or cast by a macro, in quotes or not, and what staging calls it
_RENAMED = re.compile(r"""(?:(?:clean_text|dbt\.cast)\('"?(\w+)"?'[^}]*\}\}|(?<!\w)"?(\w+)"?)\s+as\s+(\w+)""")
_KINDS = {"varchar": "text", "char": "text"}


@dataclass(frozen=True)
class Rule:
    """A row of the seed."""

    rule_id: str
    source_name: str
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
    # What becomes of a breach where no rule rejects the row.
    instead: str | None


@dataclass(frozen=True)
class TableMap:
    table: Table
    constraints: tuple[Constraint, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class SourceMap:
    source: Source
    tables: tuple[TableMap, ...]
    # The models that give each rule, by its id.
    given: dict[str, set[str]]

    @property
    def constraint_count(self) -> int:
        return sum(len(one.constraints) for one in self.tables)

    @property
    def rule_count(self) -> int:
        return sum(len(one.rules) for one in self.tables)


def read_rules(seeds: Path) -> list[Rule]:
    """The rules of every domain; the list of a domain that is one source does not repeat its name."""
    found = []
    for file in sorted(seeds.glob(_RULES)):
        domain = file.stem.removeprefix("ref_").removesuffix("_rules")
        with file.open(encoding="utf-8", newline="") as rows:
            found += [
                Rule(
                    **{field: row[field] for field in ("rule_id", "source_table", "kind", "rule", "reason")},
                    source_name=row.get("source_name", domain),
                    enforces=tuple(part.strip() for part in row["enforces"].split(";") if part.strip()),
                )
                for row in csv.DictReader(rows)
            ]
    return found


def quality_findings(manifest: dict[str, Any], rules: list[Rule]) -> tuple[list[str], list[SourceMap]]:
    """A sentence for each gap, and the map of constraints, rules and tests of each source."""
    found = [
        f"the rule {rule.rule_id} is about {rule.source_name}, which is no source"
        for rule in rules
        if rule.source_name not in SOURCES
    ]
    maps = []
    for source in SOURCES.values():
        own = [rule for rule in rules if rule.source_name == source.name]
        one = SourceMap(
            source,
            tuple(_map(table, own, manifest, source) for table in source.tables),
            _models_of_rules(manifest, source),
        )
        maps.append(one)
        found += [
            f"{source.name}: {sentence}"
            for sentence in (
                *_constraints_without(one),
                *_rules_astray(own, one),
                *_tolerated_astray(one),
                *_rules_without_model(own, one),
                *_types_astray(manifest, source),
            )
        ]
    return sorted(found), maps


def page(manifest: dict[str, Any], maps: list[SourceMap]) -> str:
    """The page as Markdown."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("data_quality.md.j2").render(maps=maps, tests=_own_tests(manifest))


def _map(table: Table, rules: list[Rule], manifest: dict[str, Any], source: Source) -> TableMap:
    own = tuple(rule for rule in rules if rule.source_table == table.name)
    tests = list(_source_tests(manifest, source, table))
    inferred = _inferred_members(manifest)
    tolerated = {
        row["constraint"]: row["instead"]
        for row in _tolerated()
        if (row["source_name"], row["source_table"]) == (source.name, table.name)
    }

    def constraint(kind: str, name: str, says: str, *wanted: tuple[str, str]) -> Constraint:
        name = f"{kind} {name}".strip()
        return Constraint(
            name,
            kind,
            says,
            tuple(rule for rule in own if name in rule.enforces),
            tuple(test for test, column in tests if (test, column) in wanted),
            _INFERRED if kind == "foreign key" and wanted[0][1] in inferred else tolerated.get(name),
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


def _tolerated() -> list[dict[str, str]]:
    with _TOLERATED.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _inferred_members(manifest: dict[str, Any]) -> set[str]:
    """The natural keys, after the dimensions' own, of members that the star infers where none is known."""
    return {
        column.removesuffix("_key").removesuffix("_durable") + "_id"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "star" and "is_inferred" in node["columns"]
        for column in node["columns"]
        if column.endswith("_key")
    }


def _source_tests(manifest: dict[str, Any], source: Source, table: Table) -> Iterator[tuple[str, str]]:
    """The generic tests on the source's table: their name and the column."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata")
        if node["resource_type"] != "test" or not test:
            continue
        on = _SOURCE_OF_TEST.search(test["kwargs"].get("model", ""))
        if on and on.groups() == (source.name, table.name):
            yield test["name"], test["kwargs"].get("column_name", "").strip('"')


def _constraints_without(one: SourceMap) -> Iterator[str]:
    for table in one.tables:
        for constraint in table.constraints:
            what = f"{table.table.name}: the constraint {constraint.name!r}"
            if not constraint.rules and not constraint.instead:
                yield f"{what} has no rule that enforces it"
            if constraint.rules and constraint.instead not in (None, _INFERRED):
                yield f"{what} has a rule, and is tolerated"
            if constraint.kind == "primary key" and len(constraint.rules) < 2:
                yield f"{what} needs a rule for a key that is missing and one for a key that is repeated"
            if constraint.kind in ("primary key", "foreign key") and not constraint.tests:
                yield f"{what} has no test on the source"


def _rules_astray(rules: list[Rule], one: SourceMap) -> Iterator[str]:
    known = {table.table.name: {constraint.name for constraint in table.constraints} for table in one.tables}
    for rule in rules:
        if rule.source_table not in known:
            yield f"the rule {rule.rule_id} is about {rule.source_table}, which is no table of the source"
            continue
        for part in rule.enforces:
            if part not in known[rule.source_table]:
                yield f"the rule {rule.rule_id} enforces {part!r}, no constraint of {rule.source_table}"


def _tolerated_astray(one: SourceMap) -> Iterator[str]:
    known = {(table.table.name, constraint.name) for table in one.tables for constraint in table.constraints}
    for row in _tolerated():
        if row["source_name"] == one.source.name and (row["source_table"], row["constraint"]) not in known:
            yield f"{row['source_table']} has no constraint {row['constraint']!r} to tolerate a breach of"


def _rules_without_model(rules: list[Rule], one: SourceMap) -> Iterator[str]:
    listed = {rule.rule_id for rule in rules}
    for rule in rules:
        if rule.rule_id not in one.given:
            yield f"no model gives the rule {rule.rule_id}"
    for rule_id in one.given.keys() - listed:
        yield f"{', '.join(sorted(one.given[rule_id]))} gives the rule {rule_id}, which no list has"


def _models_of_rules(manifest: dict[str, Any], source: Source) -> dict[str, set[str]]:
    """Which models of the source give a row which rule in `broken_rule`."""
    given: dict[str, set[str]] = {}
    for node in manifest["nodes"].values():
        # rules that two models share are in a macro
        used = [manifest["macros"][macro_id] for macro_id in node["depends_on"].get("macros", ())]
        code = "\n".join(
            [
                node.get("raw_code") or "",
                *(macro["macro_sql"] for macro in used if macro["package_name"] == "starlift"),
            ]
        )
        if (
            node["resource_type"] != "model"
            or f"_{source.name}__" not in node["name"]
            or "broken_rule" not in code
        ):
            continue
        for rule_id in _RULE_IN_SQL.findall(code):
            given.setdefault(rule_id, set()).add(node["name"])
    return given


def _types_astray(manifest: dict[str, Any], source: Source) -> Iterator[str]:
    """Columns of the source whose staging column is missing or declares another type."""
    staging = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    for table in source.tables:
        model = staging.get(f"stg_{source.name}__{table.name.lower()}")
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
