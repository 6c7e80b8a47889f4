-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    encounters.row_key as encounter_id,
    encounters.patient_id,
    encounters.provider_id,
    encounters.department_id,
    encounter_types.encounter_type_key,
    encounters.encounter_type,
    encounter_types.is_inpatient,
    encounters.started_at,
    encounters.discharged_at,
    encounters.created_at,
    encounters.updated_at
from {{ ref('hist_clinic__encounters') }} as encounters
inner join {{ ref('ref_encounter_types') }} as encounter_types
    on encounters.encounter_type = encounter_types.encounter_type
where
    {{ known_now('encounters') }}
    and encounters.broken_rule is null
