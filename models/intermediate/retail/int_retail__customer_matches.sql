{{ config(materialized='table') }}
{#- how often records may hang together by others: a test sees where this was not enough -#}
{%- set rounds = 3 %}
{%- set same_person = {
    'email': 'email',
    'phone and last name': 'phone_and_name',
} %}

-- a record is compared by what it says now, or said last
with newest as (

    select
        source_name,
        customer_id,
        email,
        case
            when phone is not null and last_name is not null then concat(phone, ' ', lower(last_name))
        end as phone_and_name
    from {{ ref('int_retail__customer_records') }}
    where valid_to = {{ end_of_time() }}

),

-- the stores' records come first, so that a person's oldest record there leads the others
numbered as (

    select
        *,
        row_number() over (order by source_name, customer_id) as record_number
    from newest

),

{#- each round hands the smallest number on to all that share an address, then to all that share phone and name -#}
{%- set leads = namespace(step='numbered', number='record_number') %}
{%- for round in range(1, rounds + 1) %}
{%- for words, column in same_person.items() %}

round_{{ round }}_by_{{ column }} as (

    select
        source_name,
        customer_id,
        email,
        phone_and_name,
        record_number,
        case
            when {{ column }} is null then {{ leads.number }}
            else min({{ leads.number }}) over (partition by {{ column }})
        end as lead_number
    from {{ leads.step }}

),
{%- set leads.step = 'round_' ~ round ~ '_by_' ~ column %}
{%- set leads.number = 'lead_number' %}
{%- endfor %}
{%- endfor %}

-- what a record shares with another of the same person
shared as (

    select
        *,
        {%- for column in same_person.values() %}
        case when {{ column }} is null then 1 else count(*) over (partition by {{ column }}) end as {{ column }}_count,
        {%- endfor %}
        count(*) over (partition by lead_number) as record_count
    from {{ leads.step }}

),

final as (

    select
        shared.source_name,
        shared.customer_id,
        {{ surrogate_key(['leads.source_name', 'leads.customer_id']) }} as customer_durable_key,
        leads.source_name as lead_source_name,
        leads.customer_id as lead_customer_id,
        case
            when shared.record_count = 1 then 'alone'
            {%- for words, column in same_person.items() %}
            when shared.{{ column }}_count > 1 then '{{ words }}'
            {%- endfor %}
        end as match_reason,
        cast(shared.record_count as {{ dbt.type_int() }}) as record_count
    from shared
    inner join numbered as leads on shared.lead_number = leads.record_number

)

select * from final
