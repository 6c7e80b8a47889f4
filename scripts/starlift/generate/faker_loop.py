"""The usual way to make test data, to compare with: plain Faker, row by row, the same ten tables."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from faker import Faker

from starlift.generate.timeline import provider_count
from starlift.generate.vocabulary import CREDENTIALS, SPECIALTIES, codes, departments
from starlift.sources.clinic import CLAIM_STATUSES, ENCOUNTER_TYPES

_START, _DAYS = datetime(2023, 1, 1), 1096
Rows = list[dict[str, Any]]


def faker_rows(n_encounters: int, seed: int = 1) -> dict[str, Rows]:
    """Lists of rows by table; a patient per five encounters, about as many children as the real generator."""
    fake = Faker("en_US")
    fake.seed_instance(seed)
    random = Random(seed)
    rows: dict[str, Rows] = {
        "specialties": [
            {"specialty_id": i, "specialty_name": row[0], "specialty_code": row[1]} | _audit(_START)
            for i, row in enumerate(SPECIALTIES, 1)
        ],
        "departments": [
            {"department_id": i, "department_name": name, "floor": i % 7 + 1, "capacity": 10 + i}
            | _audit(_START)
            for i, (name, _) in enumerate(departments(), 1)
        ],
        "diagnoses": [
            {"diagnosis_id": i, "icd10_code": row.code, "icd10_description": row.description} | _audit(_START)
            for i, row in enumerate(codes().diagnoses, 1)
        ],
        "procedures": [
            {"procedure_id": i, "cpt_code": code, "cpt_description": text} | _audit(_START)
            for i, (code, text) in enumerate(codes().procedures, 1)
        ],
    }
    rows["patients"] = [_patient(fake, i) for i in range(1, max(1, n_encounters // 5) + 1)]
    rows["providers"] = [_provider(fake, random, i) for i in range(1, provider_count(n_encounters) + 1)]
    for name in ("encounters", "encounter_diagnoses", "encounter_procedures", "billing"):
        rows[name] = []
    for encounter_id in range(1, n_encounters + 1):
        _encounter(rows, random, encounter_id)
    return rows


def _audit(at: datetime) -> dict[str, datetime]:
    return {"created_at": at, "updated_at": at}


def _patient(fake: Faker, patient_id: int) -> dict[str, Any]:
    return {
        "patient_id": patient_id,
        "first_name": fake.first_name(),
        "last_name": fake.last_name(),
        "date_of_birth": fake.date_of_birth(maximum_age=99),
        "gender": fake.random_element(("F", "M", "O", "U")),
        "mrn": f"MRN{patient_id:08d}",
        "address": fake.street_address(),
        "city": fake.city(),
        "state": fake.state_abbr(),
        "postal_code": fake.postcode(),
    } | _audit(fake.date_time_between(_START, _START + timedelta(days=_DAYS)))


def _provider(fake: Faker, random: Random, provider_id: int) -> dict[str, Any]:
    return {
        "provider_id": provider_id,
        "first_name": fake.first_name(),
        "last_name": fake.last_name(),
        "credential": fake.random_element(CREDENTIALS),
        "specialty_id": random.randint(1, len(SPECIALTIES)),
        "department_id": random.randint(1, len(departments())),
    } | _audit(_START)


def _encounter(rows: dict[str, Rows], random: Random, encounter_id: int) -> None:
    kind = random.choices(ENCOUNTER_TYPES, (68, 16, 16))[0]
    start = _START + timedelta(minutes=random.randrange(_DAYS * 1440))
    hours = {"Outpatient": 1, "ER": 7, "Inpatient": 24 * random.randint(1, 14)}[kind]
    end = start + timedelta(hours=hours, minutes=random.randrange(60))
    rows["encounters"].append(
        {
            "encounter_id": encounter_id,
            "patient_id": random.randint(1, len(rows["patients"])),
            "provider_id": random.randint(1, len(rows["providers"])),
            "encounter_type": kind,
            "encounter_date": start,
            "discharge_date": end,
            "department_id": random.randint(1, len(rows["departments"])),
        }
        | _audit(end)
    )
    listed = rows["encounter_diagnoses"]
    wanted = random.choices(range(1, 7), (33, 27, 19, 11, 6, 4))[0]
    for place, diagnosis in enumerate(random.sample(rows["diagnoses"], wanted), 1):
        listed.append(
            {
                "encounter_diagnosis_id": len(listed) + 1,
                "encounter_id": encounter_id,
                "diagnosis_id": diagnosis["diagnosis_id"],
                "diagnosis_sequence": place,
            }
            | _audit(end)
        )
    listed = rows["encounter_procedures"]
    for procedure in random.sample(rows["procedures"], random.choices(range(5), (24, 35, 23, 12, 6))[0]):
        listed.append(
            {
                "encounter_procedure_id": len(listed) + 1,
                "encounter_id": encounter_id,
                "procedure_id": procedure["procedure_id"],
                "procedure_date": start.date(),
            }
            | _audit(end)
        )
    listed = rows["billing"]
    for _ in range(random.choices(range(5), (6, 66, 20, 6, 2))[0]):
        amount = Decimal(random.randint(5_000, 500_000)) / 100
        sent = end + timedelta(days=random.randint(0, 60))
        listed.append(
            {
                "billing_id": len(listed) + 1,
                "encounter_id": encounter_id,
                "claim_amount": amount,
                "allowed_amount": (amount * random.randint(450, 950) / 1000).quantize(Decimal("0.01")),
                "claim_date": sent.date(),
                "claim_status": random.choices(CLAIM_STATUSES, (84, 6, 10))[0],
            }
            | _audit(sent)
        )
