-- Reasons of declined and expired offers in the $window months that end with $month. Reasons
-- given by fewer than 5 are pooled; were the pool under 5, the next smallest joins it.
with

counted as (
    select
        coalesce(decline_reason_code, 'none') as reason_code,
        sum(n) as n
    from mart_decline_reason
    where
        month_on <= $month::date
        and month_on > $month::date - to_months($window::integer)
    group by all
),

ranked as (
    select
        *,
        row_number() over (order by n, reason_code) as place,
        count(*) filter (where n < 5) over () as n_small,
        coalesce(sum(n) filter (where n < 5) over (), 0) as small_total
    from counted
),

grouped as (
    select
        case
            when n < 5 then 'pooled'
            when place = n_small + 1 and small_total between 1 and 4 then 'pooled'
            else reason_code
        end as decline_reason_code,
        n
    from ranked
)

select
    decline_reason_code,
    sum(n) as n,
    sum(n) / sum(sum(n)) over () as share,
    sum(sum(n)) over () as n_total
from grouped
group by decline_reason_code
order by decline_reason_code = 'pooled', n desc, decline_reason_code
