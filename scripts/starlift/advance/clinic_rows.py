"""New rows, one at a time: patients, providers, and encounters with all that belongs to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from starlift.advance.day import dollars, moment
from starlift.advance.dice import Dice
from starlift.advance.state import Row
from starlift.generate import details, rng
from starlift.generate import period as when
from starlift.generate.people import mrn
from starlift.generate.timeline import main_diagnoses
from starlift.generate.vocabulary import CREDENTIALS, codes, words
from starlift.sources.clinic import ENCOUNTER_TYPES


def address(dice: Dice) -> Row:
    city, state, prefix = words().places[dice.of(rng.lookup(rng.zipf(len(words().places))))]
    return {
        "address": f"{dice.between(1, 9998)} {dice.pick(words().streets)}",
        "city": city,
        "state": state,
        "postal_code": f"{prefix}{dice.below(100):02d}",
    }


def patient(dice: Dice, patient_id: int, entered: datetime) -> Row:
    gender = dice.pick("FFFFFFFFFMMMMMMMMMOU")
    names = {"F": words().female, "M": words().male}.get(gender, words().female + words().male)
    return {
        "patient_id": patient_id,
        "first_name": dice.pick(names),
        "last_name": dice.pick(words().last),
        "date_of_birth": entered.date() - timedelta(days=dice.between(20, 90 * 365)),
        "gender": gender,
        "mrn": f"MRN{int(mrn(np.array([patient_id]))[0]):08d}",
        **address(dice),
        "created_at": entered,
        "updated_at": entered,
    }


def provider(dice: Dice, provider_id: int, specialty_id: int, department_id: int, entered: datetime) -> Row:
    return {
        "provider_id": provider_id,
        "first_name": dice.pick(words().female + words().male),
        "last_name": dice.pick(words().last),
        "credential": dice.pick(CREDENTIALS),
        "specialty_id": specialty_id,
        "department_id": department_id,
        "created_at": entered,
        "updated_at": entered,
    }


@dataclass(frozen=True)
class Visit:
    """An encounter to be; `specialty` counts from 0, `kind` is one of period's types."""

    patient_id: int
    provider_id: int
    department_id: int
    specialty: int
    kind: int
    start: datetime

    def end(self, dice: Dice) -> datetime:
        """When it will be over: minutes, hours or nights after its start."""
        seconds = int((self.start - datetime(1970, 1, 1)).total_seconds())
        ends = when.ends(np.array([seconds]), np.array([self.kind]), np.array([dice.bits()], dtype=np.uint64))
        return moment(int(ends[0]))

    def row(self, encounter_id: int, end: datetime | None, created: datetime, updated: datetime) -> Row:
        return {
            "encounter_id": encounter_id,
            "patient_id": self.patient_id,
            "provider_id": self.provider_id,
            "encounter_type": ENCOUNTER_TYPES[self.kind],
            "encounter_date": self.start,
            "discharge_date": end,
            "department_id": self.department_id,
            "created_at": created,
            "updated_at": updated,
        }


def diagnoses(dice: Dice, specialty: int, kind: int) -> list[int]:
    """Diagnosis ids of an encounter, each once, the main one first."""
    found: dict[int, None] = {}
    for _ in range(dice.of(details.shares("diagnosis count")[kind])):
        found[dice.of(main_diagnoses()[specialty]) + 1] = None
    return list(found)


def procedures(dice: Dice, diagnosis_ids: list[int], kind: int) -> list[int]:
    """Procedure ids that go with these diagnoses, each once."""
    found: dict[int, None] = {}
    for _ in range(dice.of(details.shares("procedure count")[kind])):
        found[dice.pick(codes().diagnoses[dice.pick(diagnosis_ids) - 1].procedures) + 1] = None
    return list(found)


def claim(dice: Dice, billing_id: int, encounter_id: int, kind: int, sent: datetime) -> Row:
    """A claim just sent: pending, with or without a figure for what is allowed."""
    cents = int(details.shares("amount")[kind][dice.below(1024)]) + dice.below(100)
    allowed = cents * dice.between(450, 950) // 1000
    return {
        "billing_id": billing_id,
        "encounter_id": encounter_id,
        "claim_amount": dollars(cents),
        "allowed_amount": None if dice.chance(37) else dollars(allowed),
        "claim_date": sent.date(),
        "claim_status": "Pending",
        "created_at": sent,
        "updated_at": sent,
    }
