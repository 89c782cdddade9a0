{{ config(materialized='view') }}

-- Every wait that is estimated, in one shape: how long, and what ended it (null: still open).
-- Entered by the cohort of month_on; those of one requisition have much in common. A stage passed in no
-- time was entered afterwards, to catch up.
select
    'time_in_stage' as measure_code,
    stage_time.stage_code,
    ended.requisition_key,
    stage_time.cohort_month_on as month_on,
    stage_time.top_org_unit_key,
    stage_time.job_family_code,
    stage_time.source_channel_code,
    stage_time.duration_days,
    stage_time.outcome_code as cause_code,
    stage_time.duration_days = 0 and stage_time.outcome_code is not null as is_zero_length
from {{ ref('fct_stage_time') }} as stage_time
left join {{ ref('int_application__end') }} as ended using (application_key)
union all
-- From first engagement to hire, rejection or withdrawal, which compete; open ones are censored.
select
    'time_to_outcome' as measure_code,
    null as stage_code,
    requisition_key,
    cohort_month_on as month_on,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    engaged_days as duration_days,
    outcome_code as cause_code,
    false as is_zero_length
from {{ ref('int_application__end') }}
where engaged_days >= 0
union all
-- Closed without a hire is censored. Test requisitions are never filled as such; evergreen ones have a
-- wait only where configuration gives them a clock.
select
    'time_to_fill' as measure_code,
    null as stage_code,
    requisition_key,
    {{ month_of(local_date('wait.opened_at', 'requisition.time_zone')) }} as month_on,
    requisition.top_org_unit_key,
    requisition.job_family_code,
    null as source_channel_code,
    wait.waited_days as duration_days,
    case when wait.status_code = 'filled' then 'filled' end as cause_code,
    false as is_zero_length
from {{ ref('int_opening__wait') }} as wait
inner join {{ ref('dim_requisition') }} as requisition using (requisition_key)
where not requisition.is_test and wait.waited_days >= 0
union all
select
    'retention' as measure_code,
    null as stage_code,
    requisition_key,
    month_on,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    followed_days as duration_days,
    case when has_left then coalesce(termination_type_code, 'unknown') end as cause_code,
    false as is_zero_length
from {{ ref('int_employment__follow') }}
union all
-- Probation ends by an exit or, on the day after each person's own last day of it, by passing.
select
    'probation' as measure_code,
    null as stage_code,
    requisition_key,
    month_on,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    least(followed_days, probation_end_on - hired_on + 1) as duration_days,
    case
        when followed_days > probation_end_on - hired_on then 'passed'
        when has_left then coalesce(termination_type_code, 'unknown')
    end as cause_code,
    false as is_zero_length
from {{ ref('int_employment__follow') }}
where probation_end_on >= hired_on
