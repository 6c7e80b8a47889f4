{{ valid_patients(ref('int_clinic__checked_patients')) }}
