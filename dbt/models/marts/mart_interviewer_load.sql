select
    week_on,
    interviewer_key,
    count(*) as n_interviews,
    round(sum(interview_hours), 6) as interview_hours,
    count(*) filter (is_due) as n_scorecards_due,
    count(*) filter (is_overdue) as n_scorecards_overdue,
    count(*) filter (is_overdue and not is_submitted) as n_scorecards_missing
from {{ ref('int_interview__attend') }}
where week_on is not null
group by week_on, interviewer_key
