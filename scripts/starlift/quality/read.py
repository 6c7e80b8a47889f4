"""What the quality models say of each source, as dbt's operation `quality_report` prints it on any target."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from starlift.dbt_command import dbt_command, every_domain, failure_reason, project_folder
from starlift.errors import StarliftError
from starlift.processes import ended_with_us
from starlift.sources import SOURCES, Source
from starlift.targets import read_target
from starlift.targets.warehouse import refuse_without_file

_LINE = "quality: "
# A folder of its own, since dbt parses the project again where a run has other vars than the one before.
_SCRATCH = Path("target/quality")
# The printed rows of a source, by what they are about.
# As dbt printed them, by the part of the page that they are for.
_Parts = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Rule:
    rule_id: str
    source_table: str
    kind: str
    # What must hold, and what is wrong with a row that breaks it.
    rule: str
    reason: str


@dataclass(frozen=True)
class Counts:
    """Rows of one table in one extract."""

    rows_in: int
    loaded: int
    rejected: int


@dataclass(frozen=True)
class Rejections:
    """Rows that broke one rule in one extract; new and left since the extract before."""

    standing: int
    new: int
    left: int


@dataclass(frozen=True)
class Row:
    """A row that is or was in quarantine."""

    rule_id: str
    key: str | None
    text: str
    since: datetime
    load: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Extract:
    """A state of the source that a run has read; by table, and by rule."""

    at: datetime
    load: str | None
    run: int
    tables: dict[str, Counts] = field(default_factory=dict)
    rules: dict[str, Rejections] = field(default_factory=dict)

    def total(self, what: str) -> int:
        """Over all tables (rows_in, loaded, rejected) or all rules (new, left)."""
        per = self.rules if what in ("new", "left") else self.tables
        return sum(getattr(counts, what) for counts in per.values())


@dataclass(frozen=True)
class Quality:
    """All that the page shows of a source; the extracts in their order, at least one."""

    source: Source
    rules: dict[str, Rule]
    extracts: list[Extract]
    # Rows in quarantine now, the newest few of each rule, and since when the rule has been broken at all.
    examples: dict[str, list[Row]]
    oldest: dict[str, datetime]
    # The rows that left last.
    departed: list[Row]

    @property
    def now(self) -> Extract:
        return self.extracts[-1]

    @property
    def before(self) -> Extract | None:
        return self.extracts[-2] if len(self.extracts) > 1 else None

    @property
    def broken_now(self) -> list[str]:
        """The rules that rows break now, the most broken first."""
        standing = {rule: counts.standing for rule, counts in self.now.rules.items() if counts.standing}
        return sorted(standing, key=lambda rule: (-standing[rule], rule))


def ask_warehouse(target: str) -> list[Quality]:
    """What the target's warehouse says of each source in it; StarliftError where it has not been built."""
    refuse_without_file(read_target(target))
    # a domain that is off by default may have been built all the same
    domains = json.dumps(every_domain(project_folder()))
    places = ("--target", target, "--target-path", str(_SCRATCH), "--vars", domains)
    command = dbt_command("--quiet", "--no-use-colors", "run-operation", "quality_report", *places)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with ended_with_us(process):
        said = process.communicate()[0].splitlines()
    if process.returncode != 0:
        raise StarliftError(f"The warehouse on {target} cannot be asked: {failure_reason(said)}")
    return read_quality(said, target)


def read_quality(said: Iterable[str], target: str) -> list[Quality]:
    """The printed rows, source by source; StarliftError where there is no extract among them."""
    sources: dict[str, _Parts] = {}
    for line in said:
        if line.startswith(_LINE):
            row = json.loads(line.removeprefix(_LINE))
            sources.setdefault(row.pop("source"), {}).setdefault(row.pop("part"), []).append(row)
    found = [_of_source(SOURCES[name], parts) for name, parts in sources.items() if "rows" in parts]
    if not found:
        raise StarliftError(
            f"The warehouse on {target} has counted no extract yet: run `dbt build --target {target}`."
        )
    return found


def _of_source(source: Source, parts: _Parts) -> Quality:
    extracts: dict[datetime, Extract] = {}
    for row in parts["rows"]:
        at = _moment(row["extract"])
        extract = extracts.setdefault(at, Extract(at, row["load_id"], int(row["counted_in_run"])))
        extract.tables[row["source_table"]] = Counts(
            int(row["rows_in"]), int(row["rows_loaded"]), int(row["rows_rejected"])
        )
    for row in parts.get("rejections", []):
        extracts[_moment(row["extract"])].rules[row["rule_id"]] = Rejections(
            int(row["rows_rejected"]), int(row["rows_new"]), int(row["rows_left"])
        )
    examples: dict[str, list[Row]] = {}
    for row in parts.get("standing", []):
        found = Row(
            row["rule_id"], row["source_key"], row["row_text"], _moment(row["since"]), row["rejected_in_load"]
        )
        examples.setdefault(found.rule_id, []).append(found)
    return Quality(
        source,
        {row["rule_id"]: Rule(**row) for row in parts.get("rule", [])},
        [extracts[at] for at in sorted(extracts)],
        examples,
        {row["rule_id"]: _moment(row["since"]) for row in parts.get("oldest", [])},
        [
            Row(
                row["rule_id"],
                row["source_key"],
                row["row_text"],
                _moment(row["since"]),
                until=_moment(row["until"]),
            )
            for row in parts.get("left", [])
        ],
    )


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.min
