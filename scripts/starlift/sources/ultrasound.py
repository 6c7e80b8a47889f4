"""The ultrasound clinic's database, under the names that its own dump has; it keeps no time of change."""

from starlift.sources.model import Column, ForeignKey, Source, Table


def _text(name: str, size: int) -> Column:
    return Column(name, f"varchar({size})", nullable=True)


def _date(name: str) -> Column:
    return Column(name, "date", nullable=True)


def _of(column: str, table: str) -> tuple[Column, ForeignKey]:
    """A column that refers to a table, and the key that says so."""
    return Column(column, "integer", nullable=True), ForeignKey(column, table)


_DEPARTMENT, _TO_DEPARTMENT = _of("DepartmentID", "Departments")
_PATIENT, _TO_PATIENT = _of("PatientID", "Patients")
_DOCTOR, _TO_DOCTOR = _of("DoctorID", "Doctors")
_APPOINTMENT, _TO_APPOINTMENT = _of("AppointmentID", "Appointments")
_NAME = (_text("FirstName", 50), _text("LastName", 50))
_CONTACT = (_text("ContactNumber", 15), _text("Email", 50))


def _table(name: str, key: str, *columns: Column, to: tuple[ForeignKey, ...] = ()) -> Table:
    return Table(name, (Column(key, "integer"), *columns), foreign_keys=to)


ULTRASOUND = Source(
    "ultrasound",
    "the ultrasound clinic",
    (
        _table("Departments", "DepartmentID", _text("DepartmentName", 50)),
        _table("Clinics", "ClinicID", _text("ClinicName", 50), _text("Address", 100), *_CONTACT),
        _table(
            "Patients",
            "PatientID",
            *_NAME,
            _date("DateOfBirth"),
            _text("Gender", 10),
            _text("Address", 100),
            *_CONTACT,
        ),
        _table(
            "Doctors",
            "DoctorID",
            *_NAME,
            _text("Specialization", 50),
            *_CONTACT,
            _DEPARTMENT,
            to=(_TO_DEPARTMENT,),
        ),
        _table(
            "Machines",
            "MachineID",
            _text("MachineName", 50),
            _DEPARTMENT,
            _text("Status", 20),
            to=(_TO_DEPARTMENT,),
        ),
        _table("Technicians", "TechnicianID", *_NAME, *_CONTACT, _DEPARTMENT, to=(_TO_DEPARTMENT,)),
        _table("Radiologists", "RadiologistID", *_NAME, *_CONTACT, _DEPARTMENT, to=(_TO_DEPARTMENT,)),
        _table(
            "Appointments",
            "AppointmentID",
            _PATIENT,
            _DOCTOR,
            Column("AppointmentDate", "timestamp", nullable=True),
            _text("Reason", 100),
            to=(_TO_PATIENT, _TO_DOCTOR),
        ),
        _table(
            "Ultrasound_Results",
            "ResultID",
            _PATIENT,
            _APPOINTMENT,
            _text("Image", 100),
            _text("Report", 2000),
            to=(_TO_PATIENT, _TO_APPOINTMENT),
        ),
        _table(
            "Reports",
            "ReportID",
            _PATIENT,
            _APPOINTMENT,
            _text("ReportText", 2000),
            _date("ReportDate"),
            to=(_TO_PATIENT, _TO_APPOINTMENT),
        ),
        _table(
            "Billing",
            "BillingID",
            _PATIENT,
            _APPOINTMENT,
            Column("TotalAmount", "decimal(10,2)", nullable=True),
            _text("PaymentStatus", 20),
            to=(_TO_PATIENT, _TO_APPOINTMENT),
        ),
        _table(
            "Follow_Up",
            "FollowUpID",
            _PATIENT,
            _APPOINTMENT,
            _date("FollowUpDate"),
            _text("Notes", 2000),
            to=(_TO_PATIENT, _TO_APPOINTMENT),
        ),
        _table(
            "Medical_History",
            "HistoryID",
            _PATIENT,
            _text("Condition", 50),
            _date("StartDate"),
            _date("EndDate"),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Symptoms",
            "SymptomID",
            _PATIENT,
            _text("SymptomDescription", 100),
            _date("OnsetDate"),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Diagnosis",
            "DiagnosisID",
            _PATIENT,
            _text("Condition", 50),
            _date("DiagnosisDate"),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Medications",
            "MedicationID",
            _PATIENT,
            _text("MedicationName", 50),
            _text("Dosage", 50),
            _date("StartDate"),
            _date("EndDate"),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Treatments",
            "TreatmentID",
            _PATIENT,
            _text("TreatmentName", 50),
            _date("StartDate"),
            _date("EndDate"),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Lab_Tests",
            "LabTestID",
            _PATIENT,
            _text("TestName", 50),
            _date("TestDate"),
            _text("Results", 2000),
            to=(_TO_PATIENT,),
        ),
        _table(
            "Referrals",
            "ReferralID",
            _PATIENT,
            _DOCTOR,
            _text("ReferredTo", 50),
            _text("Reason", 100),
            to=(_TO_PATIENT, _TO_DOCTOR),
        ),
        _table(
            "Insurance",
            "InsuranceID",
            _PATIENT,
            _text("Provider", 50),
            _text("PolicyNumber", 50),
            Column("CoverageAmount", "decimal(10,2)", nullable=True),
            _date("ExpiryDate"),
            to=(_TO_PATIENT,),
        ),
    ),
)
