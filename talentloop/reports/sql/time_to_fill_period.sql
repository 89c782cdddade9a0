-- Days that openings of the months chosen wait to be filled; those still open are counted as waiting.
with

waited as (
    select
        /* use group_of_cohort */
        c.requisition_key,
        case when c.waited_days < 10 then round(c.waited_days, 2) else round(c.waited_days, 1) end
            as duration_days,
        case when c.status_code = 'filled' then 'filled' end as cause_code,
        1 as n
    from (select *, null::varchar as source_channel_code from fct_opening_wait) as c
    where
        c.waited_days is not null
        and c.month_on
        /* use within_months */
        and group_code is not null
),

/* use kaplan_meier_by_requisition */,

quantile as (
    select
        group_code,
        min(duration_days) filter (where survival_rate <= 0.75) as p25_days,
        min(duration_days) filter (where survival_rate <= 0.5) as median_days,
        min(duration_days) filter (where coalesce(survival_lower, survival_rate) <= 0.5)
            as median_days_lower,
        min(duration_days) filter (where survival_upper <= 0.5) as median_days_upper,
        min(duration_days) filter (where survival_rate <= 0.25) as p75_days
    from curve
    group by group_code
),

counted as (
    select group_code, count(*) as n, count(*) filter (where cause_code is null) as n_open
    from waited
    group by group_code
)

select
    /* use group_columns */
    s.n,
    s.n_open,
    q.p25_days,
    q.median_days,
    q.median_days_lower,
    q.median_days_upper,
    q.p75_days
from counted as s
inner join quantile as q using (group_code)
left join dim_org_unit as d on $grouping = 'unit' and s.group_code = d.org_unit_key
order by month_on, department_id nulls first, s.group_code
