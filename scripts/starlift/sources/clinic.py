"""The clinic's operational database: ten tables in third normal form."""

from starlift.sources.model import Check, Column, ForeignKey, Source, audited, one_of

ENCOUNTER_TYPES = ("Outpatient", "Inpatient", "ER")
CLAIM_STATUSES = ("Paid", "Pending", "Denied")


CLINIC = Source(
    "clinic",
    "the clinic",
    (
        audited(
            "specialties",
            Column("specialty_id", "integer"),
            Column("specialty_name", "varchar(100)"),
            Column("specialty_code", "varchar(10)"),
            unique=("specialty_name",),
        ),
        audited(
            "departments",
            Column("department_id", "integer"),
            Column("department_name", "varchar(100)"),
            Column("floor", "integer", nullable=True),
            Column("capacity", "integer", nullable=True),
            checks=(Check("departments_capacity_positive", "capacity > 0"),),
        ),
        audited(
            "diagnoses",
            Column("diagnosis_id", "integer"),
            Column("icd10_code", "varchar(10)"),
            Column("icd10_description", "varchar(200)", nullable=True),
            unique=("icd10_code",),
        ),
        audited(
            "procedures",
            Column("procedure_id", "integer"),
            Column("cpt_code", "varchar(10)"),
            Column("cpt_description", "varchar(200)", nullable=True),
            unique=("cpt_code",),
        ),
        audited(
            "patients",
            Column("patient_id", "integer"),
            Column("first_name", "varchar(100)", nullable=True),
            Column("last_name", "varchar(100)", nullable=True),
            Column("date_of_birth", "date", nullable=True),
            Column("gender", "char(1)", nullable=True),
            Column("mrn", "varchar(20)"),
            Column("address", "varchar(200)", nullable=True, optional=True),
            Column("city", "varchar(100)", nullable=True, optional=True),
            Column("state", "char(2)", nullable=True, optional=True),
            Column("postal_code", "varchar(10)", nullable=True, optional=True),
            unique=("mrn",),
            checks=(Check("patients_gender_known", one_of("gender", ("F", "M", "O", "U"))),),
        ),
        audited(
            "providers",
            Column("provider_id", "integer"),
            Column("first_name", "varchar(100)", nullable=True),
            Column("last_name", "varchar(100)", nullable=True),
            Column("credential", "varchar(20)", nullable=True),
            Column("specialty_id", "integer"),
            Column("department_id", "integer"),
            foreign_keys=(
                ForeignKey("specialty_id", "specialties"),
                ForeignKey("department_id", "departments"),
            ),
        ),
        audited(
            "encounters",
            Column("encounter_id", "integer"),
            Column("patient_id", "integer"),
            Column("provider_id", "integer"),
            Column("encounter_type", "varchar(50)"),
            Column("encounter_date", "timestamp"),
            Column("discharge_date", "timestamp", nullable=True),
            Column("department_id", "integer"),
            foreign_keys=(
                ForeignKey("patient_id", "patients"),
                ForeignKey("provider_id", "providers"),
                ForeignKey("department_id", "departments"),
            ),
            checks=(
                Check("encounters_type_known", one_of("encounter_type", ENCOUNTER_TYPES)),
                Check("encounters_end_after_start", "discharge_date >= encounter_date"),
            ),
            indexes=(("encounter_date",), ("patient_id", "encounter_date")),
        ),
        audited(
            "encounter_diagnoses",
            Column("encounter_diagnosis_id", "integer"),
            Column("encounter_id", "integer"),
            Column("diagnosis_id", "integer"),
            Column("diagnosis_sequence", "integer"),
            foreign_keys=(
                ForeignKey("encounter_id", "encounters"),
                ForeignKey("diagnosis_id", "diagnoses"),
            ),
            checks=(Check("encounter_diagnoses_sequence_positive", "diagnosis_sequence > 0"),),
            indexes=(("encounter_id", "diagnosis_id"),),
        ),
        audited(
            "encounter_procedures",
            Column("encounter_procedure_id", "integer"),
            Column("encounter_id", "integer"),
            Column("procedure_id", "integer"),
            Column("procedure_date", "date"),
            foreign_keys=(
                ForeignKey("encounter_id", "encounters"),
                ForeignKey("procedure_id", "procedures"),
            ),
            indexes=(("encounter_id", "procedure_id"),),
        ),
        audited(
            "billing",
            Column("billing_id", "integer"),
            Column("encounter_id", "integer"),
            Column("claim_amount", "decimal(12,2)"),
            Column("allowed_amount", "decimal(12,2)", nullable=True),
            Column("claim_date", "date"),
            Column("claim_status", "varchar(50)"),
            foreign_keys=(ForeignKey("encounter_id", "encounters"),),
            checks=(
                Check("billing_claim_not_negative", "claim_amount >= 0"),
                Check("billing_allowed_not_negative", "allowed_amount >= 0"),
                Check("billing_allowed_within_claim", "allowed_amount <= claim_amount"),
                Check("billing_status_known", one_of("claim_status", CLAIM_STATUSES)),
            ),
            indexes=(("claim_date",),),
        ),
    ),
)
