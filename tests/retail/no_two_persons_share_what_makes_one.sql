-- Records of one person share an address, or a phone number and the last name: no two persons may share either. Where
-- this fails, records hang together by more others than int_retail__customer_matches has rounds.
with records as (

    select
        records.email,
        case
            when records.phone is not null and records.last_name is not null
                then concat(records.phone, ' ', lower(records.last_name))
        end as phone_and_name,
        matches.customer_durable_key
    from {{ ref('int_retail__customer_records') }} as records
    inner join {{ ref('int_retail__customer_matches') }} as matches
        on records.source_name = matches.source_name and records.customer_id = matches.customer_id
    where records.valid_to = {{ end_of_time() }}

),

shared as (

    select
        'email' as shared_by,
        email as shared_value,
        count(distinct customer_durable_key) as person_count
    from records
    where email is not null
    group by email
    union all
    select
        'phone and last name' as shared_by,
        phone_and_name as shared_value,
        count(distinct customer_durable_key) as person_count
    from records
    where phone_and_name is not null
    group by phone_and_name

)

select * from shared
where person_count > 1
