"""What a target's tables hold, as dbt's `content_checksums` tells it, and where two targets part."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlift.errors import StarliftError

_CONTENT = "content: "
_ROW = "row: "


@dataclass(frozen=True)
class Part:
    """A snapshot, a table of the star or an answer: rows and the sum of their numbers, by bucket."""

    name: str
    kind: str
    columns: tuple[str, ...]
    # bucket -> (rows, sum); equal content has equal sums, whatever the order of the rows
    buckets: Mapping[int, tuple[int, int]]

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.buckets.values())


@dataclass(frozen=True)
class Departure:
    """How a part on one target departs from the first target's."""

    part: str
    target: str
    reason: str
    # Where the differing rows are, if the columns are the same.
    buckets: tuple[int, ...] = ()


def read_contents(output: Iterable[str]) -> dict[str, Part]:
    """The parts by name, from the lines that dbt printed."""
    parts = {}
    for line in output:
        if not line.startswith(_CONTENT):
            continue
        told = json.loads(line.removeprefix(_CONTENT))
        buckets = {
            int(float(bucket)): (int(float(rows)), int(total)) for bucket, rows, total in told["buckets"]
        }
        part = Part(told["part"], told["kind"], tuple(told["columns"]), buckets)
        parts[part.name] = part
    if not parts:
        raise StarliftError("dbt told of no table at all: run `dbt parse` and see what the project holds.")
    return parts


def read_rows(output: Iterable[str]) -> list[str]:
    return [json.loads(line.removeprefix(_ROW)) for line in output if line.startswith(_ROW)]


def departures(
    expected: Mapping[str, Part], found: Mapping[str, Part], *, first: str, target: str
) -> list[Departure]:
    """Every part that `target` lacks, has too many, or has with another content than the `first` target."""
    parted = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found or name not in expected:
            only = first if name in expected else target
            parted.append(Departure(name, target, f"it is only on {only}"))
            continue
        ours, theirs = found[name], expected[name]
        if ours.columns != theirs.columns:
            unlike = sorted(set(ours.columns) ^ set(theirs.columns))
            parted.append(Departure(name, target, f"columns that only one of them has: {', '.join(unlike)}"))
            continue
        buckets = tuple(
            sorted(
                bucket
                for bucket in ours.buckets.keys() | theirs.buckets.keys()
                if ours.buckets.get(bucket) != theirs.buckets.get(bucket)
            )
        )
        if buckets:
            reason = f"{ours.rows:,} rows on {target}, {theirs.rows:,} on {first}, with another content"
            parted.append(Departure(name, target, reason, buckets))
    return parted
