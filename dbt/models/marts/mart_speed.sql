-- A row without a unit is the whole company.
with measured as (

    select * from {{ ref('int_duration__measure') }}

),

grouped as (

    select
        measure_code,
        stage_code,
        month_on,
        top_org_unit_key,
        days,
        business_days
    from measured
    where top_org_unit_key is not null
    union all
    select
        measure_code,
        stage_code,
        month_on,
        null as top_org_unit_key,
        days,
        business_days
    from measured

)

select
    measure_code,
    stage_code,
    month_on,
    top_org_unit_key,
    count(*) as n,
    {{ time_quantiles('days') }},
    count(business_days) as n_business,
    {{ time_quantiles('business_days', 'business_') }}
from grouped
group by measure_code, stage_code, month_on, top_org_unit_key
