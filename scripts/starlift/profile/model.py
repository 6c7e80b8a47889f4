"""What a profile says of a table. Nothing here asks an engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from starlift.relations import Kind


class Gap(StrEnum):
    """Why a value is not there, as a person reads it."""

    MISSING = "missing"
    UNKNOWN = "unknown member"
    NOT_APPLICABLE = "not applicable"
    NOT_YET = "not yet happened"


@dataclass(frozen=True)
class Bar:
    """Rows of a value, or of a range of values from `low` to below `high`; the last holds its end, too."""

    label: str
    rows: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ColumnProfile:
    name: str
    kind: Kind
    # How many rows have no value, by reason.
    gaps: Mapping[Gap, int]
    distinct: int
    # As text. Empty where they may be somebody's personal data.
    smallest: str = ""
    median: str = ""
    largest: str = ""
    bars: tuple[Bar, ...] = ()
    # Rows beyond both ends of the bars, or of values that have no bar of their own.
    beyond: int = 0
    # What kind of personal data it looks like; such values are not shown.
    personal: str | None = None

    @property
    def without_value(self) -> int:
        return sum(self.gaps.values())

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to see: one value alone, or one bar, says nothing as a chart."""
        return len(self.bars) > 1


@dataclass(frozen=True)
class Trend:
    """Rows, and sums of measures, by the month of a date (by the day where all is within a few months)."""

    column: str
    unit: str
    starts: tuple[date, ...]
    rows: tuple[int, ...]
    sums: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Delay:
    """Days from one date to a later one, of the rows that have both."""

    start: str
    end: str
    rows: int
    median: float
    ninetieth: float
    longest: float
    # Rows in which the later one comes first.
    backwards: int
    bars: tuple[Bar, ...]
    beyond: int


@dataclass(frozen=True)
class Profile:
    name: str
    # Such as the grain of a model.
    description: str
    rows: int
    # Fewer than `rows` where a sample was taken.
    rows_read: int
    columns: tuple[ColumnProfile, ...]
    trends: tuple[Trend, ...]
    delays: tuple[Delay, ...]
    # First and last day of its first trend.
    period: tuple[date, date] | None = None

    @property
    def is_sampled(self) -> bool:
        return self.rows_read < self.rows
