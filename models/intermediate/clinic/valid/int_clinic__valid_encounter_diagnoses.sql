-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as encounter_diagnosis_id,
    encounter_id,
    diagnosis_id,
    diagnosis_sequence,
    created_at,
    updated_at
from {{ ref('hist_clinic__encounter_diagnoses') }}
where
    {{ known_now() }}
    and broken_rule is null
