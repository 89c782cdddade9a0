{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('application_key', moving_decisions()) }}"
) }}

-- What was known about an application when its decision was taken, and the employment it led to.
with decision as (

    {{ decisions() }}

),

interview as (

    select
        decision.application_key,
        count(*) filter (
            interview.status_code = 'completed'
            and coalesce(interview.ended_at, interview.started_at) <= decision.decision_at
        ) as n_interviews,
        count(*) filter (
            interview.n_reschedules > 0 and interview.invited_at <= decision.decision_at
        ) as n_reschedules
    from decision
    inner join {{ ref('fct_interview') }} as interview using (application_key)
    group by decision.application_key

),

employment as (

    -- Who never came has a first day that passed, and no employment to learn from.
    select * from {{ ref('dim_employee') }}
    where application_key is not null and status_code <> 'not_started'
    qualify row_number() over (partition by application_key order by hired_on, employee_key) = 1

)

select
    application.application_key,
    application.person_key,
    application.requisition_key,
    application.source,
    application.application_id,
    decision.decision_at,
    {% for code in dimensions() %}
    score.{{ code }}_score_0_1,
    {% endfor %}
    coalesce(score.n_dimensions_scored, 0)::integer as n_dimensions_scored,
    coalesce(interview.n_interviews, 0)::integer as n_interviews,
    coalesce(score.n_scorers, 0)::integer as n_scorers,
    score.score_spread,
    candidate.years_experience,
    candidate.education_rank::integer as education_rank,
    application.is_internal,
    application.source_channel_code,
    application.job_family_code,
    {{ days_between('decision.applied_at', 'decision.decision_at') }} as days_to_decision,
    coalesce(interview.n_reschedules, 0)::integer as n_reschedules,
    candidate.n_skills::integer as n_skills,
    application.is_open,
    situated.time_zone,
    employment.employee_key,
    employment.hired_on,
    employment.probation_end_on,
    employment.terminated_on
from decision
inner join {{ ref('fct_application') }} as application using (application_key)
inner join {{ ref('int_application__situate') }} as situated using (application_key)
left join {{ ref('int_feature__score') }} as score using (application_key)
left join {{ ref('int_feature__candidate') }} as candidate using (application_key)
left join interview using (application_key)
left join employment using (application_key)
