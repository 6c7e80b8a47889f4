{{
    config(
        materialized='incremental',
        unique_key='customer_durable_key',
        pre_hook="{{ delete_members_gone_from(ref('int_retail__customer_ids'), 'customer_durable_key') }}",
    )
}}
{%- set texts = ['first_name', 'last_name', 'email', 'phone', 'city', 'state', 'postal_code'] %}

with versions as (

    select
        *,
        valid_to = {{ end_of_time() }} and not is_deleted as is_current
    from {{ ref('int_retail__customer_versions') }}

),

-- customers that sales and orders refer to and that no record is known of
inferred as (

    select * from {{ ref('int_retail__customer_ids') }}
    where is_inferred = 1

),

default_members as (

    select * from {{ ref('ref_default_members') }}

),

all_versions as (

    select
        {{ surrogate_key(['customer_durable_key', 'version_number']) }} as customer_key,
        customer_durable_key,
        {%- for column in texts %}
        coalesce({{ column }}, 'Unknown') as {{ column }},
        {%- endfor %}
        coalesce(tier, 'None') as tier,
        registered_on,
        is_store_customer,
        is_web_customer,
        cast(version_number as {{ dbt.type_int() }}) as version_number,
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        false as is_inferred
    from versions
    union all
    select
        {{ surrogate_key(['customer_durable_key', '1']) }} as customer_key,
        customer_durable_key,
        {%- for column in texts %}
        'Unknown' as {{ column }},
        {%- endfor %}
        'None' as tier,
        cast(null as date) as registered_on,
        0 as is_store_customer,
        0 as is_web_customer,
        1 as version_number,
        {{ start_of_time() }} as valid_from,
        {{ end_of_time() }} as valid_to,
        true as is_current,
        false as is_deleted,
        true as is_inferred
    from inferred
    union all
    select
        member_key as customer_key,
        member_key as customer_durable_key,
        {%- for column in texts %}
        label as {{ column }},
        {%- endfor %}
        label as tier,
        cast(null as date) as registered_on,
        0 as is_store_customer,
        0 as is_web_customer,
        {{ default_version_columns() }}
    from default_members

),

{{ rows_to_write('all_versions', 'customer_durable_key') }}

select * from final
