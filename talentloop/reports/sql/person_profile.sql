-- One person: newest profile, newest application, scores, outcome.
select
    p.person_key,
    p.application_key,
    a.application_id,
    a.source,
    p.requisition_title,
    r.requisition_id,
    d.name as department_name,
    d.name_en as department_name_en,
    o.name as org_unit_name,
    o.name_en as org_unit_name_en,
    p.job_family_code,
    p.source_channel_code,
    p.education_level_code,
    p.major,
    p.years_experience,
    p.skills,
    p.applied_at,
    p.status_code,
    p.stage_code,
    p.outcome_code,
    p.n_applications,
    p.n_interviews,
    p.n_scorers,
    p.last_interview_at,
    p.overall_score_0_100,
    p.is_high_potential,
    p.tag_rule_version,
    p.hired_on,
    p.terminated_on
from talent_profile as p
left join fct_application as a on p.application_key = a.application_key
left join dim_requisition as r on p.requisition_key = r.requisition_key
left join dim_org_unit as d on p.top_org_unit_key = d.org_unit_key
left join dim_org_unit as o on p.org_unit_key = o.org_unit_key
where p.person_key = $person
