-- Open applications now: stage by days waited. A stock: it says nothing about conversion.
with

/* use stage */,

bucket as (
    select * from (values (0, 0, 4), (1, 4, 8), (2, 8, 15), (3, 15, 31), (4, 31, 61), (5, 61, 1e9))
        as b (bucket, from_days, below_days)
),

waiting as (
    select s.stage_code, s.open_days
    from fct_stage_spell as s
    inner join fct_application as a using (application_key)
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        s.is_open
        and a.is_open
        and not a.is_excluded
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
)

select
    s.stage_code,
    b.bucket,
    b.from_days,
    case when b.below_days < 1e9 then b.below_days::integer end as below_days,
    count(w.stage_code) as n
from stage as s
cross join bucket as b
left join waiting as w
    on
        s.stage_code = w.stage_code
        and w.open_days >= b.from_days
        and w.open_days < b.below_days
where s.stage_code <> 'hired'
group by s.stage_code, s.stage_rank, b.bucket, b.from_days, b.below_days
order by s.stage_rank, b.bucket
