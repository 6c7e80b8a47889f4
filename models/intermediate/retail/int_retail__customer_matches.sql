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
        lower(first_name) as first_name,
        lower(last_name) as last_name,
        email,
        phone,
        first_seen_at,
        count(*) over (partition by email) as email_count,
        count(*) over (partition by phone) as phone_count
    from {{ ref('int_retail__customer_records') }}
    where valid_to = {{ end_of_time() }}

),

-- what many records share tells nobody apart: a shop's own phone, or none@example.com
telling as (

    select
        source_name,
        customer_id,
        first_name,
        first_seen_at,
        case when email_count <= {{ var('retail_records_per_contact') }} then email end as email,
        case
            when phone_count <= {{ var('retail_records_per_contact') }} and phone is not null and last_name is not null
                then concat(phone, '|', last_name)
        end as phone_and_name
    from newest

),

households as (

    select
        *,
        coalesce(
            min(email) over (partition by phone_and_name) < max(email) over (partition by phone_and_name), false
        ) as has_two_emails
    from telling

),

-- the record that was known first leads the others, so that a person's key stays when more records join
numbered as (

    select
        source_name,
        customer_id,
        email,
        -- where two addresses stand beside one phone and name, it may be a couple
        case
            when not has_two_emails or phone_and_name is null then phone_and_name
            when first_name is not null then concat(phone_and_name, '|', first_name)
        end as phone_and_name,
        row_number() over (order by first_seen_at, source_name, customer_id) as record_number
    from households

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
        shared.email,
        shared.phone_and_name,
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
