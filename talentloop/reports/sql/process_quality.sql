-- How the process ran, month by month, of the company or one department. Each figure belongs to the
-- month of its own event: invitation, move, result, interview, date at opening.
with

unit as (
    select (select org_unit_key from dim_org_unit where org_unit_id = $department) as org_unit_key
),

month as (
    select distinct month_on from dim_date
    where month_on between $month::date - interval 12 month and $month::date
),

spine as (select m.month_on, u.org_unit_key as top_org_unit_key from month as m cross join unit as u)

select
    s.month_on,
    coalesce(i.n_invited, 0) as n_invited,
    coalesce(i.n_retaken, 0) as n_retaken,
    coalesce(i.n_completed, 0) as n_completed,
    coalesce(i.n_refused, 0) as n_refused,
    coalesce(i.n_technical_failures, 0) as n_technical_failures,
    coalesce(i.n_expired, 0) as n_expired,
    coalesce(i.n_open, 0) as n_open,
    i.completed_of_invited_rate,
    i.completed_of_begun_rate,
    a.completed_of_invited_rate as application_completed_rate,
    coalesce(m.n_moves, 0) as n_moves,
    coalesce(m.n_automated, 0) as n_automated,
    coalesce(m.n_unknown_actor, 0) as n_unknown_actor,
    m.automation_rate,
    t.touches_per_application,
    t.touches_per_hire,
    d.median_days as scheduling_median_days,
    d.business_median_days as scheduling_business_median_days,
    coalesce(f.n_missing, 0) as n_scorecards_missing,
    f.median_days as feedback_median_days,
    f.in_time_rate as scorecard_in_time_rate,
    coalesce(o.n_openings_due, 0) as n_openings_due,
    coalesce(o.n_targets_changed, 0) as n_targets_changed,
    o.on_time_fill_rate
from spine as s
left join mart_completion as i
    on
        s.month_on = i.month_on
        and s.top_org_unit_key is not distinct from i.top_org_unit_key
        and i.completion_kind_code = 'ai_interview'
left join mart_completion as a
    on
        s.month_on = a.month_on
        and s.top_org_unit_key is not distinct from a.top_org_unit_key
        and a.completion_kind_code = 'application'
left join mart_automation as m
    on s.month_on = m.month_on and s.top_org_unit_key is not distinct from m.top_org_unit_key
left join mart_manual_touch as t
    on s.month_on = t.month_on and s.top_org_unit_key is not distinct from t.top_org_unit_key
left join mart_speed as d
    on
        s.month_on = d.month_on
        and s.top_org_unit_key is not distinct from d.top_org_unit_key
        and d.measure_code = 'scheduling_delay'
left join mart_feedback_delay as f
    on s.month_on = f.month_on and s.top_org_unit_key is not distinct from f.top_org_unit_key
left join mart_on_time_fill as o
    on s.month_on = o.month_on and s.top_org_unit_key is not distinct from o.top_org_unit_key
order by s.month_on
