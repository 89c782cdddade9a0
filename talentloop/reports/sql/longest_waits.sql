-- The ten longest waits among open applications; ties at rank ten are all listed.
with

waiting as (
    select
        a.application_id,
        a.person_key,
        s.stage_code,
        a.source_channel_code,
        r.title as requisition_title,
        round(s.open_days, 1) as open_days,
        round(date_diff('second', a.applied_at::timestamptz, m.as_of::timestamptz) / 86400, 1)
            as total_days
    from fct_stage_spell as s
    inner join fct_application as a using (application_key)
    cross join meta_build as m
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        s.is_open
        and a.is_open
        and not a.is_excluded
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
),

ranked as (
    select *, rank() over (order by open_days desc) as place from waiting
)

select
    place,
    application_id,
    person_key,
    stage_code,
    source_channel_code,
    requisition_title,
    open_days,
    total_days,
    (select max(open_days) from ranked where place > 10) as next_days
from ranked
where place <= 10
order by place, application_id
