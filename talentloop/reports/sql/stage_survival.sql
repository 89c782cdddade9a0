-- Kaplan-Meier share still in $stage, by department and whole day since entry, up to 60 days.
with

/* use selected_application */,

spell as (
    select
        coalesce(a.department_id, '') as department_id,
        coalesce(a.department_name, '') as department_name,
        coalesce(a.department_name_en, a.department_name, '') as department_name_en,
        a.requisition_key,
        t.duration_days,
        t.outcome_code
    from fct_stage_time as t
    inner join selected_application as a using (application_key)
    where t.stage_code = $stage and not a.is_excluded and t.duration_days > 0
),

waited as (
    select department_id as group_code, requisition_key, duration_days, outcome_code as cause_code, 1 as n
    from spell
),

/* use kaplan_meier_by_requisition */,

median as (
    select group_code as department_id, min(duration_days) as median_days
    from curve
    where survival_rate <= 0.5
    group by all
),

department as (
    select
        s.department_id,
        s.department_name,
        s.department_name_en,
        count(*) as n,
        count(*) filter (where s.outcome_code is null) as n_open,
        any_value(m.median_days) as median_days
    from spell as s
    left join median as m using (department_id)
    group by s.department_id, s.department_name, s.department_name_en
),

day as (
    select d.*, unnest(generate_series(0, 60)) as day from department as d
)

select
    d.department_id,
    d.department_name,
    d.department_name_en,
    d.n,
    d.n_open,
    d.median_days,
    d.day,
    coalesce(c.n_remaining, d.n) as n_at_risk,
    coalesce(c.survival_rate, 1) as share_waiting,
    coalesce(c.survival_lower, c.survival_rate, 1) as share_lower,
    coalesce(c.survival_upper, c.survival_rate, 1) as share_upper
from day as d
asof left join curve as c on d.department_id = c.group_code and d.day >= c.duration_days
order by d.n desc, d.department_id, d.day
