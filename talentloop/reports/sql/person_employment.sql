-- Employments of the person, oldest first.
select
    e.employee_id,
    o.name as org_unit_name,
    o.name_en as org_unit_name_en,
    e.job_family_code,
    e.hired_on,
    e.probation_end_on,
    e.terminated_on,
    e.status_code,
    e.termination_type_code,
    e.is_rehire
from dim_employee as e
left join dim_org_unit as o on e.org_unit_key = o.org_unit_key
where e.person_key = $person
order by e.hired_on
