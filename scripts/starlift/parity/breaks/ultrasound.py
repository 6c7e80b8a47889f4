"""How each rule of the ultrasound clinic's is broken."""

from starlift.parity.breaks.model import FAR_FUTURE, FAR_PAST, Breaks, OddTexts

_NOBODY = "987654"

BREAKS: Breaks = {
    "Departments": (
        ("department_id_missing", {"DepartmentID": "null"}),
        ("department_id_repeated", {"DepartmentID": "DepartmentID", "DepartmentName": "'Äther'"}),
        (None, {"DepartmentName": "null"}),
    ),
    "Clinics": (
        ("clinic_id_missing", {"ClinicID": "null"}),
        ("clinic_id_repeated", {"ClinicID": "ClinicID"}),
        (None, {"ClinicName": "' '"}),
    ),
    "Patients": (
        ("patient_id_missing", {"PatientID": "null"}),
        ("patient_id_repeated", {"PatientID": "PatientID", "DateOfBirth": "null"}),
        ("patient_birth_after_extract", {"DateOfBirth": "date '2099-01-01'"}),
        (None, {"FirstName": "null", "LastName": "null", "Gender": "''", "DateOfBirth": "null"}),
    ),
    "Doctors": (
        ("doctor_id_missing", {"DoctorID": "null"}),
        ("doctor_id_repeated", {"DoctorID": "DoctorID", "Specialization": "'Ωmega'"}),
        (None, {"DepartmentID": _NOBODY}),
        (None, {"DepartmentID": "null"}),
    ),
    "Machines": (
        ("machine_id_missing", {"MachineID": "null"}),
        ("machine_id_repeated", {"MachineID": "MachineID"}),
        (None, {"DepartmentID": "null", "Status": "null"}),
    ),
    "Technicians": (
        ("technician_id_missing", {"TechnicianID": "null"}),
        ("technician_id_repeated", {"TechnicianID": "TechnicianID", "DepartmentID": "null"}),
        (None, {"FirstName": "null", "DepartmentID": "987655"}),
    ),
    "Radiologists": (
        ("radiologist_id_missing", {"RadiologistID": "null"}),
        ("radiologist_id_repeated", {"RadiologistID": "RadiologistID", "Email": "null"}),
    ),
    "Appointments": (
        ("appointment_id_missing", {"AppointmentID": "null"}),
        ("appointment_id_repeated", {"AppointmentID": "AppointmentID", "Reason": "null"}),
        ("appointment_date_missing", {"AppointmentDate": "null"}),
        ("appointment_date_outside_calendar", {"AppointmentDate": FAR_PAST}),
        ("appointment_date_outside_calendar", {"AppointmentDate": FAR_FUTURE}),
        (None, {"PatientID": _NOBODY, "DoctorID": _NOBODY}),
        (None, {"PatientID": "null", "DoctorID": "null", "Reason": "null"}),
    ),
    "Ultrasound_Results": (
        ("result_id_missing", {"ResultID": "null"}),
        ("result_id_repeated", {"ResultID": "ResultID", "Image": "'other.dcm'"}),
        ("result_appointment_unknown", {"AppointmentID": _NOBODY}),
        ("result_appointment_unknown", {"AppointmentID": "null"}),
        ("result_of_another_patient", {"PatientID": "PatientID + 1"}),
        # the newest of its appointment, which says nothing
        (None, {"Report": "null"}),
    ),
    "Reports": (
        ("report_id_missing", {"ReportID": "null"}),
        ("report_id_repeated", {"ReportID": "ReportID", "ReportText": "'ß'"}),
        ("report_appointment_unknown", {"AppointmentID": _NOBODY}),
        ("report_appointment_unknown", {"AppointmentID": "null"}),
        ("report_of_another_patient", {"PatientID": "PatientID + 1"}),
        ("report_date_missing", {"ReportDate": "null"}),
        ("report_date_outside_calendar", {"ReportDate": "date '1999-12-31'"}),
        ("report_before_appointment", {"ReportDate": "date '2000-01-01'"}),
        (None, {"ReportDate": "date '2040-12-31'", "ReportText": "null"}),
    ),
    "Billing": (
        ("bill_id_missing", {"BillingID": "null"}),
        ("bill_id_repeated", {"BillingID": "BillingID", "TotalAmount": "TotalAmount + 1"}),
        ("bill_appointment_unknown", {"AppointmentID": _NOBODY}),
        ("bill_appointment_unknown", {"AppointmentID": "null"}),
        ("bill_of_another_patient", {"PatientID": "PatientID + 1"}),
        ("bill_amount_missing_or_negative", {"TotalAmount": "null"}),
        ("bill_amount_missing_or_negative", {"TotalAmount": "-0.01"}),
        ("bill_status_unknown", {"PaymentStatus": "'paid'"}),
        ("bill_status_unknown", {"PaymentStatus": "null"}),
        (None, {"TotalAmount": "0", "PaymentStatus": "'Paid '"}),
        # the appointment knows whose it is
        (None, {"PatientID": "null"}),
    ),
    "Follow_Up": (
        ("follow_up_id_missing", {"FollowUpID": "null"}),
        ("follow_up_id_repeated", {"FollowUpID": "FollowUpID", "Notes": "null"}),
        ("follow_up_appointment_unknown", {"AppointmentID": _NOBODY}),
        ("follow_up_appointment_unknown", {"AppointmentID": "null"}),
        ("follow_up_of_another_patient", {"PatientID": "PatientID + 1"}),
        (None, {"FollowUpDate": "date '9999-12-31'"}),
    ),
    "Medical_History": (
        ("history_id_missing", {"HistoryID": "null"}),
        ("history_id_repeated", {"HistoryID": "HistoryID", "Condition": "'öther'"}),
        ("history_condition_missing", {"Condition": "'  '"}),
        ("history_ends_before_start", {"EndDate": "StartDate - 1"}),
        # of before all history, of an unknown day, a second time, and of nobody
        (None, {"StartDate": "date '1850-01-01'", "EndDate": "null"}),
        (None, {"StartDate": "null", "EndDate": "null"}),
        (None, {"EndDate": "StartDate"}),
        (None, {"PatientID": "null"}),
    ),
    "Symptoms": (
        ("symptom_id_missing", {"SymptomID": "null"}),
        ("symptom_id_repeated", {"SymptomID": "SymptomID"}),
        ("symptom_missing", {"SymptomDescription": "null"}),
        (None, {"SymptomDescription": "lower(SymptomDescription) || ' '", "PatientID": "987656"}),
    ),
    "Diagnosis": (
        ("diagnosis_id_missing", {"DiagnosisID": "null"}),
        ("diagnosis_id_repeated", {"DiagnosisID": "DiagnosisID", "DiagnosisDate": "null"}),
        (None, {"DiagnosisDate": "null", "Condition": "null"}),
    ),
    "Medications": (
        ("medication_id_missing", {"MedicationID": "null"}),
        ("medication_id_repeated", {"MedicationID": "MedicationID", "Dosage": "null"}),
        ("medication_ends_before_start", {"EndDate": "StartDate - 1"}),
    ),
    "Treatments": (
        ("treatment_id_missing", {"TreatmentID": "null"}),
        ("treatment_id_repeated", {"TreatmentID": "TreatmentID", "EndDate": "null"}),
        ("treatment_ends_before_start", {"EndDate": "StartDate - 1"}),
    ),
    "Lab_Tests": (
        ("lab_test_id_missing", {"LabTestID": "null"}),
        ("lab_test_id_repeated", {"LabTestID": "LabTestID", "Results": "null"}),
    ),
    "Referrals": (
        ("referral_id_missing", {"ReferralID": "null"}),
        ("referral_id_repeated", {"ReferralID": "ReferralID", "Reason": "null"}),
        (None, {"DoctorID": "987657", "ReferredTo": "null"}),
    ),
    "Insurance": (
        ("insurance_id_missing", {"InsuranceID": "null"}),
        ("insurance_id_repeated", {"InsuranceID": "InsuranceID", "ExpiryDate": "null"}),
        ("insurance_coverage_negative", {"CoverageAmount": "-0.01"}),
        (None, {"ExpiryDate": "null", "CoverageAmount": "null"}),
    ),
}

ODD_TEXTS = OddTexts(
    "Appointments",
    ("Reason",),
    "appointment_date_missing",
    {"Reason": "$1", "AppointmentDate": "null"},
)
