-- What a series is about, and how many cases it has. Whoever ended, ended with a cause.
with counted as (

    select
        *,
        sum(n) filter (cause_code is not null and not is_zero_length) over so_far
        / sum(n) filter (cause_code is not null and not is_zero_length) over (partition by series_key)
            as ended_share
    from {{ ref('int_spell__count') }}
    window so_far as (partition by series_key order by duration_days)

)

select
    series_key,
    measure_code,
    stage_code,
    grouping_code,
    group_code,
    month_on,
    sum(n)::bigint as n,
    coalesce(sum(n) filter (cause_code is null), 0)::bigint as n_open,
    coalesce(sum(n) filter (is_zero_length), 0)::bigint as n_zero_length,
    max(duration_days) as longest_days,
    min(duration_days) filter (ended_share >= 0.5 and cause_code is not null and not is_zero_length)
        as completed_median_days
from counted
group by series_key, measure_code, stage_code, grouping_code, group_code, month_on
