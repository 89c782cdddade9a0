with landed as (

    select * from {{ source('landing', 'candidate') }}
    where {{ is_new_load('candidate') }}

)

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
    source_updated_at,
    is_deleted,
    load_id,
    payload_hash
from landed
