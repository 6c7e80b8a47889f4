-- Where this fails, records hang together by more others than int_retail__customer_matches has rounds.
with matches as (

    select * from {{ ref('int_retail__customer_matches') }}

),

shared as (

    {%- for column in ['email', 'phone_and_name'] %}
    select
        '{{ column }}' as shared_by,
        {{ column }} as shared_value,
        count(distinct customer_durable_key) as person_count
    from matches
    where {{ column }} is not null
    group by {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from shared
where person_count > 1
