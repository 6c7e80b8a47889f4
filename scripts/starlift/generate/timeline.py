"""Who comes when, to whom and why: one compact row per encounter, in the order they were entered.

Visits a patient makes of his own ("heads") are spread over the period, a few for most and many for
some; on top of them come returns, which follow an earlier visit by days. Which visits are followed by
a return depends on type, specialty and diagnosis: each gets a random score divided by its risk, and the
smallest scores win, so that the number of encounters is exactly what was asked for.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from functools import cache
from math import isqrt

import numpy as np

from starlift.generate import period as when
from starlift.generate import rng
from starlift.generate.period import DAY, INPATIENT, Period
from starlift.generate.vocabulary import SPECIALTIES, codes, departments

CHUNK = 1 << 17
CHILD, WOMAN, MAN, OLD_WOMAN, OLD_MAN = range(5)
GENDERS = ("F", "M", "O", "U")
_GENDER_SHARE = (510, 470, 12, 8)
_AGE_SHARE = (11, 10, 12, 14, 13, 14, 13, 9, 3, 1)  # by decade of life

# Visits a patient tends to make in the period, and how many in a thousand patients do.
_APPETITE = (0, 1, 2, 3, 4, 6, 8, 11, 15, 24, 45)
_APPETITE_SHARE = (30, 200, 215, 180, 135, 110, 75, 35, 14, 5, 1)

# Of a hundred visits: outpatient, inpatient, ER.
_KINDS = (
    (93, 2, 5),
    (62, 26, 12),
    (8, 14, 78),
    (62, 26, 12),
    (62, 24, 14),
    (78, 14, 8),
    (72, 17, 11),
    (78, 15, 7),
    (82, 6, 12),
    (78, 18, 4),
    (76, 20, 4),
    (58, 36, 6),
)
# Demand by specialty for each group of people; a zero keeps men out of obstetrics.
_DEMAND = (
    (10, 1, 12, 1, 2, 1, 2, 4, 60, 0, 1, 3),
    (26, 12, 11, 5, 5, 6, 6, 7, 0, 18, 3, 6),
    (28, 15, 14, 9, 6, 7, 6, 10, 0, 0, 2, 7),
    (17, 18, 10, 15, 9, 7, 9, 10, 0, 2, 6, 5),
    (16, 18, 10, 17, 10, 7, 8, 8, 0, 0, 7, 6),
)
_RETURN_BY_SPECIALTY = (60, 110, 90, 150, 140, 95, 100, 55, 60, 45, 190, 85)
_RETURN_BY_KIND = (10, 19, 13)  # tenths
_RETURN_BY_RISK = (0, 6, 9, 13, 18, 24)  # tenths
_RETURN_KINDS = (55, 24, 21)
_FIRST_RETURNS, _SECOND_RETURNS = 50, 6  # of a thousand encounters
# Days from the end of a visit to the return: mostly within 30, some up to 60.
_GAPS = (3,) + (8,) * 7 + (6,) * 7 + (4,) * 7 + (3,) * 9 + (1,) * 30


@dataclass
class Visits:
    """Parallel arrays, one entry per encounter; people and providers counted from 0."""

    patient: np.ndarray  # int32
    provider: np.ndarray  # int32
    specialty: np.ndarray  # uint8, index into SPECIALTIES
    kind: np.ndarray  # uint8: OUTPATIENT, INPATIENT, ER
    diagnosis: np.ndarray  # uint8, index of the main diagnosis
    start: np.ndarray  # int32, seconds since 1970
    end: np.ndarray  # int32; may lie after the period: then the visit is still open
    created: np.ndarray  # int32

    @classmethod
    def empty(cls, size: int) -> "Visits":
        types = dict.fromkeys(("specialty", "kind", "diagnosis"), np.uint8)
        return cls(**{f.name: np.empty(size, dtype=types.get(f.name, np.int32)) for f in fields(cls)})

    def take(self, rows: np.ndarray | slice) -> "Visits":
        return Visits(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def put(self, rows: slice, other: "Visits") -> None:
        for f in fields(self):
            getattr(self, f.name)[rows] = getattr(other, f.name)


@dataclass(frozen=True)
class Staff:
    """Providers with the specialty and department (from 0) of each, grouped for picking one."""

    specialty: np.ndarray
    department: np.ndarray
    order: np.ndarray  # providers, those of one specialty side by side
    first: np.ndarray  # where each specialty begins in `order`
    count: np.ndarray

    def pick(self, specialty: np.ndarray, bits: np.ndarray) -> np.ndarray:
        """A provider of the specialty; some are much busier than others (a squared draw)."""
        high = bits >> rng.U64(32)
        skewed = ((high * high) >> rng.U64(32)).astype(np.int64)
        return self.order[self.first[specialty] + ((skewed * self.count[specialty]) >> 32)]


def provider_count(encounters: int) -> int:
    """One per 250 encounters up to 50,000, then with the square root; two per specialty at least."""
    wanted = encounters // 250 if encounters <= 50_000 else 200 * isqrt(encounters * 100 // 50_000) // 10
    return max(2 * len(SPECIALTIES), wanted)


def make_staff(seed: int, encounters: int) -> Staff:
    count = provider_count(encounters)
    number = np.arange(count)
    bits = rng.draw(rng.key(seed, "staff"), number)
    specialty = rng.lookup([row[2] for row in SPECIALTIES])[rng.part(bits, 0)].astype(np.int64)
    specialty[: 2 * len(SPECIALTIES)] = number[: 2 * len(SPECIALTIES)] % len(SPECIALTIES)
    homes = [[i for i, (_, owner) in enumerate(departments()) if owner == s] for s in range(len(SPECIALTIES))]
    size = np.array([len(home) for home in homes])
    first = np.array([home[0] for home in homes])
    department = first[specialty] + rng.scale16(rng.part(bits, 1), size[specialty])
    per_specialty = np.bincount(specialty, minlength=len(SPECIALTIES))
    return Staff(
        specialty,
        department,
        np.argsort(specialty, kind="stable").astype(np.int32),
        np.cumsum(per_specialty) - per_specialty,
        per_specialty,
    )


def gender_and_age(seed: int, patient: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index into GENDERS, and age in days when the period begins."""
    bits = rng.draw(rng.key(seed, "person"), patient)
    decade = rng.lookup(_AGE_SHARE)[rng.part(bits, 1)].astype(np.int64)
    return rng.lookup(_GENDER_SHARE)[rng.part(bits, 0)], decade * 3652 + rng.below(bits, 3652)


def groups(seed: int, patient: np.ndarray) -> np.ndarray:
    """CHILD, WOMAN, MAN, OLD_WOMAN or OLD_MAN."""
    gender, age = gender_and_age(seed, patient)
    adult = np.where(gender == 0, WOMAN, MAN)
    return np.where(age < 16 * 365, CHILD, np.where(age >= 65 * 365, adult + 2, adult)).astype(np.uint8)


@cache
def kinds() -> np.ndarray:
    """[specialty, 16 bits] -> type."""
    return np.stack([rng.lookup(row) for row in _KINDS])


@cache
def demand() -> np.ndarray:
    """[group, 16 bits] -> specialty."""
    return np.stack([rng.lookup(row) for row in _DEMAND])


@cache
def main_diagnoses() -> np.ndarray:
    """[specialty, 16 bits] -> diagnosis, the first of each list far commoner than the last."""
    return np.stack(
        [
            np.array(listed, dtype=np.uint8)[rng.lookup(rng.zipf(len(listed)))]
            for listed in codes().of_specialty
        ]
    )


@cache
def _winter_diagnoses() -> np.ndarray:
    return np.array([codes().diagnosis(code) for code in ("J10.1", "J18.9", "J20.9", "U07.1")], np.uint8)


def create_lag(bits16: np.ndarray) -> np.ndarray:
    """Seconds from a visit's start to its entry: minutes; for one in a hundred up to three days."""
    lag = rng.scale16(bits16, 15 * 60)
    return np.where((bits16 & 127) == 0, lag * 288, lag)


def _heads(
    *, seed: int, period: Period, staff: Staff, group: np.ndarray, starts: np.ndarray, lo: int, hi: int
) -> Visits:
    """Visits lo..hi of all heads, which stand patient after patient; `starts` says where each begins."""
    counter = np.arange(lo, hi)
    patient = np.searchsorted(starts, counter, side="right") - 1
    mine = starts[patient + 1] - starts[patient]
    bits = rng.draw(rng.key(seed, "time"), counter)
    # The k-th of a patient's n visits falls into the k-th n-th of the period.
    position = (((counter - starts[patient]) << 32) + (bits >> rng.U64(32)).astype(np.int64)) // mine
    busy = np.cumsum(when.day_weights(period))
    day = period.first_day + np.searchsorted(busy, (position * int(busy[-1])) >> 32, side="right")

    what = rng.draw(rng.key(seed, "what"), counter)
    more = rng.draw(rng.key(seed, "more"), counter)
    of_patient = rng.draw(rng.key(seed, "home"), patient)
    usual = rng.part(more, 0) < 29_500
    specialty = demand()[group[patient], np.where(usual, rng.part(of_patient, 0), rng.part(what, 0))]
    kind = kinds()[specialty, rng.part(what, 1)]
    diagnosis = main_diagnoses()[specialty, rng.part(what, 2)]
    day = when.office_days(day, kind, rng.part(what, 3))
    day = np.minimum(day, period.first_day + period.days - 1)

    # Influenza and its like fill the general specialties in winter (days 335..59 of a year, roughly).
    winter = ((day - 334) % 365) < 90
    caught = winter & (specialty < 3) & (rng.part(more, 1) < 7_000)
    diagnosis = np.where(caught, _winter_diagnoses()[rng.part(what, 2) & 3], diagnosis)

    start = day * DAY + when.hours()[kind, rng.part(bits, 0)] * np.int64(3600)
    start += rng.scale16(rng.part(bits, 1), 60) * 60
    loyal = rng.part(more, 2) < 40_000
    pick = np.where(loyal, rng.draw(rng.key(seed, "loyal"), patient * 16 + specialty), _rotate(what))
    return _finish(
        seed=seed,
        purpose="head",
        period=period,
        counter=counter,
        patient=patient,
        provider=staff.pick(specialty, pick),
        specialty=specialty,
        kind=kind,
        diagnosis=diagnosis,
        start=start,
    )


def _rotate(bits: np.ndarray) -> np.ndarray:
    """The same bits for another purpose: multiplied by an odd number."""
    return bits * rng.U64(0xD6E8FEB86659FD93)


def _finish(
    *,
    seed: int,
    purpose: str,
    period: Period,
    counter: np.ndarray,
    patient: np.ndarray,
    provider: np.ndarray,
    specialty: np.ndarray,
    kind: np.ndarray,
    diagnosis: np.ndarray,
    start: np.ndarray,
) -> Visits:
    bits = rng.draw(rng.key(seed, purpose + " end"), counter)
    end = when.ends(start, kind, bits)
    created = np.minimum(start + create_lag(rng.part(bits, 2)), period.now)
    return Visits(
        patient.astype(np.int32),
        provider.astype(np.int32),
        specialty.astype(np.uint8),
        kind.astype(np.uint8),
        diagnosis.astype(np.uint8),
        start.astype(np.int32),
        end.astype(np.int32),
        created.astype(np.int32),
    )


def _risk(visits: Visits) -> np.ndarray:
    """Relative risk of a return."""
    risks = np.array([_RETURN_BY_RISK[row.risk] for row in codes().diagnoses])
    by_specialty, by_kind = np.array(_RETURN_BY_SPECIALTY), np.array(_RETURN_BY_KIND)
    return by_specialty[visits.specialty] * by_kind[visits.kind] * risks[visits.diagnosis]


def _followed(seed: int, purpose: str, visits: Visits, count: int) -> np.ndarray:
    """The `count` visits that a return follows, in order; equal scores go to the earlier visit."""
    if count == 0:
        return np.empty(0, dtype=np.int64)
    bits = rng.draw(rng.key(seed, purpose), np.arange(len(visits.start)))
    score = (bits >> rng.U64(24)).astype(np.int64) // _risk(visits)
    limit = np.partition(score, count - 1)[count - 1]
    chosen = score < limit
    chosen[np.flatnonzero(score == limit)[: count - int(chosen.sum())]] = True
    return np.flatnonzero(chosen)


def _returns(seed: int, purpose: str, period: Period, staff: Staff, before: Visits) -> Visits:
    """One return for each of the visits `before`."""
    counter = np.arange(len(before.start))
    bits = rng.draw(rng.key(seed, purpose + " time"), counter)
    what = rng.draw(rng.key(seed, purpose + " what"), counter)
    kind = rng.lookup(_RETURN_KINDS)[rng.part(what, 0)]
    elsewhere = rng.part(what, 1) < 14_000
    specialty = np.where(elsewhere, rng.scale16(rng.part(what, 2), 3), before.specialty)
    other = elsewhere | (rng.part(bits, 3) < 26_000)
    diagnosis = np.where(other, main_diagnoses()[specialty, rng.part(what, 3)], before.diagnosis)

    gap = rng.lookup(_GAPS)[rng.part(bits, 0)].astype(np.int64)
    last = period.first_day + period.days - 1
    before_end = before.end.astype(np.int64)
    day = when.office_days(before_end // DAY + gap, kind, rng.part(bits, 3))
    late = day > last  # it would fall after the period: a visit at any time takes its place
    busy = np.cumsum(when.day_weights(period))
    anywhere = period.first_day + np.searchsorted(busy, rng.below(bits, int(busy[-1])), side="right")
    day = np.where(late, np.minimum(when.office_days(anywhere, kind, rng.part(bits, 3)), last), day)
    start = day * DAY + when.hours()[kind, rng.part(bits, 1)] * np.int64(3600)
    start += rng.scale16(rng.part(bits, 2), 60) * 60
    # Back on the same day, after an hour or more; one in seventy even before the stay has ended.
    soon = before_end + (60 + rng.scale16(rng.part(bits, 1), 300)) * 60
    start = np.where((gap == 0) & (soon <= period.now), soon, start)
    before_start = before.start.astype(np.int64)
    halfway = before_start + (before_end - before_start) // 7200 * 3600
    inside = (rng.part(what, 1) % 70 == 0) & (before.kind == INPATIENT) & (halfway <= period.now)
    start = np.where(inside, halfway, np.minimum(start, period.now - 59))
    return _finish(
        seed=seed,
        purpose=purpose,
        period=period,
        counter=counter,
        patient=before.patient,
        provider=staff.pick(specialty, _rotate(what)),
        specialty=specialty,
        kind=kind,
        diagnosis=diagnosis,
        start=start,
    )


def _join(parts: list[Visits]) -> Visits:
    return Visits(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Visits)})


def _by_entry(visits: Visits) -> Visits:
    """Sorted by the time of entry; time and position are packed into one integer, so no two are equal."""
    position = np.arange(len(visits.created), dtype=np.int64)
    packed = (visits.created.astype(np.int64) << 30) | position
    packed.sort()
    packed &= (1 << 30) - 1
    return visits.take(packed)


@dataclass(frozen=True)
class Timeline:
    visits: Visits
    staff: Staff
    group: np.ndarray  # per patient
    first_visit: np.ndarray  # per patient: second of the first visit of his own, or -1


def make_timeline(
    seed: int, period: Period, *, patients: int, encounters: int, pool: Executor, step: Callable[[int], None]
) -> Timeline:
    """All encounters of the period; `step` is told how many more are made."""
    second = encounters * _SECOND_RETURNS // 1000
    first = encounters * _FIRST_RETURNS // 1000
    heads = encounters - first - second

    staff = make_staff(seed, encounters)
    people = np.arange(patients)
    group = groups(seed, people)
    bits = rng.draw(rng.key(seed, "appetite"), people)
    appetite = np.array(_APPETITE)[rng.lookup(_APPETITE_SHARE)[rng.part(bits, 0)]]
    appetite = appetite * np.where(group >= OLD_WOMAN, 3, 2)
    if appetite.sum() == 0:
        appetite[:] = 1
    edges = np.concatenate(([0], np.cumsum(appetite)))
    starts = -(-edges * heads // int(edges[-1]))

    own = Visits.empty(heads)

    def fill(lo: int) -> int:
        rows = slice(lo, min(lo + CHUNK, heads))
        own.put(
            rows,
            _heads(
                seed=seed, period=period, staff=staff, group=group, starts=starts, lo=rows.start, hi=rows.stop
            ),
        )
        return rows.stop - rows.start

    for made in pool.map(fill, range(0, heads, CHUNK)):
        step(made)
    has = np.diff(starts) > 0
    first_visit = np.full(patients, -1, dtype=np.int64)
    first_visit[has] = np.minimum.reduceat(own.start, starts[:-1][has])

    back = _returns(seed, "back", period, staff, own.take(_followed(seed, "followed", own, first)))
    again = _returns(seed, "again", period, staff, back.take(_followed(seed, "again followed", back, second)))
    visits = _by_entry(_join([own, back, again]))
    step(encounters - heads)
    return Timeline(visits, staff, group, first_visit)
