{{ counted_rows(
    members={
        'specialties': ref('stg_clinic__specialties'),
        'departments': ref('stg_clinic__departments'),
        'providers': ref('stg_clinic__providers'),
    },
    rejected_members=ref('hist_clinic__rejected_members'),
    histories={
        'patients': ref('hist_clinic__patients'),
        'diagnoses': ref('hist_clinic__diagnoses'),
        'procedures': ref('hist_clinic__procedures'),
        'encounters': ref('hist_clinic__encounters'),
        'encounter_diagnoses': ref('hist_clinic__encounter_diagnoses'),
        'encounter_procedures': ref('hist_clinic__encounter_procedures'),
        'billing': ref('hist_clinic__billing'),
    },
) }}
