with rejected as (

    select * from {{ ref('hist_ultrasound__rejected_rows') }}

),

rules as (

    select * from {{ ref('ref_ultrasound_rules') }}

),

{{ stays_in_quarantine('ultrasound', 'rules', ['rejected']) }}

select * from final
