-- Claimed and allowed amounts and revenue: the source = the claims in the star + those in quarantine, and the
-- encounters carry the same money as the claims.
{%- set in_source = {
    'claimed_amount': 'sum(claim_amount)',
    'allowed_amount': 'sum(allowed_amount)',
    'revenue_amount': "sum(case when " ~ trimmed('claim_status') ~ " <> 'Denied' then allowed_amount end)",
} %}

with amounts as (

    {%- for amount, total in in_source.items() %}
    select
        '{{ amount }}' as amount,
        (select {{ total }} from {{ source('clinic', 'billing') }}) as in_source,
        (select sum({{ amount }}) from {{ ref('fact_claims') }}) as in_claims,
        (select sum({{ amount }}) from {{ ref('fact_encounters') }}) as in_encounters,
        (select sum({{ amount }}) from {{ ref('int_clinic__quarantine') }}) as in_quarantine
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}

)

select *
from amounts
where
    coalesce(in_source, 0) <> coalesce(in_claims, 0) + coalesce(in_quarantine, 0)
    or coalesce(in_claims, 0) <> coalesce(in_encounters, 0)
