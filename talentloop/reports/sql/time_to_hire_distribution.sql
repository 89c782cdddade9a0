-- Acceptances in the period by days from application, in steps of five days.
with

/* use accepted_application */,

accepted as (
    select a.time_to_hire_days
    from accepted_application as a
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        a.time_to_hire_days is not null
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
        and a.accepted_month_on <= $to::date
        and a.accepted_month_on >= coalesce($from::date, $to::date - interval 5 month)
),

bin as (
    select unnest(generate_series(0, (select max(time_to_hire_days) from accepted)::integer // 5))
        as step
)

select
    b.step * 5 as from_days,
    b.step * 5 + 5 as below_days,
    count(a.time_to_hire_days) as n
from bin as b
left join accepted as a on floor(a.time_to_hire_days / 5) = b.step
group by b.step
order by b.step
