-- Share of those who started in the months chosen that is still employed at $horizon. Whoever has not
-- been followed so long counts for as long as followed. The end of a probation competes with leaving.
with

waited as (
    select
        /* use group_of_cohort */
        c.requisition_key,
        case when $horizon = 'probation'
            then least(c.followed_days, c.probation_end_on - c.hired_on + 1)
        else c.followed_days end as duration_days,
        case
            when $horizon = 'probation' and c.followed_days > c.probation_end_on - c.hired_on
                then 'passed'
            when c.has_left then 'left'
        end as cause_code,
        1 as n
    from fct_employment_follow as c
    where
        c.month_on
        /* use within_months */
        and ($horizon <> 'probation' or c.probation_end_on >= c.hired_on)
        and group_code is not null
),

/* use kaplan_meier_by_requisition */,

horizon as (
    select case $horizon
        when '90_days' then 90 when '180_days' then 180 when '365_days' then 365
    end as days
),

counted as (
    select
        group_code,
        count(*) as n,
        count(*) filter (where cause_code is null and coalesce(duration_days < days, true)) as n_open
    from waited
    cross join horizon
    group by group_code
),

-- No figure beyond the time for which anybody was followed.
kept as (
    select
        group_code,
        case
            when max(duration_days) < any_value(days) and min(survival_rate) > 0 then null
            when min(duration_days) > any_value(days) then 1
            else arg_max_null(survival_rate, duration_days) filter (where duration_days <= days)
        end as retention_rate,
        case when max(duration_days) >= any_value(days) or min(survival_rate) = 0 then
            arg_max_null(survival_lower, duration_days) filter (where duration_days <= days)
        end as retention_lower,
        case when max(duration_days) >= any_value(days) or min(survival_rate) = 0 then
            arg_max_null(survival_upper, duration_days) filter (where duration_days <= days)
        end as retention_upper,
        min(survival_rate) as survival_in_the_end
    from curve
    cross join horizon
    group by group_code
),

-- Aalen and Johansen's incidence of passing: Σ S(t−) d / n, once everybody's probation is decided.
passed as (
    select
        c.group_code,
        round(sum(c.survival_before * coalesce(w.n_passed, 0) / c.n_at_risk), 10) as retention_rate
    from (
        select
            *,
            lag(survival_rate, 1, 1) over (partition by group_code order by duration_days)
                as survival_before
        from curve
    ) as c
    left join (
        select group_code, duration_days, count(*) as n_passed
        from waited
        where cause_code = 'passed'
        group by all
    ) as w using (group_code, duration_days)
    group by c.group_code
)

select
    $horizon::varchar as horizon_code,
    /* use group_columns */
    s.n,
    s.n_open,
    case
        when $horizon <> 'probation' then k.retention_rate
        when k.survival_in_the_end = 0 then p.retention_rate
    end as retention_rate,
    case when $horizon <> 'probation' then k.retention_lower end as retention_lower,
    case when $horizon <> 'probation' then k.retention_upper end as retention_upper
from counted as s
inner join kept as k using (group_code)
inner join passed as p using (group_code)
left join dim_org_unit as d on $grouping = 'unit' and s.group_code = d.org_unit_key
order by month_on, department_id nulls first, s.group_code
