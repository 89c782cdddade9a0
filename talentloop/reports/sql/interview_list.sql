-- Interviews of whole weeks with one scorecard for each interviewer, newest first.
with

period as (
    select
        date_trunc('week', coalesce($until::date, timezone($zone, as_of::timestamptz)::date))::date
            as next_week_on
    from meta_build
),

listed as (
    select
        i.interview_id,
        a.application_id,
        e.employee_id as interviewer_id,
        i.interview_type_code,
        i.started_at,
        s.interview_hours,
        s.feedback_days,
        s.is_due,
        s.is_overdue,
        s.is_submitted
    from fct_interview_seat as s
    cross join period as p
    inner join fct_interview as i using (interview_key)
    left join fct_application as a on i.application_key = a.application_key
    left join dim_employee as e on s.interviewer_key = e.employee_key
    where
        s.week_on < p.next_week_on
        and s.week_on >= p.next_week_on - 7 * $weeks::integer
        and ($interviewer::varchar is null or e.employee_id = $interviewer)
        and case $state
            when 'due' then s.is_due
            when 'overdue' then s.is_overdue
            when 'missing' then s.is_overdue and not s.is_submitted
            else true
        end
)

select *, count(*) over () as n_total
from listed
order by started_at desc, interview_id, interviewer_id
limit $limit offset $offset
