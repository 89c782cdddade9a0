-- Open applications by stage and days waited, longest first: the rows behind the stock by age.
with

/* use end_of_day */,

/* use waiting_spell */,

listed as (
    select
        a.application_id,
        a.person_key,
        r.title as requisition_title,
        w.stage_code,
        a.source_channel_code,
        d.name as department_name,
        d.name_en as department_name_en,
        w.entered_at,
        w.open_days
    from waiting_spell as w
    inner join fct_application as a using (application_key)
    left join dim_requisition as r on a.requisition_key = r.requisition_key
    left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
    where
        ($stage::varchar is null or w.stage_code = $stage)
        and w.open_days >= $least_days
        and ($below_days::integer is null or w.open_days < $below_days::integer)
)

select *, count(*) over () as n_total
from listed
order by open_days desc, application_id
limit $limit offset $offset
