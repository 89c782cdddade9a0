{{ config(materialized='view') }}

-- Every duration that speed is reported in, once in calendar days and once in business days, and
-- the month in which it ended. Only what has ended is here; pauses of a requisition are business
-- days too, and are taken off a time to fill in both.
with filled as (

    select
        opening.opening_key as record_key,
        opening.requisition_key,
        wait.clock_started_at as started_at,
        opening.filled_at as finished_at,
        opening.time_to_fill_days as days,
        requisition.top_org_unit_key,
        requisition.time_zone
    from {{ ref('dim_opening') }} as opening
    inner join {{ ref('int_opening__wait') }} as wait using (opening_key)
    inner join {{ ref('dim_requisition') }} as requisition
        on opening.requisition_key = requisition.requisition_key
    where opening.time_to_fill_days is not null and not requisition.is_test

),

paused as (

    select
        filled.record_key,
        filled.time_zone,
        greatest(pause.paused_at, filled.started_at) as paused_at,
        least(pause.resumed_at, filled.finished_at) as resumed_at
    from filled
    inner join {{ ref('int_requisition__pause') }} as pause using (requisition_key)
    where pause.paused_at < filled.finished_at
        and coalesce(pause.resumed_at, filled.finished_at) > filled.started_at

),

pause as (

    select
        record_key,
        sum(business_days) as paused_business_days
    from ({{ business_days_between('paused', 'paused_at', 'resumed_at') }}) as timed
    group by record_key

),

timed as (

    {{ business_days_between('filled', 'started_at', 'finished_at') }}

)

select
    measure_code,
    record_key,
    stage_code,
    top_org_unit_key,
    month_on,
    days,
    business_days
from {{ ref('int_application__time') }}
union all
select
    'time_to_fill' as measure_code,
    timed.record_key,
    null::varchar as stage_code,
    timed.top_org_unit_key,
    {{ month_of(local_date('timed.finished_at', 'timed.time_zone')) }} as month_on,
    timed.days,
    round(timed.business_days - coalesce(pause.paused_business_days, 0), 9) as business_days
from timed
left join pause using (record_key)
