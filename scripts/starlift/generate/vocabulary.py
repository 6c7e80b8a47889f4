"""The words that rows are made of: names, streets and places from Faker, codes from two lists.

Faker's word lists change from version to version, so what it gave once is kept in `vocabulary/words.json`;
`python -m starlift.generate.vocabulary` makes that file anew (and with it other data for every seed).
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("vocabulary")
WORDS = FOLDER / "words.json"

# (name, code, share of providers and encounters, departments of its own)
SPECIALTIES = (
    ("Family Medicine", "FM", 20, ("Family Practice North", "Family Practice South", "Walk-in Clinic")),
    ("Internal Medicine", "IM", 14, ("Internal Medicine Ward A", "Internal Medicine Ward B")),
    ("Emergency Medicine", "EM", 12, ("Emergency Department",)),
    ("Cardiology", "CAR", 9, ("Heart Center", "Cardiac Catheter Laboratory")),
    ("Pulmonology", "PUL", 6, ("Lung Center",)),
    ("Gastroenterology", "GAS", 6, ("Digestive Health", "Endoscopy Suite")),
    ("Neurology", "NEU", 5, ("Neurology", "Stroke Unit")),
    ("Orthopedics", "ORT", 8, ("Orthopedics", "Joint Surgery")),
    ("Pediatrics", "PED", 8, ("Children's Clinic",)),
    ("Obstetrics and Gynecology", "OBG", 6, ("Women's Health", "Labor and Delivery")),
    ("Oncology", "ONC", 3, ("Cancer Center", "Infusion Center")),
    ("General Surgery", "SUR", 5, ("General Surgery", "Day Surgery")),
)
CREDENTIALS = ("MD", "DO", "NP", "PA")


@dataclass(frozen=True)
class Diagnosis:
    code: str
    description: str
    specialty: int  # index into SPECIALTIES
    risk: int  # 1..5: how often such patients come back
    procedures: tuple[int, ...]  # indexes into the list of procedures, the usual first


@dataclass(frozen=True)
class Codes:
    diagnoses: tuple[Diagnosis, ...]
    procedures: tuple[tuple[str, str], ...]  # code, description
    # specialty -> indexes of its diagnoses, the commonest first
    of_specialty: tuple[tuple[int, ...], ...]

    def diagnosis(self, code: str) -> int:
        return next(i for i, row in enumerate(self.diagnoses) if row.code == code)

    def procedure(self, code: str) -> int:
        return next(i for i, row in enumerate(self.procedures) if row[0] == code)


@dataclass(frozen=True)
class Words:
    female: list[str]
    male: list[str]
    last: list[str]
    streets: list[str]
    places: list[tuple[str, str, str]]  # city, state, first three digits of the postal code


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def codes() -> Codes:
    procedures = tuple((row["code"], row["description"]) for row in _rows("procedures.csv"))
    position = {code: index for index, (code, _) in enumerate(procedures)}
    specialty = {row[1]: index for index, row in enumerate(SPECIALTIES)}
    diagnoses = tuple(
        Diagnosis(
            row["code"],
            row["description"],
            specialty[row["specialty"]],
            int(row["risk"]),
            tuple(position[code] for code in row["procedures"].split()),
        )
        for row in _rows("diagnoses.csv")
    )
    of_specialty = tuple(
        tuple(i for i, row in enumerate(diagnoses) if row.specialty == index)
        for index in range(len(SPECIALTIES))
    )
    return Codes(diagnoses, procedures, of_specialty)


@cache
def words() -> Words:
    raw = json.loads(WORDS.read_text(encoding="utf-8"))
    raw["places"] = [tuple(place) for place in raw["places"]]
    return Words(**raw)


def departments() -> list[tuple[str, int]]:
    """(name, index of the specialty it belongs to)."""
    return [(name, index) for index, row in enumerate(SPECIALTIES) for name in row[3]]


def make_words() -> dict[str, list]:
    """Ask Faker for the vocabulary: some thousand words, each once, in the order they came."""
    from faker import Faker  # noqa: PLC0415  (slow to import, and only this command needs it)

    fake = Faker("en_US")
    fake.seed_instance(20230101)

    def some(count: int, make: Callable[[], str]) -> list[str]:
        found: dict[str, None] = {}
        for _ in range(count * 20):
            found[make()] = None
            if len(found) == count:
                break
        return list(found)

    places = []
    for number, city in enumerate(some(400, fake.city)):
        state = ("OH", "OH", "OH", "KY", "IN")[number % 5]  # a clinic's patients live nearby
        places.append((city, state, fake.zipcode_in_state(state)[:3]))
    return {
        "female": some(350, fake.first_name_female),
        "male": some(350, fake.first_name_male),
        "last": some(900, fake.last_name),
        "streets": some(1200, fake.street_name),
        "places": places,
    }


if __name__ == "__main__":
    WORDS.write_text(json.dumps(make_words(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
