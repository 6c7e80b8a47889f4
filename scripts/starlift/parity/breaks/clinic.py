"""How each rule of the clinic's is broken."""

from starlift.parity.breaks.model import FAR_FUTURE, FAR_PAST, Breaks, OddTexts

BREAKS: Breaks = {
    "specialties": (
        ("specialty_id_missing", {"specialty_id": "null", "specialty_name": "'without an id'"}),
        (
            "specialty_id_repeated",
            {"specialty_id": "specialty_id", "specialty_name": "'öther'", "specialty_code": "null"},
        ),
        ("specialty_name_missing", {"specialty_name": "'  '"}),
        ("specialty_name_repeated", {}),
        ("specialty_code_missing", {"specialty_name": "'without a code'", "specialty_code": "''"}),
        # not the same name
        (None, {"specialty_name": "lower(specialty_name)"}),
    ),
    "departments": (
        ("department_id_missing", {"department_id": "null"}),
        ("department_id_repeated", {"department_id": "department_id", "floor": "null"}),
        ("department_name_missing", {"department_name": "null"}),
        ("department_capacity_not_positive", {"capacity": "0"}),
        ("department_capacity_not_positive", {"capacity": "-1", "department_name": "'Überlauf'"}),
    ),
    "diagnoses": (
        ("diagnosis_id_missing", {"diagnosis_id": "null", "icd10_code": "'n'"}),
        ("diagnosis_id_repeated", {"diagnosis_id": "diagnosis_id", "icd10_code": "'zz'"}),
        ("diagnosis_code_missing", {"icd10_code": "null"}),
        ("diagnosis_code_repeated", {"icd10_description": "'again'"}),
        (None, {"icd10_code": "lower(icd10_code)"}),
    ),
    "procedures": (
        ("procedure_id_missing", {"procedure_id": "null", "cpt_code": "'n'"}),
        ("procedure_id_repeated", {"procedure_id": "procedure_id", "cpt_code": "'zz'"}),
        ("procedure_code_missing", {"cpt_code": "' '"}),
        ("procedure_code_repeated", {"cpt_description": "null"}),
    ),
    "patients": (
        ("patient_id_missing", {"patient_id": "null", "mrn": "'n'"}),
        ("patient_id_repeated", {"patient_id": "patient_id", "mrn": "'zz'", "first_name": "'Ångström'"}),
        # of equal content, twice
        ("patient_id_repeated", {"patient_id": "patient_id"}),
        ("patient_mrn_missing", {"mrn": "null"}),
        ("patient_mrn_repeated", {"last_name": "'again'"}),
        ("patient_gender_unknown", {"mrn": "'x'", "gender": "'X'"}),
        ("patient_gender_unknown", {"mrn": "'f'", "gender": "lower(gender)"}),
        # other numbers than the ones beside them, so not repeated
        (None, {"mrn": "'é'", "date_of_birth": "date '0001-01-01'"}),
        ("patient_birth_after_extract", {"mrn": "'e\u0301'", "date_of_birth": "date '9999-12-31'"}),
        (None, {"mrn": "'É'", "gender": "null"}),
        (None, {"mrn": "'\u00a0x\u00a0'"}),
    ),
    "providers": (
        ("provider_id_missing", {"provider_id": "null"}),
        ("provider_id_repeated", {"provider_id": "provider_id", "credential": "'ß'"}),
        ("provider_specialty_missing", {"specialty_id": "null"}),
        ("provider_department_missing", {"department_id": "null"}),
        # members that are not there
        (None, {"specialty_id": "987654", "department_id": "987654"}),
    ),
    "encounters": (
        ("encounter_id_missing", {"encounter_id": "null"}),
        ("encounter_id_repeated", {"encounter_id": "encounter_id", "encounter_type": "'ER'"}),
        ("encounter_patient_missing", {"patient_id": "null"}),
        ("encounter_provider_missing", {"provider_id": "null"}),
        ("encounter_department_missing", {"department_id": "null"}),
        ("encounter_start_missing", {"encounter_date": "null"}),
        ("encounter_start_outside_calendar", {"encounter_date": FAR_PAST, "discharge_date": "null"}),
        ("encounter_type_unknown", {"encounter_type": "'Walk-in'"}),
        ("encounter_type_unknown", {"encounter_type": "upper(encounter_type)"}),
        ("encounter_type_unknown", {"encounter_type": "null"}),
        ("encounter_ends_before_start", {"discharge_date": "encounter_date - interval 1 microsecond"}),
        ("encounter_end_outside_calendar", {"discharge_date": FAR_FUTURE}),
        # members that are not there
        (None, {"patient_id": "987654", "provider_id": "987655", "department_id": "987656"}),
        (None, {"encounter_type": "encounter_type || '  '", "discharge_date": "encounter_date"}),
    ),
    "encounter_diagnoses": (
        ("encounter_diagnosis_id_missing", {"encounter_diagnosis_id": "null"}),
        (
            "encounter_diagnosis_id_repeated",
            {"encounter_diagnosis_id": "encounter_diagnosis_id", "diagnosis_sequence": "9"},
        ),
        ("encounter_diagnosis_encounter_unknown", {"encounter_id": "987654"}),
        ("encounter_diagnosis_encounter_unknown", {"encounter_id": "null"}),
        ("encounter_diagnosis_diagnosis_missing", {"diagnosis_id": "null"}),
        ("encounter_diagnosis_sequence_not_positive", {"diagnosis_sequence": "0"}),
        ("encounter_diagnosis_pair_repeated", {"diagnosis_sequence": "8"}),
        (None, {"diagnosis_id": "987654"}),
    ),
    "encounter_procedures": (
        ("encounter_procedure_id_missing", {"encounter_procedure_id": "null"}),
        (
            "encounter_procedure_id_repeated",
            {"encounter_procedure_id": "encounter_procedure_id", "procedure_id": "1"},
        ),
        ("encounter_procedure_encounter_unknown", {"encounter_id": "987654"}),
        ("encounter_procedure_procedure_missing", {"procedure_id": "null"}),
        ("encounter_procedure_date_missing", {"procedure_date": "null"}),
        ("encounter_procedure_date_outside_calendar", {"procedure_date": "date '1582-10-10'"}),
        ("encounter_procedure_pair_repeated", {"procedure_date": "procedure_date + 1"}),
        (None, {"procedure_id": "987654"}),
    ),
    "billing": (
        ("claim_id_missing", {"billing_id": "null"}),
        ("claim_id_repeated", {"billing_id": "billing_id", "claim_amount": "claim_amount + 0.01"}),
        ("claim_encounter_unknown", {"encounter_id": "987654"}),
        ("claim_date_missing", {"claim_date": "null"}),
        ("claim_date_outside_calendar", {"claim_date": "date '9999-12-31'"}),
        ("claim_status_unknown", {"claim_status": "'paid'"}),
        ("claim_status_unknown", {"claim_status": "'Löst; ''it'', \"was\"'"}),
        ("claim_amount_missing_or_negative", {"claim_amount": "null"}),
        ("claim_amount_missing_or_negative", {"claim_amount": "-0.01", "allowed_amount": "null"}),
        ("claim_allowed_negative", {"allowed_amount": "-9999999999.99"}),
        ("claim_allowed_over_claimed", {"claim_amount": "9999999999.98", "allowed_amount": "9999999999.99"}),
    ),
}

ODD_TEXTS = OddTexts(
    "patients",
    ("last_name", "address"),
    "patient_gender_unknown",
    {"first_name": "$1", "gender": "'Q'", "mrn": "'odd ' || $2"},
)
