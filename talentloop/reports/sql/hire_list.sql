-- Acceptances of the period, newest first: the rows behind time to hire and offers accepted.
with

/* use accepted_application */,

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        a.source_channel_code,
        d.name as department_name,
        d.name_en as department_name_en,
        a.applied_at,
        a.accepted_at,
        a.time_to_hire_days
    from accepted_application as a
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
        and (not $without_offer or a.application_key not in (select application_key from fct_offer))
        and a.accepted_month_on between $from::date and $to::date
)

select *, count(*) over () as n_total
from listed
order by accepted_at desc, application_id
limit $limit offset $offset
