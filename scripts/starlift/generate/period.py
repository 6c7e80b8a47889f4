"""When things happen: how busy each day and hour is, and how long a visit takes. Integers only."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from starlift.generate import rng

DAY = 86_400
OUTPATIENT, INPATIENT, ER = range(3)

_MONTH = (112, 108, 104, 99, 97, 94, 91, 93, 98, 102, 104, 109)
_WEEKDAY = (112, 109, 105, 104, 98, 52, 48)
_GROWTH_PER_YEAR = 6  # percent
_HOLIDAYS = ((1, 1), (7, 4), (11, 11), (12, 24), (12, 25), (12, 31))

# Hour 0..23 at which a visit of each type starts.
_HOURS = (
    (0, 0, 0, 0, 0, 0, 0, 3, 12, 16, 16, 13, 7, 10, 14, 13, 10, 6, 2, 1, 0, 0, 0, 0),
    (1, 1, 1, 1, 1, 2, 6, 10, 10, 9, 8, 8, 7, 8, 8, 7, 7, 6, 5, 4, 4, 3, 2, 2),
    (4, 3, 3, 2, 2, 2, 3, 4, 6, 8, 9, 9, 9, 8, 8, 8, 9, 10, 11, 11, 10, 9, 7, 6),
)
_OUTPATIENT_MINUTES = (15, 20, 30, 45, 60, 90, 120, 180, 240)
_OUTPATIENT_SHARE = (14, 20, 24, 16, 12, 6, 4, 3, 1)
# Nights 1..30 in hospital.
_NIGHTS = (18, 20, 16, 12, 9, 7, 6, 5, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1) + (1,) * 9


@dataclass(frozen=True)
class Period:
    """The days the data covers; `now` is the last second of the last one, when the source is read."""

    start: date
    end: date

    @property
    def first_day(self) -> int:
        """Days since 1970-01-01."""
        return (self.start - date(1970, 1, 1)).days

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def now(self) -> int:
        """Seconds since 1970-01-01."""
        return (self.first_day + self.days) * DAY - 1


@cache
def hours() -> np.ndarray:
    """[type, 16 bits] -> hour."""
    return np.stack([rng.lookup(weights) for weights in _HOURS])


@cache
def outpatient_minutes() -> np.ndarray:
    return np.array(_OUTPATIENT_MINUTES, dtype=np.int64)[rng.lookup(_OUTPATIENT_SHARE)]


@cache
def nights() -> np.ndarray:
    return rng.lookup(_NIGHTS).astype(np.int64) + 1


def day_weights(period: Period) -> np.ndarray:
    """How busy each day is: growth over the years, seasons, weekdays, holidays."""
    weights = []
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        weight = (36_500 + _GROWTH_PER_YEAR * offset) * _MONTH[day.month - 1] * _WEEKDAY[day.weekday()]
        if (day.month, day.day) in _HOLIDAYS:
            weight //= 3
        weights.append(weight // 100_000)
    return np.array(weights, dtype=np.int64)


def office_days(day: np.ndarray, kind: np.ndarray, bits16: np.ndarray) -> np.ndarray:
    """Move seven of eight outpatient visits from the weekend to Monday (1970-01-05 was one)."""
    weekday = (day + 3) % 7
    move = (kind == OUTPATIENT) & (weekday >= 5) & (bits16 < 57_344)
    return np.where(move, day + 7 - weekday, day)


def ends(start: np.ndarray, kind: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Second at which each visit ends: minutes for outpatients, hours in the ER, nights in hospital."""
    first, second = rng.part(bits, 0), rng.part(bits, 1)
    short = outpatient_minutes()[first] + rng.scale16(second, 10)
    emergency = 50 + rng.scale16(first, 300) + rng.scale16(second, 420)
    stay = (start // DAY + nights()[first]) * DAY + (9 * 60 + rng.scale16(second, 9 * 60)) * 60
    return np.where(kind == INPATIENT, stay, start + 60 * np.where(kind == OUTPATIENT, short, emergency))
