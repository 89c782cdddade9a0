{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget('candidate_key', touched_candidates()) }}"
) }}

with candidate as (

    select * from {{ ref('int_candidate__keep_newest') }}
    {% if is_incremental() %}
    where candidate_key in {{ touched_candidates() }}
    {% endif %}

),

person as (

    select
        candidate_key,
        person_key
    from {{ ref('int_person__resolve') }}
    where candidate_key in (select candidate_key from candidate)

)

select
    candidate.candidate_key,
    person.person_key,
    candidate.source,
    candidate.candidate_id,
    candidate.education_level_code,
    candidate.major,
    candidate.years_experience,
    candidate.source_channel_code,
    candidate.created_at,
    candidate.is_internal,
    candidate.skills
from candidate
left join person using (candidate_key)
