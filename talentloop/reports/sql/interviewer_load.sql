-- Interviews and scorecards of $weeks whole weeks, by default the last ones, the busiest interviewers first.
with

period as (
    select
        date_trunc('week', coalesce($until::date, timezone($zone, as_of::timestamptz)::date))::date
            as next_week_on
    from meta_build
),

load as (
    select t.*
    from mart_interviewer_load as t
    cross join period as p
    where t.week_on < p.next_week_on and t.week_on >= p.next_week_on - 7 * $weeks::integer
)

select
    e.employee_id as interviewer_id,
    sum(t.n_interviews) as n_interviews,
    sum(t.interview_hours) as interview_hours,
    sum(t.interview_hours) / $weeks::integer as hours_per_week,
    max(t.interview_hours) as busiest_week_hours,
    sum(t.n_scorecards_due) as n_scorecards_due,
    sum(t.n_scorecards_overdue) as n_scorecards_overdue,
    sum(t.n_scorecards_missing) as n_scorecards_missing
from load as t
left join dim_employee as e on t.interviewer_key = e.employee_key
group by t.interviewer_key, e.employee_id
order by interview_hours desc, interviewer_id
