"""The clinic's reference tables, providers and patients, as Arrow tables."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.generate import rng
from starlift.generate.files import arrow_schema, chosen, dates, integers, stamps
from starlift.generate.period import DAY, Period
from starlift.generate.timeline import GENDERS, Staff, gender_and_age
from starlift.generate.vocabulary import CREDENTIALS, SPECIALTIES, codes, departments, words
from starlift.sources import CLINIC

# The clinic opened then, or when an earlier period starts: what never changes was entered on that day.
_OPENED = (date(2012, 3, 5) - date(1970, 1, 1)).days * DAY + 8 * 3600
_CREDENTIAL_SHARE = (62, 12, 16, 10)


def _opened(period: Period) -> int:
    """Seconds since 1970; never after the first day, so that nothing was entered after it was read."""
    return min(_OPENED, period.first_day * DAY)


def table(name: str, *columns: pa.Array) -> pa.Table:
    """The columns, in the order of the source's description."""
    names = arrow_schema(CLINIC.table(name)).names
    return pa.table(list(columns), names=names)


def _fixed(period: Period, name: str, *columns: list) -> pa.Table:
    """A small table of constants, with its id in front and the audit columns behind."""
    count = len(columns[0])
    entered = stamps(np.full(count, _opened(period)))
    types = arrow_schema(CLINIC.table(name)).types
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types[1:], strict=False)]
    return table(name, integers(np.arange(1, count + 1)), *arrays, entered, entered)


def reference_tables(period: Period) -> dict[str, pa.Table]:
    listed = codes()
    rooms = departments()
    return {
        "specialties": _fixed(
            period, "specialties", [row[0] for row in SPECIALTIES], [row[1] for row in SPECIALTIES]
        ),
        "departments": _fixed(
            period,
            "departments",
            [name for name, _ in rooms],
            [1 + index * 5 % 7 for index in range(len(rooms))],
            [12 + index * 11 % 43 for index in range(len(rooms))],
        ),
        "diagnoses": _fixed(
            period,
            "diagnoses",
            [row.code for row in listed.diagnoses],
            [row.description for row in listed.diagnoses],
        ),
        "procedures": _fixed(
            period, "procedures", [row[0] for row in listed.procedures], [row[1] for row in listed.procedures]
        ),
    }


def provider_table(seed: int, period: Period, staff: Staff) -> pa.Table:
    vocabulary = words()
    count = len(staff.specialty)
    number = np.arange(count)
    bits = rng.draw(rng.key(seed, "provider"), number)
    more = rng.draw(rng.key(seed, "provider joined"), number)
    names = vocabulary.female + vocabulary.male
    # Joined on a working morning between the opening and the first day of the period.
    opened = _opened(period) // DAY
    room = max(1, period.first_day - opened - 30)
    joined = np.minimum((opened + rng.below(more, room)) * DAY + 9 * 3600, period.now)
    return table(
        "providers",
        integers(number + 1),
        chosen(rng.scale16(rng.part(bits, 0), len(names)), names),
        chosen(rng.scale16(rng.part(bits, 1), len(vocabulary.last)), vocabulary.last),
        chosen(rng.lookup(_CREDENTIAL_SHARE)[rng.part(bits, 2)], CREDENTIALS),
        integers(staff.specialty + 1),
        integers(staff.department + 1),
        stamps(joined),
        stamps(joined),
    )


def mrn(patient_id: np.ndarray) -> np.ndarray:
    """An eight-digit record number that no two patients share (the factor has no divisor with 10**8)."""
    return patient_id.astype(np.int64) * 48_271_123 % 100_000_000


def digits(values: np.ndarray, width: int) -> pa.Array:
    """Numbers as text with leading zeros."""
    return pc.utf8_lpad(pa.array(values.astype(np.int64)).cast(pa.string()), width, padding="0")


def patient_table(seed: int, period: Period, first_visit: np.ndarray, lo: int) -> pa.Table:
    """Patients lo, lo+1, ... (from 0); `first_visit` holds the second of each one's first visit, or -1."""
    vocabulary = words()
    number = np.arange(lo, lo + len(first_visit))
    gender, age = gender_and_age(seed, number)
    bits = rng.draw(rng.key(seed, "patient"), number)
    home = rng.draw(rng.key(seed, "address"), number)
    when = rng.draw(rng.key(seed, "registered"), number)

    female = len(vocabulary.female)
    either = rng.part(bits, 0)
    name = np.where(
        gender == 0,
        rng.scale16(either, female),
        np.where(
            gender == 1,
            female + rng.scale16(either, len(vocabulary.male)),
            rng.scale16(either, female + len(vocabulary.male)),
        ),
    )
    born = period.first_day - age - 1
    start = period.first_day * DAY
    known_before = rng.part(when, 0) < 16_000
    new = np.where(
        first_visit >= 0,
        first_visit - rng.part(when, 1).astype(np.int64) * 17,
        start + rng.below(when, period.days * DAY),
    )
    created = np.where(
        known_before, start - rng.below(when, 1500) * DAY - 24_000 - rng.part(when, 2) // 2, new
    )
    created = np.clip(created, (born + 1) * DAY + 3600, period.now)
    later = created + (((period.now - created) * rng.part(when, 1).astype(np.int64)) >> 16)
    moved = rng.part(bits, 3) < 9_000

    places = vocabulary.places
    place = rng.lookup(rng.zipf(len(places)))[rng.part(home, 0)]
    street = pa.array(vocabulary.streets).take(
        pa.array(rng.scale16(rng.part(home, 1), len(vocabulary.streets)))
    )
    house = pa.array(1 + rng.scale16(rng.part(home, 2), 9998)).cast(pa.string())
    zip_prefix = chosen(place, [row[2] for row in places]).dictionary_decode()
    return table(
        "patients",
        integers(number + 1),
        chosen(name, vocabulary.female + vocabulary.male),
        chosen(rng.lookup(rng.zipf(len(vocabulary.last)))[rng.part(bits, 1)], vocabulary.last),
        dates(born),
        chosen(gender, GENDERS),
        pc.binary_join_element_wise("MRN", digits(mrn(number + 1), 8), ""),
        pc.binary_join_element_wise(house, street, " "),
        chosen(place, [row[0] for row in places]),
        chosen(place, [row[1] for row in places]),
        pc.binary_join_element_wise(zip_prefix, digits(rng.scale16(rng.part(home, 3), 100), 2), ""),
        stamps(created),
        stamps(np.where(moved, later, created)),
    )
