"""Drawn sequences of changes to a very small clinic, of which many live side by side in one source.

A *cell* is a clinic of two or three rows per table with ids and names of its own, so what happens in one cell cannot
change another's rows in the star. A *sequence* says what its source looks like on each day: the steps that lead there
from the day before. Day 0 starts from the rows that `_usual_row` gives.
"""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from starlift.sources import CLINIC, Table

DAYS = 6
MOST_STEPS_A_DAY = 4
_DRAWN_TOGETHER = 12
# Cell 1 has the ids from 1000, cell 2 those from 2000, and so on.
IDS_PER_CELL = 1000

Row = dict[str, Any]

_FIRST_EXTRACT = datetime(2025, 3, 10, 20)
_LONG_AGO, _LATE = datetime(2010, 5, 5, 10), datetime(2031, 1, 1)
# Thirty days apart, to the second: so long a return is a readmission.
_DISCHARGE = datetime(2025, 3, 12, 12)
_RETURN = _DISCHARGE + timedelta(days=30)


def extracted_at(day: int) -> datetime:
    return _FIRST_EXTRACT + timedelta(days=day)


# Few, so that they often coincide: starts and ends of encounters, time stamps of rows.
MOMENTS = (
    datetime(2025, 3, 11, 9),
    _DISCHARGE,
    _RETURN,
    _RETURN + timedelta(seconds=1),
    datetime(2025, 3, 1, 9),
    datetime(2025, 3, 14, 9),
    extracted_at(1),
    extracted_at(3),
    _LONG_AGO,
    _LATE,
)
_DATES = (date(2025, 3, 1), date(2025, 3, 12), date(2010, 5, 5), date(2031, 1, 1))
_IDS = (1, 2, 3)
_NAMES = ("a", "b", "c", " a ", None)
_OUTSIDE = datetime(1999, 12, 31, 23)

# What each column may say: most of it is sound, the rest breaks a rule. Numbers of ids are the cell's own; texts of
# `_OWN_TEXT` are made the cell's own, because the source must not have one twice.
VALUES: dict[str, dict[str, tuple[Any, ...]]] = {
    "specialties": {"specialty_name": _NAMES, "specialty_code": ("x", "y", None)},
    "departments": {"department_name": _NAMES, "floor": (1, 2, None), "capacity": (10, 20, None, 0)},
    "diagnoses": {"icd10_code": _NAMES, "icd10_description": ("ill", "well", None)},
    "procedures": {"cpt_code": _NAMES, "cpt_description": ("cut", "sewn", None)},
    "patients": {
        "first_name": ("Ann", "Bo", None),
        "last_name": ("Lee", "Roy", None),
        "date_of_birth": (date(1970, 1, 1), date(1980, 2, 29), date(2025, 3, 12), None),
        "gender": ("F", "M", None, "X"),
        "mrn": _NAMES,
        "address": ("here", "there", None),
        "city": ("Rome", "Oslo", None),
        "state": ("NY", "CA", None),
        "postal_code": ("1", "2", None),
    },
    "providers": {
        "first_name": ("Cy", "Di", None),
        "last_name": ("Poe", "Ray", None),
        "credential": ("MD", "RN", None),
        "specialty_id": (*_IDS, None),
        "department_id": (*_IDS, None),
    },
    "encounters": {
        "patient_id": (*_IDS, None),
        "provider_id": (*_IDS, None),
        "department_id": (*_IDS, None),
        "encounter_type": ("Inpatient", "ER", "Outpatient", "Inpatient", "Walk-in", None),
        "encounter_date": (*MOMENTS, None, _OUTSIDE),
        "discharge_date": (*MOMENTS, None),
    },
    "encounter_diagnoses": {
        "encounter_id": (*_IDS, 5, None),
        "diagnosis_id": (*_IDS, None),
        "diagnosis_sequence": (1, 2, 3, 0),
    },
    "encounter_procedures": {
        "encounter_id": (*_IDS, 5, None),
        "procedure_id": (*_IDS, None),
        "procedure_date": (*_DATES, None, _OUTSIDE.date()),
    },
    "billing": {
        "encounter_id": (*_IDS, 5, None),
        "claim_amount": (Decimal("100.00"), Decimal("200.05"), Decimal("0.00"), None, Decimal("-1.00")),
        "allowed_amount": (Decimal("80.00"), Decimal("0.01"), None, Decimal("150.00"), Decimal("-1.00")),
        "claim_date": (*_DATES, None),
        "claim_status": ("Paid", "Pending", "Denied", "Lost", None),
    },
}
_OWN_TEXT = {
    ("specialties", "specialty_name"),
    ("departments", "department_name"),
    ("diagnoses", "icd10_code"),
    ("procedures", "cpt_code"),
    ("patients", "mrn"),
}

# The ids that a table can have; the last of them only from the day on which it is inserted, though others refer to it.
_SLOTS = {table.name: _IDS for table in CLINIC.tables} | {
    "encounters": (1, 2, 3, 4, 5),
    "billing": (1, 2, 3, 4),
}


@dataclass(frozen=True)
class Kept:
    """A time stamp that stays as it was, though the row does not."""

    def __str__(self) -> str:
        return "kept"


@dataclass(frozen=True)
class Now:
    """The usual time stamp: some time before the day's extract, later than those of the steps before."""

    def __str__(self) -> str:
        return "now"


Stamp = Kept | Now | datetime | None


@dataclass(frozen=True)
class Step:
    """One change of a row; without effect where there is no such row.

    insert: a row that is not there, as it last was (`stamp` tells an old updated_at from a new one);
    repeat: a second row of the same key, or without one; single: repeats go again;
    touch: all rows of the table get one time stamp, and nothing else changes.
    """

    what: str
    table: str
    id: int
    column: str = ""
    value: Any = None
    stamp: Stamp = Now()

    def __str__(self) -> str:
        said = f"{self.what} {self.table} {self.id}"
        if self.what in ("change", "repeat"):
            value = self.value if isinstance(self.value, (datetime, date, Decimal)) else repr(self.value)
            said += f": {self.column} = {value}"
        return said if self.what in ("delete", "single") else f"{said}, updated_at {self.stamp}"


Day = tuple[Step, ...]
Changes = tuple[Day, ...]


def written_out(changes: Changes) -> str:
    return "\n".join(
        f"  day {number}: {'; '.join(map(str, day)) or 'nothing'}" for number, day in enumerate(changes)
    )


_STAMPS = (*(Now() for _ in range(6)), *(Kept() for _ in range(3)), *MOMENTS, None)
_WHAT = ("change",) * 7 + ("delete", "insert", "repeat", "single") * 2 + ("touch",)
# What most hangs on.
_FACTS = ("encounters", "encounter_diagnoses", "encounter_procedures", "billing")
_TABLES = (*VALUES, *_FACTS, "encounters", "providers", "patients")


def _columns(table: str) -> tuple[str, ...]:
    """Those by which a row hangs together with others more often than the rest."""
    names = (*VALUES[table], "created_at")
    return names + tuple(name for name in names if name.endswith("_id") or name == "mrn") * 2


@st.composite
def _steps(draw: st.DrawFn, tables: Sequence[str]) -> Step:
    what = draw(st.sampled_from(_WHAT))
    table = draw(st.sampled_from(tables))
    slots = _SLOTS[table]
    # most often the one that is not there from the beginning
    slot = draw(st.sampled_from((slots[-1], *slots) if what == "insert" else slots))
    if what in ("delete", "single"):
        return Step(what, table, slot)
    stamp = draw(st.sampled_from(_STAMPS))
    if what in ("insert", "touch"):
        return Step(what, table, slot, stamp=stamp)
    if what == "repeat" and draw(st.booleans()):
        # in all as it is, or without a key
        return Step(
            what, table, slot, CLINIC.table(table).primary_key, draw(st.sampled_from((slot, None))), Kept()
        )
    column = draw(st.sampled_from(_columns(table)))
    values = VALUES[table].get(column, (*MOMENTS, None))
    return Step(what, table, slot, column, draw(st.sampled_from(values)), stamp)


@st.composite
def sequences(draw: st.DrawFn) -> Changes:
    """Of a few tables each: where much else changes, too, whatever a change should have made due is due anyway."""
    tables = draw(st.lists(st.sampled_from(_TABLES), min_size=1, max_size=3))
    day = st.lists(_steps(tables), max_size=MOST_STEPS_A_DAY).map(tuple)
    return draw(st.tuples(*(day for _ in range(DAYS))))


def drawn(count: int, seeded: int) -> list[Changes]:
    """That many different sequences, the same for the same seed."""
    found: dict[Changes, None] = {}

    @settings(
        max_examples=_DRAWN_TOGETHER,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences())
    def collect(changes: Changes) -> None:
        found[changes] = None

    # Hypothesis draws many examples much like the ones before: that serves a search, and here it is a waste
    numbers = random.Random(seeded)
    while len(found) < count:
        seed(numbers.getrandbits(64))(collect)()
    return list(found)[:count]


class Cell:
    """One clinic's rows as its sequence of changes goes by."""

    def __init__(self, number: int, changes: Changes) -> None:
        self.number = number
        self.changes = changes
        self._rows: dict[tuple[str, int], list[Row]] = {}
        # as a row last was, for the day on which it comes back
        self._gone: dict[tuple[str, int], Row] = {}
        self._steps_done = 0
        for table, slots in _SLOTS.items():
            for slot in slots[:-1]:
                self._rows[table, slot] = [_usual_row(table, slot)]

    def live_through(self, day: int) -> None:
        for step in self.changes[day]:
            self._steps_done += 1
            self._take(step, extracted_at(day) - timedelta(hours=10) + timedelta(minutes=self._steps_done))

    def rows(self, table: Table) -> Iterator[Row]:
        """The table's rows as the source has them, with the cell's own ids and names."""
        for (name, _), rows in self._rows.items():
            if name == table.name:
                yield from (self._as_own(table.name, row) for row in rows)

    def _take(self, step: Step, now: datetime) -> None:
        place = (step.table, step.id)
        rows = self._rows.get(place, [])
        if step.what == "insert" and not rows:
            row = deepcopy(self._gone.get(place)) or _usual_row(*place)
            self._rows[place] = [_stamped(row, step.stamp, now)]
        elif step.what == "delete" and rows:
            self._gone[place] = self._rows.pop(place)[0]
        elif step.what == "change" and rows:
            rows[0][step.column] = step.value
            _stamped(rows[0], step.stamp, now)
        elif step.what == "repeat" and rows:
            rows.append(_stamped({**rows[0], step.column: step.value}, step.stamp, now))
        elif step.what == "single" and rows:
            del rows[1:]
        elif step.what == "touch":
            for (table, _), touched in self._rows.items():
                for row in touched if table == step.table else ():
                    _stamped(row, step.stamp, now)

    def _as_own(self, table: str, row: Row) -> Row:
        def own(column: str, value: Any) -> Any:
            if column.endswith("_id") and value is not None:
                return self.number * IDS_PER_CELL + value
            if (table, column) in _OWN_TEXT and value is not None:
                return f"c{self.number} {value}"
            return value

        return {column: own(column, value) for column, value in row.items()}


def _stamped(row: Row, stamp: Stamp, now: datetime) -> Row:
    if not isinstance(stamp, Kept):
        row["updated_at"] = now if isinstance(stamp, Now) else stamp
    return row


def _usual_row(table: str, slot: int) -> Row:
    """A sound row: the first one says the first value that each column may say, the second the second, ..."""
    described = CLINIC.table(table)
    row = {column: values[(slot - 1) % min(len(values), 3)] for column, values in VALUES[table].items()}
    # what the third value would break
    sound = {name: VALUES[table][name][0] for name in row if row[name] is None}
    special: dict[tuple[str, int], Row] = {
        # an index stay, the return on its thirtieth day, and encounters of members that are not there yet
        ("encounters", 1): {"encounter_date": datetime(2025, 3, 11, 9), "discharge_date": _DISCHARGE},
        ("encounters", 2): {"patient_id": 1, "encounter_date": _RETURN, "discharge_date": None},
        ("encounters", 3): {"encounter_date": datetime(2025, 3, 14, 9), "discharge_date": _LATE},
        ("encounters", 4): {
            "patient_id": 2,
            "encounter_date": datetime(2025, 3, 20, 9),
            "discharge_date": None,
        },
        ("encounters", 5): {"encounter_date": _LONG_AGO, "discharge_date": None},
        # more than one of an encounter
        ("encounter_diagnoses", 2): {"encounter_id": 1, "diagnosis_id": 3},
        ("encounter_procedures", 2): {"encounter_id": 1, "procedure_id": 3},
        ("billing", 3): {"encounter_id": 1},
        # none of encounter 2: what hangs on an encounter alone must not be found by way of its claims
        ("billing", 2): {"encounter_id": 3},
        ("providers", 2): {"specialty_id": 3},
    }
    stamps = {"created_at": _LONG_AGO, "updated_at": datetime(2025, 1, 1)}
    return {described.primary_key: slot, **row, **sound, **stamps, **special.get((table, slot), {})}


def rows_of(cells: Sequence[Cell], table: Table) -> list[Row]:
    return list(chain.from_iterable(cell.rows(table) for cell in cells))
