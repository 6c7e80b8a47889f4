"""Encounters with their diagnoses, procedures and claims: one chunk of the timeline at a time."""

from functools import cache

import numpy as np
import pyarrow as pa

from starlift.generate import rng
from starlift.generate.files import chosen, dates, integers, money, stamps
from starlift.generate.people import table
from starlift.generate.period import DAY, INPATIENT, Period
from starlift.generate.timeline import CHILD, Timeline, Visits, main_diagnoses
from starlift.generate.vocabulary import codes
from starlift.sources.clinic import CLAIM_STATUSES, ENCOUNTER_TYPES

PAID, PENDING, DENIED = range(3)

# By type (outpatient, inpatient, ER): shares of 1..6 diagnoses, of 0..4 procedures.
_DIAGNOSIS_COUNT = ((38, 28, 18, 9, 4, 3), (8, 16, 24, 22, 16, 14), (30, 30, 22, 11, 5, 2))
_PROCEDURE_COUNT = ((30, 39, 20, 8, 3), (6, 20, 30, 26, 18), (15, 36, 28, 15, 6))
_CLAIM_COUNT = (6, 66, 20, 6, 2)
_CHRONIC = (
    "I10", "E11.9", "E78.5", "E66.9", "I25.10", "J44.9",
    "N18.30", "I48.91", "F32.A", "K21.9", "E03.9", "I50.9",
)  # fmt: skip
_CHRONIC_SHARE = (30, 18, 20, 8, 8, 7, 6, 5, 8, 9, 7, 4)
_ROUTINE = (
    ["99213", "99214", "36415", "85025", "80053", "99203", "77067"],
    ["99223", "99232", "99238", "80048", "85025", "93000", "36415"],
    ["99284", "99283", "85025", "80053", "71046", "36415", "96375"],
)
# Of 65536: repeated pairs, as the real extract has them in one of a hundred encounters or so.
_REPEATED_DIAGNOSIS, _REPEATED_PROCEDURE = 2_000, 2_400


@cache
def _all_shares() -> dict[str, np.ndarray]:
    """What a 16-bit number, or a type and such a number, stands for."""
    listed = codes()
    chronic = np.array([listed.diagnosis(code) for code in _CHRONIC], dtype=np.uint8)
    routine = [np.array([listed.procedure(code) for code in row]) for row in _ROUTINE]
    delay = [20, 24, 24, 22, 20, 18, 16, 14] + [8] * 14 + [3] * 20 + [1] * 19
    return {
        "chronic": chronic[rng.lookup(_CHRONIC_SHARE)],
        "diagnosis count": np.stack([rng.lookup(row) + 1 for row in _DIAGNOSIS_COUNT]),
        "procedure count": np.stack([rng.lookup(row) for row in _PROCEDURE_COUNT]),
        "routine": np.stack([row[rng.lookup(rng.zipf(len(row)))] for row in routine]),
        # Diagnosis -> its three usual procedures, repeated where it has fewer.
        "pulls": np.array([(row.procedures * 3)[:3] for row in listed.diagnoses]),
        # Days from the end of the encounter to the claim.
        "delay": rng.lookup(delay).astype(np.int64),
        # Cents, by type: each step a fixed share above the last, up to twenty times the first.
        "amount": np.stack([_rising(first, 1024) for first in (6_000, 180_000, 35_000)]),
    }


def shares(name: str) -> np.ndarray:
    """The lookup table of that name, see above."""
    return _all_shares()[name]


def _rising(first: int, steps: int) -> np.ndarray:
    values = [first]
    for _ in range(steps - 1):
        values.append(values[-1] + values[-1] * 3 // 1000)
    return np.array(values, dtype=np.int64)


def _ragged(count: np.ndarray) -> tuple[np.ndarray, int]:
    """Where each parent's children begin in a flat array, and how many there are."""
    ends = np.cumsum(count, dtype=np.int64)
    return ends - count, int(ends[-1]) if len(ends) else 0


def _seen(flat: np.ndarray, first: np.ndarray, value: np.ndarray, so_far: int) -> np.ndarray:
    """Whether a value stands among its parent's first `so_far` children."""
    found = np.zeros(len(value), dtype=bool)
    for back in range(so_far):
        found |= flat[first + back] == value
    return found


def _diagnoses(
    seed: int, number: np.ndarray, visits: Visits, child: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Count and start per encounter, and the flat list: the main one, then what goes with it."""
    pick, specialty = main_diagnoses(), visits.specialty
    patient = visits.patient.astype(np.int64)
    count = shares("diagnosis count")[
        visits.kind, rng.part(rng.draw(rng.key(seed, "diagnosis count"), number), 0)
    ]
    first, total = _ragged(count)
    flat = np.empty(total, dtype=np.uint8)
    flat[first] = visits.diagnosis
    for place in range(1, 6):
        rows = np.flatnonzero(count > place)
        bits = rng.draw(rng.key(seed, f"diagnosis {place}"), number[rows])
        source, spec = rng.part(bits, 0), specialty[rows]
        # The patient's own long-standing conditions, else the specialty's, else anything common.
        of_patient = rng.draw(rng.key(seed, "chronic"), patient[rows] * 4 + (source & 3))
        value = pick[spec, rng.part(bits, 1)]
        chronic = (source < 26_000) & ~child[rows]
        value = np.where(chronic, shares("chronic")[rng.part(of_patient, 0)], value)
        general = (source > 56_000) & ~child[rows]
        value = np.where(general, pick[source & 1, rng.part(bits, 1)], value)
        at = first[rows]
        for attempt in (2, 3):
            twice = _seen(flat, at, value, place)
            value = np.where(twice, pick[spec, rng.part(bits, attempt)], value)
        # Where the specialty's list is exhausted by chance, its next entry will do.
        listed = np.array([row[0] for row in codes().of_specialty])[spec]
        twice = _seen(flat, at, value, place)
        value = np.where(twice, listed + (value - listed.astype(np.int64) + 5) % 16, value)
        repeat = (rng.part(bits, 3) < _REPEATED_DIAGNOSIS) & (place == count[rows] - 1)
        flat[at + place] = np.where(repeat, flat[at], value)
    return count, first, flat


def _procedures(
    seed: int, number: np.ndarray, kind: np.ndarray, of: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count and start per encounter, and the flat list: mostly what the encounter's diagnoses ask for."""
    diagnosis_count, diagnosis_first, diagnoses = of
    pulls, routine = shares("pulls"), shares("routine")
    usual = rng.lookup((55, 29, 16))
    count = shares("procedure count")[kind, rng.part(rng.draw(rng.key(seed, "procedure count"), number), 0)]
    first, total = _ragged(count)
    flat = np.empty(total, dtype=np.uint8)
    for place in range(4):
        rows = np.flatnonzero(count > place)
        bits = rng.draw(rng.key(seed, f"procedure {place}"), number[rows])
        source, slot = rng.part(bits, 0), usual[rng.part(bits, 1)]
        which = np.where(source < 40_000, 0, rng.scale16(rng.part(bits, 2), diagnosis_count[rows]))
        diagnosis = diagnoses[diagnosis_first[rows] + which]
        value = np.where(source > 55_000, routine[kind[rows], rng.part(bits, 3)], pulls[diagnosis, slot])
        at = first[rows]
        for step in (1, 2):
            value = np.where(_seen(flat, at, value, place), pulls[diagnosis, (slot + step) % 3], value)
        for step in (20_000, 45_000):
            other = routine[kind[rows], (rng.part(bits, 3) + np.uint16(step))]
            value = np.where(_seen(flat, at, value, place), other, value)
        if place:
            repeat = (rng.part(bits, 2) < _REPEATED_PROCEDURE) & (place == count[rows] - 1)
            value = np.where(repeat, flat[at], value)
        flat[at + place] = value
    return count, first, flat


def _spread(values: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.repeat(values, count)


def _places(count: np.ndarray, first: np.ndarray, total: int) -> np.ndarray:
    """0, 1, ... for each parent's children."""
    return np.arange(total) - np.repeat(first, count)


def make_chunk(seed: int, period: Period, timeline: Timeline, lo: int, hi: int) -> dict[str, pa.Table]:
    """Encounters lo+1..hi and their children; the children's ids count from 1 within the chunk."""
    visits = timeline.visits.take(slice(lo, hi))
    number = np.arange(lo + 1, hi + 1)
    patient = visits.patient.astype(np.int64)
    start, end = visits.start.astype(np.int64), visits.end.astype(np.int64)
    created = visits.created.astype(np.int64)
    now = period.now
    closed = end <= now
    bits = rng.draw(rng.key(seed, "encounter"), number)

    # Most stay in the provider's department, emergencies in theirs, some anywhere in the house.
    department = timeline.staff.department[visits.provider]
    elsewhere = rng.part(bits, 0) < 6_000
    department = np.where(elsewhere, rng.scale16(rng.part(bits, 1), 21), department)
    done = np.maximum(created, np.where(closed, end + rng.scale16(rng.part(bits, 2), 600), created))
    corrected = rng.part(bits, 3) < 900
    updated = np.where(corrected, done + (rng.part(bits, 1) + 1).astype(np.int64) * 25, done)
    encounters = table(
        "encounters",
        integers(number),
        integers(patient + 1),
        integers(visits.provider + 1),
        chosen(visits.kind, ENCOUNTER_TYPES),
        stamps(start),
        stamps(end, closed),
        integers(department + 1),
        stamps(created),
        stamps(np.minimum(updated, now)),
    )

    child = timeline.group[visits.patient] == CHILD
    of = _diagnoses(seed, number, visits, child)
    count, first, diagnosis = of
    place = _places(count, first, len(diagnosis))
    # Coded while the patient is there, or after he has left.
    coded = np.minimum(_spread(done, count) + 40 * place, now)
    encounter_diagnoses = table(
        "encounter_diagnoses",
        integers(np.arange(1, len(diagnosis) + 1)),
        integers(_spread(number, count)),
        integers(diagnosis.astype(np.int32) + 1),
        integers(place + 1),
        stamps(coded),
        stamps(coded),
    )

    count, first, procedure = _procedures(seed, number, visits.kind, of)
    place = _places(count, first, len(procedure))
    day = start // DAY
    last = np.minimum(end, now) // DAY
    mix = rng.draw(rng.key(seed, "procedure day"), _spread(number, count) * 4 + place)
    done_on = _spread(day, count) + rng.scale16(rng.part(mix, 0), _spread(last - day + 1, count))
    noted = np.maximum(
        _spread(created, count), done_on * DAY + 8 * 3600 + rng.scale16(rng.part(mix, 1), 36_000)
    )
    noted = np.minimum(noted, now)
    encounter_procedures = table(
        "encounter_procedures",
        integers(np.arange(1, len(procedure) + 1)),
        integers(_spread(number, count)),
        integers(procedure.astype(np.int32) + 1),
        dates(done_on),
        stamps(noted),
        stamps(noted),
    )
    return {
        "encounters": encounters,
        "encounter_diagnoses": encounter_diagnoses,
        "encounter_procedures": encounter_procedures,
        "billing": _claims(seed, period, number, visits),
    }


def _claims(seed: int, period: Period, number: np.ndarray, visits: Visits) -> pa.Table:
    """Claims made up to now: sent days after the end, decided days later, pending until then."""
    now = period.now
    count = rng.lookup(_CLAIM_COUNT)[rng.part(rng.draw(rng.key(seed, "claim count"), number), 0)]
    first, total = _ragged(count)
    place = _places(count, first, total)
    counter = _spread(number, count) * 4 + place
    bits, more = rng.draw(rng.key(seed, "claim"), counter), rng.draw(rng.key(seed, "decision"), counter)
    kind = _spread(visits.kind, count)
    begun, last = (_spread(times.astype(np.int64), count) for times in (visits.start, visits.end))

    sent_on = last // DAY + shares("delay")[rng.part(bits, 0)]
    sent = np.maximum(sent_on * DAY + 8 * 3600 + rng.scale16(rng.part(bits, 1), 36_000), last + 1)
    sent_on = sent // DAY
    amount = shares("amount")[kind, rng.part(bits, 2) >> np.uint16(6)]
    nights = np.maximum(1, (last - begun) // DAY)
    amount = np.where(kind == INPATIENT, amount * (nights + 1) // 2, amount)
    amount = amount // (1 + place) + rng.part(bits, 3) % 100
    allowed = amount * (450 + rng.scale16(rng.part(more, 0), 500)) // 1000

    answer = rng.part(more, 1)
    decided = sent + (2 * DAY + rng.part(more, 2).astype(np.int64) * 40)
    final = np.where(answer < 7_000, DENIED, np.where(answer < 63_500, PAID, PENDING))
    status = np.where(decided <= now, final, PENDING)
    # A denial leaves nothing, or what would have been allowed; a pending claim may have no figure yet.
    allowed = np.where((status == DENIED) & (rng.part(more, 3) < 30_000), 0, allowed)
    known = ~((status == PENDING) & (rng.part(more, 3) < 24_000))
    updated = np.where(status == PENDING, sent, decided)

    there = np.flatnonzero(sent <= now)
    return table(
        "billing",
        integers(np.arange(1, len(there) + 1)),
        integers(_spread(number, count)[there]),
        money(amount[there]),
        money(allowed[there], known[there]),
        dates(sent_on[there]),
        chosen(status[there], CLAIM_STATUSES),
        stamps(sent[there]),
        stamps(updated[there]),
    )
