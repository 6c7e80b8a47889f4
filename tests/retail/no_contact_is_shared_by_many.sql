-- addresses and numbers that make nobody one person, since more records share them than the limit says: placeholders,
-- or a shop's own phone; where they are people's own, the limit is too low
{{ config(severity='warn') }}

with records as (

    select * from {{ ref('int_retail__customer_records') }}
    where valid_to = {{ end_of_time() }}

),

shared as (

    {%- for column in ['email', 'phone'] %}
    select
        '{{ column }}' as shared_by,
        {{ column }} as shared_value,
        count(*) as record_count
    from records
    where {{ column }} is not null
    group by {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from shared
where record_count > {{ var('retail_records_per_contact') }}
