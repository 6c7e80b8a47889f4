{#
    What came after each of the `encounters` of the same patient, as a query with one row per encounter: whole days to
    the next encounter; whether it is an index stay (an inpatient encounter with a discharge); and whether the patient
    was back within `clinic_readmission_days`, to the second, with any encounter or with an inpatient one.
#}
{% macro readmissions_of(encounters) -%}
    with
    -- Each start and each end as a moment of its own. lead() over the starts would be wrong: stays overlap, so the next
    -- start may lie before this end. At the same instant starts come first, since only a later start is a return.
    moments as (

        select
            encounter_id,
            patient_id,
            started_at as happened_at,
            0 as is_end,
            started_at,
            case when is_inpatient = 1 then started_at end as inpatient_started_at
        from {{ encounters }}
        union all
        select
            encounter_id,
            patient_id,
            -- an encounter without an end is over when it starts
            coalesce(discharged_at, started_at) as happened_at,
            1 as is_end,
            null as started_at,
            null as inpatient_started_at
        from {{ encounters }}

    ),

    looked_ahead as (

        select
            encounter_id,
            happened_at,
            is_end,
            min(started_at) over following_moments as next_started_at,
            min(inpatient_started_at) over following_moments as next_inpatient_started_at
        from moments
        window following_moments as (
            partition by patient_id
            order by happened_at, is_end
            rows between current row and unbounded following
        )

    ),

    next_encounters as (

        select
            stays.encounter_id,
            looked_ahead.happened_at as ended_at,
            looked_ahead.next_started_at,
            looked_ahead.next_inpatient_started_at,
            case when stays.is_inpatient = 1 and stays.discharged_at is not null then 1 else 0 end as index_stay_count,
            {{ dbt.dateadd('day', var('clinic_readmission_days'), 'looked_ahead.happened_at') }} as readmission_until
        from {{ encounters }} as stays
        inner join looked_ahead
            on
                stays.encounter_id = looked_ahead.encounter_id
                and looked_ahead.is_end = 1
        where stays.patient_id is not null

    )

    select
        encounter_id,
        {{ whole_days_between('ended_at', 'next_started_at') }} as days_to_next_encounter,
        index_stay_count,
        case
            when index_stay_count = 1 and next_started_at <= readmission_until then 1 else 0
        end as readmission_count,
        case
            when index_stay_count = 1 and next_inpatient_started_at <= readmission_until then 1 else 0
        end as inpatient_readmission_count
    from next_encounters
{%- endmacro %}
