"""`starlift generate ultrasound`: the twenty tables of the ultrasound clinic as Parquet, from a seed.

Appointments are numbered by their day, patients and staff at random, and everything else hangs on the one or
the other: so each piece is a function of the seed and of the numbers in it, and memory stays flat.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.defaults import END, SEED, START
from starlift.errors import StarliftError
from starlift.generate import rng
from starlift.generate.files import (
    Manifest,
    TableEntry,
    TableWriter,
    chosen,
    dates,
    integers,
    money,
    replaced_folder,
    rows_of,
    stamps,
)
from starlift.generate.making import Progress, checked
from starlift.generate.people import digits
from starlift.generate.period import DAY, Period, day_weights
from starlift.generate.timeline import gender_and_age
from starlift.generate.vocabulary import FOLDER, words
from starlift.sources import ULTRASOUND

# How far ahead appointments are made.
DAYS_AHEAD = 28
STATUSES = ("Operational", "Under Maintenance")
GENDERS = ("Female", "Male", "Other")
PAID, PENDING = "Paid", "Pending"
NO_SHOW_CENTS = 2_500
_PIECE = 1 << 16
_MOST = 200_000_000  # keys stay within 32 bits
_INSURERS = ("Harbor Mutual", "Northfield Health", "Blue Valley", "Unity Care", "Prairie Life")
_REPORTS = (
    "Reviewed: no further steps.",
    "Reviewed: control in six months.",
    "Reviewed: compare with an earlier scan.",
    "Reviewed: refer to a specialist.",
)
_NOTES = ("Ask about pain.", "Repeat the scan.", "Discuss the findings.", "Review the medicine.")
_RESULTS = ("Normal", "High", "Low", "Inconclusive")


@dataclass(frozen=True)
class Size:
    appointments: int
    patients: int


SIZES = {
    "tiny": Size(400, 160),
    "lab": Size(50_000, 20_000),
    "100k": Size(100_000, 40_000),
    "1m": Size(1_000_000, 400_000),
    "10m": Size(10_000_000, 4_000_000),
}


def scale_size(scale: str) -> Size:
    """The size of that name."""
    try:
        return SIZES[scale.lower()]
    except KeyError:
        raise StarliftError(f"There is no scale '{scale}': choose one of {', '.join(SIZES)}.") from None


@dataclass(frozen=True)
class Department:
    """What one department sees, finds, works with and prescribes; several of each, the usual first."""

    name: str
    specialization: str
    reasons: tuple[str, ...]
    findings: tuple[str, ...]
    machines: tuple[str, ...]
    conditions: tuple[str, ...]
    symptoms: tuple[str, ...]
    medicines: tuple[str, ...]
    treatments: tuple[str, ...]
    referrals: tuple[str, ...]
    tests: tuple[str, ...]


@cache
def departments() -> tuple[Department, ...]:
    with (FOLDER / "ultrasound.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Department(row.pop("department"), row.pop("specialization"), *map(_several, row.values()))
            for row in csv.DictReader(file)
        )


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def doctor_count(size: Size) -> int:
    return 10 * max(2, min(200, size.appointments // 20_000))


def generate_ultrasound(
    out: Path,
    *,
    size: Size,
    seed: int = SEED,
    start: date = START,
    end: date = END,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write the folder `out`, all or nothing; it is made by one thread, however many there are."""
    if not (1 <= size.appointments <= _MOST and 1 <= size.patients <= _MOST):
        raise StarliftError(f"Appointments and patients must be at least 1 and at most {_MOST:,}.")
    period, _, tell = checked(start, end, threads, progress)
    with replaced_folder(out, ULTRASOUND) as folder:
        making = _Making(folder, seed, period, size)
        making.write_staff()
        for name, make, count in (
            ("patients", making.write_patients, size.patients),
            ("appointments", making.write_appointments, size.appointments),
        ):
            for lo in range(0, count, _PIECE):
                make(np.arange(lo, min(lo + _PIECE, count)))
                tell(name, min(lo + _PIECE, count), count)
        manifest = Manifest(
            source=ULTRASOUND.name,
            seed=seed,
            sizes={"appointments": size.appointments, "patients": size.patients},
            start=start.isoformat(),
            end=end.isoformat(),
            extracted_at=f"{end.isoformat()}T23:59:59",
            tables=making.close(),
        )
        manifest.write(folder)
    return manifest


class _Making:
    """The tables that grow piece by piece."""

    def __init__(self, folder: Path, seed: int, period: Period, size: Size) -> None:
        self.seed, self.period, self.size = seed, period, size
        self.today = period.first_day + period.days - 1
        self._writers = {table.name: TableWriter(folder, table) for table in ULTRASOUND.tables}
        ahead = Period(period.start, period.end + timedelta(days=DAYS_AHEAD))
        self._busy_until = np.cumsum(day_weights(ahead))

    def close(self) -> dict[str, TableEntry]:
        return {name: writer.close() for name, writer in self._writers.items()}

    def _write(self, name: str, *columns: pa.Array) -> None:
        """Rows without their key, which counts on."""
        writer = self._writers[name]
        number = integers(np.arange(writer.rows + 1, writer.rows + len(columns[0]) + 1))
        writer.write(rows_of(ULTRASOUND.table(name), number, *columns))

    def _bits(self, purpose: str, number: np.ndarray) -> np.ndarray:
        return rng.draw(rng.key(self.seed, f"ultrasound {purpose}"), number)

    # --- those who work there ---

    def write_staff(self) -> None:
        known = departments()
        self._write("Departments", pa.array([one.name for one in known]))
        names = ("Old Town", "Riverside", "Station", "Hillside")
        self._write(
            "Clinics",
            pa.array([f"{name} Ultrasound" for name in names]),
            pa.array([f"{10 + 7 * number} {name} Square" for number, name in enumerate(names)]),
            pa.array([f"555-010-{number:04}" for number in range(len(names))]),
            pa.array([f"{name.lower().replace(' ', '.')}@ultrasound.example.org" for name in names]),
        )
        machines = [
            (f"{machine} {letter}", number + 1)
            for letter in "AB"
            for number, one in enumerate(known)
            for machine in one.machines
        ]
        broken = self._bits("machine", np.arange(len(machines)))
        self._write(
            "Machines",
            pa.array([name for name, _ in machines]),
            integers(np.array([number for _, number in machines])),
            chosen((rng.part(broken, 0) < 8_000).astype(np.int64), STATUSES),
        )
        number = np.arange(doctor_count(self.size))
        department = number % len(known)
        person = self._people("doctor", number, 1)
        self._write(
            "Doctors",
            *person[:2],
            chosen(department, [one.specialization for one in known]),
            *person[2:],
            integers(department + 1),
        )
        self._write("Technicians", *self._people("technician", number, 2), integers(department + 1))
        self._write(
            "Radiologists", *self._people("radiologist", number, 3), integers(np.ones(len(number), int))
        )

    def _people(self, what: str, number: np.ndarray, line: int) -> tuple[pa.Array, ...]:
        vocabulary = words()
        bits = self._bits(what, number)
        names = vocabulary.female + vocabulary.male
        first = chosen(rng.scale16(rng.part(bits, 0), len(names)), names).dictionary_decode()
        last = chosen(
            rng.scale16(rng.part(bits, 1), len(vocabulary.last)), vocabulary.last
        ).dictionary_decode()
        return first, last, *_contact(last, number, line)

    # --- patients, and what is known of them ---

    def write_patients(self, number: np.ndarray) -> None:
        self._write("Patients", *patient_columns(self.seed, self.period.first_day, number))
        bits = self._bits("home department", number)
        home = rng.scale16(rng.part(bits, 0), len(departments()))
        today = self.today

        def of(name: str, weights: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            """For each row of a child table: the patient's key, bits of its own, and its department."""
            counts = rng.lookup(weights)[rng.part(self._bits(f"{name} count", number), 0)].astype(np.int64)
            owner = np.repeat(np.arange(len(number)), counts)
            which = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
            return number[owner] + 1, self._bits(name, number[owner] * 8 + which), home[owner]

        owner, bits, place = of("history", (30, 35, 25, 10))
        began = today - 60 - rng.scale16(rng.part(bits, 1), 4_000)
        over = began + 20 + rng.scale16(rng.part(bits, 2), 900)
        ended = (rng.part(bits, 3) < 26_000) & (over <= today)
        condition = _one_of(place, bits, 0, lambda one: one.conditions)
        self._write("Medical_History", integers(owner), condition, dates(began), _maybe(over, ended))

        owner, bits, place = of("symptom", (40, 35, 25))
        self._write(
            "Symptoms",
            integers(owner),
            _one_of(place, bits, 0, lambda one: one.symptoms),
            dates(today - rng.scale16(rng.part(bits, 1), 700)),
        )

        owner, bits, place = of("diagnosis", (45, 40, 15))
        self._write(
            "Diagnosis",
            integers(owner),
            _one_of(place, bits, 0, lambda one: one.conditions),
            dates(today - rng.scale16(rng.part(bits, 1), 2_000)),
        )

        owner, bits, place = of("medication", (50, 35, 15))
        medicine = _one_of(place, bits, 0, lambda one: one.medicines)
        began = today - rng.scale16(rng.part(bits, 1), 900)
        over = began + 7 + rng.scale16(rng.part(bits, 2), 360)
        parts = pc.split_pattern(medicine, " ", max_splits=1, reverse=True)
        name, dose = pc.list_element(parts, 0), pc.list_element(parts, 1)
        self._write("Medications", integers(owner), name, dose, dates(began), dates(over))

        owner, bits, place = of("treatment", (70, 25, 5))
        treatment = _one_of(place, bits, 0, lambda one: one.treatments)
        began = today - rng.scale16(rng.part(bits, 1), 900)
        over = began + rng.scale16(rng.part(bits, 2), 180)
        self._write(
            "Treatments", integers(owner), treatment, dates(began), _maybe(over, rng.part(bits, 3) < 50_000)
        )

        owner, bits, place = of("lab test", (50, 35, 15))
        self._write(
            "Lab_Tests",
            integers(owner),
            _one_of(place, bits, 0, lambda one: one.tests),
            dates(today - rng.scale16(rng.part(bits, 1), 900)),
            chosen(rng.scale16(rng.part(bits, 2), len(_RESULTS)), _RESULTS),
        )

        owner, bits, place = of("referral", (70, 30))
        doctor = place + 10 * rng.scale16(rng.part(bits, 1), doctor_count(self.size) // 10)
        self._write(
            "Referrals",
            integers(owner),
            integers(doctor + 1),
            _one_of(place, bits, 0, lambda one: one.referrals),
            _one_of(place, bits, 2, lambda one: one.conditions),
        )

        owner, bits, _ = of("insurance", (15, 75, 10))
        self._write(
            "Insurance",
            integers(owner),
            chosen(rng.scale16(rng.part(bits, 0), len(_INSURERS)), _INSURERS),
            pc.binary_join_element_wise("P", digits(owner, 8), digits(rng.part(bits, 1), 5), "-"),
            money(500_000 + rng.scale16(rng.part(bits, 2), 31).astype(np.int64) * 50_000),
            dates(today - 300 + rng.scale16(rng.part(bits, 3), 1_000)),
        )

    # --- appointments, and what came of them ---

    def write_appointments(self, number: np.ndarray) -> None:
        bits, when = self._bits("appointment", number), self._bits("appointment time", number)
        total = int(self._busy_until[-1])
        at = (2 * number + 1) * total // (2 * self.size.appointments)
        day = self.period.first_day + np.searchsorted(self._busy_until, at, side="right")
        second = day * DAY + 8 * 3600 + rng.scale16(rng.part(when, 0), 40) * 900
        patient = rng.below(self._bits("appointment patient", number), self.size.patients)
        # a quarter of the patients have never been there
        patient -= (patient % 4 == 3).astype(np.int64)
        place = rng.scale16(rng.part(bits, 0), len(departments()))
        doctor = place + 10 * rng.scale16(rng.part(bits, 1), doctor_count(self.size) // 10)
        self._write(
            "Appointments",
            integers(patient + 1),
            integers(doctor + 1),
            stamps(second),
            _one_of(place, bits, 2, lambda one: one.reasons),
        )

        what = self._bits("exam", number)
        done = (day <= self.today) & (rng.part(what, 0) < 58_000)
        twice = done & (rng.part(what, 1) < 700)
        self._result(number[done], patient[done], place[done], what[done], 2)
        self._result(number[twice], patient[twice], place[twice], self._bits("again", number[twice]), 0)

        later = self._bits("report", number)
        first = day + _delay(rng.part(later, 0))
        second_day = first + 10 + rng.scale16(rng.part(later, 1), 80)
        self._report(number, patient, first, done & (first <= self.today), rng.part(later, 2))
        again = done & (rng.part(later, 3) < 24_000) & (second_day <= self.today)
        self._report(number, patient, second_day, again, rng.part(what, 3))

        self._bills(number, patient, self.today - day, done, (day <= self.today) & ~done)
        follow = self._bits("follow-up", number)
        chosen_ones = done & (rng.part(follow, 0) < 26_000)
        self._write(
            "Follow_Up",
            integers(patient[chosen_ones] + 1),
            integers(number[chosen_ones] + 1),
            dates((day + 14 + rng.scale16(rng.part(follow, 1), 110))[chosen_ones]),
            chosen(rng.scale16(rng.part(follow, 2), len(_NOTES))[chosen_ones], _NOTES),
        )

    def _result(
        self, number: np.ndarray, patient: np.ndarray, place: np.ndarray, bits: np.ndarray, part: int
    ) -> None:
        image = pc.binary_join_element_wise("scans/", digits(number + 1, 9), ".dcm", "")
        kept = pa.array(rng.part(bits, 1) < 40_000)
        self._write(
            "Ultrasound_Results",
            integers(patient + 1),
            integers(number + 1),
            pc.if_else(kept, image, pa.scalar(None, pa.string())),
            _one_of(place, bits, part, lambda one: one.findings),
        )

    def _report(
        self, number: np.ndarray, patient: np.ndarray, day: np.ndarray, there: np.ndarray, bits: np.ndarray
    ) -> None:
        self._write(
            "Reports",
            integers(patient[there] + 1),
            integers(number[there] + 1),
            chosen(rng.scale16(bits[there], len(_REPORTS)), _REPORTS),
            dates(day[there]),
        )

    def _bills(
        self, number: np.ndarray, patient: np.ndarray, age: np.ndarray, done: np.ndarray, missed: np.ndarray
    ) -> None:
        """One for an exam, a few more for a second part of it, and a fee for some who did not come."""
        bits = self._bits("bill", number)
        fee = missed & (rng.part(bits, 3) < 20_000)
        exam = 8_000 + rng.scale16(rng.part(bits, 0), 85).astype(np.int64) * 500
        for there, cents in (
            (done | fee, np.where(done, exam, NO_SHOW_CENTS)),
            (done & (rng.part(bits, 3) < 1_500), 1_500 + rng.scale16(rng.part(bits, 0), 900)),
        ):
            # the older, the surer it is paid
            paid = rng.part(bits, 2).astype(np.int64) < np.minimum(64_000, 12_000 + age * 600)
            self._write(
                "Billing",
                integers(patient[there] + 1),
                integers(number[there] + 1),
                money(cents[there]),
                chosen(paid[there].astype(np.int64), (PENDING, PAID)),
            )


def patient_columns(seed: int, first_day: int, number: np.ndarray) -> tuple[pa.Array, ...]:
    """What is written down of patients when they are first seen, without their keys."""
    vocabulary = words()
    gender, age = gender_and_age(seed, number)
    gender = np.minimum(gender, 2).astype(np.int64)
    bits = rng.draw(rng.key(seed, "ultrasound patient"), number)
    female, male = len(vocabulary.female), len(vocabulary.male)
    either = rng.part(bits, 0)
    name = np.where(
        gender == 0,
        rng.scale16(either, female),
        np.where(gender == 1, female + rng.scale16(either, male), rng.scale16(either, female + male)),
    )
    first = chosen(name, vocabulary.female + vocabulary.male).dictionary_decode()
    last = chosen(rng.lookup(rng.zipf(len(vocabulary.last)))[rng.part(bits, 1)], vocabulary.last)
    last = last.dictionary_decode()
    street = pa.array(vocabulary.streets).take(
        pa.array(rng.scale16(rng.part(bits, 2), len(vocabulary.streets)))
    )
    house = pa.array(1 + rng.scale16(rng.part(bits, 3), 999)).cast(pa.string())
    return (
        first,
        last,
        dates(first_day - age - 1),
        chosen(gender, GENDERS),
        pc.binary_join_element_wise(house, street, " "),
        *_contact(last, number, 0),
    )


def _contact(last: pa.Array, number: np.ndarray, line: int) -> tuple[pa.Array, pa.Array]:
    """A telephone number that rings nowhere, and an address with the number in it, which keeps them apart."""
    code = digits(number // 10_000 % 1_000, 3)
    phone = pc.binary_join_element_wise(f"{550 + line}", code, digits(number % 10_000, 4), "-")
    address = pc.binary_join_element_wise(
        pc.utf8_lower(pc.replace_substring(last, " ", "")), digits(number + 1, 1), f"{line}", "."
    )
    return phone, pc.binary_join_element_wise(address, "example.com", "@")


def _one_of(
    place: np.ndarray, bits: np.ndarray, part: int, of: Callable[[Department], tuple[str, ...]]
) -> pa.Array:
    """One of a department's words for each row; the first is as frequent as the others together."""
    listed = [of(one) for one in departments()]
    size = np.array([len(one) for one in listed])
    first = np.cumsum(size) - size
    drawn = rng.part(bits, part)
    which = np.where(drawn < 32_768, 0, rng.scale16(((drawn & 0x7FFF) << 1).astype(np.uint16), size[place]))
    flat = [word for one in listed for word in one]
    return chosen(first[place] + which, flat).dictionary_decode()


def _delay(drawn: np.ndarray) -> np.ndarray:
    """Days until a report: most within a week, some after months (a squared draw)."""
    wide = drawn.astype(np.int64)
    return 1 + (wide * wide >> 16) * 90 // 65_536


def _maybe(days: np.ndarray, there: np.ndarray) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=~there).cast(pa.date32())
