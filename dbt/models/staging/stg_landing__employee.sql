with landed as (

    select * from {{ source('landing', 'employee') }}
    where {{ is_new_load('employee') }}

)

select
    {{ key('source_id') }} as employee_key,
    {{ key('application_id') }} as application_key,
    {{ key('org_unit_id') }} as org_unit_key,
    source,
    source_id as employee_id,
    person_no,
    candidate_id,
    full_name,
    email,
    phone,
    national_id_hash,
    job_family_code,
    hired_on,
    probation_end_on,
    terminated_on,
    status_code,
    termination_type as termination_type_code,
    is_rehire,
    gender,
    birth_on,
    age_years,
    ethnicity,
    marital_status,
    citizenship,
    protected_group,
    source_updated_at,
    is_deleted,
    load_id,
    payload_hash
from landed
