-- A fact's version key leads to the member of its durable key, in the version of when the encounter started.
{%- set members = ['patient', 'provider', 'department', 'specialty'] %}

with encounters as (

    select * from {{ ref('fact_encounters') }}

),

misled as (

    {%- for member in members %}
    select
        encounters.encounter_id,
        '{{ member }}' as member
    from encounters
    inner join {{ ref('dim_' ~ member) }} as versions
        on encounters.{{ member }}_key = versions.{{ member }}_key
    where
        encounters.{{ member }}_durable_key <> versions.{{ member }}_durable_key
        or not ({{ valid_at('versions', 'encounters.started_at') }})
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select * from misled
