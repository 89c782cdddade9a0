-- Acceptances in the period: percentiles of days from application, by channel and for all.
with

/* use accepted_application */,

accepted as (
    select a.*
    from accepted_application as a
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        a.time_to_hire_days is not null
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
        and a.accepted_month_on <= $to::date
        and a.accepted_month_on >= coalesce($from::date, $to::date - interval 5 month)
)

select
    case when grouping(source_channel_code) = 1 then 'all' else source_channel_code end
        as source_channel_code,
    count(*) as n,
    quantile_cont(time_to_hire_days, 0.10) as p10_days,
    quantile_cont(time_to_hire_days, 0.25) as p25_days,
    median(time_to_hire_days) as median_days,
    quantile_cont(time_to_hire_days, 0.75) as p75_days,
    quantile_cont(time_to_hire_days, 0.90) as p90_days,
    quantile_cont(time_to_hire_days, 0.95) as p95_days,
    quantile_cont(time_to_hire_days, 0.05) as p5_days
from accepted
group by grouping sets ((), (source_channel_code))
having count(*) > 0
order by grouping(source_channel_code) desc, n desc
