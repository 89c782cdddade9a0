{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_or_open_applications()) }}"
) }}

-- How each application that counts ended, and the days from first engagement to then, or to now
-- while it is open. A rejection that was taken back is none; one because the job was closed says
-- nothing about the person and is kept apart.
with application as (

    select * from {{ ref('fct_application') }}
    where not is_excluded
    {% if is_incremental() %}
        and application_key in {{ touched_or_open_applications() }}
    {% endif %}

),

event as (

    select
        application_key,
        sequence,
        stage_code,
        reason_code
    from {{ ref('fct_stage_event') }}
    where not is_accidental and application_key in (select application_key from application)

),

rejection as (

    select
        application_key,
        arg_max(reason_code, sequence) filter (stage_code = 'rejected') as reason_code,
        coalesce(
            min(sequence) filter (stage_code = 'rejected')
            < max(sequence) filter (stage_code not in ('rejected', 'withdrawn')),
            false
        ) as is_reopened
    from event
    group by application_key

),

ended as (

    select
        application_key,
        case
            when is_open then {{ as_of() }}
            when is_hired then coalesce(accepted_at, resolved_at)
            else resolved_at
        end as ended_at
    from application

),

reported as (

    select
        application_key,
        rejection_reason_code
    from {{ ref('int_application__keep_newest') }}

)

select
    application.application_key,
    application.requisition_key,
    application.cohort_month_on,
    application.top_org_unit_key,
    application.job_family_code,
    application.source_channel_code,
    application.furthest_stage_rank,
    case
        when application.is_open then null
        when application.status_code = 'rejected'
            and coalesce(rejection.reason_code, reported.rejection_reason_code)
            in (
                {% for reason in var('estimates')['bulk_rejection_reasons'] %}
                '{{ reason }}'{{ ',' if not loop.last }}
                {% endfor %}
            )
            then 'job_closed'
        else application.status_code
    end as outcome_code,
    {{ days_between('situated.first_engaged_at', 'ended.ended_at') }} as engaged_days,
    coalesce(rejection.is_reopened, false) as is_reopened
from application
inner join {{ ref('int_application__situate') }} as situated using (application_key)
inner join ended using (application_key)
left join rejection using (application_key)
left join reported using (application_key)
