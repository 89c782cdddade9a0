{{ landed('requisition') }}

select
    {{ key('source_id') }} as requisition_key,
    {{ key('org_unit_id') }} as org_unit_key,
    {{ key('hiring_manager_id') }} as hiring_manager_key,
    {{ key('recruiter_id') }} as recruiter_key,
    source,
    source_id as requisition_id,
    title,
    job_code,
    job_family_code,
    location_code,
    time_zone,
    status_code,
    headcount,
    approved_at,
    opened_at,
    closed_at,
    target_fill_on,
    is_evergreen,
    is_test,
    {{ version_columns() }}
from landed
