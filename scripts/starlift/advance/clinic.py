"""One day of the clinic: everything that can happen to a source, some of each, and a list of what did.

Deletes are drawn first; what a day has touched it does not touch again, so that each row changes at most
once a day and the list of events says all there is to say.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import numpy as np

from starlift.advance import clinic_rows as rows
from starlift.advance.clinic_rows import Visit
from starlift.advance.day import Day, moment, other, plain, to_json
from starlift.advance.dice import Dice
from starlift.advance.state import Row, State
from starlift.generate import period as when
from starlift.generate.files import Manifest
from starlift.generate.period import DAY, INPATIENT
from starlift.generate.timeline import kinds
from starlift.generate.vocabulary import SPECIALTIES, departments, words
from starlift.sources import CLINIC
from starlift.sources.clinic import ENCOUNTER_TYPES

CHILDREN = ("encounter_diagnoses", "encounter_procedures", "billing")
# New encounters on Monday..Sunday, percent of the average day.
_WEEKDAY = (128, 122, 118, 116, 108, 56, 52)
_WINGS = (" East Wing", " West Wing", " Pavilion", "")
_OBSTETRICS = next(i for i, row in enumerate(SPECIALTIES) if row[1] == "OBG")


class ClinicDay(Day):
    """Draws the changes of the clinic's next day."""

    source = CLINIC
    highlights: ClassVar[dict[str, str]] = {
        "encounter_new": "new encounters",
        "backdated_encounter": "back-dated",
        "encounter_withdrawn": "withdrawn",
        "late_bill": "late claims",
        "patient_deleted": "patients deleted",
        "patient_reinserted": "brought back",
    }

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        super().__init__(state, manifest, day, seed)
        self.newcomers: list[int] = []
        self.size = len(state.ids("encounters"))

    def draw(self) -> None:
        self._reinserts()
        self._withdrawn_encounters()
        self._deleted_patients()
        self._patients()
        self._providers()
        self._departments_and_specialties()
        self._discharges()
        self._corrections()
        self._new_encounters()
        self._backdated_encounters()
        self._late_claims()
        self._late_codes()
        self._claim_decisions()
        self._deleted_details()

    def _encounters_between(self, days_ago: int, days_ago_last: int) -> np.ndarray:
        """Positions of encounters that began so many days before today."""
        start = self.state.numbers("encounters", "encounter_date")
        low, high = self.first_second - days_ago * DAY, self.first_second - days_ago_last * DAY
        return np.flatnonzero((start >= low) & (start < high))

    def _some_encounters(self, dice: Dice, count: int, positions: np.ndarray) -> list[Row]:
        """Rows of encounters that nothing else happens to today; they are then taken."""
        ids = self.state.ids("encounters")[positions]
        found = dice.some(ids, count, self.busy["encounters"])
        self.busy["encounters"].update(found)
        return self.state.rows("encounters", found)

    # --- what was deleted comes back ---

    def _reinserts(self) -> None:
        """The longest gone patient, as he was, and an encounter withdrawn by mistake, with its details."""
        dice = self.dice("reinserts")
        back = {event["patient_id"] for event in self.past("patient_reinserted")}
        for event in self.past("patient_deleted"):
            if event["patient_id"] not in back:
                row = self.from_json("patients", event["row"])
                self.changes.insert("patients", row)
                self.busy["patients"].add(row["patient_id"])
                self.tell(
                    "patient_reinserted", patient_id=row["patient_id"], updated_at=event["row"]["updated_at"]
                )
                break
        back = {event["encounter_id"] for event in self.past("encounter_reinstated")}
        patients = self.state.ids("patients")
        for event in self.past("encounter_withdrawn"):
            row = self.from_json("encounters", event["row"])
            if row["encounter_id"] in back or not np.isin(row["patient_id"], patients):
                continue
            row["updated_at"] = self.at(dice, 7, 10)
            self.changes.insert("encounters", row)
            for table in CHILDREN:
                for child in event["details"][table]:
                    self.changes.insert(table, self.from_json(table, child))
            self.busy["patients"].add(row["patient_id"])
            self.tell("encounter_reinstated", encounter_id=row["encounter_id"])
            break

    # --- deletes ---

    def _delete_encounters(self, ids: list[int]) -> dict[int, dict[str, list[Row]]]:
        """Delete encounters with their details; the details by encounter and table."""
        details: dict[int, dict[str, list[Row]]] = {number: {t: [] for t in CHILDREN} for number in ids}
        for table in CHILDREN:
            key = CLINIC.table(table).primary_key
            for child in self.state.children(table, "encounter_id", ids):
                self.changes.delete(table, [child[key]])
                details[child["encounter_id"]][table].append(child)
        self.changes.delete("encounters", ids)
        self.busy["encounters"].update(ids)
        self.busy["billing"] |= self.changes.deleted["billing"]
        return details

    def _withdrawn_encounters(self) -> None:
        """Entered in error: some of the last weeks, some old, and their details with them."""
        dice = self.dice("withdrawn")
        everything = np.arange(self.size)
        found = self._some_encounters(dice, self.many(20, 1), self._encounters_between(30, 0))
        found += self._some_encounters(dice, self.many(20, 1), everything)
        details = self._delete_encounters([row["encounter_id"] for row in found])
        for row in found:
            self.busy["patients"].add(row["patient_id"])
            self.tell(
                "encounter_withdrawn",
                encounter_id=row["encounter_id"],
                row=to_json(row),
                details={
                    table: [to_json(child) for child in children]
                    for table, children in details[row["encounter_id"]].items()
                },
            )

    def _deleted_patients(self) -> None:
        """One who never came, or no longer has an encounter, and one with the few encounters he had."""
        dice = self.dice("deleted patients")
        ids, owners = self.state.ids("patients"), self.state.numbers("encounters", "patient_id")
        visits = np.bincount(np.searchsorted(ids, owners), minlength=len(ids))
        for candidates in (ids[visits == 0], ids[(visits > 0) & (visits <= 3)]):
            for patient_id in dice.some(candidates, self.many(2, 1), self.busy["patients"]):
                theirs = self.state.ids("encounters")[owners == patient_id].tolist()
                if self.busy["encounters"] & set(theirs):
                    continue
                self._delete_encounters(theirs)
                self.changes.delete("patients", [patient_id])
                self.busy["patients"].add(patient_id)
                row = self.state.rows("patients", [patient_id])[0]
                self.tell("patient_deleted", patient_id=patient_id, encounter_ids=theirs, row=to_json(row))

    def _deleted_details(self) -> None:
        """Claims, last diagnoses and procedures of encounters that stay."""
        dice = self.dice("deleted details")
        gone = dice.some(self.state.ids("billing"), self.many(40, 4), self.busy["billing"])
        gone = [
            row
            for row in self.state.rows("billing", gone)
            if row["encounter_id"] not in self.busy["encounters"]
        ]
        for row in gone:
            self.changes.delete("billing", [row["billing_id"]])
            self.tell("claim_deleted", billing_id=row["billing_id"], encounter_id=row["encounter_id"])
        chosen = self._some_encounters(dice, self.many(60, 8), np.arange(self.size))
        chosen_ids = [row["encounter_id"] for row in chosen]
        by_encounter: dict[int, list[Row]] = {}
        for child in self.state.children("encounter_diagnoses", "encounter_id", chosen_ids):
            by_encounter.setdefault(child["encounter_id"], []).append(child)
        for encounter_id, listed in sorted(by_encounter.items()):
            last = max(listed, key=lambda child: child["diagnosis_sequence"])
            if len(listed) > 1:
                self._delete_detail("diagnosis_deleted", "encounter_diagnoses", encounter_id, last)
        seen: set[int] = set()
        for child in self.state.children("encounter_procedures", "encounter_id", chosen_ids[::2]):
            if child["encounter_id"] not in seen:
                self._delete_detail("procedure_deleted", "encounter_procedures", child["encounter_id"], child)
                seen.add(child["encounter_id"])

    def _delete_detail(self, event: str, table: str, encounter_id: int, row: Row) -> None:
        key = CLINIC.table(table).primary_key
        self.changes.delete(table, [row[key]])
        self.tell(event, **{key: row[key], "encounter_id": encounter_id})

    # --- people and places ---

    def _patients(self) -> None:
        dice = self.dice("patients")
        for _ in range(self.many(60, 3)):
            row = rows.patient(dice, self.next_id("patients"), self.at(dice, 7, 16))
            self.changes.insert("patients", row)
            self.newcomers.append(row["patient_id"])
            self.tell("patient_new", patient_id=row["patient_id"])
        ids = self.state.ids("patients")
        moving = dice.some(ids, self.many(100, 3), self.busy["patients"])
        self.busy["patients"].update(moving)
        for row in self.state.rows("patients", moving):
            new = rows.address(dice)
            self.update("patients", row, dice, **new)
            self.tell_change("patient_moved", "patient_id", row, row["city"], new["city"])
        renaming = dice.some(ids, self.many(30, 2), self.busy["patients"])
        self.busy["patients"].update(renaming)
        for row in self.state.rows("patients", renaming):
            name = other(dice, words().last, row["last_name"])
            self.update("patients", row, dice, last_name=name)
            self.tell_change("patient_renamed", "patient_id", row, row["last_name"], name)

    def _providers(self) -> None:
        dice = self.dice("providers")
        ids = self.state.ids("providers")
        chosen = dice.some(ids, 2 * (1 + len(ids) // 1_000), set())
        specialty_ids, department_ids = self.listed("specialties"), self.listed("departments")
        for place, row in enumerate(self.state.rows("providers", chosen)):
            if place % 2 == 0:
                column, event, known = "specialty_id", "provider_changed_specialty", specialty_ids
            else:
                column, event, known = "department_id", "provider_changed_department", department_ids
            if len(known) < 2:
                continue
            new = other(dice, known, row[column])
            self.update("providers", row, dice, **{column: new})
            self.tell_change(event, "provider_id", row, row[column], new)
        if len(self.manifest.days) % 2 == 0:
            row = rows.provider(
                dice,
                self.next_id("providers"),
                dice.pick(specialty_ids),
                dice.pick(department_ids),
                self.at(dice),
            )
            self.changes.insert("providers", row)
            self.tell("provider_new", provider_id=row["provider_id"])

    def _departments_and_specialties(self) -> None:
        """Some are renamed, every other or third day."""
        dice = self.dice("names")
        number = len(self.manifest.days)
        if number % 2 == 0:
            row = self.state.rows("departments", [dice.pick(self.listed("departments"))])[0]
            plain = departments()[row["department_id"] - 1][0]
            name = other(dice, [plain + wing for wing in _WINGS], row["department_name"])
            self.update("departments", row, dice, department_name=name)
            self.tell_change("department_renamed", "department_id", row, row["department_name"], name)
        if number % 3 == 1:
            row = self.state.rows("specialties", [dice.pick(self.listed("specialties"))])[0]
            plain = SPECIALTIES[row["specialty_id"] - 1][0]
            name = plain if row["specialty_name"] != plain else f"{plain} and Prevention"
            self.update("specialties", row, dice, specialty_name=name)
            self.tell_change("specialty_renamed", "specialty_id", row, row["specialty_name"], name)

    # --- encounters ---

    def _discharges(self) -> None:
        """About a third of the open stays end today."""
        dice = self.dice("discharges")
        start = self.state.numbers("encounters", "encounter_date")
        still = (self.state.numbers("encounters", "discharge_date") < 0) & (start < self.first_second)
        open_stays = np.flatnonzero(still)
        for row in self._some_encounters(dice, (len(open_stays) + 2) // 3, open_stays):
            left = self.at(dice, 9, 18)
            self.update("encounters", row, dice, discharge_date=left)
            self.tell("stay_discharged", encounter_id=row["encounter_id"], discharge_date=left.isoformat())

    def _corrections(self) -> None:
        """Encounters that were booked on the wrong patient, provider, department or hour."""
        dice = self.dice("corrections")
        patients = self.state.ids("patients")
        for place, row in enumerate(self._some_encounters(dice, self.many(40, 4), np.arange(self.size))):
            new: object
            if place % 4 == 0:
                column = "patient_id"
                others = dice.some(patients, 1, self.busy["patients"] | {row["patient_id"]})
                if not others:
                    continue
                new = others[0]
                self.busy["patients"].add(others[0])
            elif place % 4 == 1:
                column, new = "encounter_date", row["encounter_date"] - timedelta(hours=dice.between(1, 40))
            else:
                column = ("provider_id", "department_id")[place % 2]
                new = other(dice, self.listed(column.replace("_id", "s")), row[column])
            old = row[column]
            self.update("encounters", row, dice, **{column: new})
            self.tell(
                "encounter_corrected",
                encounter_id=row["encounter_id"],
                column=column,
                **{"from": plain(old), "to": plain(new)},
            )

    def _visit(self, dice: Dice, patient_id: int, kind: int | None, start: datetime) -> Visit:
        """A visit to a provider who treats such patients."""
        provider_ids = self.state.ids("providers")
        specialties = self.state.numbers("providers", "specialty_id")
        female = self._is_female(patient_id)
        place = dice.below(len(provider_ids))
        for _ in range(50):
            if specialties[place] - 1 != _OBSTETRICS or female:
                break
            place = dice.below(len(provider_ids))
        specialty = int(specialties[place]) - 1
        return Visit(
            patient_id,
            int(provider_ids[place]),
            int(self.state.numbers("providers", "department_id")[place]),
            specialty,
            dice.of(kinds()[specialty]) if kind is None else kind,
            start,
        )

    def _is_female(self, patient_id: int) -> bool:
        new = self.changes.inserted["patients"].get(patient_id)
        if new:
            return new["gender"] == "F"
        return bool(
            self.state.equals("patients", "gender", "F")[self.state.positions("patients", [patient_id])[0]]
        )

    def _enter(self, dice: Dice, visit: Visit, entered: datetime, *, as_if_then: bool = False) -> Row:
        """Insert an encounter with diagnoses, procedures and maybe a claim.

        What lies in the past by now is known; `as_if_then` stamps all of it with the time of the visit's
        end instead of the time of entry.
        """
        now = moment(self.first_second + DAY - 1)
        end = visit.end(dice)
        over = end <= now
        encounter_id = self.next_id("encounters")
        stamp = end if as_if_then and over else entered
        updated = max(stamp, end) if over else stamp
        row = visit.row(encounter_id, end if over else None, stamp, updated)
        self.changes.insert("encounters", row)
        self.busy["encounters"].add(encounter_id)
        coded = rows.diagnoses(dice, visit.specialty, visit.kind)
        for sequence, diagnosis_id in enumerate(coded, 1):
            self._insert_diagnosis(encounter_id, diagnosis_id, sequence, stamp)
        for procedure_id in rows.procedures(dice, coded, visit.kind):
            self._insert_procedure(encounter_id, procedure_id, visit.start.date(), stamp)
        if over and dice.chance(35):
            sent = max(end, stamp)
            billing = rows.claim(dice, self.next_id("billing"), encounter_id, visit.kind, sent)
            self.changes.insert("billing", billing)
        return row

    def _insert_diagnosis(self, encounter_id: int, diagnosis_id: int, sequence: int, stamp: datetime) -> int:
        number = self.next_id("encounter_diagnoses")
        self.changes.insert(
            "encounter_diagnoses",
            {
                "encounter_diagnosis_id": number,
                "encounter_id": encounter_id,
                "diagnosis_id": diagnosis_id,
                "diagnosis_sequence": sequence,
                "created_at": stamp,
                "updated_at": stamp,
            },
        )
        return number

    def _insert_procedure(self, encounter_id: int, procedure_id: int, day: date, stamp: datetime) -> int:
        number = self.next_id("encounter_procedures")
        self.changes.insert(
            "encounter_procedures",
            {
                "encounter_procedure_id": number,
                "encounter_id": encounter_id,
                "procedure_id": procedure_id,
                "procedure_date": day,
                "created_at": stamp,
                "updated_at": stamp,
            },
        )
        return number

    def _recent_stays(self, dice: Dice, count: int, days_ago: int, days_ago_last: int) -> list[Row]:
        """Stays whose patients were discharged so many days before today."""
        left = self.state.numbers("encounters", "discharge_date")
        inpatient = self.state.equals("encounters", "encounter_type", ENCOUNTER_TYPES[INPATIENT])
        low, high = self.first_second - days_ago * DAY, self.first_second - days_ago_last * DAY
        ids = self.state.ids("encounters")[np.flatnonzero(inpatient & (left >= low) & (left < high))]
        found = self.state.rows("encounters", dice.some(ids, count, self.busy["encounters"]))
        return [row for row in found if row["patient_id"] not in self.busy["patients"]]

    def _new_encounters(self) -> None:
        """The day's visits: some return after a stay, some are by the day's new patients."""
        dice = self.dice("encounters")
        count = max(20, self.size // 1_000) * _WEEKDAY[self.day.weekday()] // 100
        returns = self._recent_stays(dice, max(2, count * 8 // 100), 29, 0)
        after = {row["patient_id"]: row["encounter_id"] for row in returns}
        visitors = list(after)
        visitors += self.newcomers[:2]
        visitors = visitors[:count]
        gone = self.changes.deleted["patients"]
        visitors += dice.some(self.state.ids("patients"), count - len(visitors), gone | after.keys())
        for patient_id in visitors:
            visit = self._visit(dice, patient_id, None, self.at(dice, 0, 20))
            hour = int(when.hours()[visit.kind, dice.below(65_536)])
            start = moment(self.first_second + hour * 3600 + dice.below(60) * 60)
            visit = replace(visit, start=start)
            last = moment(self.first_second + DAY - 1)
            row = self._enter(dice, visit, min(start + timedelta(seconds=dice.between(0, 900)), last))
            self.tell("encounter_new", encounter_id=row["encounter_id"])
            if patient_id in after:
                self._tell_return(row, after[patient_id])

    def _tell_return(self, row: Row, stay: int) -> None:
        self.tell(
            "readmission_of_old_stay",
            encounter_id=row["encounter_id"],
            patient_id=row["patient_id"],
            stay_encounter_id=stay,
        )

    def _backdated_encounters(self) -> None:
        """Visits of weeks ago that are entered only now; some carry stamps of then, as if known all along."""
        dice = self.dice("backdated")
        stays = {row["patient_id"]: row for row in self._recent_stays(dice, self.many(20, 1), 90, 35)}
        gone = self.changes.deleted["patients"] | stays.keys()
        others = dice.some(self.state.ids("patients"), self.many(60, 4), gone)
        for place, patient_id in enumerate([*stays, *others]):
            stay = stays.get(patient_id)
            if stay:
                start = stay["discharge_date"] + timedelta(minutes=dice.between(300, 29 * 1440))
                visit = self._visit(dice, patient_id, None, start)
            else:
                start = moment(self.first_second - dice.between(7, 90) * DAY + dice.between(420, 1200) * 60)
                # Every other one was a stay, so that later visits turn out to be returns.
                visit = self._visit(dice, patient_id, INPATIENT if place % 2 else None, start)
            then = place % 3 == 1
            row = self._enter(dice, visit, self.at(dice, 8, 17), as_if_then=then)
            self.tell(
                "backdated_encounter",
                encounter_id=row["encounter_id"],
                encounter_date=row["encounter_date"].isoformat(),
                updated_at=row["updated_at"].isoformat(),
                stamped_then=row["updated_at"].date() < self.day,
            )
            if stay:
                self._tell_return(row, stay["encounter_id"])

    # --- claims and codes that come late ---

    def _late_claims(self) -> None:
        """Claims for encounters of the last two months, and a few for much older ones."""
        dice = self.dice("late claims")
        recent = self._some_encounters(dice, self.many(1_000, 15), self._encounters_between(60, 1))
        old = self._some_encounters(dice, self.many(60, 3), self._encounters_between(800, 60))
        kind = {name: number for number, name in enumerate(ENCOUNTER_TYPES)}
        for row in recent + old:
            if row["discharge_date"] is None:
                continue
            number = self.next_id("billing")
            sent = self.at(dice, 8, 18)
            self.changes.insert(
                "billing", rows.claim(dice, number, row["encounter_id"], kind[row["encounter_type"]], sent)
            )
            self.tell("late_bill", billing_id=number, encounter_id=row["encounter_id"])

    def _late_codes(self) -> None:
        """Diagnoses and procedures added to encounters that are weeks old."""
        dice = self.dice("late codes")
        chosen = self._some_encounters(dice, self.many(100, 4), self._encounters_between(400, 14))
        have: dict[int, list[Row]] = {row["encounter_id"]: [] for row in chosen}
        for child in self.state.children("encounter_diagnoses", "encounter_id", have):
            have[child["encounter_id"]].append(child)
        known = self.listed("diagnoses")
        for place, row in enumerate(chosen):
            encounter_id, stamp = row["encounter_id"], self.at(dice)
            listed = {child["diagnosis_id"] for child in have[encounter_id]}
            sequence = max((child["diagnosis_sequence"] for child in have[encounter_id]), default=0) + 1
            new = next(n for n in (dice.pick(known) for _ in range(1_000)) if n not in listed)
            number = self._insert_diagnosis(encounter_id, new, sequence, stamp)
            self.tell("late_diagnosis", encounter_diagnosis_id=number, encounter_id=encounter_id)
            if place % 2 == 0:
                for procedure_id in rows.procedures(dice, [new], INPATIENT)[:1]:
                    day = row["encounter_date"].date()
                    number = self._insert_procedure(encounter_id, procedure_id, day, stamp)
                    self.tell("late_procedure", encounter_procedure_id=number, encounter_id=encounter_id)

    def _claim_decisions(self) -> None:
        """Pending claims are paid or denied; now and then a denial is taken back."""
        dice = self.dice("decisions")
        ids, sent = self.state.ids("billing"), self.state.numbers("billing", "claim_date")
        ripe = sent <= self.first_second // DAY - 2
        pending = self.state.equals("billing", "claim_status", "Pending") & ripe
        denied = self.state.equals("billing", "claim_status", "Denied") & ripe
        chosen = dice.some(ids[pending], self.many(800, 12), self.busy["billing"])
        chosen += dice.some(ids[denied], self.many(20, 1), self.busy["billing"])
        self.busy["billing"].update(chosen)
        for row in self.state.rows("billing", chosen):
            old = row["claim_status"]
            new = "Paid" if old == "Denied" or dice.chance(88) else "Denied"
            allowed = row["allowed_amount"]
            if new == "Paid" and not allowed:
                share = Decimal(dice.between(450, 950)) / 1000
                allowed = (row["claim_amount"] * share).quantize(Decimal("0.01"))
            elif new == "Denied" and (allowed is None or dice.chance(50)):
                allowed = Decimal("0.00")
            self.update("billing", row, dice, claim_status=new, allowed_amount=allowed)
            self.tell("claim_status_changed", billing_id=row["billing_id"], **{"from": old, "to": new})
