-- Open applications by stage and days waited, longest first: the rows behind the stock by age.
with

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        s.stage_code,
        a.source_channel_code,
        d.name as department_name,
        d.name_en as department_name_en,
        s.entered_at,
        s.open_days
    from fct_stage_spell as s
    inner join fct_application as a using (application_key)
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        s.is_open
        and a.is_open
        and not a.is_excluded
        and ($department::varchar is null or d.org_unit_id = $department)
        and ($job_family::varchar is null or a.job_family_code = $job_family)
        and ($channel::varchar is null or a.source_channel_code = $channel)
        and ($stage::varchar is null or s.stage_code = $stage)
        and s.open_days >= $least_days
        and ($below_days::integer is null or s.open_days < $below_days::integer)
)

select *, count(*) over () as n_total
from listed
order by open_days desc, application_id
limit $limit offset $offset
