"""An extract as no database with keys gives it: every rule broken, texts and dates that engines part over."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from starlift.sources import CLINIC, Table

_FIRST_NEW_KEY = 900_001
# What a copy of a row says in place of some columns, as SQL; its key is a new one unless it says otherwise.
_Copy = Mapping[str, str]

_FAR_PAST, _FAR_FUTURE = "timestamp '1582-10-10 12:00:00.5'", "timestamp '9999-12-31 23:59:59.999999'"
_BROKEN: dict[str, tuple[_Copy, ...]] = {
    "specialties": (
        {"specialty_id": "null", "specialty_name": "'without an id'"},
        {"specialty_id": "specialty_id", "specialty_name": "'öther'", "specialty_code": "null"},
        {"specialty_name": "'  '"},
        {},
        {"specialty_name": "'without a code'", "specialty_code": "''"},
        # not the same name
        {"specialty_name": "lower(specialty_name)"},
    ),
    "departments": (
        {"department_id": "null"},
        {"department_id": "department_id", "floor": "null"},
        {"department_name": "null"},
        {"capacity": "0"},
        {"capacity": "-1", "department_name": "'Überlauf'"},
    ),
    "diagnoses": (
        {"diagnosis_id": "null", "icd10_code": "'n'"},
        {"diagnosis_id": "diagnosis_id", "icd10_code": "'zz'"},
        {"icd10_code": "null"},
        {"icd10_description": "'again'"},
        {"icd10_code": "lower(icd10_code)"},
    ),
    "procedures": (
        {"procedure_id": "null", "cpt_code": "'n'"},
        {"procedure_id": "procedure_id", "cpt_code": "'zz'"},
        {"cpt_code": "' '"},
        {"cpt_description": "null"},
    ),
    "patients": (
        {"patient_id": "null", "mrn": "'n'"},
        {"patient_id": "patient_id", "mrn": "'zz'", "first_name": "'Ångström'"},
        # of equal content, twice
        {"patient_id": "patient_id"},
        {"mrn": "null"},
        {"last_name": "'again'"},
        {"mrn": "'x'", "gender": "'X'"},
        {"mrn": "'f'", "gender": "lower(gender)"},
        # other numbers than the ones beside them, so no broken rule
        {"mrn": "'é'", "date_of_birth": "date '0001-01-01'"},
        {"mrn": "'e\u0301'", "date_of_birth": "date '9999-12-31'"},
        {"mrn": "'É'", "gender": "null"},
        {"mrn": "'\u00a0x\u00a0'"},
    ),
    "providers": (
        {"provider_id": "null"},
        {"provider_id": "provider_id", "credential": "'ß'"},
        {"specialty_id": "null"},
        {"department_id": "null"},
        # members that are not there
        {"specialty_id": "987654", "department_id": "987654"},
    ),
    "encounters": (
        {"encounter_id": "null"},
        {"encounter_id": "encounter_id", "encounter_type": "'ER'"},
        {"patient_id": "null"},
        {"provider_id": "null"},
        {"department_id": "null"},
        {"encounter_date": "null"},
        {"encounter_date": _FAR_PAST, "discharge_date": "null"},
        {"encounter_type": "'Walk-in'"},
        {"encounter_type": "upper(encounter_type)"},
        {"encounter_type": "null"},
        {"discharge_date": "encounter_date - interval 1 microsecond"},
        {"discharge_date": _FAR_FUTURE},
        # members that are not there
        {"patient_id": "987654", "provider_id": "987655", "department_id": "987656"},
        {"encounter_type": "encounter_type || '  '", "discharge_date": "encounter_date"},
    ),
    "encounter_diagnoses": (
        {"encounter_diagnosis_id": "null"},
        {"encounter_diagnosis_id": "encounter_diagnosis_id", "diagnosis_sequence": "9"},
        {"encounter_id": "987654"},
        {"encounter_id": "null"},
        {"diagnosis_id": "null"},
        {"diagnosis_sequence": "0"},
        {"diagnosis_sequence": "8"},
        {"diagnosis_id": "987654"},
    ),
    "encounter_procedures": (
        {"encounter_procedure_id": "null"},
        {"encounter_procedure_id": "encounter_procedure_id", "procedure_id": "1"},
        {"encounter_id": "987654"},
        {"procedure_id": "null"},
        {"procedure_date": "null"},
        {"procedure_date": "date '1582-10-10'"},
        {"procedure_date": "procedure_date + 1"},
        {"procedure_id": "987654"},
    ),
    "billing": (
        {"billing_id": "null"},
        {"billing_id": "billing_id", "claim_amount": "claim_amount + 0.01"},
        {"encounter_id": "987654"},
        {"claim_date": "null"},
        {"claim_date": "date '9999-12-31'"},
        {"claim_status": "'paid'"},
        {"claim_status": "'Löst; ''it'', \"was\"'"},
        {"claim_amount": "null"},
        {"claim_amount": "-0.01", "allowed_amount": "null"},
        {"allowed_amount": "-9999999999.99"},
        {"claim_amount": "9999999999.98", "allowed_amount": "9999999999.99"},
    ),
}

# Those that quoting, trimming, comparing or counting letters can get wrong.
_TEXTS = (
    "it's",
    'say "hi"',
    "back\\slash",
    "\\",
    "\\N",
    "\\n",
    "NULL",
    "",
    " ",
    "  leading and trailing  ",
    "\u00a0no-break\u00a0",
    "\u3000wide\u3000",
    "two\nlines",
    "two\r\nlines",
    "\ttab\t",
    "tab\tcomma,semicolon;",
    "emoji 😀 é ß ﷺ",
    "e\u0301",
    "\u2028\ufeff",
    "\x01\x1a\x7f",
    "%s {} {{ x }} $1 :name",
    "a=1, b=2",
    "x" * 100,
    "é" * 100,
)


def break_extract(clean: Path, broken: Path) -> None:
    """A copy of the extract `clean` in which every rule of the clinic is broken at least once."""
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(clean, broken)
    with duckdb.connect() as connection:
        for table in CLINIC.tables:
            file = str(broken / f"{table.name}.parquet")
            connection.execute(f"create table {table.name} as select * from read_parquet($1)", [file])
            _add(connection, table, _BROKEN[table.name])
        _write_odd_texts(connection)
        for table in CLINIC.tables:
            file = str(broken / f"{table.name}.parquet").replace("'", "''")
            connection.execute(f"copy {table.name} to '{file}' (format parquet)")


def _add(connection: duckdb.DuckDBPyConnection, table: Table, copies: Iterable[_Copy]) -> None:
    """Copies of the table's first rows, one of each."""
    for number, said in enumerate(copies):
        columns = {table.primary_key: str(_FIRST_NEW_KEY + number), **said}
        replaced = ", ".join(f"{sql} as {column}" for column, sql in columns.items())
        connection.execute(
            f"insert into {table.name} select * replace ({replaced}) from {table.name} "
            f"order by {table.primary_key} limit 1 offset {number}"
        )


def _write_odd_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Each text in a row that is valid, and in one that goes to quarantine as it is."""
    for number, text in enumerate(_TEXTS):
        connection.execute(
            "update patients set last_name = $1, address = $1 where patient_id = "
            "(select patient_id from patients order by patient_id limit 1 offset $2)",
            [text, 50 + number],
        )
        connection.execute(
            "insert into patients select * replace ($1 as patient_id, $2 as first_name, 'Q' as gender, "
            "'odd ' || $1 as mrn) from patients where patient_id is not null order by patient_id limit 1",
            [_FIRST_NEW_KEY + 1000 + number, text],
        )
