-- Applications of the person, newest first.
select
    a.application_id,
    a.source,
    r.title as requisition_title,
    d.name as department_name,
    d.name_en as department_name_en,
    a.source_channel_code,
    a.applied_at,
    a.furthest_stage_code,
    a.status_code,
    a.overall_score_0_100,
    a.is_excluded,
    a.exclusion_reason_code
from fct_application as a
left join dim_requisition as r on a.requisition_key = r.requisition_key
left join dim_org_unit as d on a.top_org_unit_key = d.org_unit_key
where a.person_key = $person
order by a.applied_at desc, a.application_id
