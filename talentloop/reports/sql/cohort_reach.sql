-- How far those who applied in one month came; default the newest month with at most 1 % open.
with

/* use stage */,

cohort as (
    select
        cohort_month_on,
        count(*) as n_applications,
        count(*) filter (where is_open) as n_open
    from fct_application
    where not is_excluded
    group by all
),

chosen as (
    select * from cohort
    where
        case
            when $cohort::date is null then n_open <= 0.01 * n_applications
            else cohort_month_on = $cohort::date
        end
        and cohort_month_on <= $month::date
    order by cohort_month_on desc
    limit 1
),

reached as (
    select
        c.cohort_month_on,
        c.n_open,
        s.stage_code,
        s.stage_rank,
        count(*) filter (where a.furthest_stage_rank >= s.stage_rank) as n_reached
    from chosen as c
    inner join fct_application as a on c.cohort_month_on = a.cohort_month_on
    cross join stage as s
    where not a.is_excluded
    group by all
)

select
    cohort_month_on,
    stage_code,
    n_reached,
    n_reached / nullif(lag(n_reached) over (order by stage_rank), 0) as pass_rate,
    n_reached / nullif(first(n_reached) over (order by stage_rank), 0) as share_of_applied,
    n_open
from reached
order by stage_rank
