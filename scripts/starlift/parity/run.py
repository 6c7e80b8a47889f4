"""Builds the same days of the same data on every target and compares what each then holds.

Nothing of the user's is touched: on a server all schemas are called `starlift_parity...`, and DuckDB has a
file of its own. One of the days has every rule broken, so that rejected rows are compared, too.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlift.advance.run import advance
from starlift.bench.steps import last_error, run_step, starlift_command
from starlift.bench.warehouse import remove_warehouse
from starlift.dbt_command import dbt_command, failure_reason
from starlift.defaults import PARITY_FOLDER as FOLDER
from starlift.domains import DOMAINS, Domain
from starlift.errors import StarliftError
from starlift.generate.generators import generator
from starlift.parity.broken import break_extract
from starlift.parity.content import Departure, Part, departures, read_contents, read_rows
from starlift.sources import Source

SCHEMA = "starlift_parity"
# Broken rows come after the initial load and go with the day after.
BROKEN_DAY = 1
SHOWN_ROWS = 5
# A changed row is in one bucket here and in another there.
_BUCKETS_LOOKED_INTO = 4

Tell = Callable[[str], None]


@dataclass(frozen=True)
class RowsApart:
    """A departure, and the first of the rows that only one side has (written out, column by column)."""

    departure: Departure
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()


@dataclass
class DayResult:
    """What the comparison after one day came to; day 0 is the initial load."""

    day: int
    parts: dict[str, dict[str, Part]]
    # target -> how many nodes and tests the build ran, by the state that they ended in
    builds: dict[str, dict[str, int]]
    apart: list[RowsApart] = field(default_factory=list)
    unequal_builds: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return not self.apart and not self.unequal_builds


@dataclass(frozen=True)
class TargetSpace:
    """A target, and the place of its own that parity builds in."""

    name: str
    environment: Mapping[str, str]
    domain: Domain = DOMAINS["clinic"]
    # Whether what is built here would stay: on a server that does not end with the comparison.
    stays: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def scratch(self) -> Path:
        return FOLDER / "dbt" / self.name

    def run(self, name: str, command: Sequence[str], reason: Callable[[Sequence[str]], str]) -> list[str]:
        """Run a command in this place; its output's lines, or a StarliftError with the reason it gives."""
        env = {
            **os.environ,
            **self.environment,
            "STARLIFT_DUCKDB": str(FOLDER / "warehouse.duckdb"),
            "STARLIFT_SCHEMA": SCHEMA,
            "NO_COLOR": "1",
        }
        log = self.scratch / "logs" / f"{name.replace(' ', '_')}.log"
        try:
            run_step(name, command, env, log, reason)
        except StarliftError as error:
            raise StarliftError(f"On {self.name}: {error}") from error
        return log.read_text(errors="replace").splitlines()

    def dbt(self, *words: str, **more: str) -> list[str]:
        """What dbt says; `more` are vars."""
        options = ["--target", self.name, "--target-path", str(self.scratch), "--log-path", str(self.scratch)]
        told = self.domain.vars_to_tell() | {
            f"{source.name}_schema": raw_schema(source) for source in self.domain.sources
        }
        options += ["--vars", json.dumps(told | more)]
        return self.run(f"dbt {words[0]}", dbt_command(*words, *options), failure_reason)

    def drop_schemas(self) -> None:
        if self.stays:
            self.dbt("run-operation", "drop_schemas_of", "--args", json.dumps({"warehouse": SCHEMA}))


def raw_schema(source: Source) -> str:
    return f"{SCHEMA}_{source.raw_schema}"


def run_parity(
    spaces: Sequence[TargetSpace], *, scale: str, days: int, tell: Tell, done: Callable[[DayResult], None]
) -> list[DayResult]:
    """Generate, then load, build and compare on each target, and again after each of `days` days.

    All of them are of one domain. `done` is told of each day as soon as it is compared.
    """
    domain = spaces[0].domain
    FOLDER.mkdir(parents=True, exist_ok=True)
    for source in domain.sources:
        tell(f"generating {source.title} at scale {scale}")
        chosen = generator(source.name)
        chosen.make(FOLDER / source.name, **chosen.asked(scale, {}))
    remove_warehouse(FOLDER / "warehouse.duckdb")
    for space in spaces:
        tell(f"{space}: dropping what an earlier comparison left")
        space.drop_schemas()
    results = []
    for day in range(days + 1):
        if day:
            tell(f"day {day}: moving {domain.title} on")
            for source in domain.sources:
                advance(source.name, FOLDER / source.name, days=1)
        result = _one_day(spaces, day, tell)
        done(result)
        results.append(result)
    return results


def clear(spaces: Sequence[TargetSpace], tell: Tell = lambda _: None) -> None:
    """Remove what was compared: schemas, the DuckDB file, the raw data and what dbt wrote."""
    for space in spaces:
        tell(f"{space}: dropping what was compared")
        space.drop_schemas()
    remove_warehouse(FOLDER / "warehouse.duckdb")
    for source in spaces[0].domain.sources:
        shutil.rmtree(FOLDER / source.name, ignore_errors=True)
        shutil.rmtree(_broken(source), ignore_errors=True)
    shutil.rmtree(FOLDER / "dbt", ignore_errors=True)
    with suppress(OSError):
        # unless somebody keeps something else there
        FOLDER.rmdir()


def _broken(source: Source) -> Path:
    return FOLDER / f"{source.name}_broken"


def _one_day(spaces: Sequence[TargetSpace], day: int, tell: Tell) -> DayResult:
    builds: dict[str, dict[str, int]] = {}
    sources = spaces[0].domain.sources
    if day == BROKEN_DAY:
        for source in sources:
            break_extract(source, FOLDER / source.name, _broken(source))
    # unit tests do not look at the data: the first build has run them
    rest = ("--exclude-resource-type", "unit_test") if day else ()
    for space in spaces:
        tell(f"day {day}: loading {space}")
        for source in sources:
            space.run("starlift load", _load(source, space, day), last_error)
        tell(f"day {day}: building {space}")
        space.dbt("build", *rest)
        builds[space.name] = _ended_in(space)
    parts, apart = compare(spaces, tell)
    first = builds[spaces[0].name]
    unequal = [space.name for space in spaces if builds[space.name] != first]
    return DayResult(day, parts, builds, apart, unequal)


def _load(source: Source, space: TargetSpace, day: int) -> list[str]:
    """The command that loads a source's extract of the day."""
    extract = (
        ("--dirty", "--from", str(_broken(source)))
        if day == BROKEN_DAY
        else ("--from", str(FOLDER / source.name))
    )
    return starlift_command(
        "load", source.name, "--target", space.name, *extract, "--schema", raw_schema(source)
    )


def compare(
    spaces: Sequence[TargetSpace], tell: Tell = lambda _: None
) -> tuple[dict[str, dict[str, Part]], list[RowsApart]]:
    """What each target holds now, and every departure from the first of them."""
    parts = {}
    for space in spaces:
        tell(f"reading {space}")
        parts[space.name] = read_contents(space.dbt("--quiet", "run-operation", "content_checksums"))
    first, *others = spaces
    apart = [
        _look_closer(departure, first, space)
        for space in others
        for departure in departures(parts[first.name], parts[space.name], first=first.name, target=space.name)
    ]
    return parts, apart


def _ended_in(space: TargetSpace) -> dict[str, int]:
    """How many nodes of each kind the last build ran, and how they ended, such as {"test pass": 186}."""
    results = json.loads((space.scratch / "run_results.json").read_text())["results"]
    return dict(Counter(f"{one['unique_id'].split('.')[0]} {one['status']}" for one in results))


def _look_closer(departure: Departure, first: TargetSpace, space: TargetSpace) -> RowsApart:
    """The first differing rows, read from the first buckets that differ."""
    if not departure.buckets:
        return RowsApart(departure)
    arguments = json.dumps(
        {"part_name": departure.part, "in_buckets": departure.buckets[:_BUCKETS_LOOKED_INTO]}
    )
    here, there = (
        Counter(read_rows(one.dbt("--quiet", "run-operation", "content_rows", "--args", arguments)))
        for one in (space, first)
    )
    only_here, only_there = sorted((here - there).elements()), sorted((there - here).elements())
    return RowsApart(departure, tuple(only_here[:SHOWN_ROWS]), tuple(only_there[:SHOWN_ROWS]))
