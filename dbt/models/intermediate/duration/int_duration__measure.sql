{{ config(materialized='view') }}

-- Every duration that speed is reported in, once in calendar days and once in business days, and
-- the month in which it ended. Only what has ended is here; pauses of a requisition are business
-- days too, and are taken off a time to fill in both.
with hire as (

    select
        application.application_key as record_key,
        situated.first_engaged_at as started_at,
        application.accepted_at as finished_at,
        application.time_to_hire_days as days,
        application.top_org_unit_key,
        situated.time_zone
    from {{ ref('fct_application') }} as application
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where application.is_hired and not application.is_excluded
        and application.time_to_hire_days is not null

),

filled as (

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

spell as (

    select
        spell.stage_spell_key as record_key,
        spell.stage_code,
        spell.entered_at as started_at,
        spell.exited_at as finished_at,
        spell.duration_days as days,
        spell.top_org_unit_key,
        situated.time_zone
    from {{ ref('fct_stage_spell') }} as spell
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    -- Moves entered after the fact have no length; they are no stay.
    where not spell.is_open and not spell.is_accidental and not spell.is_excluded
        and spell.duration_days > 0 and spell.stage_code <> 'hired'

),

interview as (

    select
        interview.interview_key as record_key,
        coalesce(chain.first_invited_at, interview.invited_at) as started_at,
        coalesce(interview.started_at, interview.scheduled_start_at) as finished_at,
        interview.scheduling_delay_days as days,
        situated.top_org_unit_key,
        situated.time_zone
    from {{ ref('fct_interview') }} as interview
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    left join {{ ref('int_interview__chain') }} as chain using (interview_key)
    where interview.status_code = 'completed' and interview.scheduling_delay_days >= 0
        and interview.interview_type_code <> 'ai' and situated.exclusion_reason_code is null

),

measured as (

    select
        'time_to_hire' as measure_code,
        null as stage_code,
        *
    from hire
    union all by name
    select
        'time_to_fill' as measure_code,
        * exclude (requisition_key)
    from filled
    union all by name
    select
        'time_in_stage' as measure_code,
        *
    from spell
    union all by name
    select
        'scheduling_delay' as measure_code,
        *
    from interview

),

timed as (

    {{ business_days_between('measured', 'started_at', 'finished_at') }}

)

select
    timed.measure_code,
    timed.record_key,
    timed.stage_code,
    timed.top_org_unit_key,
    {{ month_of(local_date('timed.finished_at', 'timed.time_zone')) }} as month_on,
    timed.days,
    round(timed.business_days - coalesce(pause.paused_business_days, 0), 9) as business_days
from timed
left join pause using (record_key)
