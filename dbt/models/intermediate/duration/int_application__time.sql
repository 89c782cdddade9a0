{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

-- Durations of applications that have ended, once in calendar days and once in business days, and
-- the month in which they ended.
with hire as (

    select
        application.application_key,
        application.application_key as record_key,
        null::varchar as stage_code,
        situated.first_engaged_at as started_at,
        application.accepted_at as finished_at,
        application.time_to_hire_days as days,
        application.top_org_unit_key,
        situated.time_zone
    from {{ ref('fct_application') }} as application
    inner join {{ ref('int_application__situate') }} as situated using (application_key)
    where application.is_hired and not application.is_excluded
        and application.time_to_hire_days is not null
    {% if is_incremental() %}
        and application.application_key in {{ touched_applications() }}
    {% endif %}

),

spell as (

    select
        spell.application_key,
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
    {% if is_incremental() %}
        and spell.application_key in {{ touched_applications() }}
    {% endif %}

),

interview as (

    select
        interview.application_key,
        interview.interview_key as record_key,
        null::varchar as stage_code,
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
    {% if is_incremental() %}
        and interview.application_key in {{ touched_applications() }}
    {% endif %}

),

measured as (

    select
        'time_to_hire' as measure_code,
        *
    from hire
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
    application_key,
    measure_code,
    record_key,
    stage_code,
    top_org_unit_key,
    {{ month_of(local_date('finished_at', 'time_zone')) }} as month_on,
    days,
    round(business_days, 9) as business_days
from timed
