{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', touched_applications()) }}"
) }}

with application as (

    select * from {{ ref('int_application__situate') }}
    {% if is_incremental() %}
    where application_key in {{ touched_applications() }}
    {% endif %}

),

progress as (

    select
        application_key,
        arg_max(stage_code, sequence) as current_stage_code,
        arg_max(coalesce(exit_type_code, 'open'), sequence) as last_exit_code,
        max(exited_at) as last_exited_at,
        arg_max(stage_code, stage_rank) as furthest_stage_code,
        max(stage_rank) as furthest_stage_rank
    from {{ ref('int_stage_spell__derive') }}
    where not is_accidental and application_key in (select application_key from application)
    group by application_key

),

offer as (

    select
        application_key,
        min(extended_at) as offer_extended_at,
        max(accepted_at) filter (is_latest) as accepted_at
    from {{ ref('fct_offer') }}
    where application_key in (select application_key from application)
    group by application_key

),

employment as (

    select
        application_key,
        min(hired_on) as started_on
    from {{ ref('int_employee__keep_newest') }}
    where status_code <> 'not_started'
        and application_key in (select application_key from application)
    group by application_key

),

score as (

    select * from {{ ref('int_application__score') }}
    where application_key in (select application_key from application)

),

resolved as (

    select
        application.*,
        progress.* exclude (application_key),
        case when last_exit_code = 'advanced' then 'hired' else last_exit_code end as status_code,
        case when last_exit_code <> 'open' then last_exited_at end as resolved_at,
        offer.offer_extended_at,
        -- A hire without an offer record was accepted, at the latest, when it was recorded.
        coalesce(offer.accepted_at, case when last_exit_code = 'advanced' then last_exited_at end)
            as accepted_at,
        employment.started_on,
        score.overall_score_0_100,
        coalesce(score.n_dimensions_scored, 0) as n_dimensions_scored
    from application
    left join progress using (application_key)
    left join offer using (application_key)
    left join employment using (application_key)
    left join score using (application_key)

)

select
    application_key,
    source,
    application_id,
    person_key,
    candidate_key,
    requisition_key,
    org_unit_key,
    top_org_unit_key,
    job_family_code,
    source_channel_code,
    applied_at,
    cohort_month_on,
    status_code,
    resolved_at,
    current_stage_code,
    furthest_stage_code,
    furthest_stage_rank,
    offer_extended_at,
    accepted_at,
    started_on,
    case when accepted_at >= first_engaged_at
        then {{ days_between('first_engaged_at', 'accepted_at') }}
    end as time_to_hire_days,
    overall_score_0_100,
    n_dimensions_scored::integer as n_dimensions_scored,
    status_code = 'open' as is_open,
    status_code = 'hired' as is_hired,
    is_internal,
    exclusion_reason_code is not null as is_excluded,
    exclusion_reason_code
from resolved
