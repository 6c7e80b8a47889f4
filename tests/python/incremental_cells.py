"""Builds the days of many cells in one warehouse, and says in which of them incremental differs from full."""

import json
import os
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clinic_cells import DAYS, IDS_PER_CELL, Cell, Changes, Day, extracted_at, rows_of, written_out
from conftest import PROJECT
from starlift.bench.place import Place
from starlift.dbt_command import dbt_command, failure_reason
from starlift.load.engines import open_engine
from starlift.load.run import load
from starlift.sources import CLINIC, Table

NO_TESTS = ("--exclude-resource-type", "test", "unit_test", "exposure")
BUILD, SNAPSHOT, NOTHING = ("build", *NO_TESTS), ("snapshot",), ()
# What runs after each day's load: some states no build sees, some only the snapshots.
SCHEDULE = (BUILD, SNAPSHOT, BUILD, NOTHING, BUILD, BUILD)
FULL = ("build", "--full-refresh", *NO_TESTS)
# of the star and all that lies behind it; the source breaks its rules
TESTS = ("test", "--exclude", "source:*", "test_type:unit")

# What stands for the source; what is a log of runs has one more of them after the full refresh.
_LAYERS = ("history", "intermediate", "star")
# The numbers of runs are the only thing in which the two may differ.
_NOT_COMPARED = {"audit_key"}
_SHOWN_ROWS = 12
_ROUNDS_OF_REDUCTION = 8

_ARROW_TYPES = {
    "integer": pa.int32(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "decimal(12,2)": pa.decimal128(12, 2),
}

Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Contents:
    """Every row of every table, view and snapshot that dbt made from the source, by name."""

    columns: dict[str, tuple[str, ...]]
    rows: dict[str, Rows]


@dataclass(frozen=True)
class Difference:
    """A row that only one of the two builds has."""

    relation: str
    build: str
    row: dict[str, Any]

    def cells(self) -> set[int]:
        """The cells whose ids or names the row bears."""
        found = set()
        for column, value in self.row.items():
            if isinstance(value, int) and (column.endswith("_id") or column in ("row_key", "encounter_key")):
                found.add(value // IDS_PER_CELL)
            elif isinstance(value, str):
                found |= {int(number) for number in re.findall(r"\bc(\d+) ", value)}
                found |= {int(number) // IDS_PER_CELL for number in re.findall(r"_id=(\d+)", value)}
        return {number for number in found if number > 0}

    def __str__(self) -> str:
        said = ", ".join(f"{column}={value}" for column, value in self.row.items())
        return f"  {self.relation}, only {self.build}: {said}"


@dataclass(frozen=True)
class Verdict:
    """What the two builds came to."""

    full: Contents
    differences: list[Difference]

    @property
    def failing(self) -> dict[int, list[Difference]]:
        """By the number of the cell."""
        found = defaultdict(list)
        for difference in self.differences:
            for number in difference.cells():
                found[number].append(difference)
        return dict(found)


@dataclass
class Builder:
    """A place on an engine where one warehouse at a time is built, from the first load on."""

    folder: Path
    place: Place
    clear: Callable[[], None]
    # The source breaks its primary keys, so they are not declared; an index on them, where this says so.
    index_keys: bool = False

    def decide(self, sequences: Sequence[Changes]) -> Verdict:
        """Live through every sequence, each in a cell of its own, then build afresh and compare."""
        self.clear()
        cells = [Cell(number, changes) for number, changes in enumerate(sequences, start=1)]
        for day, words in enumerate(SCHEDULE):
            for cell in cells:
                cell.live_through(day)
            self._load(cells, day)
            if words:
                self.dbt(*words)
        incremental = self.contents()
        self.dbt(*FULL)
        full = self.contents()
        return Verdict(full, list(differences(incremental, full)))

    def dbt(self, *words: str) -> None:
        options = ["--target", self.place.target, "--profiles-dir", str(self.folder)]
        options += ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")]
        options += ["--vars", json.dumps(self.place.dbt_vars())]
        done = subprocess.run(
            dbt_command("--no-use-colors", *words, *options),
            cwd=PROJECT,
            env={**os.environ, **self.place.environment},
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, failure_reason(done.stdout.splitlines()) + done.stderr

    def contents(self) -> Contents:
        manifest = json.loads((self.folder / "target" / "manifest.json").read_text())
        columns, rows = {}, {}
        with self.place.open() as engine:
            for node in manifest["nodes"].values():
                kind, layer = node["resource_type"], node["fqn"][1]
                if kind == "snapshot" or (kind == "model" and layer in _LAYERS):
                    answer = engine.answer(f"select * from {node['schema']}.{node['alias']}")
                    kept = [at for at, name in enumerate(answer.columns) if name not in _NOT_COMPARED]
                    columns[node["name"]] = tuple(answer.columns[at] for at in kept)
                    rows[node["name"]] = Counter(tuple(row[at] for at in kept) for row in answer.rows)
        return Contents(columns, rows)

    def _load(self, cells: Sequence[Cell], day: int) -> None:
        extract = self.folder / "extract"
        shutil.rmtree(extract, ignore_errors=True)
        extract.mkdir()
        for table in CLINIC.tables:
            pq.write_table(_arrow(table, rows_of(cells, table)), extract / f"{table.name}.parquet")
        load(self.place.source, extract, open_engine(self.place.target), dirty=True, as_of=extracted_at(day))
        if self.index_keys and day == 0:
            with self.place.open() as engine:
                for table in self.place.source.tables:
                    engine.execute(f"create index on {self.place.source.relation(table)} ({table.sql_key})")


def _arrow(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema(
        [(column.name, _ARROW_TYPES.get(column.type, pa.string())) for column in table.columns]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def differences(incremental: Contents, full: Contents) -> Iterator[Difference]:
    for relation, columns in full.columns.items():
        sides = {"incremental": (incremental, full), "full": (full, incremental)}
        for build, (here, there) in sides.items():
            for row in (here.rows[relation] - there.rows[relation]).elements():
                yield Difference(relation, build, dict(zip(columns, row, strict=True)))


def explain(builder: Builder, sequences: Sequence[Changes], verdict: Verdict) -> str:
    """Which sequences fail, and the smallest like the first of them, with the rows that differ in it."""
    failing = verdict.failing
    if not failing:
        return "rows that no sequence can be held to:\n" + _listed(verdict.differences)
    number, found = min(failing.items(), key=lambda item: _size(sequences[item[0] - 1]))
    smallest, found = reduced(builder, sequences[number - 1], found)
    return (
        f"incremental differs from full in {len(failing)} of {len(sequences)} sequences, the smallest of them "
        f"cut down to\n{written_out(smallest)}\nwhere the rows differ:\n{_listed(found)}"
    )


def _listed(found: Sequence[Difference]) -> str:
    shown = [str(difference) for difference in found[:_SHOWN_ROWS]]
    return "\n".join(shown + [f"  and {len(found) - _SHOWN_ROWS} more"] * (len(found) > _SHOWN_ROWS))


def _size(changes: Changes) -> int:
    return sum(map(len, changes))


def reduced(builder: Builder, changes: Changes, found: list[Difference]) -> tuple[Changes, list[Difference]]:
    """A smaller sequence that fails, too. All candidates of a round live side by side in one warehouse."""
    for _ in range(_ROUNDS_OF_REDUCTION):
        candidates = list(_smaller(changes))
        failing = builder.decide(candidates).failing if candidates else {}
        if not failing:
            break
        number = min(failing, key=lambda number: _size(candidates[number - 1]))
        changes, found = candidates[number - 1], failing[number]
    return changes, found


def _smaller(changes: Changes) -> Iterator[Changes]:
    """The sequence without one run of its steps: all of them, any half, quarter, ..., single one."""
    steps = [(number, step) for number, day in enumerate(changes) for step in day]
    length = len(steps)
    while length:
        for start in range(0, len(steps), length):
            kept = steps[:start] + steps[start + length :]
            days: list[Day] = [tuple(step for at, step in kept if at == number) for number in range(DAYS)]
            yield tuple(days)
        length //= 2
