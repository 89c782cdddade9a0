-- What a series is about, and how many cases it has. Whoever ended, ended with a cause. The digest
-- changes with any of its counts, so that estimates of what has not changed are kept.
with step as (

    select
        series_key,
        measure_code,
        stage_code,
        grouping_code,
        group_code,
        month_on,
        duration_days,
        sum(n) as n,
        coalesce(sum(n) filter (cause_code is null), 0) as n_open,
        coalesce(sum(n) filter (is_zero_length), 0) as n_zero_length,
        coalesce(sum(n) filter (cause_code is not null and not is_zero_length), 0) as n_ended,
        sum(hash(series_key, requisition_key, duration_days, cause_code, is_zero_length, n))
            as counts_digest
    from {{ ref('int_spell__count') }}
    group by all

),

counted as (

    select
        *,
        sum(n_ended) over so_far / sum(n_ended) over (partition by series_key) as ended_share
    from step
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
    sum(n_open)::bigint as n_open,
    sum(n_zero_length)::bigint as n_zero_length,
    max(duration_days) as longest_days,
    min(duration_days) filter (ended_share >= 0.5 and n_ended > 0) as completed_median_days,
    sum(counts_digest)::varchar as counts_digest
from counted
group by series_key, measure_code, stage_code, grouping_code, group_code, month_on
