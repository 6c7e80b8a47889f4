"""One day of the ultrasound clinic: exams are done, reports and money come late, people move.

What a day has touched it does not touch again. The source keeps no time of change, so a row that changes just
says something else.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar

import numpy as np

from starlift.advance.day import Day, days_since_1970, dollars, moment, other, to_json
from starlift.advance.dice import Dice
from starlift.advance.state import Row, State
from starlift.generate import ultrasound as made
from starlift.generate.files import Manifest
from starlift.generate.period import DAY
from starlift.generate.vocabulary import words
from starlift.sources import ULTRASOUND


class UltrasoundDay(Day):
    """Draws the changes of the ultrasound clinic's next day."""

    source = ULTRASOUND
    highlights: ClassVar[dict[str, str]] = {
        "appointment_booked": "booked",
        "exam_done": "exams done",
        "report_written": "reports",
        "bill_paid": "bills paid",
        "patient_moved": "patients moved",
        "patient_deleted": "patients deleted",
        "patient_reinserted": "brought back",
    }

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        super().__init__(state, manifest, day, seed)
        self.size = len(state.ids("Appointments"))

    def draw(self) -> None:
        self._patient_back()
        self._patient_gone()
        self._newcomers()
        self._moved()
        self._staff()
        self._machines()
        self._cancelled()
        self._exams()
        self._reports()
        self._payments()
        self._bookings()
        self._condition_over()

    # --- patients ---

    def _patient_back(self) -> None:
        """The longest gone patient, as he was."""
        back = {event["PatientID"] for event in self.past("patient_reinserted")}
        for event in self.past("patient_deleted"):
            if event["PatientID"] not in back:
                self.changes.insert("Patients", self.from_json("Patients", event["row"]))
                self.busy["Patients"].add(event["PatientID"])
                self.tell("patient_reinserted", PatientID=event["PatientID"])
                break

    def _patient_gone(self) -> None:
        """One of whom nothing else is known: records with more to them are kept by law."""
        known = np.unique(
            np.concatenate(
                [
                    self.state.numbers(table.name, "PatientID")
                    for table in ULTRASOUND.tables
                    if table.name != "Patients" and "PatientID" in table.column_names
                ]
            )
        )
        ids = self.state.ids("Patients")
        for row in self._some(self.dice("patient gone"), "Patients", 1, ids[~np.isin(ids, known)]):
            self.changes.delete("Patients", [row["PatientID"]])
            self.tell("patient_deleted", PatientID=row["PatientID"], row=to_json(row))

    def _newcomers(self) -> None:
        dice = self.dice("newcomers")
        for _ in range(self.many(60, 2)):
            number = self.next_id("Patients")
            columns = made.patient_columns(
                self.manifest.seed, days_since_1970(self.day), np.array([number - 1])
            )
            names = ULTRASOUND.table("Patients").column_names[1:]
            row = {"PatientID": number} | {
                name: column[0].as_py() for name, column in zip(names, columns, strict=True)
            }
            self.changes.insert("Patients", row)
            self.tell("patient_new", PatientID=number)
            if dice.chance(60):
                condition = dice.pick(dice.pick(made.departments()).conditions)
                self._insert(
                    "Medical_History",
                    PatientID=number,
                    Condition=condition,
                    StartDate=self.day - timedelta(days=dice.between(30, 900)),
                    EndDate=None,
                )

    def _moved(self) -> None:
        dice = self.dice("moved")
        for row in self._some(dice, "Patients", self.many(100, 2)):
            address = f"{dice.between(1, 999)} {dice.pick(words().streets)}"
            self.changes.update("Patients", row | {"Address": address})
            self.tell_change("patient_moved", "PatientID", row, row["Address"], address)

    def _condition_over(self) -> None:
        dice = self.dice("condition over")
        for row in self._some(dice, "Medical_History", self.many(20, 1)):
            if row["EndDate"] is None and row["StartDate"] <= self.day:
                self.changes.update("Medical_History", row | {"EndDate": self.day})
                self.tell("condition_over", HistoryID=row["HistoryID"])

    # --- those who work there ---

    def _staff(self) -> None:
        """Every other day a doctor changes the department, and another the telephone."""
        dice = self.dice("staff")
        known = made.departments()
        if len(self.manifest.days) % 2 == 0:
            for row in self._some(dice, "Doctors", 1):
                place = other(dice, list(range(len(known))), row["DepartmentID"] - 1)
                new = {"DepartmentID": place + 1, "Specialization": known[place].specialization}
                self.changes.update("Doctors", row | new)
                self.tell_change("doctor_moved", "DoctorID", row, row["DepartmentID"], place + 1)
        else:
            for row in self._some(dice, "Doctors", 1):
                phone = f"559-{dice.below(1_000):03}-{dice.below(10_000):04}"
                self.changes.update("Doctors", row | {"ContactNumber": phone})
                self.tell_change("doctor_called_else", "DoctorID", row, row["ContactNumber"], phone)

    def _machines(self) -> None:
        for row in self._some(self.dice("machines"), "Machines", 1):
            status = made.STATUSES[row["Status"] == made.STATUSES[0]]
            self.changes.update("Machines", row | {"Status": status})
            self.tell_change("machine_status", "MachineID", row, row["Status"], status)

    # --- appointments, and what comes of them ---

    def _appointments(self, first: int, last: int) -> np.ndarray:
        """The keys of the appointments from one day (counted from today) to another."""
        days = self.state.numbers("Appointments", "AppointmentDate") // DAY - self.first_second // DAY
        return self.state.ids("Appointments")[(days >= first) & (days <= last)]

    def _cancelled(self) -> None:
        for row in self._some(self.dice("cancelled"), "Appointments", 1, self._appointments(1, 60)):
            self.changes.delete("Appointments", [row["AppointmentID"]])
            self.tell("appointment_cancelled", AppointmentID=row["AppointmentID"])

    def _exams(self) -> None:
        """Today's appointments, of which most are kept."""
        dice = self.dice("exams")
        known = {reason: one for one in made.departments() for reason in one.reasons}
        today = [key for key in self._appointments(0, 0).tolist() if key not in self.busy["Appointments"]]
        for row in self.state.rows("Appointments", today):
            of = {"PatientID": row["PatientID"], "AppointmentID": row["AppointmentID"]}
            if not dice.chance(88):
                continue
            finding = dice.pick(known[row["Reason"]].findings)
            self._insert("Ultrasound_Results", **of, Image=None, Report=finding)
            amount = dollars(8_000 + 500 * dice.below(85))
            self._insert("Billing", **of, TotalAmount=amount, PaymentStatus=made.PENDING)
            if dice.chance(40):
                after = self.day + timedelta(days=dice.between(14, 120))
                self._insert("Follow_Up", **of, FollowUpDate=after, Notes="Discuss the findings.")
            self.tell("exam_done", AppointmentID=row["AppointmentID"])

    def _reports(self) -> None:
        """Some of those that are waited for, and some second ones."""
        dice = self.dice("reports")
        examined = np.unique(self.state.numbers("Ultrasound_Results", "AppointmentID"))
        reported = self.state.numbers("Reports", "AppointmentID")
        lately = self._appointments(-120, -1)
        waiting = lately[np.isin(lately, examined) & ~np.isin(lately, reported)]
        once = lately[np.isin(lately, reported)]
        for event, text, candidates, count in (
            ("report_written", "Reviewed: no further steps.", waiting, max(2, len(waiting) // 6)),
            ("report_added", "Reviewed: compare with an earlier scan.", once, self.many(30, 1)),
        ):
            for row in self._some(dice, "Appointments", count, candidates):
                of = {"PatientID": row["PatientID"], "AppointmentID": row["AppointmentID"]}
                self._insert("Reports", **of, ReportText=text, ReportDate=self.day)
                self.tell(event, AppointmentID=row["AppointmentID"])

    def _payments(self) -> None:
        dice = self.dice("payments")
        unpaid = np.flatnonzero(self.state.equals("Billing", "PaymentStatus", made.PENDING))
        ids = self.state.ids("Billing")[unpaid]
        for row in self._some(dice, "Billing", max(2, len(ids) // 40), ids):
            self.changes.update("Billing", row | {"PaymentStatus": made.PAID})
            self.tell("bill_paid", BillingID=row["BillingID"])

    def _bookings(self) -> None:
        dice = self.dice("bookings")
        for place, patient, doctor, at in self._wishes(dice):
            number = self._insert(
                "Appointments",
                PatientID=patient,
                DoctorID=doctor,
                AppointmentDate=at,
                Reason=dice.pick(made.departments()[place].reasons),
            )
            self.tell("appointment_booked", AppointmentID=number)

    def _wishes(self, dice: Dice) -> Iterator[tuple[int, int, int, datetime]]:
        """Department, patient, doctor and time of those who call today."""
        patients = self.state.ids("Patients")
        departments = self.state.numbers("Doctors", "DepartmentID")
        for _ in range(self.many(950, 3)):
            doctor = dice.below(len(departments))
            patient = dice.some(patients, 1, self.changes.deleted["Patients"])[0]
            days = dice.between(1, made.DAYS_AHEAD)
            at = moment(self.first_second + days * DAY + 8 * 3600 + 900 * dice.below(40))
            yield departments[doctor] - 1, patient, int(self.state.ids("Doctors")[doctor]), at

    # --- rows ---

    def _some(self, dice: Dice, table: str, count: int, ids: np.ndarray | None = None) -> list[Row]:
        """Rows that nothing else happens to today; they are then taken."""
        found = dice.some(self.state.ids(table) if ids is None else ids, count, self.busy[table])
        self.busy[table].update(found)
        return self.state.rows(table, found)

    def _insert(self, table: str, **row: object) -> int:
        """A new row with a key of its own, which is returned."""
        number = self.next_id(table)
        self.changes.insert(table, {ULTRASOUND.table(table).primary_key: number} | row)
        return number
