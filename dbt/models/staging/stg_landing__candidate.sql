{{ landed('candidate') }}

select
    {{ key('source_id') }} as candidate_key,
    source,
    source_id as candidate_id,
    full_name,
    email,
    phone,
    national_id_hash,
    education_level_code,
    major,
    years_experience,
    skills,
    source_channel_code,
    created_at,
    is_internal,
    gender,
    birth_on,
    age_years,
    ethnicity,
    marital_status,
    citizenship,
    protected_group,
    {{ version_columns() }}
from landed
