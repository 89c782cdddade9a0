-- Interviews held by people, one row per person who interviewed, with the scorecard of that person.
-- A scorecard that is not there has no delay yet: it is late once it is due, and never 0 days.
with seat as (

    select
        interview_key,
        unnest(interviewer_keys) as interviewer_key
    from {{ ref('int_interview__keep_newest') }}
    where status_code = 'completed' and interview_type_code <> 'ai'

),

scorecard as (

    select
        interview_key,
        scorer_key as interviewer_key,
        min(scored_at) as submitted_at
    from {{ ref('fct_dimension_score') }}
    where scorer_type_code = 'person' and interview_key is not null
    group by interview_key, scorer_key

),

joined as (

    select
        seat.interview_key,
        seat.interviewer_key,
        situated.top_org_unit_key,
        interview.started_at,
        interview.ended_at,
        scorecard.submitted_at,
        interview.ended_at + to_hours(rule.scorecard_due_hours) as due_at,
        {{ as_of() }} as observed_at
    from seat
    inner join {{ ref('fct_interview') }} as interview using (interview_key)
    inner join {{ ref('int_application__situate') }} as situated
        on interview.application_key = situated.application_key
    cross join {{ source('ops', 'hiring_rule') }} as rule
    left join scorecard
        on seat.interview_key = scorecard.interview_key
        and seat.interviewer_key = scorecard.interviewer_key
    where interview.ended_at is not null and situated.exclusion_reason_code is null

)

select
    interview_key,
    interviewer_key,
    top_org_unit_key,
    {{ week_of('started_at') }} as week_on,
    {{ month_of(local_date('ended_at', "'" ~ var('default_time_zone') ~ "'")) }} as month_on,
    {{ days_between('started_at', 'ended_at') }} * 24 as interview_hours,
    case when submitted_at >= ended_at then {{ days_between('ended_at', 'submitted_at') }} end
        as feedback_days,
    submitted_at is not null as is_submitted,
    due_at <= observed_at as is_due,
    due_at <= observed_at and coalesce(submitted_at > due_at, true) as is_overdue
from joined
