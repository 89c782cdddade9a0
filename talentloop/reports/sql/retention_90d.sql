-- Kaplan-Meier share still employed 90 days after the start, for starters of three windows of
-- twelve months: those that end with $month, one month before, and one year before.
with

boundary as (
    select 'current' as window_code, $month::date as last_on
    union all
    select 'previous', ($month::date - interval 1 month)::date
    union all
    select 'last_year', ($month::date - interval 12 month)::date
),

starter as (
    select
        b.window_code,
        b.last_on,
        a.requisition_key,
        date_diff('day', e.hired_on, e.terminated_on) as days_to_exit,
        date_diff('day', e.hired_on, timezone($zone, m.as_of::timestamptz)::date)
            as days_seen
    from boundary as b
    cross join meta_build as m
    inner join dim_employee as e
        on
            e.hired_on >= b.last_on - interval 11 month
            and e.hired_on < b.last_on + interval 1 month
            and e.hired_on <= timezone($zone, m.as_of::timestamptz)::date
    inner join fct_application as a on e.application_key = a.application_key
    where
        e.status_code <> 'not_started'
        and not a.is_excluded
        and coalesce(e.terminated_on >= e.hired_on, true)
),

waited as (
    select
        window_code as group_code,
        requisition_key,
        least(coalesce(days_to_exit, days_seen), 90) as duration_days,
        case when days_to_exit <= 90 then 'left' end as cause_code,
        1 as n
    from starter
),

/* use kaplan_meier_by_requisition */,

at_90_days as (
    select * from curve
    qualify row_number() over (partition by group_code order by duration_days desc) = 1
),

counted as (
    select
        window_code,
        last_on,
        count(*) as n_starters,
        count(*) filter (where days_to_exit <= 90) as n_left
    from starter
    group by all
)

select
    n.window_code,
    (n.last_on - interval 11 month)::date as first_month_on,
    n.last_on as last_month_on,
    n.n_starters,
    n.n_starters - n.n_left as n_kept,
    c.survival_rate as retention_90d_rate,
    c.survival_lower as retention_90d_lower,
    c.survival_upper as retention_90d_upper
from counted as n
inner join at_90_days as c on n.window_code = c.group_code
order by case n.window_code when 'current' then 0 when 'previous' then 1 else 2 end
