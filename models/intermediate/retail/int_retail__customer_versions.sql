with records as (

    select
        records.*,
        matches.customer_durable_key
    from {{ ref('int_retail__customer_records') }} as records
    inner join {{ ref('int_retail__customer_matches') }} as matches
        on records.source_name = matches.source_name and records.customer_id = matches.customer_id

),

-- a person changes whenever one of the records says something else
moments as (

    select distinct
        customer_durable_key,
        valid_from as moment
    from records

),

standing as (

    select
        moments.moment,
        records.*,
        min(records.registered_on) over (
            partition by moments.customer_durable_key, moments.moment
        ) as first_registered_on,
        {{ only_deleted('moments.customer_durable_key, moments.moment', 'records.is_deleted') }} as only_deleted
    from moments
    inner join records
        on
            moments.customer_durable_key = records.customer_durable_key
            and {{ valid_at('records', 'moments.moment') }}

),

-- apart from the windows above, beside which MariaDB 10.11 numbers the rows in the order of another window
said as (

    select
        *,
        -- of a system's several records the oldest account
        row_number() over (
            partition by customer_durable_key, moment, source_name
            order by customer_id
        ) as choice,
        -- the record that was changed last knows where the person lives
        row_number() over (
            partition by customer_durable_key, moment
            order by valid_from desc, source_name asc, customer_id asc
        ) as newest
    from standing
    -- a deleted record has a say only where no other lives
    where only_deleted = 1 or not is_deleted

),

merged as (

    select
        customer_durable_key,
        moment,
        {%- for column in ['first_name', 'last_name', 'email', 'phone'] %}
        coalesce(
            max(case when source_name = 'pos' and choice = 1 then {{ column }} end),
            max(case when source_name = 'shop' and choice = 1 then {{ column }} end)
        ) as {{ column }},
        {%- endfor %}
        {%- for column in ['city', 'state', 'postal_code'] %}
        max(case when newest = 1 then {{ column }} end) as {{ column }},
        {%- endfor %}
        max(case when source_name = 'pos' and choice = 1 then tier end) as tier,
        min(first_registered_on) as registered_on,
        max(case when source_name = 'pos' and not is_deleted then 1 else 0 end) as is_store_customer,
        max(case when source_name = 'shop' and not is_deleted then 1 else 0 end) as is_web_customer
    from said
    group by customer_durable_key, moment

),

{{ bounded_versions('merged', 'customer_durable_key') }}

select
    *,
    is_store_customer = 0 and is_web_customer = 0 as is_deleted
from bounded
