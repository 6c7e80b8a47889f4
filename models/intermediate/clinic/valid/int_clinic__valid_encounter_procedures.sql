-- without CTEs, of which PostgreSQL would first read all where few rows are wanted
select
    -- which a valid row has
    row_key as encounter_procedure_id,
    encounter_id,
    procedure_id,
    procedure_date,
    created_at,
    updated_at
from {{ ref('hist_clinic__encounter_procedures') }}
where
    {{ known_now() }}
    and broken_rule is null
