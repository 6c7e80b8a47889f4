{{ valid_patients(ref('hist_clinic__patients'), where=known_now('patients')) }}
