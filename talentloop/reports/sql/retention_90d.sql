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

spell as (
    select
        window_code,
        last_on,
        least(coalesce(days_to_exit, days_seen), 90) as days,
        coalesce(days_to_exit <= 90, false) as has_left
    from starter
),

step as (
    select
        window_code,
        last_on,
        days,
        count(*) as n,
        count(*) filter (where has_left) as n_left,
        sum(count(*)) over (partition by window_code order by days desc) as n_at_risk
    from spell
    group by window_code, last_on, days
),

estimate as (
    select
        window_code,
        last_on,
        sum(n) as n_starters,
        sum(n_left) as n_left,
        product(1 - n_left / n_at_risk) as rate,
        sqrt(sum(case when n_at_risk > n_left then n_left / (n_at_risk * (n_at_risk - n_left)) end))
            as se
    from step
    group by window_code, last_on
)

select
    window_code,
    (last_on - interval 11 month)::date as first_month_on,
    last_on as last_month_on,
    n_starters,
    n_starters - n_left as n_kept,
    rate as retention_90d_rate,
    case when rate between 1e-9 and 1 - 1e-9 then rate ^ exp(1.96 * se / abs(ln(rate))) end
        as retention_90d_lower,
    case when rate between 1e-9 and 1 - 1e-9 then rate ^ exp(-1.96 * se / abs(ln(rate))) end
        as retention_90d_upper
from estimate
order by case window_code when 'current' then 0 when 'previous' then 1 else 2 end
