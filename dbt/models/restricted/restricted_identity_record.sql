{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook=[
        "{{ forget('person_key', touched_persons()) }}",
        "{{ forget_gone_persons() }}",
    ]
) }}

-- What identity resolution compares: in the restricted area and nowhere else.
with person as (

    select * from {{ ref('int_person__resolve') }}
    {% if is_incremental() %}
    where person_key in {{ touched_persons() }}
    {% endif %}

)

select
    person.record_id,
    person.person_key,
    person.exact_component_id,
    coalesce(candidate.full_name, employee.full_name) as full_name,
    coalesce(candidate.email, employee.email) as email,
    coalesce(candidate.phone, employee.phone) as phone,
    coalesce(candidate.national_id_hash, employee.national_id_hash) as national_id_hash,
    coalesce(candidate.birth_on, employee.birth_on) as birth_on,
    candidate.education_level_code,
    candidate.major
from person
left join {{ ref('int_candidate__keep_newest') }} as candidate using (candidate_key)
left join {{ ref('int_employee__keep_newest') }} as employee using (employee_key)
